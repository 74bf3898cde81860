package aliyun_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
	"github.com/beian-dev/icp-operator/internal/registry/aliyun"
)

// at makes a registry that asks a cloud with a key.
func at(t *testing.T, url string, key *aliyun.Key, change func(*aliyun.Options)) *aliyun.Registry {
	t.Helper()
	o := aliyun.Options{Endpoint: url, Credentials: func(context.Context) (aliyun.Key, error) { return *key, nil }}
	if change != nil {
		change(&o)
	}
	r, err := aliyun.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

var goodKey = &aliyun.Key{ID: "id", Secret: "secret"}

// saying answers a batch with what it is told to say.
func saying(items ...said) func(string, url.Values) (int, string) {
	return func(string, url.Values) (int, string) { return data(items) }
}

func TestEachAnswerOfTheCloudMeansOneThing(t *testing.T) {
	t.Parallel()
	code := int32(7)
	rows := func(o *aliyun.Options) {
		o.Statuses = []aliyun.Status{
			{Status: "A1", Means: procedure.FoundFiled}, {Status: "A1x", ReasonCode: &code, Means: procedure.FoundNothing},
			{ReasonCode: &code, Means: procedure.FoundOtherSubject},
		}
	}
	tests := map[string]struct {
		change func(*aliyun.Options)
		says   said
		want   procedure.Finding
	}{
		"a reason that says that nothing is filed":           {nil, said{Reason: "域名未备案"}, procedure.FoundNothing},
		"one that says that there is no access":              {nil, said{Reason: "已备案未接入"}, procedure.FoundNoAccess},
		"one that says that access was cancelled":            {nil, said{Reason: "已取消接入"}, procedure.FoundNoAccess},
		"one that says that it is a shell":                   {nil, said{Reason: "空壳主体"}, procedure.FoundNoAccess},
		"one that says that the subject is another":          {nil, said{Reason: "备案主体不一致"}, procedure.FoundOtherSubject},
		"one that says that it is filed":                     {nil, said{Reason: "已备案"}, procedure.FoundFiled},
		"a status that nobody has explained is unknown":      {nil, said{Status: "B2", ReasonCode: 3, Reason: "异常"}, procedure.FoundUnknown},
		"an empty answer is unknown":                         {nil, said{}, procedure.FoundUnknown},
		"a status that the admin has explained":              {rows, said{Status: "a1"}, procedure.FoundFiled},
		"a reason code that the admin has explained":         {rows, said{Status: "C3", ReasonCode: 7}, procedure.FoundOtherSubject},
		"both together, the first row that fits":             {rows, said{Status: "A1x", ReasonCode: 7}, procedure.FoundNothing},
		"the admin's rows go before the built-in ones":       {rows, said{Status: "A1", Reason: "未备案"}, procedure.FoundFiled},
		"what neither knows is unknown":                      {rows, said{Status: "B2"}, procedure.FoundUnknown},
		"words of a failure are no word about the domain":    {nil, said{Status: "ERROR", Reason: "系统繁忙"}, procedure.FoundUnknown},
		"a domain's name is compared without regard to case": {nil, said{Domain: "EXAMPLE.com", Reason: "已备案"}, procedure.FoundFiled},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.says.Domain == "" {
				test.says.Domain = "example.com"
			}
			c := newCloud(t, saying(test.says))
			got, err := at(t, c.URL, goodKey, test.change).Lookup(t.Context(), []string{"example.com"})
			if err != nil || len(got) != 1 || got[0].Domain != "example.com" || got[0].Finding != test.want || got[0].NotAsked {
				t.Fatalf("%+v, %v, want %s", got, err, test.want)
			}
			if (got[0].Why != "") != (test.want == procedure.FoundUnknown) {
				t.Errorf("why: %q", got[0].Why)
			}
		})
	}
}

func TestABatchIsOneCallAndItsAnswersAreInTheOrderOfTheDomains(t *testing.T) {
	t.Parallel()
	domains := make([]string, aliyun.Batch)
	for i := range domains {
		domains[i] = fmt.Sprintf("d%d.com", i)
	}
	c := newCloud(t, func(action string, q url.Values) (int, string) {
		var items []said
		for i := range aliyun.Batch {
			items = append([]said{{Domain: q.Get(fmt.Sprintf("Domains.%d", i+1)), Reason: "已备案"}}, items...)
		}
		if action != "QueryAccessorDomainsStatus" || q.Get("Caller") == "" || q.Get(fmt.Sprintf("Domains.%d", aliyun.Batch+1)) != "" {
			t.Errorf("asked %s %v", action, q)
		}
		return data(items)
	})
	r := at(t, c.URL, goodKey, nil)
	got, err := r.Lookup(t.Context(), domains)
	if err != nil || len(c.asked()) != 1 {
		t.Fatalf("%v, %d calls", err, len(c.asked()))
	}
	for i, a := range got {
		if a.Domain != domains[i] || a.Finding != procedure.FoundFiled {
			t.Errorf("answer %d: %+v", i, a)
		}
	}
	for _, n := range []int{0, aliyun.Batch + 1} {
		if _, err := r.Lookup(t.Context(), make([]string, n)); provider.ClassOf(err) != provider.Rejected {
			t.Errorf("%d domains: %v", n, err)
		}
	}
}

