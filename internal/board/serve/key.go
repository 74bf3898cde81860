package serve

import (
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/beian-dev/icp-operator/internal/access"
	"github.com/beian-dev/icp-operator/internal/board"
)

// KeyDoor lets one person in, at their own machine: by an address that is good once, and then by a cookie. Other pages in the same
// browser, and other people at the same machine, know neither.
type KeyDoor struct {
	// Viewer is that person.
	Viewer Viewer
	// Hosts are the names that a browser may ask for, with their port; any other is another site's that points here.
	Hosts []string

	mu           sync.Mutex
	key, session string
}

// keyCookie is the session's. Its path is the pages' own, which no other site at this address can guess.
const keyCookie = "icp-board"

// NewKeyDoor makes one with a key of its own.
func NewKeyDoor(viewer Viewer, hosts ...string) *KeyDoor {
	return &KeyDoor{Viewer: viewer, Hosts: hosts, key: rand.Text(), session: rand.Text()}
}

// Address is the path, below the site's base, that lets in once.
func (d *KeyDoor) Address() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return "/open?key=" + d.key
}

// Enter takes the cookie.
func (d *KeyDoor) Enter(r *http.Request) (Viewer, error) {
	cookie, err := r.Cookie(keyCookie)
	if err != nil || !same(cookie.Value, d.session) {
		return nil, access.ErrUnauthenticated
	}
	return d.Viewer, nil
}

// Refuse says where the address is.
func (d *KeyDoor) Refuse(s *Site, w http.ResponseWriter, r *http.Request) {
	f := s.Frame(w, r)
	s.Show(w, r, http.StatusUnauthorized, f, board.Problem(f, board.ProblemKey))
}

// Open adds the address that lets in once.
func (d *KeyDoor) Open(s *Site, mux *http.ServeMux) {
	mux.HandleFunc("GET "+s.Base+"/open", func(w http.ResponseWriter, r *http.Request) {
		if !d.use(r.URL.Query().Get("key")) {
			if _, err := d.Enter(r); err != nil {
				d.Refuse(s, w, r)
				return
			}
		} else {
			http.SetCookie(w, &http.Cookie{Name: keyCookie, Value: d.session, Path: s.Base + "/", HttpOnly: true, Secure: !s.Plain, SameSite: http.SameSiteStrictMode})
		}
		http.Redirect(w, r, s.Base+"/", http.StatusSeeOther)
	})
}

// use uses the key up.
func (d *KeyDoor) use(key string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.key == "" || !same(key, d.key) {
		return false
	}
	d.key = ""
	return true
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// OnlyHosts answers only those who ask for one of the names: a browser that was led here by another site's name (DNS rebinding)
// asks for that.
func (d *KeyDoor) OnlyHosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(d.Hosts, strings.ToLower(r.Host)) {
			http.Error(w, "this server answers to its own address alone", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
