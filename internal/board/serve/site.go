// Package serve serves the board's pages to those whom the API server lets list the filings: each sees what they may list, and
// nothing of the rest.
package serve

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/access"
	"github.com/beian-dev/icp-operator/internal/board"
)

// Viewer is who looks.
type Viewer interface {
	// Name that the cluster knows them by.
	Name() string
	// MaySignOut says that the browser keeps a session that can be ended.
	MaySignOut() bool
	// Where they may list a resource, among some namespaces.
	Where(ctx context.Context, of schema.GroupResource, among []string) (access.Scope, error)
}

// Door lets viewers in.
type Door interface {
	// Enter says who asks: access.ErrUnauthenticated where nobody known does.
	Enter(r *http.Request) (Viewer, error)
	// Refuse answers a page's request of nobody who is known.
	Refuse(s *Site, w http.ResponseWriter, r *http.Request)
	// Open adds the door's own addresses, which anybody may ask for.
	Open(s *Site, mux *http.ServeMux)
}

// Site serves the pages.
type Site struct {
	// Source is what is shown.
	Source Source
	// Door lets viewers in.
	Door Door
	// Clock tells the time.
	Clock clock.PassiveClock
	// Log gets what went wrong here. Nothing of a viewer's token is ever in it.
	Log logr.Logger
	// Base is the path that all pages are below, without a slash at its end: "" or /board.
	Base string
	// ExposedFor is how long what the cluster exposes is shown before it is read again.
	ExposedFor time.Duration
	// Plain says that browsers ask without TLS, so that cookies cannot demand it.
	Plain bool

	exposed lately
}

// policy lets the pages load their own style, script and icon, and be framed by nobody.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Handler serves the pages and what belongs to them. What another site's page sends is refused.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	s.Door.Open(s, mux)
	mux.Handle("GET "+s.Base+"/files/{version}/{name}", http.HandlerFunc(s.file))
	for pattern, m := range makers {
		mux.Handle("GET "+s.Base+pattern, s.page(m))
	}
	if s.Base != "" {
		mux.Handle("GET "+s.Base, http.RedirectHandler(s.Base+"/", http.StatusSeeOther))
	}
	return http.NewCrossOriginProtection().Handler(headers(mux))
}

// headers keep the pages to themselves. They are set before anything is answered, errors included.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// file is one that pages load. Its address changes with it.
func (s *Site) file(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	if info, err := fs.Stat(board.Files(), name); err != nil || info.IsDir() || r.PathValue("version") != board.FilesVersion() {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, board.Files(), name)
}

// page answers with a page, for whoever the door lets in.
func (s *Site) page(m maker) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		viewer, err := s.Door.Enter(r)
		if errors.Is(err, access.ErrUnauthenticated) {
			s.Door.Refuse(s, w, r)
			return
		}
		frame := s.Frame(w, r)
		if err != nil {
			s.fail(w, r, frame, err)
			return
		}
		seen, err := s.see(r, frame, viewer)
		if err != nil {
			s.fail(w, r, frame, err)
			return
		}
		if m.byFilings && notChanged(w, r, seen.tag()) {
			return
		}
		page, err := m.make(s, r, seen)
		if err != nil {
			s.fail(w, r, seen.frame, err)
			return
		}
		s.answer(w, r, http.StatusOK, seen.frame, page, !m.byFilings)
	})
}

// notChanged tags the answer, and says so where the asker has that already.
func notChanged(w http.ResponseWriter, r *http.Request, tag string) bool {
	w.Header().Set("ETag", tag)
	w.Header().Set("Vary", vary)
	if r.Header.Get("If-None-Match") != tag {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// vary is what an answer depends on besides its address.
const vary = "Accept-Language, Authorization, Cookie"

// fail says what went wrong, on a page.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, f board.Frame, err error) {
	var late *access.TooOftenError
	switch {
	case errors.Is(err, errNotThere):
		s.Show(w, r, http.StatusNotFound, f, board.Problem(f, board.ProblemNotThere))
	case errors.As(err, &late):
		w.Header().Set("Retry-After", strconv.Itoa(int(late.After.Seconds())+1))
		s.Show(w, r, http.StatusTooManyRequests, f, board.Problem(f, board.ProblemTooOften))
	case r.Context().Err() != nil: // whoever asked is gone
	case apierrors.IsForbidden(err):
		s.Show(w, r, http.StatusForbidden, f, board.Problem(f, board.ProblemForbidden))
	default:
		s.Log.Error(err, "making a page of the board", "path", r.URL.Path)
		w.Header().Set("Retry-After", "30")
		s.Show(w, r, http.StatusServiceUnavailable, f, board.Problem(f, board.ProblemUnavailable))
	}
}

// Show answers with a page.
func (s *Site) Show(w http.ResponseWriter, r *http.Request, status int, f board.Frame, p board.Page) {
	s.answer(w, r, status, f, p, false)
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request, status int, f board.Frame, p board.Page, byText bool) {
	text, err := board.Render(f, p)
	if err != nil {
		s.Log.Error(err, "making a page of the board", "path", r.URL.Path)
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	if sum := sha256.Sum256(text); byText && notChanged(w, r, quoted(sum[:])) {
		return
	}
	if status != http.StatusOK {
		w.Header().Del("ETag")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Vary", vary)
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

// within is the part of a request's path below the pages' base.
func (s *Site) within(r *http.Request) string { return strings.TrimPrefix(r.URL.Path, s.Base) }
