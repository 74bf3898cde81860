package serve_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda/serve"
)

// server stands for the API server where its answers are known: test/calendar asks a real one.
type server struct {
	client.Reader
	client.Writer
	filings []v1alpha1.IcpFiling
	// reviews counts what was asked.
	reviews int
	fails   error
}

func (s *server) Get(_ context.Context, key client.ObjectKey, _ client.Object, _ ...client.GetOption) error {
	if key.Name == "gone" {
		return apierrors.NewNotFound(schema.GroupResource{Resource: "namespaces"}, key.Name)
	}
	return nil
}

func (s *server) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	list.(*v1alpha1.IcpFilingList).Items = s.filings
	return nil
}

// Create answers a review: the token is a user's name, of the calendars' audience where it begins with c.
func (s *server) Create(_ context.Context, o client.Object, _ ...client.CreateOption) error {
	s.reviews++
	if s.fails != nil {
		return s.fails
	}
	switch review := o.(type) {
	case *authenticationv1.TokenReview:
		own := len(review.Spec.Audiences) > 0
		known := strings.HasPrefix(review.Spec.Token, "viewer") && !own || strings.HasPrefix(review.Spec.Token, "calendar") && own
		review.Status = authenticationv1.TokenReviewStatus{Authenticated: known, User: authenticationv1.UserInfo{Username: review.Spec.Token}, Audiences: review.Spec.Audiences}
	case *authorizationv1.SubjectAccessReview:
		of := review.Spec.ResourceAttributes
		review.Status.Allowed = of.Verb == "list" && of.Group == "icp.beian.dev" && of.Resource == "icpfilings" && of.Namespace != "other"
	default:
		return fmt.Errorf("unexpected %T", o)
	}
	return nil
}

type place struct {
	*server
	clock   *clocktesting.FakePassiveClock
	handler http.Handler
}

func newPlace() *place {
	s := &server{filings: []v1alpha1.IcpFiling{{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "example-com", ResourceVersion: "1"}, Spec: v1alpha1.IcpFilingSpec{Domain: v1alpha1.Domain{Name: "example.com"}},
		Status: v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageApproved, Deadlines: []v1alpha1.DeadlineStatus{{Name: "Domain", Date: "2027-03-01"}}},
	}}}
	clock := clocktesting.NewFakePassiveClock(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	return &place{s, clock, serve.NewHandler(s, serve.NewAccess(s, clock), logr.Discard())}
}

func basic(token string) func(*http.Request) {
	return func(r *http.Request) { r.SetBasicAuth("calendar", token) }
}

func header(key, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(key, value) }
}

func (p *place) get(target string, edits ...func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for _, edit := range edits {
		edit(r)
	}
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w
}

func TestWhoGetsAFeed(t *testing.T) {
	t.Parallel()
	shop := serve.Path + "?namespace=shop"
	cases := map[string]struct {
		target string
		edit   func(*http.Request)
		status int
		says   string
	}{
		"a token as the password of any user":           {shop, basic("viewer"), 200, "BEGIN:VCALENDAR"},
		"a bearer token":                                {shop, header("Authorization", "Bearer viewer"), 200, "BEGIN:VCALENDAR"},
		"the scheme in small letters":                   {shop, header("Authorization", "bearer viewer"), 200, "BEGIN:VCALENDAR"},
		"a token for calendars alone":                   {shop, basic("calendar"), 200, "BEGIN:VCALENDAR"},
		"English":                                       {shop + "&lang=en", basic("viewer"), 200, "the domain's registration ends"},
		"Chinese unless asked otherwise":                {shop, basic("viewer"), 200, "域名到期"},
		"alarms":                                        {shop + "&alarm=7,1", basic("viewer"), 200, "TRIGGER:-P6DT15H"},
		"nobody":                                        {shop, func(*http.Request) {}, 401, "Bearer token"},
		"an invalid token":                              {shop, basic("forged"), 401, "Bearer token"},
		"a token in the URL is not looked at":           {shop + "&token=viewer&access_token=viewer", func(*http.Request) {}, 401, "Bearer token"},
		"a token longer than any":                       {shop, basic("viewer" + strings.Repeat("x", 20_000)), 401, "Bearer token"},
		"another namespace says which right is missing": {serve.Path + "?namespace=other", basic("viewer"), 403, `viewer may not list icpfilings.icp.beian.dev in namespace "other"`},
		"a namespace that is not there":                 {serve.Path + "?namespace=gone", basic("viewer"), 404, `no namespace "gone"`},
		"no namespace":                                  {serve.Path, basic("viewer"), 400, "?namespace=shop"},
		"no name of a namespace":                        {serve.Path + "?namespace=a%22b", basic("viewer"), 400, "?namespace=shop"},
		"another language":                              {shop + "&lang=fr", basic("viewer"), 400, "zh or en"},
		"alarms that are no days":                       {shop + "&alarm=soon", basic("viewer"), 400, "days before"},
		"too many alarms":                               {shop + "&alarm=1,2,3,4,5,6", basic("viewer"), 400, "5 days"},
		"another path":                                  {"/", basic("viewer"), 404, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newPlace().get(c.target, c.edit)
			if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
			if challenged := strings.HasPrefix(w.Header().Get("WWW-Authenticate"), `Basic realm="ICP filings of shop"`); challenged != (c.status == 401) {
				t.Errorf("challenges: %q", w.Header().Values("WWW-Authenticate"))
			}
		})
	}
}

func TestAFeedThatHasNotChangedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	p := newPlace()
	first := p.get(serve.Path+"?namespace=shop", basic("viewer"))
	tag := first.Header().Get("ETag")
	if again := p.get(serve.Path+"?namespace=shop", basic("viewer"), header("If-None-Match", tag)); again.Code != http.StatusNotModified || again.Body.Len() != 0 {
		t.Errorf("got %d with %d bytes for %s", again.Code, again.Body.Len(), tag)
	}
	p.filings[0].ResourceVersion, p.filings[0].Annotations = "2", map[string]string{v1alpha1.NotifiedAnnotation: "something"}
	if again := p.get(serve.Path+"?namespace=shop", basic("viewer"), header("If-None-Match", tag)); again.Code != http.StatusNotModified {
		t.Errorf("got %d once a filing was written, but none of its dates", again.Code)
	}
	p.filings[0].ResourceVersion, p.filings[0].Status.Deadlines[0].Date = "3", "2028-03-01"
	changed := p.get(serve.Path+"?namespace=shop", basic("viewer"), header("If-None-Match", tag))
	if changed.Code != http.StatusOK || changed.Header().Get("ETag") == tag {
		t.Errorf("got %d for %s once a date had changed", changed.Code, tag)
	}
}

func TestTheAPIServersAnswerIsBelievedForAMinute(t *testing.T) {
	t.Parallel()
	for token, asked := range map[string]int{"viewer": 3, "calendar": 2, "forged": 2} {
		p := newPlace()
		for range 5 {
			p.get(serve.Path+"?namespace=shop", basic(token))
		}
		if p.reviews != asked {
			t.Errorf("for %s the API server was asked %d times, want %d", token, p.reviews, asked)
		}
		p.clock.SetTime(p.clock.Now().Add(2 * time.Minute))
		p.get(serve.Path+"?namespace=shop", basic(token))
		if p.reviews != 2*asked {
			t.Errorf("for %s the API server was asked %d times after a minute, want %d", token, p.reviews, 2*asked)
		}
	}
}

func TestWhoAsksTooOftenIsToldWhenToComeBack(t *testing.T) {
	t.Parallel()
	p := newPlace()
	codes := map[int]int{}
	for range 30 {
		w := p.get(serve.Path+"?namespace=shop", basic("viewer"))
		codes[w.Code]++
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("nobody says when to come back")
		}
	}
	if codes[http.StatusOK] != 20 || codes[http.StatusTooManyRequests] != 10 {
		t.Errorf("got %v", codes)
	}
	if w := p.get(serve.Path+"?namespace=shop", basic("viewer-of-another-team")); w.Code != http.StatusOK {
		t.Errorf("another user gets %d", w.Code)
	}
	p.clock.SetTime(p.clock.Now().Add(11 * time.Second))
	if w := p.get(serve.Path+"?namespace=shop", basic("viewer")); w.Code != http.StatusOK {
		t.Errorf("later they get %d", w.Code)
	}
}

func TestGuessedTokensCostTheAPIServerLittle(t *testing.T) {
	t.Parallel()
	p := newPlace()
	for i := range 1000 {
		p.get(serve.Path+"?namespace=shop", basic(fmt.Sprint("forged", i)))
	}
	if p.reviews > 100 {
		t.Errorf("a thousand guesses asked the API server %d times", p.reviews)
	}
}

func TestAnAPIServerThatCannotBeAskedIsNoRefusalAndIsAskedAgain(t *testing.T) {
	t.Parallel()
	p := newPlace()
	p.fails = errors.New("etcd is away")
	if w := p.get(serve.Path+"?namespace=shop", basic("viewer")); w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "etcd") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	p.fails = nil
	if w := p.get(serve.Path+"?namespace=shop", basic("viewer")); w.Code != http.StatusOK {
		t.Errorf("got %d %s once it can be asked", w.Code, w.Body)
	}
}

func TestOnlyReadingIsAllowed(t *testing.T) {
	t.Parallel()
	p := newPlace()
	r := httptest.NewRequest(http.MethodPost, serve.Path+"?namespace=shop", nil)
	basic("viewer")(r)
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("got %d", w.Code)
	}
}

// slow is somebody who reads nothing of the body until let.
type slow struct {
	http.ResponseWriter
	begun, let chan struct{}
}

func (s slow) Write(b []byte) (int, error) {
	close(s.begun)
	<-s.let
	return s.ResponseWriter.Write(b)
}

func TestSlowReadersOfLargeFeedsDoNotFillTheMemory(t *testing.T) {
	t.Parallel()
	p := newPlace()
	small := p.filings
	p.filings = make([]v1alpha1.IcpFiling, 10_000)
	r := httptest.NewRequest(http.MethodGet, serve.Path+"?namespace=shop", nil)
	basic("viewer")(r)
	s := slow{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.handler.ServeHTTP(s, r)
	}()
	<-s.begun
	if w := p.get(serve.Path+"?namespace=shop", basic("viewer")); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
		t.Errorf("a second one is answered %d meanwhile", w.Code)
	}
	p.filings = small
	if w := p.get(serve.Path+"?namespace=shop", basic("viewer")); w.Code != http.StatusOK {
		t.Errorf("a small one is answered %d meanwhile", w.Code)
	}
	close(s.let)
	<-ended
	p.filings = make([]v1alpha1.IcpFiling, 10_000)
	if w := p.get(serve.Path+"?namespace=shop", basic("viewer")); w.Code != http.StatusOK {
		t.Errorf("once it was read, the answer is %d", w.Code)
	}
}
