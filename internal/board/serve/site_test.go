package serve_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/board/serve"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// reviewer stands for the API server where its answers are known: test/board asks a real one. A token is a user's name. The admin
// may list everything; others in the namespace of their name, and "filings-only" filings there, but no routes.
type reviewer struct {
	client.Writer
	asked atomic.Int32
	fails error
}

func (s *reviewer) Create(_ context.Context, o client.Object, _ ...client.CreateOption) error {
	s.asked.Add(1)
	if s.fails != nil {
		return s.fails
	}
	switch review := o.(type) {
	case *authenticationv1.TokenReview:
		own := len(review.Spec.Audiences) > 0
		name, ofOwn := strings.CutPrefix(review.Spec.Token, "board:")
		review.Status = authenticationv1.TokenReviewStatus{
			Authenticated: ofOwn == own && !strings.HasPrefix(name, "forged"), Audiences: review.Spec.Audiences,
			User: authenticationv1.UserInfo{Username: strings.TrimRight(name, "x")},
		}
	case *authorizationv1.SubjectAccessReview:
		of, user := review.Spec.ResourceAttributes, review.Spec.User
		filings := of.Group == "icp.beian.dev" && of.Resource == "icpfilings"
		review.Status.Allowed = of.Verb == "list" && (user == "admin" || user == of.Namespace || user == "filings-only" && filings && of.Namespace == "shop")
	default:
		return fmt.Errorf("unexpected %T", o)
	}
	return nil
}

// source is what is shown.
type source struct {
	filings []v1alpha1.IcpFiling
	facts   audit.Facts
	fails   error
}

func (s *source) Filings(context.Context) ([]v1alpha1.IcpFiling, error) { return s.filings, s.fails }
func (s *source) Reviews(context.Context, string) ([]v1alpha1.IcpReview, error) {
	return []v1alpha1.IcpReview{{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "r"}, Spec: v1alpha1.IcpReviewSpec{
		FilingRef: v1alpha1.FilingReference{Name: "shop-example"}, Decision: v1alpha1.DecisionReturned, Stage: v1alpha1.StagePreliminaryReview,
		Message: "recorded <b>for</b> shop"}}}, s.fails
}
func (s *source) Exposed(context.Context) (*audit.Facts, error) { return &s.facts, s.fails }
func (s *source) ResourceOf(kind schema.GroupKind) (schema.GroupResource, error) {
	return schema.GroupResource{Group: kind.Group, Resource: strings.ToLower(kind.Kind) + "es"}, nil
}

// aFiling is one in force.
func aFiling(namespace, domain string) v1alpha1.IcpFiling {
	return v1alpha1.IcpFiling{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: strings.ReplaceAll(domain, ".", "-"), UID: types.UID(domain), ResourceVersion: "1"},
		Spec:       v1alpha1.IcpFilingSpec{Domain: v1alpha1.Domain{Name: domain}},
		Status: v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageApproved, WebsiteNumber: "浙ICP备12345678号-1",
			Deadlines:  []v1alpha1.DeadlineStatus{{Name: "Domain", Date: "2027-03-01"}},
			Conditions: []metav1.Condition{{Type: v1alpha1.ConditionExposureAllowed, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonApproved}}},
	}
}

func aRoute(namespace, host string) exposure.Route {
	return exposure.Route{Kind: exposure.IngressKind, Namespace: namespace, Name: "web", Hosts: []string{host}}
}

type place struct {
	*reviewer
	*source
	clock   *clocktesting.FakePassiveClock
	handler http.Handler
}

func newPlace() *place {
	p := &place{reviewer: &reviewer{}, clock: clocktesting.NewFakePassiveClock(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))}
	p.source = &source{filings: []v1alpha1.IcpFiling{aFiling("shop", "shop.example"), aFiling("bank", "bank.example")}}
	p.facts = audit.Facts{AllFilings: true, SettingsKnown: true, Namespaces: map[string]audit.Namespace{"shop": audit.NamespaceOf(nil, nil), "bank": audit.NamespaceOf(nil, nil), "bare": audit.NamespaceOf(nil, nil)},
		Routes: []exposure.Route{aRoute("shop", "www.shop.example"), aRoute("bank", "www.bank.example"), aRoute("bare", "www.bare.example")}}
	for i := range p.filings {
		p.facts.Filings = append(p.facts.Filings, audit.FilingOf(&p.filings[i]))
	}
	site := &serve.Site{Source: p.source, Door: serve.NewDesk(p.reviewer, p.clock, nil), Clock: p.clock, Log: logr.Discard()}
	p.handler = site.Handler()
	return p
}

func bearer(token string) func(*http.Request) { return with("Authorization", "Bearer "+token) }

func with(key, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(key, value) }
}

func (p *place) do(method, target, body string, edits ...func(*http.Request)) *http.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for _, edit := range edits {
		edit(r)
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w.Result()
}

func (p *place) get(target string, edits ...func(*http.Request)) *http.Response {
	return p.do(http.MethodGet, target, "", edits...)
}

