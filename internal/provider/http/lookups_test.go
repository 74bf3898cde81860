package http_test

import (
	"encoding/json"
	"fmt"
	nethttp "net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

func TestEachDomainOfALookupHasItsOwnAnswer(t *testing.T) {
	t.Parallel()
	notFiled := provider.Lookup{Filed: provider.Filed{Domain: "example.com"}}
	unknown := func(reason string) provider.Lookup { return provider.Lookup{Filed: notFiled.Filed, Unknown: reason} }
	filed := provider.Lookup{Filed: provider.Filed{
		Domain: "example.com", Filed: true, SubjectNumber: "浙ICP备26000001号", WebsiteNumber: "浙ICP备26000001号-1",
		Access: []v1alpha1.AccessProvider{v1alpha1.ThisProvider},
	}}
	tests := map[string]struct {
		lookups string
		want    provider.Lookup
	}{
		"a domain that is filed": {
			`{"domain": "example.com", "result": "Filed", "subjectNumber": "浙ICP备26000001号", "websiteNumber": "浙ICP备26000001号-1", "access": ["ThisProvider"]}`, filed,
		},
		"a domain that is not filed is found not to be": {`{"domain": "example.com", "result": "NotFiled"}`, notFiled},
		"what the server cannot tell is unknown":        {`{"domain": "example.com", "result": "Unknown", "reason": "RegistryDown"}`, unknown("RegistryDown")},
		"it need not say why":                           {`{"domain": "example.com", "result": "Unknown"}`, unknown(provider.ReasonNotSaid)},
		"why it cannot may not be a sentence":           {`{"domain": "example.com", "result": "Unknown", "reason": "no idea"}`, unknown(provider.ReasonNotSaid)},
		"a domain that is left out is unknown":          {`{"domain": "other.com", "result": "NotFiled"}`, unknown(provider.ReasonNoAnswer)},
		"no answer at all is unknown":                   {``, unknown(provider.ReasonNoAnswer)},
		"a result that is not one is unknown":           {`{"domain": "example.com", "result": "Perhaps"}`, unknown(provider.ReasonMalformedAnswer)},
		"an answer without a result is unknown":         {`{"domain": "example.com"}`, unknown(provider.ReasonMalformedAnswer)},
		"an access provider that is none is unknown":    {`{"domain": "example.com", "result": "Filed", "access": ["Everybody"]}`, unknown(provider.ReasonMalformedAnswer)},
		"two answers that differ say nothing": {
			`{"domain": "example.com", "result": "NotFiled"}, {"domain": "example.com", "result": "Filed"}`, unknown(provider.ReasonMalformedAnswer),
		},
		"two answers that agree are one": {`{"domain": "example.com", "result": "NotFiled"}, {"domain": "example.com", "result": "NotFiled"}`, notFiled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t, answering(200, protocol.MediaType, `{"lookups": [`+test.lookups+`]}`))
			got, err := client(t, http.Options{URL: s.URL}).LookUpAll(t.Context(), []string{"example.com"})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]provider.Lookup{test.want}, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestALookupAsksForAllItsDomainsWithOneCall(t *testing.T) {
	t.Parallel()
	var asked protocol.LookupQuestion
	s := newStub(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if err := json.NewDecoder(r.Body).Decode(&asked); err != nil || r.Method != nethttp.MethodPost || r.URL.Path != "/filings/lookups" {
			t.Errorf("%s %s: %v", r.Method, r.URL.Path, err)
		}
		answering(200, protocol.MediaType, `{"lookups": []}`)(w, r)
	})
	c := client(t, http.Options{URL: s.URL})
	domains := make([]string, provider.LookupsAtOnce)
	for i := range domains {
		domains[i] = fmt.Sprintf("d%d.com", i)
	}
	got, err := c.LookUpAll(t.Context(), domains)
	if err != nil || s.hits.Load() != 1 || len(got) != len(domains) {
		t.Fatalf("%d calls, %d answers, %v", s.hits.Load(), len(got), err)
	}
	if diff := cmp.Diff(domains, asked.Domains); diff != "" {
		t.Errorf("asked for (-want +got):\n%s", diff)
	}
	for _, n := range []int{0, provider.LookupsAtOnce + 1} {
		if _, err := c.LookUpAll(t.Context(), make([]string, n)); provider.ClassOf(err) != provider.Rejected {
			t.Errorf("%d domains: %v", n, err)
		}
	}
	if s.hits.Load() != 1 {
		t.Error("what cannot be asked for was sent")
	}
}

func TestAServerWithoutLookupsIsToldFromOneThatIsDown(t *testing.T) {
	t.Parallel()
	named := func(reason string) protocol.Problem {
		return protocol.Problem{Type: protocol.ProblemTypePrefix + reason, Title: reason}
	}
	tests := map[string]struct {
		handler nethttp.HandlerFunc
		lacks   bool
	}{
		"404 as the protocol says it": {problem(404, named(protocol.ReasonNotFound)), true},
		"404 of a router":             {answering(404, "text/plain", "404 page not found"), true},
		"405 of a router":             {answering(405, "text/plain", "Method Not Allowed"), true},
		"501":                         {answering(501, "text/plain", "no"), true},
		"500":                         {answering(500, "text/plain", "no"), false},
		"503":                         {problem(503, named(protocol.ReasonUnavailable)), false},
		"429":                         {problem(429, named(protocol.ReasonTooManyRequests)), false},
		"401":                         {problem(401, named(protocol.ReasonUnauthorized)), false},
		"a page":                      {answering(200, "text/html", "<p>"), false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStub(t, test.handler)
			answers, err := client(t, http.Options{URL: s.URL}).LookUpAll(t.Context(), []string{"example.com"})
			if err == nil || answers != nil || http.LacksLookups(err) != test.lacks {
				t.Errorf("answers %v, %v, lacks %t", answers, err, http.LacksLookups(err))
			}
		})
	}
}
