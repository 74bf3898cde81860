package pages_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/internal/simulator/pages"
)

// desk is a simulator whose stages wait for a person, and its pages.
type desk struct {
	*simulator.Simulator
	t       *testing.T
	address string
	client  *http.Client
}

func newDesk(t *testing.T, orders int, manual ...v1alpha1.StageName) *desk {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Manual: manual})
	if err != nil {
		t.Fatal(err)
	}
	for i := range orders {
		if err := sim.AddOrder(simulator.NewOrder{Domain: fmt.Sprintf("shop-%03d.cn", i), Confirmed: true}); err != nil {
			t.Fatal(err)
		}
	}
	handler, err := pages.Handler(sim)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return &desk{sim, t, server.URL, server.Client()}
}

// ask gives the status and the page, after what it leads on to.
func (d *desk) ask(r *http.Request) (int, string) {
	d.t.Helper()
	answer, err := d.client.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return answer.StatusCode, string(page)
}

func (d *desk) get(path string, header ...string) (int, string) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.address+path, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return d.ask(r)
}

func (d *desk) post(path string, form url.Values, header ...string) (int, string) {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.address+path, strings.NewReader(form.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return d.ask(r)
}

func (d *desk) stage(domain string) string {
	d.t.Helper()
	o, _ := d.NewestOrder(domain)
	return o.Stage
}

func TestAPersonPlaysTheReviewersAndTheBureau(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1, v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview)
	o, _ := d.NewestOrder("shop-000.cn")
	at := "/ui/orders/" + o.Order.ID
	for _, step := range []struct {
		does  url.Values
		says  string
		stage string
	}{
		{url.Values{"does": {"ask"}, "task": {"VerifyByPhone"}, "days": {"2"}, "message": {"please answer"}}, "It is asked for.", "PreliminaryReview"},
		{url.Values{"does": {"done"}}, "What was asked for is done.", "PreliminaryReview"},
		{url.Values{"does": {"pass"}}, "The stage is passed.", "SmsVerification"},
		{url.Values{"does": {"wrong"}}, "The SMS was answered wrongly.", "SmsVerification"},
		{url.Values{"does": {"pass"}}, "The stage is passed.", "BureauReview"},
		{url.Values{"does": {"pass"}}, "The stage is passed.", "Approved"},
		{url.Values{"does": {"ask"}, "task": {"Rectify"}, "days": {"10"}}, "It is asked for.", "Approved"},
		{url.Values{"does": {"revoke"}, "end": {"RandomCheckFailed"}}, "The filing is revoked.", "Revoked"},
	} {
		status, page := d.post(at, step.does)
		if got := d.stage("shop-000.cn"); status != 200 || !strings.Contains(page, step.says) || got != step.stage {
			t.Fatalf("%v: %d, at %s, want %s, and a page that says %q:\n%s", step.does, status, got, step.stage, step.says, page)
		}
	}
	_, page := d.get(at)
	for _, words := range []string{"VerifyByPhone · please answer", "SmsWrongEntry", "RandomCheckFailed", "This order has ended."} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q", words)
		}
	}
}

func TestAnOrderIsReturnedWithSeveralReasons(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1, v1alpha1.StagePreliminaryReview)
	o, _ := d.NewestOrder("shop-000.cn")
	status, page := d.post("/ui/orders/"+o.Order.ID, url.Values{"does": {"return"}, "reason": {"WebsiteNameInvalid", "FaceCheckFailed"}})
	if status != 200 || d.stage("shop-000.cn") != "Returned" || !strings.Contains(page, "WebsiteNameInvalid, FaceCheckFailed") {
		t.Errorf("%d, at %s:\n%s", status, d.stage("shop-000.cn"), page)
	}
}

func TestWhatCannotBeDoneIsSaidAndChangesNothing(t *testing.T) {
	t.Parallel()
	const at = "/ui/orders/O00000001"
	for name, tc := range map[string]struct {
		path   string
		form   url.Values
		status int
		says   string
	}{
		"a return without a reason":      {at, url.Values{"does": {"return"}}, 422, "reason"},
		"a report of what nobody asked":  {at, url.Values{"does": {"done"}}, 422, "was not done"},
		"an end of what is not in force": {at, url.Values{"does": {"revoke"}, "end": {"RandomCheckFailed"}}, 422, "not under way"},
		"days that are none":             {at, url.Values{"does": {"ask"}, "task": {"Supplement"}, "days": {"soon"}}, 422, "whole number"},
		"a form of nobody's":             {at, url.Values{"does": {"sulk"}}, 422, "sulk"},
		"an order that is not there":     {"/ui/orders/O99", url.Values{"does": {"pass"}}, 404, "none such"},
		"a percentage that is none":      {"/ui/faults", url.Values{"does": {"random"}, "percent": {"all"}, "seed": {"1"}}, 422, "from 0 to 100"},
		"a rate above one":               {"/ui/faults", url.Values{"does": {"random"}, "percent": {"200"}, "seed": {"1"}}, 422, "0 to 1"},
		"a fault that is none":           {"/ui/faults", url.Values{"does": {"add"}, "kind": {"Sulk"}, "times": {"1"}, "delay": {"0s"}}, 422, "Sulk"},
		"a delay that is none":           {"/ui/faults", url.Values{"does": {"add"}, "kind": {"Delay"}, "times": {"1"}, "delay": {"long"}}, 422, "500ms"},
		"time that goes back":            {"/ui/clock", url.Values{"does": {"advance"}, "hours": {"-1"}}, 422, "whole number"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 1, v1alpha1.StagePreliminaryReview)
			if status, page := d.post(tc.path, tc.form); status != tc.status || !strings.Contains(page, tc.says) {
				t.Errorf("%d:\n%s", status, page)
			}
			if got := d.stage("shop-000.cn"); got != "PreliminaryReview" {
				t.Errorf("the order is at %s", got)
			}
		})
	}
}

