package serve

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Audience of tokens that are good for calendars and for nothing else: the API server itself takes none of them.
const Audience = "calendar.icp.beian.dev"

// How long an answer of the API server is believed, and how many are kept.
const (
	believedFor = time.Minute
	remembered  = 4096
	longest     = 16 << 10
)

var (
	errUnauthenticated = errors.New("no valid token")
	errForbidden       = errors.New("not allowed")
)

// tooOftenError says when to ask again.
type tooOftenError struct{ after time.Duration }

// Error says so.
func (e *tooOftenError) Error() string { return fmt.Sprintf("too many requests, for %s", e.after) }

// Access judges by the API server's word who may read which namespace's filings.
type Access struct {
	// reviews makes TokenReviews and SubjectAccessReviews.
	reviews client.Writer
	clock   clock.PassiveClock
	// answers are by token's digest and namespace, so that no token is kept.
	answers *cache.LRUExpireCache
	// users have a limiter each, asking has one for all.
	users  *cache.LRUExpireCache
	asking *rate.Limiter
}

// NewAccess asks by a client that may create TokenReviews and SubjectAccessReviews.
func NewAccess(reviews client.Writer, now clock.PassiveClock) *Access {
	return &Access{
		reviews: reviews, clock: now, asking: every(reviewEvery, reviewBurst),
		answers: cache.NewLRUExpireCacheWithClock(remembered, now), users: cache.NewLRUExpireCacheWithClock(remembered, now),
	}
}

// answer is the API server's, on a token and a namespace.
type answer struct {
	user string
	err  error
}

// Judge says who asks, and an error unless they may list the namespace's filings.
func (a *Access) Judge(r *http.Request, namespace string) (user string, err error) {
	token := tokenOf(r)
	if token == "" || len(token) > longest {
		return "", errUnauthenticated
	}
	key := sha256.Sum256([]byte(namespace + "/" + token))
	known, ok := a.answers.Get(key)
	if !ok {
		if err := a.within(a.asking); err != nil {
			return "", err
		}
		found, err := a.ask(r.Context(), token, namespace)
		if err != nil {
			return "", err
		}
		a.answers.Add(key, found, believedFor)
		known = found
	}
	found := known.(answer)
	if found.err != nil {
		return found.user, found.err
	}
	return found.user, a.within(a.limiterOf(found.user))
}

// limiterOf is a user's own.
func (a *Access) limiterOf(user string) *rate.Limiter {
	if l, ok := a.users.Get(user); ok {
		return l.(*rate.Limiter)
	}
	l := every(userEvery, userBurst)
	a.users.Add(user, l, time.Hour)
	return l
}

func (a *Access) within(l *rate.Limiter) error {
	now := a.clock.Now()
	reserved := l.ReserveN(now, 1)
	if after := reserved.DelayFrom(now); after > 0 {
		reserved.CancelAt(now)
		return &tooOftenError{after}
	}
	return nil
}

// ask asks the API server whose the token is, and what they may do. A token of the calendars' own audience comes first; one of
// the API server's is good, too, since clusters that issue no lasting tokens of an audience leave no other choice.
func (a *Access) ask(ctx context.Context, token, namespace string) (answer, error) {
	for _, audiences := range [][]string{{Audience}, nil} {
		review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token, Audiences: audiences}}
		if err := a.reviews.Create(ctx, review); err != nil {
			return answer{}, fmt.Errorf("reviewing a token: %w", err)
		}
		// A server that knows nothing of audiences says none; its word is then no word on this one.
		if review.Status.Authenticated && (audiences == nil || len(review.Status.Audiences) > 0) {
			return a.may(ctx, review.Status.User, namespace)
		}
	}
	return answer{err: errUnauthenticated}, nil
}

// may asks whether a user may list the filings of a namespace.
func (a *Access) may(ctx context.Context, user authenticationv1.UserInfo, namespace string) (answer, error) {
	extra := map[string]authorizationv1.ExtraValue{}
	for k, v := range user.Extra {
		extra[k] = authorizationv1.ExtraValue(v)
	}
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user.Username, UID: user.UID, Groups: user.Groups, Extra: extra,
		ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: namespace, Verb: "list", Group: v1alpha1.GroupVersion.Group, Version: v1alpha1.GroupVersion.Version, Resource: "icpfilings",
		},
	}}
	if err := a.reviews.Create(ctx, review); err != nil {
		return answer{}, fmt.Errorf("reviewing what %s may do: %w", user.Username, err)
	}
	if !review.Status.Allowed {
		return answer{user.Username, errForbidden}, nil
	}
	return answer{user: user.Username}, nil
}

// tokenOf is the token of a request: as a Bearer token or, since calendar programs know nothing else, as the password of any
// user name. Never of the URL, which stands in histories, logs and whatever a calendar is shared with.
func tokenOf(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
