package serve_test

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/beian-dev/icp-operator/internal/board/serve"
)

func signIn(p *place, token, next string, edits ...func(*http.Request)) *http.Response {
	return p.do(http.MethodPost, "/sign-in", url.Values{"token": {token}, "next": {next}}.Encode(), edits...)
}

func cookies(r *http.Response) func(*http.Request) {
	return func(to *http.Request) {
		for _, c := range r.Cookies() {
			to.AddCookie(c)
		}
	}
}

func TestAPersonSignsInWithATokenAndOut(t *testing.T) {
	t.Parallel()
	p := newPlace()
	in := signIn(p, "  shop\n", "/dates?ns=shop")
	if in.StatusCode != http.StatusSeeOther || in.Header.Get("Location") != "/dates?ns=shop" || len(in.Cookies()) != 1 {
		t.Fatalf("got %d, %v", in.StatusCode, in.Header)
	}
	c := in.Cookies()[0]
	if c.Name != "__Host-icp-board" || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || c.MaxAge <= 0 || strings.Contains(c.Value, "shop") {
		t.Errorf("the session is kept as %v", c)
	}
	if body := text(t, p.get("/", cookies(in))); !strings.Contains(body, "shop.example") || !strings.Contains(body, "Sign out") || strings.Contains(body, "bank.example") {
		t.Errorf("signed in, one sees\n%s", body)
	}
	out := p.do(http.MethodPost, "/sign-out", "", cookies(in))
	if out.StatusCode != http.StatusSeeOther || len(out.Cookies()) != 1 || out.Cookies()[0].MaxAge >= 0 {
		t.Errorf("signing out: %d %v", out.StatusCode, out.Header)
	}
	if r := p.get("/sign-out", cookies(in)); r.StatusCode == http.StatusSeeOther {
		t.Error("a link signs out")
	}
}

func TestASessionEnds(t *testing.T) {
	t.Parallel()
	p := newPlace()
	in := signIn(p, "shop", "/")
	p.clock.SetTime(p.clock.Now().Add(8*time.Hour - time.Second))
	if r := p.get("/", cookies(in)); r.StatusCode != http.StatusOK {
		t.Errorf("before its time: %d", r.StatusCode)
	}
	p.clock.SetTime(p.clock.Now().Add(time.Second))
	if r := p.get("/", cookies(in)); r.StatusCode != http.StatusUnauthorized {
		t.Errorf("after its time: %d", r.StatusCode)
	}
}

func TestASignInThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		token  string
		status int
		says   string
	}{
		"a token of nobody":           {"forged", 401, "does not know this token"},
		"no token":                    {"", 401, "does not know this token"},
		"one that no cookie holds":    {"shop" + strings.Repeat("x", 4000), 422, "too long"},
		"one that is longer than any": {strings.Repeat("x", 20_000), 401, "does not know this token"},
		"more than a form may send":   {strings.Repeat("x", 100_000), 401, "does not know this token"},
	} {
		r := signIn(newPlace(), c.token, "/")
		body := text(t, r)
		if r.StatusCode != c.status || !strings.Contains(body, c.says) || len(r.Cookies()) != 0 || c.token != "" && strings.Contains(body, c.token) {
			t.Errorf("%s: %d %v\n%s", name, r.StatusCode, r.Header, body)
		}
	}
}

func TestAnotherSitesPageCanNeitherSignInNorOut(t *testing.T) {
	t.Parallel()
	p := newPlace()
	for _, edit := range []func(*http.Request){with("Sec-Fetch-Site", "cross-site"), with("Sec-Fetch-Site", "same-site"), with("Origin", "https://evil.example")} {
		if r := signIn(p, "shop", "/", edit); r.StatusCode != http.StatusForbidden {
			t.Errorf("signing in: %d", r.StatusCode)
		}
		if r := p.do(http.MethodPost, "/sign-out", "", edit); r.StatusCode != http.StatusForbidden {
			t.Errorf("signing out: %d", r.StatusCode)
		}
	}
}

func TestSigningInLeadsToNoOtherSite(t *testing.T) {
	t.Parallel()
	for _, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example/`, `\\evil.example`, "javascript:alert(1)", "", "/\t/evil.example"} {
		if r := signIn(newPlace(), "shop", next); r.Header.Get("Location") != "/" {
			t.Errorf("%q leads to %q", next, r.Header.Get("Location"))
		}
	}
}

func TestWhoFollowsALinkOfAnotherSiteIsAskedForTheirSessionOnceMore(t *testing.T) {
	t.Parallel()
	const again = `http-equiv="refresh"`
	p := newPlace()
	if body := text(t, p.get("/", with("Sec-Fetch-Site", "cross-site"))); !strings.Contains(body, again) {
		t.Error("the browser does not ask again")
	}
	if body := text(t, p.get("/", with("Sec-Fetch-Site", "same-origin"))); strings.Contains(body, again) {
		t.Error("the browser asks for ever")
	}
}

func TestASealedTokenIsOpenedByWhoeverHasTheSecretAndByNobodyElse(t *testing.T) {
	t.Parallel()
	clock := clocktesting.NewFakePassiveClock(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	secret := []byte("first")
	of := func(own *[]byte) *serve.Sessions {
		return serve.NewSessions(clock, func() ([]byte, error) { return *own, nil })
	}
	one, two := of(&secret), of(&secret)
	value, err := one.Seal("token")
	if err != nil {
		t.Fatal(err)
	}
	if token, ok := two.Open(value); token != "token" || !ok {
		t.Errorf("another operator opens %q, %v", token, ok)
	}
	if again, _ := one.Seal("token"); again == value {
		t.Error("the same token is sealed to the same cookie twice")
	}
	strange := []byte("strange")
	if _, ok := of(&strange).Open(value); ok {
		t.Error("another secret opens it")
	}
	if _, ok := serve.NewSessions(clock, nil).Open(value); ok {
		t.Error("a process without the secret opens it")
	}
	secret = []byte("second")
	if token, ok := one.Open(value); token != "token" || !ok {
		t.Errorf("after the secret changed once: %q, %v", token, ok)
	}
	secret = []byte("third")
	if _, ok := one.Open(value); ok {
		t.Error("after the secret changed twice it is opened still")
	}
}

func TestWhatWasTamperedWithIsNoSession(t *testing.T) {
	t.Parallel()
	p := newPlace()
	value := signIn(p, "shop", "/").Cookies()[0].Value
	for i := range value {
		changed := []byte(value)
		changed[i] ^= 1
		if bytes.Equal(changed, []byte(value)) {
			continue
		}
		if r := p.get("/", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "__Host-icp-board", Value: string(changed)}) }); r.StatusCode == http.StatusOK {
			t.Fatalf("changed at %d it lets in", i)
		}
	}
}
