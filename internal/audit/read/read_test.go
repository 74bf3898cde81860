package read

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/audit"
)

// apiServer answers as an API server would that has these pages, by path and continue token. It stands in for what a real one
// does seldom, or not at all: a list that grows too old, a right that is missing.
type apiServer struct {
	pages map[string]string
	mu    sync.Mutex
	asked []string
}

func (a *apiServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	key := r.URL.Path
	for _, name := range []string{"continue", "labelSelector"} {
		if value := r.URL.Query().Get(name); value != "" {
			key += " " + value
		}
	}
	if limit := r.URL.Query().Get("limit"); strings.HasSuffix(key, "icpfilings") && limit == "" {
		key += " whole"
	}
	a.mu.Lock()
	if _, other := a.pages[key+" whole list"]; other && r.Header.Get("Accept") == whole {
		key += " whole list"
	}
	a.asked = append(a.asked, key)
	a.mu.Unlock()
	page, there := a.pages[key]
	switch {
	case !there, page == "gone":
		status(w, http.StatusNotFound, "NotFound")
	case page == "forbidden":
		status(w, http.StatusForbidden, "Forbidden")
	case page == "expired":
		status(w, http.StatusGone, "Expired")
	case page == "broken":
		status(w, http.StatusInternalServerError, "InternalError")
	default:
		_, _ = fmt.Fprint(w, page)
	}
}

func status(w http.ResponseWriter, code int, reason string) {
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "code": code})
}

func listOf(token string, items ...string) string {
	return fmt.Sprintf(`{"apiVersion":"v1","items":[%s],"kind":"List","metadata":{"continue":%q,"resourceVersion":"7"}}`, strings.Join(items, ","), token)
}

// typed lists have their metadata first.
func typedListOf(token string, items ...string) string {
	return fmt.Sprintf(`{"kind":"List", "apiVersion":"v1", "metadata": {"continue":%q}, "items": [%s]}`+"\n", token, strings.Join(items, ", "))
}

func ingressOf(name, host string) string {
	return fmt.Sprintf(`{"metadata":{"namespace":"shop","name":%q,"annotations":{"continue":"not this","items":"]}\"{"}},"spec":{"rules":[{"host":%q}]}}`, name, host)
}

func aFiling(name, domain string) string {
	return fmt.Sprintf(`{"metadata":{"namespace":"shop","name":%q},"spec":{"domain":{"name":%q},"subject":{"name":"x"}},"status":{"stage":"Approved","stages":[{"name":"x"}],
		"conditions":[{"type":"Ready","status":"False"},{"type":"ExposureAllowed","status":"True","reason":"Approved"}]}}`, name, domain)
}

const (
	ingresses  = "/apis/networking.k8s.io/v1/ingresses"
	ofFilings  = "/apis/icp.beian.dev/v1alpha1/icpfilings"
	ofPolicies = "/apis/icp.beian.dev/v1alpha1/exposurepolicies/default"
	ofSpaces   = "/api/v1/namespaces"
	services   = "/api/v1/services"
)

func shop() string { return `{"metadata":{"name":"shop","labels":{"icp.beian.dev/gate":"hold"}}}` }

// usual is an API server without the Gateway API.
func usual() map[string]string {
	return map[string]string{
		ofPolicies: `{"metadata":{"name":"default"},"spec":{"defaultMode":"Off"}}`,
		ingresses:  typedListOf("", ingressOf("a", "a.cn")), services: typedListOf(""), ofSpaces: typedListOf("", shop()), ofFilings: listOf("", aFiling("f", "a.cn")),
	}
}

// readAs reads from an API server that has the usual pages, but for some.
func readAs(t *testing.T, options Options, pages map[string]string) (*audit.Facts, *apiServer, error) {
	t.Helper()
	server := &apiServer{pages: usual()}
	maps.Copy(server.pages, pages)
	at := httptest.NewServer(server)
	t.Cleanup(at.Close)
	client, err := Client(&rest.Config{Host: at.URL, QPS: -1})
	if err != nil {
		t.Fatal(err)
	}
	facts, err := FromCluster(t.Context(), client, options)
	return facts, server, err
}

func names(facts *audit.Facts) (routes, filings []string) {
	for _, r := range facts.Routes {
		routes = append(routes, r.Name)
	}
	for _, f := range facts.Filings {
		filings = append(filings, f.Name)
	}
	return routes, filings
}

