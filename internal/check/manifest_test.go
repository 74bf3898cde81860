package check_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/check"
)

// A route that the gate refuses, of a host, in flow style: one line.
func refusedRoute(host string) string {
	return fmt.Sprintf("{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web}, spec: {rules: [{host: %s}]}}", host)
}

// places are where findings are, and by which rule.
func places(report check.Report) string {
	var all []string
	for _, f := range report.Findings {
		all = append(all, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Rule))
	}
	return strings.Join(all, ", ")
}

func TestManifestsAreFoundWhereTheyStand(t *testing.T) {
	t.Parallel()
	route := refusedRoute("a.example.com")
	for says, row := range map[string]struct{ text, found string }{
		"one document":                                 {route, "1:96 RouteRefused"},
		"behind a comment and a mark":                  {"# whose\n---\n" + route, "3:96 RouteRefused"},
		"two documents":                                {route + "\n---\n" + route, "1:96 RouteRefused, 3:96 RouteRefused"},
		"a mark with a comment":                        {"--- # first\n" + route + "\n---  # second\n" + route + "\n", "2:96 RouteRefused, 4:96 RouteRefused"},
		"on the line of its mark":                      {"--- " + route, "1:100 RouteRefused"},
		"lines that end as in DOS":                     {"---\r\n" + route + "\r\n---\r\n" + route + "\r\n", "2:96 RouteRefused, 4:96 RouteRefused"},
		"behind a byte order mark":                     {"\ufeff" + route, "1:96 RouteRefused"},
		"empty documents between":                      {"---\n---\n# nothing\n---\n" + route, "5:96 RouteRefused"},
		"in a list":                                    {"apiVersion: v1\nkind: List\nitems:\n- " + route + "\n- " + route, "4:98 RouteRefused, 5:98 RouteRefused"},
		"in a list of its kind":                        {"apiVersion: networking.k8s.io/v1\nkind: IngressList\nitems:\n- " + route, "4:98 RouteRefused"},
		"in a list of lists":                           {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - " + route, "7:100 RouteRefused"},
		"as JSON":                                      {"{\n\t\"apiVersion\": \"networking.k8s.io/v1\", \"kind\": \"Ingress\",\n\t\"metadata\": {\"name\": \"web\"},\n\t\"spec\": {\"rules\": [{\"host\": \"a.example.com\"}]}\n}", "4:30 RouteRefused"},
		"a document that is broken hides no other":     {"apiVersion: v1\nkind: [\n---\n" + route, "2:0 Unreadable, 4:96 RouteRefused"},
		"a key that is null":                           {"apiVersion: v1\nkind: Service\n? \n: 1", "1:0 Unreadable"},
		"a key that is set twice":                      {"apiVersion: v1\nkind: Service\nkind: Service\nmetadata: {name: web}", "3:0 Unreadable"},
		"by an anchor":                                 {"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: &n web}\nspec:\n  rules:\n  - &r {host: a.example.com}\n  - *r", "6:15 RouteRefused"},
		"a template of Helm":                           {"{{- if .Values.x }}\n" + route + "\n{{ end }}", "1:0 Template"},
		"a template whose YAML is good":                {refusedRoute("'{{ .Values.host }}'"), "1:0 Template"},
		"a template without quotes":                    {"apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules:\n  - host: {{ .Values.host }}", "1:0 Template"},
		"a template of Jinja":                          {"{% if x %}\n" + route + "\n{% endif %}", "1:0 Template"},
		"a variable of Flux":                           {refusedRoute("www.${DOMAIN}"), "1:0 Template"},
		"a controller's variable in an annotation":     {strings.Replace(route, "name: web", "name: web, annotations: {example.com/x: '${y}'}", 1), "1:134 RouteRefused"},
		"a shell's variable in what is no route":       {"apiVersion: batch/v1\nkind: Job\nmetadata: {name: x}\nspec: {command: ['echo ${HOME} {{ x }}']}", ""},
		"a template of a kind that is a route here":    {policed("routeKinds: [{group: example.net, version: v1, resource: sites, hosts: object.spec.hosts}]") + "---\n{apiVersion: example.net/v1, kind: Site, metadata: {name: x}, spec: {hosts: ['{{ x }}']}}", "5:0 Template"},
		"a template beside, which hides no other":      {"{{ x }}\napiVersion: v1\n---\n" + route, "1:0 Template, 4:96 RouteRefused"},
		"no manifest":                                  {"a: 1\n---\n- b\n---\nc", ""},
		"no manifest, and broken":                      {"a: [", ""},
		"a definition that speaks of templates":        {"apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x}\nspec: {description: '{{ x }}'}", ""},
		"something that is no object where one should": {"apiVersion: v1\nkind: List\nitems: [1, [], null, {}]", ""},
		"metadata that is none":                        {"apiVersion: icp.beian.dev/v1alpha1\nkind: IcpReview\nmetadata: x", "3:1 Invalid"},
		"a port that is none":                          {"apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge}\nspec: {gatewayClassName: x, listeners: [{name: web, port: PORT, protocol: HTTP}]}", "1:1 Invalid"},
		"the version of somebody's dreams":             {"apiVersion: icp.beian.dev/v2\nkind: IcpFiling\nmetadata: {name: x}", "1:1 UnknownKind"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			if got := places(checked(t, check.Options{Mode: "deny"}, row.text)); got != row.found {
				t.Errorf("found %s, want %s", got, row.found)
			}
		})
	}
}

// Whatever a file holds, it ends with findings: texts are cut, doubled and shuffled at random.
func TestNoTextIsTooOdd(t *testing.T) {
	t.Parallel()
	var texts []string
	for _, file := range []string{"shop/filing.yaml", "shop/people.yaml", "shop/routes.yaml", "blog/all.json", "blog/broken.yaml", "policy.yaml"} {
		text, err := os.ReadFile("../plugin/testdata/check/" + file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 150 {
		lines := strings.SplitAfter(texts[random.IntN(len(texts))]+"\n---\n"+texts[random.IntN(len(texts))], "\n")
		for range 1 + random.IntN(4) {
			i, j := random.IntN(len(lines)), random.IntN(len(lines))
			switch random.IntN(4) {
			case 0:
				lines[i] = ""
			case 1:
				lines[i] += lines[j]
			case 2:
				lines[i] = lines[i][:random.IntN(len(lines[i])+1)]
			default:
				lines[i], lines[j] = lines[j], lines[i]
			}
		}
		checked(t, check.Options{}, strings.Join(lines, ""))
	}
}
