package serve

import (
	"errors"
	"net/http"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/board"
)

// errNotThere says that a page is about something that does not exist, or that the viewer may not see.
var errNotThere = errors.New("there is none such")

// maker makes a page of what a viewer sees.
type maker struct {
	make func(s *Site, r *http.Request, seen *seen) (board.Page, error)
	// byFilings says that the page changes with the filings and the time alone, so that whether it has need not be found out by
	// making it.
	byFilings bool
}

// makers are by the pages' addresses.
var makers = map[string]maker{
	"/{$}": {func(_ *Site, _ *http.Request, seen *seen) (board.Page, error) {
		return board.Overview(seen.frame, seen.query, seen.filings), nil
	}, true},
	"/dates": {func(_ *Site, _ *http.Request, seen *seen) (board.Page, error) {
		return board.Dates(seen.frame, seen.query, seen.filings), nil
	}, true},
	"/filings/{namespace}/{name}": {filing, false},
	"/exposure":                   {exposed, false},
	"/": {func(*Site, *http.Request, *seen) (board.Page, error) {
		return board.Page{}, errNotThere
	}, false},
}

// reviewsResource is what a viewer must be allowed to list to see what was decided of a filing.
var reviewsResource = v1alpha1.GroupVersion.WithResource("icpreviews").GroupResource()

func filing(s *Site, r *http.Request, seen *seen) (board.Page, error) {
	for _, f := range seen.filings {
		if f.Namespace != r.PathValue("namespace") || f.Name != r.PathValue("name") {
			continue
		}
		scope, err := seen.viewer.Where(r.Context(), reviewsResource, []string{f.Namespace})
		if err != nil {
			return board.Page{}, err
		}
		var reviews []v1alpha1.IcpReview
		if scope.Has(f.Namespace) {
			if reviews, err = s.Source.Reviews(r.Context(), f.Namespace); err != nil {
				return board.Page{}, err
			}
		}
		return board.Filing(seen.frame, f, reviews), nil
	}
	return board.Page{}, errNotThere
}