var noGateways = []audit.NotSeen{
	{What: "grpcroutes.gateway.networking.k8s.io", Reason: audit.NotInstalled}, {What: "httproutes.gateway.networking.k8s.io", Reason: audit.NotInstalled},
	{What: "tlsroutes.gateway.networking.k8s.io", Reason: audit.NotInstalled},
}

func TestListsAreReadPageByPage(t *testing.T) {
	t.Parallel()
	facts, _, err := readAs(t, Options{}, map[string]string{
		ingresses: typedListOf("2", ingressOf("a", "a.cn")), ingresses + " 2": typedListOf("3", ingressOf("b", "b.cn")), ingresses + " 3": typedListOf("", ingressOf("c", "c.cn")),
		ofFilings: listOf("2", aFiling("f", "a.cn")), ofFilings + " 2": listOf("", aFiling("g", "b.cn")),
	})
	if err != nil {
		t.Fatal(err)
	}
	routes, filings := names(facts)
	if diff := cmp.Diff([][]string{{"a", "b", "c"}, {"f", "g"}}, [][]string{routes, filings}); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !facts.AllFilings || !facts.SettingsKnown || !facts.Filings[0].Clears || facts.Routes[0].Hosts[0] != "a.cn" {
		t.Errorf("%+v", facts)
	}
	if diff := cmp.Diff(noGateways, facts.NotSeen); diff != "" {
		t.Errorf("not seen (-want +got):\n%s", diff)
	}
}

const (
	ofShop = "/apis/icp.beian.dev/v1alpha1/namespaces/shop/icpfilings"
	ofBlog = "/apis/icp.beian.dev/v1alpha1/namespaces/blog/icpfilings"
)

// tableOf is a page of a table of filings.
func tableOf(token string, rows ...string) string {
	return fmt.Sprintf(`{"kind":"Table","metadata":{"continue":%q},"columnDefinitions":[{"name":"Name"},{"name":"Age"},{"name":"Domain"},{"name":"Stage"},{"name":"Number"},
		{"name":"Allowed"},{"name":"Because"},{"name":"Shared-With"},{"name":"Deleted"}],"rows":[%s]}`, token, strings.Join(rows, ","))
}

func rowOf(name, domain, allowed, because, from, deleted string) string {
	row, _ := json.Marshal(map[string]any{"cells": []any{name, "5d", domain, "Approved", nil, allowed, because, from, deleted}, "object": nil})
	return string(row)
}

// crowded is an API server with more filings than a page holds, in two namespaces.
func crowded(shopHas string) map[string]string {
	return map[string]string{ofSpaces: typedListOf("", shop(), `{"metadata":{"name":"blog"}}`), ofFilings: listOf("2", aFiling("f", "a.cn")), ofShop: shopHas, ofBlog: tableOf("")}
}

func TestVeryManyFilingsAreReadAsTablesOfSeveralNamespaces(t *testing.T) {
	t.Parallel()
	pages := crowded(tableOf("2", rowOf("f", "A.cn", "True", "Approved", "Same", "")))
	pages[ofShop+" 2"] = tableOf("", rowOf("g", "b.cn", "True", "Approved", "All", "2026-11-01T00:00:00Z"), rowOf("h", "c.cn", "False", "Revoked", "Same", ""))
	facts, server, err := readAs(t, Options{}, pages)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range facts.Filings {
		got = append(got, fmt.Sprint(f.Key(), f.Domain, f.Stage, f.Closed, f.Clears))
	}
	want := []string{fmt.Sprint("shop/f", "a.cn", "Approved", "", true), fmt.Sprint("shop/g", "b.cn", "Approved", "", false), fmt.Sprint("shop/h", "c.cn", "Approved", "Revoked", false)}
	if diff := cmp.Diff(want, got); diff != "" || !facts.AllFilings {
		t.Errorf("all %v (-want +got):\n%s", facts.AllFilings, diff)
	}
	if slices.Contains(server.asked, ofFilings+" 2") || slices.Contains(server.asked, ofShop+"/f") {
		t.Errorf("asked for %v", server.asked)
	}
}

