// Package pages shows a simulator in a browser, so that a person can play the reviewers and the bureau: the orders, what
// to decide on each, the faults and the clock. The pages need no script, and speak English and Chinese.
package pages

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"

	"github.com/beian-dev/icp-operator/internal/simulator"
)

//go:embed templates/*.html templates/style.css
var files embed.FS

// site is the pages of one simulator.
type site struct {
	sim       *simulator.Simulator
	templates *template.Template
}

// errNotThere says that a page is about something that does not exist.
var errNotThere = errors.New("there is none such")

// policy lets the pages load nothing but their own style, and be framed by nobody.
const policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Handler serves the pages below /ui/, and the simulator's control beside them. What a page of another origin sends is
// refused, since neither asks for a token.
func Handler(sim *simulator.Simulator) (http.Handler, error) {
	templates, err := template.New("").Funcs(template.FuncMap{"query": url.QueryEscape}).ParseFS(files, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("read the pages: %w", err)
	}
	s := &site{sim, templates}
	mux := http.NewServeMux()
	mux.Handle("/", sim.Control())
	mux.Handle("GET /{$}", http.RedirectHandler("/ui/", http.StatusSeeOther))
	mux.HandleFunc("GET /ui/style.css", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFileFS(w, r, files, "templates/style.css")
	})
	s.page(mux, "GET /ui/{$}", "orders.html", s.orders)
	s.page(mux, "GET /ui/orders/{order}", "order.html", s.order)
	s.page(mux, "GET /ui/faults", "faults.html", s.faults)
	s.page(mux, "GET /ui/clock", "clock.html", s.clock)
	s.form(mux, "POST /ui/orders/{order}", "order.html", s.order, s.decide)
	s.form(mux, "POST /ui/faults", "faults.html", s.faults, s.fail)
	s.form(mux, "POST /ui/clock", "clock.html", s.clock, s.turn)
	return http.NewCrossOriginProtection().Handler(mux), nil
}

// view is what every template is given.
type view struct {
	language
	// Here is the page's own address.
	Here string
	// Said is what was done, Failed why it was not.
	Said, Failed string
	// Of is what the page is about.
	Of any
}

// page shows something.
func (s *site) page(mux *http.ServeMux, pattern, name string, of func(*http.Request, language) (any, error)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		l := spoken(w, r)
		s.show(w, r, name, view{language: l, Said: l.Say(r.URL.Query().Get("said"))}, of)
	})
}

// form does something, and comes back to the page that it is on; where it could not be done, the page says why.
func (s *site) form(mux *http.ServeMux, pattern, name string, of func(*http.Request, language) (any, error), do func(*http.Request) (string, error)) {
	mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
		said, err := do(r)
		if err != nil {
			w.Header().Set("Cache-Control", "no-store")
			s.show(w, r, name, view{language: spoken(w, r), Failed: err.Error()}, of)
			return
		}
		http.Redirect(w, r, r.URL.Path+"?said="+url.QueryEscape(said), http.StatusSeeOther)
	})
}

func (s *site) show(w http.ResponseWriter, r *http.Request, name string, v view, of func(*http.Request, language) (any, error)) {
	var err error
	status := http.StatusOK
	if v.Failed != "" {
		status = http.StatusUnprocessableEntity
	}
	v.Here = r.URL.Path
	if v.Of, err = of(r, v.language); err != nil {
		status, name, v.Failed = http.StatusBadRequest, "none.html", err.Error()
		if errors.Is(err, errNotThere) {
			status = http.StatusNotFound
		}
	}
	var page bytes.Buffer
	if err := s.templates.ExecuteTemplate(&page, name, v); err != nil {
		http.Error(w, "the page cannot be made: "+err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}