func text(t *testing.T, r *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// pages are all that there are.
var pages = []string{"/", "/?stage=Approved", "/?q=example", "/?ns=bank", "/dates", "/dates?ns=bank", "/exposure", "/exposure?ns=bank", "/filings/shop/shop-example", "/filings/bank/bank-example", "/no/such/page"}

func TestWhatAViewerMayNotSeeIsOnNoPageOfTheirs(t *testing.T) {
	t.Parallel()
	for user, hidden := range map[string][]string{
		"shop": {"bank.example", "bare.example", "bank<", "bank-example"}, "bank": {"shop.example", "shop-example", "bare.example"},
		"nobody": {"shop.example", "bank.example", "bare.example", "shop-example"}, "admin": nil,
		"filings-only": {"bank.example", "bare.example", "www.shop.example", "recorded"},
	} {
		p := newPlace()
		for _, page := range pages {
			body := text(t, p.get(page, bearer(user)))
			for _, word := range hidden {
				asked := strings.Contains(page, strings.TrimRight(word, "<")) // what was typed comes back in links and in the form
				if strings.Contains(body, word) && !asked {
					t.Errorf("%s sees %s on %s:\n%s", user, word, page, body)
				}
			}
		}
	}
}

func TestWhoGetsWhichPage(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		target, token string
		status        int
		says          string
	}{
		"a viewer sees the filings of their namespace":              {"/", "shop", 200, "shop.example"},
		"by a token that is good for the board alone":               {"/", "board:shop", 200, "shop.example"},
		"an admin sees those of all":                                {"/", "admin", 200, "bank.example"},
		"the page of a filing":                                      {"/filings/shop/shop-example", "shop", 200, "浙ICP备12345678号-1"},
		"a filing that one may not see is as one that is not there": {"/filings/bank/bank-example", "shop", 404, "There is no such page"},
		"one that is not there":                                     {"/filings/shop/none", "shop", 404, "There is no such page"},
		"what was decided of it":                                    {"/filings/shop/shop-example", "shop", 200, "recorded &lt;b&gt;for&lt;/b&gt; shop"},
		"the dates":                                                 {"/dates", "shop", 200, "2027-03-01"},
		"what is exposed":                                           {"/exposure", "shop", 200, "www.shop.example"},
		"but no route where they may list none":                     {"/exposure", "filings-only", 200, "No route that you may see"},
		"who may list nothing is told so":                           {"/", "nobody", 200, "There is no namespace whose filings you may list."},
		"another page":                                              {"/none", "shop", 404, "There is no such page"},
		"without a token there is a page to sign in":                {"/", "", 401, "Token of the cluster"},
		"so there is with an invalid one":                           {"/", "forged", 401, "Token of the cluster"},
		"one in the address is not looked at":                       {"/?token=shop&access_token=shop", "", 401, "Token of the cluster"},
		"an address without sense shows everything":                 {"/?page=-3&stage=Moon&which=%00", "shop", 200, "shop.example"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var edits []func(*http.Request)
			if c.token != "" {
				edits = append(edits, bearer(c.token))
			}
			r := newPlace().get(c.target, edits...)
			if body := text(t, r); r.StatusCode != c.status || !strings.Contains(body, c.says) {
				t.Errorf("got %d:\n%s", r.StatusCode, body)
			}
		})
	}
}

func TestEveryAnswerKeepsThePagesToThemselves(t *testing.T) {
	t.Parallel()
	p := newPlace()
	for _, page := range append(pages, "/files/none/style.css", "/sign-in") {
		for _, edit := range []func(*http.Request){bearer("shop"), func(*http.Request) {}} {
			h := p.get(page, edit).Header
			policy := h.Get("Content-Security-Policy")
			if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") || !strings.Contains(policy, "frame-ancestors 'none'") ||
				h.Get("X-Frame-Options") != "DENY" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %v", page, h)
			}
		}
	}
}

func TestAPageThatHasNotChangedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"/", "/dates", "/filings/shop/shop-example", "/exposure"} {
		p := newPlace()
		tag := p.get(page, bearer("shop")).Header.Get("ETag")
		again := func(name string, want int, edits ...func(*http.Request)) {
			t.Helper()
			r := p.get(page, append([]func(*http.Request){bearer("shop"), with("If-None-Match", tag)}, edits...)...)
			if notSent := r.StatusCode == http.StatusNotModified; notSent != (want == http.StatusNotModified) {
				t.Errorf("%s %s: got %d, want %d", page, name, r.StatusCode, want)
			}
		}
		again("as it was", 304)
		again("in Chinese", 200, with("Accept-Language", "zh-CN"))
		again("to somebody else", 200, bearer("bank"))
		p.filings[1].ResourceVersion, p.filings[1].Status.WebsiteNumber = "2", ""
		again("when a filing that is not seen has changed", 304)
		p.filings[0].ResourceVersion, p.filings[0].Spec.Domain.Name = "2", "other.example"
		p.facts.Routes[0].Hosts = []string{"other.example"}
		again("when one has changed", 200)
	}
}