func TestWhoLooksAtOneNamespaceReadsVeryManyFilingsAsTablesToo(t *testing.T) {
	t.Parallel()
	pages := crowded(tableOf("", rowOf("f", "a.cn", "True", "Approved", "All", "")))
	pages[ofSpaces+"/blog"] = `{"metadata":{"name":"blog"}}`
	pages["/api/v1/namespaces/blog/services"], pages["/apis/networking.k8s.io/v1/namespaces/blog/ingresses"] = typedListOf(""), typedListOf("")
	facts, _, err := readAs(t, Options{Namespace: "blog"}, pages)
	if err != nil || len(facts.Filings) != 1 || facts.Filings[0].Key() != "shop/f" || len(facts.Namespaces) != 1 {
		t.Errorf("%+v, %v", facts, err)
	}
	pages[ofSpaces] = "forbidden"
	pages[ofFilings+" 2"] = listOf("", aFiling("g", "b.cn"))
	if facts, _, err = readAs(t, Options{Namespace: "blog"}, pages); err != nil || len(facts.Filings) != 2 {
		t.Errorf("namespaces may not be listed: %+v, %v", facts, err)
	}
}

func TestAFilingOfWhichATableDoesNotTellEnoughIsReadWhole(t *testing.T) {
	t.Parallel()
	sure := rowOf("g", "b.cn", "True", "Approved", "Same", "")
	for name, unsure := range map[string]string{
		"whether it is in force is not known": rowOf("f", "a.cn", "Unknown", "ProviderUnavailable", "Same", ""),
		"nobody has judged it yet":            rowOf("f", "a.cn", "", "", "Same", ""),
		"a selector lets namespaces in":       rowOf("f", "a.cn", "True", "Approved", "Selector", ""),
		"its next action is asked for":        rowOf("f", "action.cn", "False", "NotApproved", "Same", ""),
	} {
		actions := func(domain string) bool { return domain == "action.cn" }
		pages := crowded(tableOf("", unsure, sure))
		pages[ofShop+"/f"] = aFiling("f", "whole.cn")
		facts, _, err := readAs(t, Options{Actions: actions}, pages)
		if err != nil {
			t.Fatal(err)
		}
		if len(facts.Filings) != 2 || facts.Filings[1].Domain != "whole.cn" {
			t.Errorf("%s: %+v", name, facts.Filings)
		}
		pages[ofShop+"/f"] = "gone"
		if facts, _, err = readAs(t, Options{Actions: actions}, pages); err != nil || len(facts.Filings) != 1 || facts.Filings[0].Name != "g" {
			t.Errorf("%s, and it was deleted meanwhile: %+v, %v", name, facts, err)
		}
		pages[ofShop+"/f"] = "broken"
		if _, _, err = readAs(t, Options{Actions: actions}, pages); err == nil {
			t.Errorf("%s, and it cannot be read: no error", name)
		}
	}
}

// A cluster whose definition of filings is older than the program lacks columns; one with many selectors is read as quickly whole.
func TestATableThatDoesNotServeIsReplacedByTheWholeList(t *testing.T) {
	t.Parallel()
	var many []string
	for i := range mostSingly + 1 {
		many = append(many, rowOf(fmt.Sprint("f", i), "a.cn", "True", "Approved", "Selector", ""))
	}
	for name, table := range map[string]string{"columns are missing": `{"kind":"Table","columnDefinitions":[{"name":"Name"}],"rows":[]}`, "many are unclear": tableOf("", many...)} {
		pages := crowded(table)
		pages[ofShop+" whole list"] = listOf("", aFiling("f", "whole.cn"))
		facts, _, err := readAs(t, Options{}, pages)
		if err != nil || len(facts.Filings) != 1 || facts.Filings[0].Domain != "whole.cn" {
			t.Errorf("%s: %+v, %v", name, facts, err)
		}
	}
}

