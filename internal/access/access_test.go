package access_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/access"
)

// server stands for the API server where its answers are known: test/calendar and test/board ask a real one. A token is a
// user's name; "admin" may list everything, others what is named after them.
type server struct {
	client.Writer
	asked atomic.Int32
	fails error
}

func (s *server) Create(_ context.Context, o client.Object, _ ...client.CreateOption) error {
	s.asked.Add(1)
	if s.fails != nil {
		return s.fails
	}
	switch review := o.(type) {
	case *authenticationv1.TokenReview:
		review.Status = authenticationv1.TokenReviewStatus{
			Authenticated: len(review.Spec.Audiences) == 0 && !strings.HasPrefix(review.Spec.Token, "forged"),
			User:          authenticationv1.UserInfo{Username: review.Spec.Token},
		}
	case *authorizationv1.SubjectAccessReview:
		of := review.Spec.ResourceAttributes
		review.Status.Allowed = of.Verb == "list" && of.Group == "icp.beian.dev" &&
			(review.Spec.User == "admin" || of.Namespace != "" && strings.HasPrefix(of.Namespace, review.Spec.User))
	default:
		return fmt.Errorf("unexpected %T", o)
	}
	return nil
}

var filings = schema.GroupResource{Group: "icp.beian.dev", Resource: "icpfilings"}

func place() (*server, *clocktesting.FakePassiveClock, *access.Access) {
	s := &server{}
	clock := clocktesting.NewFakePassiveClock(time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
	return s, clock, access.New(s, clock, access.Options{Audience: "board.example", Every: time.Second, Burst: 3})
}

func names(prefix string, n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprint(prefix, i))
	}
	return list
}

func TestWhereAUserMayList(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		user  string
		among []string
		want  access.Scope
		asked int32
	}{
		"who may list in all namespaces is asked about once":       {"admin", names("shop-", 5000), access.Scope{All: true}, 1},
		"a viewer of some has those":                               {"shop", []string{"other", "shop-a", "shop-b"}, access.Scope{Namespaces: []string{"shop-a", "shop-b"}}, 4},
		"a viewer of none has none":                                {"nobody", []string{"other", "shop-a"}, access.Scope{}, 3},
		"of more than can be judged the first are, and it is said": {"shop", names("shop-", 5000), access.Scope{Namespaces: names("shop-", access.Most), More: true}, access.Most + 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, clock, a := place()
			user, err := a.Who(t.Context(), c.user)
			if err != nil {
				t.Fatal(err)
			}
			for _, minutes := range []int32{1, 2} {
				s.asked.Store(0)
				for range 3 {
					got, err := a.Where(t.Context(), user, filings, c.among)
					if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
						t.Error(err, diff)
					}
				}
				if s.asked.Load() != c.asked {
					t.Errorf("in minute %d the API server was asked %d times, want %d", minutes, s.asked.Load(), c.asked)
				}
				clock.SetTime(clock.Now().Add(61 * time.Second))
			}
		})
	}
}

func TestAScopeHasItsNamespacesAndNoOther(t *testing.T) {
	t.Parallel()
	some := access.Scope{Namespaces: []string{"shop"}}
	if !some.Has("shop") || some.Has("other") || some.Has("") || !(access.Scope{All: true}).Has("other") {
		t.Error("a scope has what it has not, or the other way round")
	}
}

func TestNobodysTokenIsNobody(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "forged", strings.Repeat("x", 20_000)} {
		_, _, a := place()
		if user, err := a.Who(t.Context(), token); !errors.Is(err, access.ErrUnauthenticated) {
			t.Errorf("%.20q is %s, %v", token, user.Username, err)
		}
	}
}

func TestAUserMayAskSoOften(t *testing.T) {
	t.Parallel()
	_, clock, a := place()
	user, err := a.Who(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	var late *access.TooOftenError
	for i := range 4 {
		if err := a.Count(user); errors.As(err, &late) != (i == 3) {
			t.Errorf("request %d: %v", i+1, err)
		}
	}
	clock.SetTime(clock.Now().Add(late.After))
	if err := a.Count(user); err != nil {
		t.Error(err)
	}
}

func TestAnAnswerThatCannotBeHadIsNotRemembered(t *testing.T) {
	t.Parallel()
	s, _, a := place()
	user, err := a.Who(t.Context(), "shop")
	if err != nil {
		t.Fatal(err)
	}
	s.fails = errors.New("etcd is away")
	if _, err := a.Where(t.Context(), user, filings, []string{"shop"}); !errors.Is(err, s.fails) {
		t.Error(err)
	}
	if err := a.MayList(t.Context(), user, filings, "shop"); !errors.Is(err, s.fails) {
		t.Error(err)
	}
	s.fails = nil
	if err := a.MayList(t.Context(), user, filings, "shop"); err != nil {
		t.Error(err)
	}
	if err := a.MayList(t.Context(), user, filings, "other"); !errors.Is(err, access.ErrForbidden) {
		t.Error(err)
	}
}

func TestATokenIsReadFromTheHeaderAlone(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest(http.MethodGet, "/?token=a&access_token=b", nil)
	var got []string
	for _, header := range []string{"", "Bearer shop", "bearer shop ", "Basic dXNlcjpzaG9w", "Digest shop", "shop"} {
		r.Header.Set("Authorization", header)
		got = append(got, access.TokenOf(r))
	}
	if want := []string{"", "shop", "shop", "shop", "", ""}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