func TestTheListIsPagedAndSearched(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 120, v1alpha1.StagePreliminaryReview)
	count := func(path string) (rows int, page string) {
		_, page = d.get(path)
		return strings.Count(page, `href="/ui/orders/`), page
	}
	for path, want := range map[string]int{"/ui/": 50, "/ui/?page=2": 50, "/ui/?page=3": 20, "/ui/?page=99": 20, "/ui/?q=shop-007": 1, "/ui/?q=SHOP-00": 10, "/ui/?q=nobody": 0, "/ui/?waiting=1": 50} {
		if n, page := count(path); n != want {
			t.Errorf("%s lists %d orders, want %d:\n%s", path, n, want, page)
		}
	}
	if _, page := count("/ui/?page=2"); !strings.Contains(page, "2 / 3") || !strings.Contains(page, `rel="prev"`) || !strings.Contains(page, `rel="next"`) {
		t.Error("the second page of three does not lead on and back")
	}
}

func TestFaultsAndClockAreSet(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1)
	d.post("/ui/faults", url.Values{"does": {"add"}, "kind": {"LoseEvents"}, "operation": {"listEvents"}, "times": {"3"}, "delay": {"0s"}})
	d.post("/ui/faults", url.Values{"does": {"random"}, "percent": {"20"}, "seed": {"7"}})
	script, random := d.Faults()
	if len(script) != 1 || script[0].Times != 3 || random.Rate != 0.2 || random.Seed != 7 {
		t.Errorf("faults %+v, by chance %+v", script, random)
	}
	if _, page := d.post("/ui/faults", url.Values{"does": {"clear"}}); !strings.Contains(page, "There are no faults any more.") {
		t.Error("the page does not say that there are none any more")
	}
	before := d.Now()
	d.post("/ui/clock", url.Values{"does": {"advance"}, "hours": {"48"}})
	d.post("/ui/clock", url.Values{"does": {"manual"}, "manual": {"BureauReview"}})
	if got := d.Now().Sub(before).Hours(); got < 48 || got > 49 {
		t.Errorf("the clock was moved by %.1f hours", got)
	}
	if all := d.Settings(); !all["BureauReview"].Manual || all["PreliminaryReview"].Manual {
		t.Errorf("settings %+v", all)
	}
}

func TestThePagesSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1, v1alpha1.StagePreliminaryReview)
	for name, tc := range map[string]struct {
		path   string
		header []string
		says   string
	}{
		"as the browser prefers":      {"/ui/", []string{"Accept-Language", "zh-CN,zh;q=0.9"}, "备案初审"},
		"as is chosen":                {"/ui/?lang=zh", nil, "订单"},
		"as was chosen":               {"/ui/faults", []string{"Cookie", "lang=zh"}, "将要发生的故障"},
		"English where nothing is":    {"/ui/", nil, "PreliminaryReview"},
		"English where it was chosen": {"/ui/clock", []string{"Cookie", "lang=en", "Accept-Language", "zh"}, "Move the clock"},
	} {
		if _, page := d.get(tc.path, tc.header...); !strings.Contains(page, tc.says) {
			t.Errorf("%s: the page does not say %q:\n%s", name, tc.says, page)
		}
	}
	// Nothing stays English on a Chinese page but names of the field.
	o, _ := d.NewestOrder("shop-000.cn")
	for _, path := range []string{"/ui/", "/ui/orders/" + o.Order.ID, "/ui/faults", "/ui/clock"} {
		_, page := d.get(path, "Cookie", "lang=zh")
		for _, text := range regexp.MustCompile(`>([^<>]*[a-z]{2,} [a-z]{2,}[^<>]*)<`).FindAllStringSubmatch(page, -1) {
			t.Errorf("%s says in English: %q", path, text[1])
		}
	}
}

func TestNobodyElsesPageMayActHere(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 1, v1alpha1.StagePreliminaryReview)
	o, _ := d.NewestOrder("shop-000.cn")
	for _, path := range []string{"/ui/orders/" + o.Order.ID, "/orders/" + o.Order.ID + "/decisions"} {
		if status, _ := d.post(path, url.Values{"does": {"pass"}}, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example.com"); status != 403 {
			t.Errorf("%s, sent by another origin's page, is answered %d", path, status)
		}
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.address+"/ui/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := d.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	page, _ := io.ReadAll(answer.Body)
	if strings.Contains(string(page), "<script") || !strings.Contains(answer.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("a script of the address's is on the page, or may be run: %s", answer.Header)
	}
	if status, _ := d.get("/orders"); status != 200 {
		t.Errorf("the control beside the pages answers %d", status)
	}
}

// What an order holds came over the protocol, from whoever has the token.
func TestWhatAnOrderHoldsIsShownAsText(t *testing.T) {
	t.Parallel()
	const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>`
	d := newDesk(t, 1, v1alpha1.StagePreliminaryReview)
	o, _ := d.NewestOrder("shop-000.cn")
	if err := d.Decide(o.Order.ID, simulator.Ruling{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}, Message: evil}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/ui/", "/ui/orders/" + o.Order.ID} {
		status, page := d.get(path)
		if status != 200 || strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") {
			t.Errorf("%s, %d: what is written in an order is run:\n%s", path, status, page)
		}
		if path != "/ui/" && !strings.Contains(page, "&lt;script&gt;") {
			t.Errorf("%s does not show it at all", path)
		}
	}
}