func TestAListThatHasBecomeTooOldIsReadAnewAndWhole(t *testing.T) {
	t.Parallel()
	facts, _, err := readAs(t, Options{}, map[string]string{
		ofFilings: listOf("2", aFiling("f", "a.cn")), ofFilings + " 2": "expired", ofFilings + " whole": listOf("", aFiling("f", "a.cn"), aFiling("g", "b.cn")),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, filings := names(facts); len(filings) != 2 {
		t.Errorf("filings %v, want each once", filings)
	}
}

func TestRoutesAreReadBeforeNamespacesAndThoseBeforeFilings(t *testing.T) {
	t.Parallel()
	_, server, err := readAs(t, Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := server.asked[len(server.asked)-2:]
	if diff := cmp.Diff([]string{ofSpaces, ofFilings}, last); diff != "" {
		t.Errorf("asked last (-want +got):\n%s", diff)
	}
}

func TestWhereNotAllMayBeReadTheUsersNamespaceIs(t *testing.T) {
	t.Parallel()
	facts, _, err := readAs(t, Options{Instead: "shop"}, map[string]string{
		ofPolicies: "forbidden", ingresses: "forbidden", "/apis/networking.k8s.io/v1/namespaces/shop/ingresses": typedListOf("", ingressOf("a", "a.cn")),
		services: "forbidden", "/api/v1/namespaces/shop/services": "forbidden", ofSpaces: "forbidden", ofSpaces + "/shop": shop(),
		ofFilings: "forbidden", "/apis/icp.beian.dev/v1alpha1/namespaces/shop/icpfilings": listOf("", aFiling("f", "a.cn")),
	})
	if err != nil {
		t.Fatal(err)
	}
	routes, filings := names(facts)
	if len(routes) != 1 || len(filings) != 1 || facts.AllFilings || facts.SettingsKnown || facts.Namespaces["shop"].Labels == nil {
		t.Errorf("%v %v %+v", routes, filings, facts)
	}
	want := append([]audit.NotSeen{{What: "exposurepolicies.icp.beian.dev", Reason: audit.NotPermitted}}, noGateways[:2]...)
	want = append(want, audit.NotSeen{What: "icpfilings.icp.beian.dev", Reason: audit.OtherNamespaces}, audit.NotSeen{What: "ingresses.networking.k8s.io", Reason: audit.OtherNamespaces},
		audit.NotSeen{What: "namespaces", Reason: audit.OtherNamespaces}, audit.NotSeen{What: "services", Namespace: "shop", Reason: audit.NotPermitted}, noGateways[2])
	if diff := cmp.Diff(want, facts.NotSeen); diff != "" {
		t.Errorf("not seen (-want +got):\n%s", diff)
	}
}

func TestFurtherKindsAreReadByTheirExpressions(t *testing.T) {
	t.Parallel()
	kinds := func(hosts string) string {
		return fmt.Sprintf(`{"metadata":{"name":"default"},"spec":{"routeKinds":[{"group":"example.net","version":"v1","resource":"sites","hosts":%q}]}}`, hosts)
	}
	site := `{"apiVersion":"example.net/v1","kind":"Site","metadata":{"namespace":"shop","name":"s"},"spec":{"host":"s.cn","n":3}}`
	const sites = "/apis/example.net/v1/sites"
	const vaps = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies app.kubernetes.io/component=exposure-gate,app.kubernetes.io/managed-by=icp-operator"
	facts, _, err := readAs(t, Options{}, map[string]string{ofPolicies: kinds("object.spec.n == 3 ? [object.spec.host] : ['']"), sites: listOf("", site)})
	if err != nil {
		t.Fatal(err)
	}
	i := len(facts.Routes) - 1
	if facts.Routes[i].Name != "s" || facts.Routes[i].Hosts[0] != "s.cn" || facts.Routes[i].Kind.Kind != "Site" {
		t.Errorf("%+v", facts.Routes)
	}
	facts, _, err = readAs(t, Options{}, map[string]string{ofPolicies: kinds("no CEL ("), sites: listOf("", site), vaps: listOf("")})
	if err != nil {
		t.Fatal(err)
	}
	if !hides(facts, "sites.example.net", audit.KindInvalid) {
		t.Errorf("a wrong kind is not said: %+v", facts.NotSeen)
	}
	stands := `{"metadata":{"name":"x","annotations":{"icp.beian.dev/route-kind":"{\"group\":\"example.net\",\"version\":\"v1\",\"resource\":\"sites\",\"hosts\":\"[object.spec.host]\"}"}}}`
	facts, _, err = readAs(t, Options{}, map[string]string{ofPolicies: kinds("no CEL ("), sites: listOf("", site), vaps: listOf("", stands)})
	if err != nil {
		t.Fatal(err)
	}
	if len(facts.Routes) != 2 || hides(facts, "sites.example.net", audit.KindInvalid) {
		t.Errorf("what stands for a wrong kind is not read: %+v", facts)
	}
	// So it is where somebody deleted the ExposurePolicy: the gate stays as it is.
	made := fmt.Sprintf(`{"metadata":{"name":%q,"annotations":{"icp.beian.dev/made-of":"{\"DefaultMode\":\"hold\"}"}}}`, admission.SettingsPolicy())
	facts, _, err = readAs(t, Options{}, map[string]string{ofPolicies: "gone", sites: listOf("", site), vaps: listOf("", stands, made)})
	if err != nil {
		t.Fatal(err)
	}
	if len(facts.Routes) != 2 || facts.Settings.DefaultMode != "hold" || !facts.SettingsKnown {
		t.Errorf("without an ExposurePolicy: %+v", facts)
	}
}

func hides(facts *audit.Facts, what string, reason audit.NotSeenReason) bool {
	for _, missed := range facts.NotSeen {
		if missed.What == what && missed.Reason == reason {
			return true
		}
	}
	return false
}

func TestOtherErrorsAreErrors(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{ingresses: "listing ingresses", ofFilings: "listing filings", ofSpaces: "listing namespaces", ofPolicies: "ExposurePolicy"} {
		if _, _, err := readAs(t, Options{}, map[string]string{key: "broken"}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", key, err, want)
		}
	}
}

// A scanned filing is what a decoded one is, wherever its fields stand; and no text, however it is cut, is more than an error.
func TestAFilingIsScannedAsItIsDecoded(t *testing.T) {
	t.Parallel()
	f := &v1alpha1.IcpFiling{}
	f.Namespace, f.Name, f.Annotations = "shop", "f", map[string]string{"icp.beian.dev/order": `o "1"`, "status": "{"}
	f.ManagedFields = []metav1.ManagedFieldsEntry{{FieldsV1: metav1.NewFieldsV1(`{"f:status":{"f:stage":{}}}`)}}
	f.Spec.Domain.Name, f.Spec.Website.Name = "Example.cn", `quoted \" {`
	f.Spec.Exposure.Namespaces = v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}}
	f.Status.Stage, f.Status.WebsiteNumber = v1alpha1.StageApproved, "浙ICP备26000001号-1"
	f.Status.NextAction = &v1alpha1.NextAction{Actor: v1alpha1.ActorBureau, Task: "T", DueDate: "2026-01-02"}
	f.Status.Conditions = []metav1.Condition{{Type: "Ready", Status: "True"}, {Type: v1alpha1.ConditionExposureAllowed, Status: "False", Reason: v1alpha1.ReasonNamespaceFull}}
	whole, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{string(whole), string(indented(t, whole))} {
		got, _, err := filingOf([]byte(text))
		if diff := cmp.Diff(audit.FilingOf(f), got, cmp.AllowUnexported(audit.Filing{})); diff != "" || err != nil {
			t.Errorf("%v (-decoded +scanned):\n%s", err, diff)
		}
	}
	for end := range whole {
		if _, _, err := filingOf(whole[:end]); err == nil {
			t.Errorf("cut to %q, it is taken for a filing", whole[:end])
		}
	}
}

func indented(t *testing.T, text []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, text, "", "\t"); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAPageIsTakenApart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"a":1,"items":[1,{"items":2}],"metadata":{"continue":"x\u0022"}}`: `x" 1 {"items":2} `, ` {"items" : [ ] , "metadata" : { } } `: " ", `{}`: " ",
		`{"x":{"items":[1]},"kind":"items"}`: " ", `{"x":"\"items\":1","items":[{"a":"}"}, null , true]}`: ` {"a":"}"} null true `, `{"items":7}`: " ", `{"items":null}`: " ",
	} {
		opened, err := open([]byte(text))
		got := opened.token + " "
		for _, item := range opened.items {
			got += string(item) + " "
		}
		if got != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", text, got, err, want)
		}
	}
	for _, text := range []string{`{"items`, `{"items":[`, `{"items":[1`, `{"items":[1}`, `{"a"}`, `{"a":}`, `{1:2}`, `{"a":1 "b":2}`, `{"a":"`, `{,}`} {
		if _, err := open([]byte(text)); err == nil {
			t.Errorf("%s is taken for a page", text)
		}
	}
}