func TestTheLanguageAndTheLookAreTheReaders(t *testing.T) {
	t.Parallel()
	p := newPlace()
	cookie := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.AddCookie(&http.Cookie{Name: name, Value: value}) }
	}
	for name, c := range map[string]struct {
		target string
		edit   func(*http.Request)
		says   string
	}{
		"English, unless told otherwise":      {"/", with("X-None", ""), `<html lang="en">`},
		"the browser's":                       {"/", with("Accept-Language", "fr, zh-CN;q=0.9, en;q=0.8"), `<html lang="zh-CN">`},
		"the one that was chosen before that": {"/", func(r *http.Request) { with("Accept-Language", "en")(r); cookie("icp-board-lang", "zh")(r) }, `<html lang="zh-CN">`},
		"the address's before all":            {"/?lang=en", cookie("icp-board-lang", "zh"), `<html lang="en">`},
		"one that the pages do not speak":     {"/?lang=fr", cookie("icp-board-lang", "zh"), `<html lang="zh-CN">`},
		"the dark look that was chosen":       {"/", cookie("icp-board-look", "dark"), `data-look="dark"`},
		"the light look of the address":       {"/?look=light", cookie("icp-board-look", "dark"), `data-look="light"`},
		"a look that is none":                 {"/?look=x%22onload=", with("X-None", ""), `<html lang="en">`},
	} {
		if body := text(t, p.get(c.target, bearer("shop"), c.edit)); !strings.Contains(body, c.says) {
			t.Errorf("%s: no %s in\n%.300s", name, c.says, body)
		}
	}
	kept := p.get("/?lang=zh&look=dark", bearer("shop")).Cookies()
	if len(kept) != 2 {
		t.Fatalf("kept %v", kept)
	}
	for _, c := range kept {
		if !c.HttpOnly || !c.Secure || c.MaxAge <= 0 {
			t.Errorf("kept as %v", c)
		}
	}
}

func TestTextOfPeopleIsShownAsText(t *testing.T) {
	t.Parallel()
	p := newPlace()
	evil := "<script>alert(1)</script>\x1b[31m\u202e"
	p.filings[0].Spec.Website.Name, p.filings[0].Status.OrderID = evil, evil
	p.filings[0].Status.Stages = []v1alpha1.StageStatus{{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageReturned, Reason: "Other", Message: evil,
		Tasks: []v1alpha1.TaskStatus{{Name: "Supplement", Actor: v1alpha1.ActorApplicant, Message: evil}}}}
	p.filings[0].Status.Conditions[0].Message = evil
	p.filings[0].Status.NextAction = &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: "Unheard", Description: evil}
	for _, page := range append(pages, "/?q="+url.QueryEscape(evil)) {
		body := text(t, p.get(page, bearer("shop")))
		if strings.Contains(body, "<script>alert") || strings.ContainsAny(body, "\x1b\u202e") {
			t.Errorf("%s:\n%s", page, body)
		}
	}
}

func TestAnAPIServerThatCannotBeAskedIsSaidAndNothingOfItShown(t *testing.T) {
	t.Parallel()
	p := newPlace()
	p.reviewer.fails = errors.New("etcd is away")
	r := p.get("/", bearer("shop"))
	if body := text(t, r); r.StatusCode != http.StatusServiceUnavailable || strings.Contains(body, "etcd") || r.Header.Get("Retry-After") == "" {
		t.Errorf("got %d:\n%s", r.StatusCode, body)
	}
	p.reviewer.fails, p.source.fails = nil, errors.New("the cache is away")
	if r := p.get("/", bearer("shop")); r.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("got %d", r.StatusCode)
	}
}

func TestWhoAsksTooOftenIsToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	p := newPlace()
	codes := map[int]int{}
	for range 200 {
		r := p.get("/none", bearer("shop"))
		codes[r.StatusCode]++
		if r.StatusCode == http.StatusTooManyRequests && r.Header.Get("Retry-After") == "" {
			t.Error("nobody says when to come back")
		}
	}
	if codes[404] != 120 || codes[429] != 80 {
		t.Errorf("got %v", codes)
	}
}

func TestAFileOfThePagesMayBeKeptForItsAddressChangesWithIt(t *testing.T) {
	t.Parallel()
	p := newPlace()
	body := text(t, p.get("/", bearer("shop")))
	_, rest, _ := strings.Cut(body, `rel="stylesheet" href="`)
	address, _, _ := strings.Cut(rest, `"`)
	r := p.get(address)
	if r.StatusCode != http.StatusOK || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/css") {
		t.Errorf("%s: %d %v", address, r.StatusCode, r.Header)
	}
	for _, none := range []string{"/files/old/style.css", strings.Replace(address, "style.css", "..%2fboard.go", 1), strings.Replace(address, "style.css", "", 1)} {
		if r := p.get(none); r.StatusCode == http.StatusOK {
			t.Errorf("%s is served", none)
		}
	}
}
