package registry_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/registry"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

var filed = simulator.Known{Subjects: []simulator.KnownSubject{{Number: "浙ICP备24000001号", Websites: []simulator.KnownWebsite{
	{Domain: "here.cn", Number: "浙ICP备24000001号-1", Access: []v1alpha1.AccessProvider{v1alpha1.ThisProvider, v1alpha1.OtherProvider}},
	{Domain: "elsewhere.cn", Number: "浙ICP备24000001号-2", Access: []v1alpha1.AccessProvider{v1alpha1.OtherProvider}},
	{Domain: "shell.cn", Number: "浙ICP备24000001号-3"},
}}}}

// desk is a simulator, and a registry of it; lacking says what it answers where there is no call for many.
func desk(t *testing.T, lacking int, pace registry.Pace) (*simulator.Simulator, *registry.Protocol) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Known: filed})
	if err != nil {
		t.Fatal(err)
	}
	whole := sim.Protocol()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if lacking != 0 && strings.HasSuffix(r.URL.Path, "/filings/lookups") {
			http.Error(w, "no such thing", lacking)
			return
		}
		whole.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	made, err := registry.NewProtocol(providerhttp.Options{URL: s.URL + "/v1"}, pace)
	if err != nil {
		t.Fatal(err)
	}
	return sim, made
}

var (
	domains = []string{"nobody.cn", "here.cn", "elsewhere.cn", "shell.cn"}
	answers = []registry.Answer{
		{Domain: "nobody.cn", RegistryAnswer: procedure.RegistryAnswer{Finding: procedure.FoundNothing}},
		{Domain: "here.cn", RegistryAnswer: procedure.RegistryAnswer{Finding: procedure.FoundFiled, SubjectNumber: "浙ICP备24000001号", WebsiteNumber: "浙ICP备24000001号-1"}},
		{Domain: "elsewhere.cn", RegistryAnswer: procedure.RegistryAnswer{Finding: procedure.FoundNoAccess, SubjectNumber: "浙ICP备24000001号", WebsiteNumber: "浙ICP备24000001号-2"}},
		{Domain: "shell.cn", RegistryAnswer: procedure.RegistryAnswer{Finding: procedure.FoundNoAccess, SubjectNumber: "浙ICP备24000001号", WebsiteNumber: "浙ICP备24000001号-3"}},
	}
)

func TestABatchIsLookedUpWithOneCallWhereTheServerHasOne(t *testing.T) {
	t.Parallel()
	sim, r := desk(t, 0, nil)
	got, err := r.Lookup(t.Context(), domains)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(answers, got); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"lookUpFilings": 1}, sim.Requests().Operations); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestAServerWithoutACallForManyIsAskedForOneAfterTheOther(t *testing.T) {
	t.Parallel()
	for _, lacking := range []int{http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusNotImplemented} {
		sim, r := desk(t, lacking, nil)
		for range 2 {
			got, err := r.Lookup(t.Context(), domains)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(answers, got); diff != "" {
				t.Errorf("%d: answers (-want +got):\n%s", lacking, diff)
			}
		}
		if diff := cmp.Diff(map[string]int{"getFiling": 2 * len(domains)}, sim.Requests().Operations); diff != "" {
			t.Errorf("%d: calls (-want +got):\n%s", lacking, diff)
		}
	}
}

// few allows so many calls.
type few int

// Take implements registry.Pace.
func (f *few) Take() bool {
	*f--
	return *f >= 0
}

func TestNoMoreCallsAreMadeThanThePaceAllows(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		lacking       int
		allowed       few
		calls, answer int
	}{{0, 0, 0, 0}, {0, 1, 1, 4}, {404, 1, 0, 0}, {404, 3, 2, 2}} {
		pace := test.allowed
		sim, r := desk(t, test.lacking, &pace)
		got, err := r.Lookup(t.Context(), domains)
		if err != nil || len(got) != len(domains) {
			t.Fatalf("%+v: %v, %v", test, got, err)
		}
		answered := 0
		for _, a := range got {
			if !a.NotAsked {
				answered++
			}
		}
		ops := sim.Requests().Operations
		if calls := ops["lookUpFilings"] + ops["getFiling"]; calls != test.calls || answered != test.answer {
			t.Errorf("%+v: %d calls, %d answers", test, calls, answered)
		}
	}
}

func TestAServerThatFailsAnswersNothingAndIsAskedOnce(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]simulator.Fault{
		"it is down":                   {Kind: simulator.FaultStatus, Status: 503, RetryAfter: metav1.Duration{Duration: 7 * time.Second}, Reason: "Unavailable"},
		"it drops the connection":      {Kind: simulator.FaultDrop},
		"it answers a page":            {Kind: simulator.FaultWrongContentType},
		"it answers half":              {Kind: simulator.FaultMalformed},
		"it answers without end":       {Kind: simulator.FaultOversized},
		"it wants to be left in peace": {Kind: simulator.FaultStatus, Status: 429, RetryAfter: metav1.Duration{Duration: 7 * time.Second}, Reason: "TooManyRequests"},
	} {
		for _, lacking := range []int{0, http.StatusNotFound} {
			sim, r := desk(t, lacking, nil)
			if err := sim.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			got, err := r.Lookup(t.Context(), domains)
			if got != nil || provider.ClassOf(err) != provider.Transient || provider.RetryAfterOf(err) != fault.RetryAfter.Duration {
				t.Errorf("%s, %d: %+v, %v", name, lacking, got, err)
			}
			if n := sim.Requests().Operations["lookUpFilings"] + sim.Requests().Operations["getFiling"]; n != 1 {
				t.Errorf("%s, %d: %d calls", name, lacking, n)
			}
		}
	}
}

func TestOneDomainThatIsRefusedSpoilsItForNoOther(t *testing.T) {
	t.Parallel()
	_, r := desk(t, 0, nil)
	got, err := r.Lookup(t.Context(), []string{"Not A Domain", "here.cn"})
	if err != nil || got[0].Finding != procedure.FoundUnknown || got[0].Why == "" || got[1].Finding != procedure.FoundFiled {
		t.Errorf("%+v, %v", got, err)
	}
}
