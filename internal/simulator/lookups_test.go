package simulator_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestManyDomainsAreLookedUpWithOneCallThatIsCounted(t *testing.T) {
	t.Parallel()
	d := newFiledDesk(t, simulator.Options{})
	got, err := d.client.LookUpAll(t.Context(), []string{"nobody.example.com", "here.example.com", "shell.example.com", "elsewhere.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	want := []provider.Lookup{
		{Filed: provider.Filed{Domain: "nobody.example.com"}},
		{Filed: provider.Filed{
			Domain: "here.example.com", Filed: true, SubjectNumber: "浙ICP备12345678号", WebsiteNumber: "浙ICP备12345678号-1",
			Access: []v1alpha1.AccessProvider{v1alpha1.ThisProvider},
		}},
		{Filed: provider.Filed{Domain: "shell.example.com", Filed: true, SubjectNumber: "沪ICP备2020000001号", WebsiteNumber: "沪ICP备2020000001号-3"}},
		{Filed: provider.Filed{
			Domain: "elsewhere.example.com", Filed: true, SubjectNumber: "沪ICP备2020000001号", WebsiteNumber: "沪ICP备2020000001号-2",
			Access: []v1alpha1.AccessProvider{v1alpha1.OtherProvider},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("looked up (-want +got):\n%s", diff)
	}
	if n := d.Requests().Operations["lookUpFilings"]; n != 1 {
		t.Errorf("%d calls were counted, want 1", n)
	}
}

func TestAsManyDomainsAreLookedUpAtOnceAsTheDocumentAllows(t *testing.T) {
	t.Parallel()
	d := newFiledDesk(t, simulator.Options{})
	domains := make([]string, provider.LookupsAtOnce)
	for i := range domains {
		domains[i] = fmt.Sprintf("%s%d.example.com", strings.Repeat("long-", 12), i)
	}
	if got, err := d.client.LookUpAll(t.Context(), domains); err != nil || len(got) != len(domains) {
		t.Errorf("%d answers, %v", len(got), err)
	}
}

func TestALookupFailsAsAnyOtherCallAndNeverSaysThatNothingIsFiled(t *testing.T) {
	t.Parallel()
	for _, kind := range []simulator.FaultKind{
		simulator.FaultStatus, simulator.FaultDrop, simulator.FaultDropAfterEffect, simulator.FaultWrongContentType, simulator.FaultMalformed, simulator.FaultOversized,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			d := newHostileDesk(t, simulator.Options{})
			d.knowFiled()
			if err := d.AddFault(simulator.Fault{Kind: kind, Operation: "lookUpFilings"}); err != nil {
				t.Fatal(err)
			}
			c := d.newClient(providerhttp.Options{Tries: 1})
			got, err := c.LookUpAll(t.Context(), []string{"here.example.com"})
			if _, ok := errors.AsType[*provider.Error](err); !ok || got != nil {
				t.Errorf("answers %v, %v", got, err)
			}
		})
	}
}

func TestLookupsAreHeldToTheDocument(t *testing.T) {
	t.Parallel()
	d := newFiledDesk(t, simulator.Options{})
	for name, body := range map[string]string{
		"none":             `{"domains": []}`,
		"one twice":        `{"domains": ["example.com", "example.com"]}`,
		"no domain":        `{"domains": ["Example.com"]}`,
		"no list":          `{"domains": "example.com"}`,
		"no domains given": `{}`,
		"too many":         `{"domains": ["` + strings.Join(numbered(101), `", "`) + `"]}`,
	} {
		if status, answer := d.send("POST", "/filings/lookups", body, nil); status != 422 || !strings.HasSuffix(answer.Type, "/InvalidFacts") {
			t.Errorf("%s: answered %d %+v, want 422 InvalidFacts", name, status, answer)
		}
	}
}

func numbered(n int) []string {
	domains := make([]string, n)
	for i := range domains {
		domains[i] = fmt.Sprintf("d%d.com", i)
	}
	return domains
}
