package serve

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/access"
	"github.com/beian-dev/icp-operator/internal/board"
)

// filingsResource is what a viewer must be allowed to list in a namespace to see anything of it.
var filingsResource = v1alpha1.GroupVersion.WithResource("icpfilings").GroupResource()

// seen is what a viewer may see.
type seen struct {
	frame   board.Frame
	query   board.Query
	viewer  Viewer
	filings []*v1alpha1.IcpFiling
	// scope is where they may list filings.
	scope access.Scope
}

// see finds the filings that a viewer may list. What they may not is dropped here, before anything is counted.
func (s *Site) see(r *http.Request, f board.Frame, viewer Viewer) (*seen, error) {
	all, err := s.Source.Filings(r.Context())
	if err != nil {
		return nil, err
	}
	seen := &seen{frame: f, query: board.QueryOf(f.Query), viewer: viewer}
	named := seen.query.Namespace
	if of := r.PathValue("namespace"); of != "" {
		named = of
	}
	if seen.scope, err = viewer.Where(r.Context(), filingsResource, namespacesOf(all, named)); err != nil {
		return nil, err
	}
	seen.filings = make([]*v1alpha1.IcpFiling, 0, len(all))
	may := map[string]bool{}
	for i := range all {
		namespace := all[i].Namespace
		has, known := may[namespace]
		if !known {
			has = seen.scope.Has(namespace)
			may[namespace] = has
		}
		if has {
			seen.filings = append(seen.filings, &all[i])
		}
	}
	seen.frame.Viewer = &board.Viewer{Name: viewer.Name(), MaySignOut: viewer.MaySignOut(), All: seen.scope.All, Namespaces: seen.scope.Namespaces, More: seen.scope.More}
	return seen, nil
}

// namespacesOf are those that have filings, in order; one that is asked for by name comes first, so that it is judged though there
// are more than can be.
func namespacesOf(filings []v1alpha1.IcpFiling, named string) []string {
	there := map[string]struct{}{}
	for i := range filings {
		there[filings[i].Namespace] = struct{}{}
	}
	return inOrder(there, named)
}

func inOrder(there map[string]struct{}, named string) []string {
	names := slices.Sorted(maps.Keys(there))
	if i := slices.Index(names, named); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, named)
	}
	return names
}

// tag is the same for as long as the page would be: it is of who looks, what was asked for, the filings' versions, and the minute,
// since pages say how far dates are.
func (s *seen) tag() string {
	sum := sha256.New()
	f := s.frame
	fmt.Fprintln(sum, board.FilesVersion(), f.Language, f.Look, f.Base, f.Path, f.Query.Encode(), f.Now.Unix()/60, *f.Viewer)
	versions := make([]string, len(s.filings))
	for i, filing := range s.filings {
		versions[i] = string(filing.UID) + " " + filing.ResourceVersion
	}
	slices.Sort(versions)
	for _, version := range versions {
		_, _ = sum.Write([]byte(version))
	}
	return quoted(sum.Sum(nil))
}

func quoted(sum []byte) string { return `"` + hex.EncodeToString(sum[:16]) + `"` }