func TestADomainThatTheAnswerLeavesOutIsAskedByItsMainDomain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		main  string
		one   said
		want  procedure.Finding
		calls []string
	}{
		"it is filed by its main domain": {
			"gov.example.cn", said{Domain: "gov.example.cn", Reason: "已备案"}, procedure.FoundFiled,
			[]string{"QueryAccessorDomainsStatus", "GetMainDomain", "QueryAccessorDomainStatus"},
		},
		"nobody knows why it was left out":         {"shop.gov.example.cn", said{}, procedure.FoundUnknown, []string{"QueryAccessorDomainsStatus", "GetMainDomain"}},
		"another's name is not asked about":        {"elsewhere.cn", said{}, procedure.FoundUnknown, []string{"QueryAccessorDomainsStatus", "GetMainDomain"}},
		"a name that only ends alike is another's": {"ov.example.cn", said{}, procedure.FoundUnknown, []string{"QueryAccessorDomainsStatus", "GetMainDomain"}},
		"an answer about another domain is none": {
			"example.cn", said{Domain: "other.cn", Reason: "未备案"}, procedure.FoundUnknown,
			[]string{"QueryAccessorDomainsStatus", "GetMainDomain", "QueryAccessorDomainStatus"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, func(action string, _ url.Values) (int, string) {
				switch action {
				case "GetMainDomain":
					return 200, `{"RequestId": "R", "Code": "200", "Data": "` + test.main + `"}`
				case "QueryAccessorDomainStatus":
					return data(test.one)
				}
				return data([]said{})
			})
			got, err := at(t, c.URL, goodKey, nil).Lookup(t.Context(), []string{"shop.gov.example.cn"})
			if err != nil || got[0].Finding != test.want {
				t.Errorf("%+v, %v, want %s", got, err, test.want)
			}
			if diff := cmp.Diff(test.calls, c.asked()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

// failures are answers that say nothing of any domain.
func TestAFailureIsNeverAnAnswerAboutADomain(t *testing.T) {
	t.Parallel()
	body := func(status int, body string) func(string, url.Values) (int, string) {
		return func(string, url.Values) (int, string) { return status, body }
	}
	tests := map[string]struct {
		respond func(string, url.Values) (int, string)
		class   provider.Class
		reason  string
	}{
		"throttled":                        {body(400, `{"Code": "Throttling.User"}`), provider.Transient, "ThrottlingUser"},
		"too many requests":                {body(429, `{}`), provider.Transient, "HTTP429"},
		"not allowed":                      {body(403, `{"Code": "Forbidden.RAM"}`), provider.Misconfigured, "ForbiddenRAM"},
		"not allowed, without saying why":  {body(403, `{}`), provider.Misconfigured, "HTTP403"},
		"refused":                          {body(400, `{"Code": "InvalidParameter"}`), provider.Rejected, "InvalidParameter"},
		"broken":                           {body(500, `{"Code": "InternalError"}`), provider.Transient, "InternalError"},
		"broken, with a number for a code": {body(500, `{"Code": 500, "Message": 1}`), provider.Transient, "HTTP500"},
		"unavailable":                      {body(503, `<h1>no</h1>`), provider.Transient, "HTTP503"},
		"a proxy's page":                   {body(404, `<h1>no</h1>`), provider.Transient, "HTTP404"},
		"a sign-in page":                   {body(200, `<form>`), provider.Transient, provider.ReasonMalformedAnswer},
		"half an answer":                   {body(200, `{"Code": 200, "Data": [`), provider.Transient, provider.ReasonMalformedAnswer},
		"an answer of another form":        {body(200, `{"Code": 200, "Data": "未备案"}`), provider.Transient, provider.ReasonMalformedAnswer},
		"an answer without end":            {body(200, `{"Code": 200, "Data": [], "Message": "`+strings.Repeat("x", 1<<20)+`"}`), provider.Transient, provider.ReasonAnswerTooLarge},
		"a failure with status 200":        {body(200, `{"Code": 500, "Data": []}`), provider.Transient, "Code500"},
		"a refusal with status 200":        {body(200, `{"Code": 400, "Data": []}`), provider.Rejected, "Code400"},
		"success with no code":             {body(200, `{}`), provider.Transient, "Code0"},
		"sent elsewhere":                   {body(302, ``), provider.Misconfigured, "HTTP302"},
		"a code that is none is not shown": {body(400, `{"Code": "no such thing <b>"}`), provider.Transient, "HTTP400"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, test.respond)
			got, err := at(t, c.URL, goodKey, nil).Lookup(t.Context(), []string{"example.com"})
			if got != nil || provider.ClassOf(err) != test.class || provider.ReasonOf(err) != test.reason {
				t.Errorf("%+v, %v; want %s %s", got, err, test.class, test.reason)
			}
		})
	}
}

func TestAWrongKeyIsRefusedAndARightOneIsTakenWithoutARestart(t *testing.T) {
	t.Parallel()
	c := newCloud(t, saying(said{Domain: "example.com", Reason: "已备案"}))
	key := aliyun.Key{ID: "id", Secret: "wrong"}
	r := at(t, c.URL, &key, nil)
	_, err := r.Lookup(t.Context(), []string{"example.com"})
	if provider.ClassOf(err) != provider.Misconfigured || provider.ReasonOf(err) != "SignatureDoesNotMatch" {
		t.Errorf("a wrong secret: %v", err)
	}
	key.ID = "unknown-key"
	_, err = r.Lookup(t.Context(), []string{"example.com"})
	if provider.ReasonOf(err) != "InvalidAccessKeyIdNotFound" || strings.Contains(err.Error(), "unknown-key") {
		t.Errorf("an unknown key: %v", err)
	}
	key = *goodKey
	if got, err := r.Lookup(t.Context(), []string{"example.com"}); err != nil || got[0].Finding != procedure.FoundFiled {
		t.Errorf("the right key: %+v, %v", got, err)
	}
}

func TestAKeyThatCannotBeReadIsAnAdminsToPutRight(t *testing.T) {
	t.Parallel()
	c := newCloud(t, saying())
	r := at(t, c.URL, goodKey, func(o *aliyun.Options) {
		o.Credentials = func(context.Context) (aliyun.Key, error) {
			return aliyun.Key{}, errors.New("Secret icp-system/ak has no key accessKeyID")
		}
	})
	_, err := r.Lookup(t.Context(), []string{"example.com"})
	if provider.ClassOf(err) != provider.Misconfigured || !strings.Contains(err.Error(), "accessKeyID") || len(c.asked()) != 0 {
		t.Errorf("%v", err)
	}
}

func TestAnApiThatIsDownOrSlowFailsInTimeAndShowsNoSignature(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	_, err := at(t, gone.URL, goodKey, nil).Lookup(t.Context(), []string{"example.com"})
	if provider.ReasonOf(err) != provider.ReasonUnreachable || strings.Contains(err.Error(), "Signature") {
		t.Errorf("down: %v", err)
	}
	release := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer slow.Close()
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = at(t, slow.URL, goodKey, nil).Lookup(ctx, []string{"example.com"})
	if provider.ReasonOf(err) != provider.ReasonTimeout || strings.Contains(err.Error(), "Signature") {
		t.Errorf("slow: %v", err)
	}
}

func TestTheApiIsLeftAloneAsLongAsItAsksFor(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "30")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer s.Close()
	_, err := at(t, s.URL, goodKey, nil).Lookup(t.Context(), []string{"example.com"})
	if provider.RetryAfterOf(err) != 30*time.Second {
		t.Errorf("%v after %s", err, provider.RetryAfterOf(err))
	}
}

