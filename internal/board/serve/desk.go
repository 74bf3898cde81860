package serve

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/access"
	"github.com/beian-dev/icp-operator/internal/board"
)

// Audience of tokens that are good for the board and for nothing else: the API server itself takes none of them.
const Audience = "board.icp.beian.dev"

// UserEvery is how often one user may ask in the long run: a page that is looked at asks every five seconds, and people open some
// at once.
const UserEvery, userBurst = 250 * time.Millisecond, 120

// longestForm bounds what a sign-in may send.
const longestForm = 64 << 10

// Desk is the operator's door: it takes tokens of the cluster, in a header, or from a sign-in page into a session.
type Desk struct {
	access   *access.Access
	sessions *Sessions
}

// NewDesk judges by a client that may create TokenReviews and SubjectAccessReviews. Sessions are sealed with a secret, or
// without one by a key of this process.
func NewDesk(reviews client.Writer, now clock.PassiveClock, secret func() ([]byte, error)) *Desk {
	return &Desk{
		access:   access.New(reviews, now, access.Options{Audience: Audience, Every: UserEvery, Burst: userBurst}),
		sessions: NewSessions(now, secret),
	}
}

// bearer is a viewer with a token.
type bearer struct {
	desk    *Desk
	user    access.User
	session bool
}

// Name is the user's.
func (b bearer) Name() string { return b.user.Username }

// MaySignOut tells whether the token came from a session.
func (b bearer) MaySignOut() bool { return b.session }

// Where asks the API server.
func (b bearer) Where(ctx context.Context, of schema.GroupResource, among []string) (access.Scope, error) {
	return b.desk.access.Where(ctx, b.user, of, among)
}

// Enter takes the token of the header, which something in front may set, else that of the session.
func (d *Desk) Enter(r *http.Request) (Viewer, error) {
	b := bearer{desk: d}
	token := access.BearerOf(r)
	if cookie, err := r.Cookie(sessionCookie); err == nil && token == "" {
		token, b.session = d.sessions.Open(cookie.Value)
		if !b.session {
			token = ""
		}
	}
	var err error
	if b.user, err = d.access.Who(r.Context(), token); err != nil {
		return nil, err
	}
	return b, d.access.Count(b.user)
}

// sessionCookie is the session's. Its prefix has browsers keep it to this very host, and to TLS.
const sessionCookie = "__Host-icp-board"

// Refuse shows the sign-in page.
func (d *Desk) Refuse(s *Site, w http.ResponseWriter, r *http.Request) {
	f := s.Frame(w, r)
	next := f.Path
	if query := f.Query.Encode(); query != "" {
		next += "?" + query
	}
	d.signIn(s, w, r, f, board.SignIn{Next: next, Retry: r.Header.Get("Sec-Fetch-Site") == "cross-site"}, http.StatusUnauthorized)
}

func (d *Desk) signIn(s *Site, w http.ResponseWriter, r *http.Request, f board.Frame, page board.SignIn, status int) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="ICP filings"`)
	}
	f.Path, f.Query = "/", nil
	s.Show(w, r, status, f, page.Page(f))
}

// Open adds signing in and out. Both are asked for by the pages' own forms alone: see Site.Handler.
func (d *Desk) Open(s *Site, mux *http.ServeMux) {
	mux.HandleFunc("POST "+s.Base+"/sign-in", func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, longestForm)
		d.enter(s, w, r)
	})
	mux.HandleFunc("POST "+s.Base+"/sign-out", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, d.cookie("", -1))
		w.Header().Set("Clear-Site-Data", `"cache"`)
		http.Redirect(w, r, s.Base+"/", http.StatusSeeOther)
	})
}

func (d *Desk) cookie(value string, age int) *http.Cookie {
	return &http.Cookie{Name: sessionCookie, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode}
}

// enter begins a session with the token that was given.
func (d *Desk) enter(s *Site, w http.ResponseWriter, r *http.Request) {
	f := s.Frame(w, r)
	page := board.SignIn{Next: below(r.PostFormValue("next"))}
	token := strings.TrimSpace(r.PostFormValue("token"))
	_, err := d.access.Who(r.Context(), token)
	if errors.Is(err, access.ErrUnauthenticated) {
		page.Failed = board.SignInWrong
		d.signIn(s, w, r, f, page, http.StatusUnauthorized)
		return
	}
	if err != nil {
		s.fail(w, r, f, err)
		return
	}
	value, err := d.sessions.Seal(token)
	if errors.Is(err, errTooLong) {
		page.Failed = board.SignInTooLong
		d.signIn(s, w, r, f, page, http.StatusUnprocessableEntity)
		return
	}
	if err != nil {
		s.fail(w, r, f, err)
		return
	}
	http.SetCookie(w, d.cookie(value, int(lasts.Seconds())))
	http.Redirect(w, r, s.Base+page.Next, http.StatusSeeOther)
}

// below is a path of this site to go on at, or its first page: never another host, however it is written.
func below(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}
