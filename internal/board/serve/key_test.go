package serve_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/beian-dev/icp-operator/internal/access"
	"github.com/beian-dev/icp-operator/internal/board/serve"
)

// oneself sees everything.
type oneself struct{}

func (oneself) Name() string     { return "me" }
func (oneself) MaySignOut() bool { return false }
func (oneself) Where(context.Context, schema.GroupResource, []string) (access.Scope, error) {
	return access.Scope{All: true}, nil
}

func TestTheAddressIsGoodOnceAndThenTheCookie(t *testing.T) {
	t.Parallel()
	p := newPlace()
	door := serve.NewKeyDoor(oneself{}, "127.0.0.1:8080", "localhost:8080")
	site := &serve.Site{Source: p.source, Door: door, Clock: p.clock, Log: logr.Discard(), Base: "/base", Plain: true}
	handler := door.OnlyHosts(site.Handler())
	get := func(path, host string, edits ...func(*http.Request)) *http.Response {
		r := httptest.NewRequest(http.MethodGet, "http://"+host+path, nil)
		for _, edit := range edits {
			edit(r)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Result()
	}
	const host = "127.0.0.1:8080"
	address := "/base" + door.Address()
	for _, none := range []string{"/base/open", "/base/open?key=", "/base/open?key=x", "/base/"} {
		if r := get(none, host); r.StatusCode != http.StatusUnauthorized || len(r.Cookies()) > 0 {
			t.Errorf("%s: %d %v", none, r.StatusCode, r.Cookies())
		}
	}
	for _, other := range []string{"evil.example:8080", "127.0.0.1", "127.0.0.1:80", "localhost"} {
		if r := get(address, other); r.StatusCode != http.StatusMisdirectedRequest {
			t.Errorf("asked for as %s: %d", other, r.StatusCode)
		}
	}
	in := get(address, host)
	if in.StatusCode != http.StatusSeeOther || in.Header.Get("Location") != "/base/" || len(in.Cookies()) != 1 {
		t.Fatalf("got %d %v", in.StatusCode, in.Header)
	}
	if c := in.Cookies()[0]; !c.HttpOnly || c.Path != "/base/" || c.SameSite != http.SameSiteStrictMode || strings.Contains(address, c.Value) {
		t.Errorf("the session is kept as %v", c)
	}
	if r := get(address, host); r.StatusCode != http.StatusUnauthorized || len(r.Cookies()) > 0 {
		t.Errorf("the second time: %d", r.StatusCode)
	}
	if body := text(t, get("/base/", "localhost:8080", cookies(in))); !strings.Contains(body, "bank.example") || strings.Contains(body, "Sign out") {
		t.Errorf("with the cookie one sees\n%s", body)
	}
}
