package audit_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

func TestAHostIsReadAsPeopleHaveItAtHand(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"www.example.com": "www.example.com", "WWW.Example.COM": "www.example.com", "www.example.com.": "www.example.com",
		"\twww.example.com\n": "www.example.com", "https://www.example.com/path?q=1#x": "www.example.com",
		"http://user:word@WWW.example.com:8080/": "www.example.com", "www.example.com:443": "www.example.com", "www.example.com/shop": "www.example.com",
		"例子.中国": "xn--fsqu00a.xn--fiqs8s", "https://例子.中国/购物": "xn--fsqu00a.xn--fiqs8s", "例子。中国。": "xn--fsqu00a.xn--fiqs8s",
		"ＷＷＷ．example．com": "www.example.com", "*.example.com": "*.example.com", "*.例子.中国": "*.xn--fsqu00a.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s": "xn--fsqu00a.xn--fiqs8s",
	} {
		if got, err := audit.ReadHost(text); err != nil || got != want {
			t.Errorf("%q is %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"", " ", "192.0.2.1", "https://192.0.2.1/", "2001:db8::1", "[2001:db8::1]:443", "a_b.example.com", "a..example.com", ".example.com", "www.*.example.com", "a b.com", "\x1b[31m", strings.Repeat("a.", 200) + "com", "xn--a"} {
		if got, err := audit.ReadHost(text); err == nil {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
	if got := audit.ShowHost("*.xn--fsqu00a.xn--fiqs8s"); got != "*.例子.中国" {
		t.Errorf("shown as %q", got)
	}
}

// heard is what is said of a host, in short.
type heard struct {
	filings, routes []string
	next            []string
}

func TestAHostIsExplained(t *testing.T) {
	t.Parallel()
	routes := []exposure.Route{
		{Kind: exposure.IngressKind, Namespace: "shop", Name: "exact", Hosts: []string{"www.example.com"}},
		{Kind: exposure.IngressKind, Namespace: "shop", Name: "wild", Hosts: []string{"*.example.com"}},
		{Kind: exposure.HTTPRouteKind, Namespace: "blog", Name: "wild", Hosts: []string{"*.example.com"}, Parked: true, Held: true, Because: "because"},
		{Kind: exposure.HTTPRouteKind, Namespace: "blog", Name: "mesh", Hosts: []string{"www.example.com"}, Inert: true},
		{Kind: exposure.IngressKind, Namespace: "blog", Name: "any", Hostless: true},
		{Kind: exposure.IngressKind, Namespace: "blog", Name: "other", Hosts: []string{"www.example.org"}},
	}
	namespaces := map[string]audit.Namespace{
		"shop": audit.NamespaceOf(gated(v1alpha1.GateHold), admission.Encode(exposure.NewClearances(example))),
		"blog": audit.NamespaceOf(gated(v1alpha1.GateHold), nil),
	}
	for host, row := range map[string]struct {
		filings []audit.Filing
		want    heard
	}{
		"www.example.com": {
			[]audit.Filing{filed("blog", example, v1alpha1.StageBureauReview), filed("shop", example, v1alpha1.StageApproved)},
			heard{
				[]string{"shop/site", "blog/site"},
				[]string{"shop/exact www.example.com Covered", "blog/wild *.example.com Parked", "shop/wild *.example.com Covered", "blog/mesh www.example.com ", "blog/any * Uncovered"},
				[]string{"kubectl icp status site -n blog"},
			}},
		"a.b.example.com": {
			[]audit.Filing{filed("shop", example, v1alpha1.StageApproved)},
			heard{[]string{"shop/site"}, []string{"blog/wild *.example.com Parked", "blog/any * Uncovered"}, []string{"kubectl edit icpfiling site -n shop"}}},
		"www.example.net": {nil, heard{nil, []string{"blog/any * Uncovered"}, []string{"", "kubectl get pods -n icp-system"}}},
		"www.example.org": {nil, heard{nil, []string{"blog/other www.example.org Uncovered", "blog/any * Uncovered"}, []string{"kubectl icp init --domain example.org -n blog", "kubectl get pods -n icp-system", ""}}},
	} {
		facts := &audit.Facts{Settings: admission.SettingsOf(nil), SettingsKnown: true, AllFilings: true, Namespaces: namespaces, Filings: row.filings, Routes: routes}
		e := audit.Explain(facts, host)
		var got heard
		for _, f := range e.Filings {
			got.filings = append(got.filings, f.Namespace+"/"+f.Name)
		}
		for _, r := range e.Routes {
			got.routes = append(got.routes, r.Namespace+"/"+r.Name+" "+r.Host+" "+string(r.Verdict))
			if r.Unattached != (r.Name == "mesh") || r.Verdict == audit.Parked && r.Says != "because" {
				t.Errorf("%s: %+v", host, r)
			}
		}
		for _, step := range e.Next("shop") {
			got.next = append(got.next, step.Command)
		}
		if diff := cmp.Diff(row.want, got, cmp.AllowUnexported(heard{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", host, diff)
		}
	}
}

func TestAHostThatNothingNamesIsToldHowToStart(t *testing.T) {
	t.Parallel()
	facts := &audit.Facts{Settings: admission.SettingsOf(nil), SettingsKnown: true, AllFilings: true}
	if steps := audit.Explain(facts, "www.example.com.cn").Next("shop"); len(steps) != 1 || steps[0].Command != "kubectl icp init --domain example.com.cn -n shop" {
		t.Errorf("%+v", steps)
	}
	facts.Settings.Rules.ExemptDomains = []string{"corp.internal"}
	if e := audit.Explain(facts, "web.corp.internal"); !e.Exempt || len(e.Next("shop")) > 0 {
		t.Errorf("%+v", e)
	}
}