// few allows so many calls.
type few int

// Take implements registry.Pace.
func (f *few) Take() bool {
	*f--
	return *f >= 0
}

var _ registry.Pace = (*few)(nil)

func TestWhatThePaceDoesNotAllowIsNotAskedAndNotAnswered(t *testing.T) {
	t.Parallel()
	for calls, want := range map[few]int{0: 0, 1: 1, 2: 2} {
		c := newCloud(t, func(action string, _ url.Values) (int, string) {
			if action == "GetMainDomain" {
				return 200, `{"Code": "200", "Data": "example.cn"}`
			}
			return data([]said{})
		})
		pace := calls
		got, err := at(t, c.URL, goodKey, func(o *aliyun.Options) { o.Pace = &pace }).Lookup(t.Context(), []string{"a.example.cn"})
		if err != nil || !got[0].NotAsked || len(c.asked()) != want {
			t.Errorf("%d calls allowed: %+v, %v, %d calls", calls, got, err, len(c.asked()))
		}
	}
}

func TestAnEndpointIsAHostThatIsReachedSafely(t *testing.T) {
	t.Parallel()
	for endpoint, good := range map[string]bool{
		"": true, "beian.aliyuncs.com": true, "https://beian.example.net:8443": true, "http://127.0.0.1:1": true, "http://localhost": true,
		"http://beian.example.net": false, "https://beian.example.net/path": false, "https://user@beian.example.net": false, "ftp://beian.example.net": false, "https://": false,
	} {
		if _, err := aliyun.New(aliyun.Options{Endpoint: endpoint}); (err == nil) != good || err != nil && provider.ClassOf(err) != provider.Misconfigured {
			t.Errorf("endpoint %q: %v, want good: %t", endpoint, err, good)
		}
	}
}
