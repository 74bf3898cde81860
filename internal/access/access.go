// Package access judges requests from outside the cluster by the API server's word: whose a token is, and what that user may
// list. The calendars and the board stand on it.
package access

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// How long an answer of the API server is believed, how many are kept, and how long a token may be.
const (
	believedFor = time.Minute
	remembered  = 16 << 10
	longest     = 16 << 10
)

// Rates at which the API server is asked, whoever causes it: about tokens, valid or not, and about rights.
const reviewEvery, reviewBurst = 100 * time.Millisecond, 50

// Why somebody is let in nowhere.
var (
	// ErrUnauthenticated: no token, or none of this cluster.
	ErrUnauthenticated = errors.New("no valid token")
	// ErrForbidden: the user may not list that.
	ErrForbidden = errors.New("not allowed")
)

// TooOftenError says when to ask again.
type TooOftenError struct{ After time.Duration }

// Error says so.
func (e *TooOftenError) Error() string { return fmt.Sprintf("too many requests, for %s", e.After) }

// Options say what tokens are taken, and how often one user may ask.
type Options struct {
	// Audience of tokens that are good here and nowhere else: the API server itself takes none of them.
	Audience string
	// Every is how often a user may ask in the long run, and Burst how often at once.
	Every time.Duration
	Burst int
}

// Access judges by the API server's word. It may be used by many goroutines.
type Access struct {
	// reviews makes TokenReviews and SubjectAccessReviews.
	reviews client.Writer
	clock   clock.PassiveClock
	options Options
	// tokens are by their digest, so that none is kept; rights by user and what is listed.
	tokens, rights *cache.LRUExpireCache
	// users have a limiter each, asking has one for all.
	users  *cache.LRUExpireCache
	asking *rate.Limiter
}

// New asks by a client that may create TokenReviews and SubjectAccessReviews.
func New(reviews client.Writer, now clock.PassiveClock, o Options) *Access {
	kept := func() *cache.LRUExpireCache { return cache.NewLRUExpireCacheWithClock(remembered, now) }
	return &Access{reviews: reviews, clock: now, options: o, asking: rate.NewLimiter(rate.Every(reviewEvery), reviewBurst), tokens: kept(), rights: kept(), users: kept()}
}

// User is who asks, as the API server knows them.
type User struct {
	authenticationv1.UserInfo
	// key is the same for users who may do the same.
	key string
}

// Who says whose a token is; ErrUnauthenticated where it is nobody's.
func (a *Access) Who(ctx context.Context, token string) (User, error) {
	if token == "" || len(token) > longest {
		return User{}, ErrUnauthenticated
	}
	key := sha256.Sum256([]byte(token))
	known, ok := a.tokens.Get(key)
	if !ok {
		if err := a.within(a.asking); err != nil {
			return User{}, err
		}
		user, err := a.review(ctx, token)
		if err != nil {
			return User{}, err
		}
		a.tokens.Add(key, user, believedFor)
		known = user
	}
	if user := known.(User); user.key != "" {
		return user, nil
	}
	return User{}, ErrUnauthenticated
}

// Count counts a user's request; a TooOftenError where there were too many.
func (a *Access) Count(user User) error {
	limiter, ok := a.users.Get(user.key)
	if !ok {
		limiter = rate.NewLimiter(rate.Every(a.options.Every), a.options.Burst)
		a.users.Add(user.key, limiter, time.Hour)
	}
	return a.within(limiter.(*rate.Limiter))
}

func (a *Access) within(l *rate.Limiter) error {
	now := a.clock.Now()
	reserved := l.ReserveN(now, 1)
	if after := reserved.DelayFrom(now); after > 0 {
		reserved.CancelAt(now)
		return &TooOftenError{after}
	}
	return nil
}

// review asks the API server whose a token is; a User without a key where it is nobody's. A token of our own audience comes
// first; one of the API server's is good, too, since clusters that issue no lasting tokens of an audience leave no other choice.
func (a *Access) review(ctx context.Context, token string) (User, error) {
	for _, audiences := range [][]string{{a.options.Audience}, nil} {
		review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: token, Audiences: audiences}}
		if err := a.reviews.Create(ctx, review); err != nil {
			return User{}, fmt.Errorf("reviewing a token: %w", err)
		}
		// A server that knows nothing of audiences says none; its word is then no word on this one.
		if review.Status.Authenticated && (audiences == nil || len(review.Status.Audiences) > 0) {
			return userOf(review.Status.User)
		}
	}
	return User{}, nil
}

func userOf(info authenticationv1.UserInfo) (User, error) {
	text, err := json.Marshal(info) // which sorts the keys of extra
	if err != nil {
		return User{}, fmt.Errorf("reading who %s is: %w", info.Username, err)
	}
	sum := sha256.Sum256(text)
	return User{info, string(sum[:])}, nil
}

// right is what a user may list or not.
type right struct {
	user, namespace string
	of              schema.GroupResource
}

// MayList says whether a user may list a resource in a namespace, or with "" in all of them: ErrForbidden where not.
func (a *Access) MayList(ctx context.Context, user User, of schema.GroupResource, namespace string) error {
	may, known := a.known(user, of, namespace)
	if !known {
		if err := a.within(a.asking); err != nil {
			return err
		}
		var err error
		if may, err = a.ask(ctx, user, of, namespace); err != nil {
			return err
		}
	}
	if !may {
		return ErrForbidden
	}
	return nil
}

func (a *Access) known(user User, of schema.GroupResource, namespace string) (may, known bool) {
	answer, ok := a.rights.Get(right{user.key, namespace, of})
	if !ok {
		return false, false
	}
	return answer.(bool), true
}

// ask asks the API server, and remembers what it says.
func (a *Access) ask(ctx context.Context, user User, of schema.GroupResource, namespace string) (bool, error) {
	extra := map[string]authorizationv1.ExtraValue{}
	for k, v := range user.Extra {
		extra[k] = authorizationv1.ExtraValue(v)
	}
	review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
		User: user.Username, UID: user.UID, Groups: user.Groups, Extra: extra,
		ResourceAttributes: &authorizationv1.ResourceAttributes{Namespace: namespace, Verb: "list", Group: of.Group, Version: "*", Resource: of.Resource},
	}}
	if err := a.reviews.Create(ctx, review); err != nil {
		return false, fmt.Errorf("reviewing what %s may do: %w", user.Username, err)
	}
	a.rights.Add(right{user.key, namespace, of}, review.Status.Allowed, believedFor)
	return review.Status.Allowed, nil
}

// TokenOf is the token of a request: as a Bearer token or, since calendar programs know nothing else, as the password of any
// user name. Never of the URL, which stands in histories, logs and whatever it is shared with.
func TokenOf(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	return BearerOf(r)
}

// BearerOf is the Bearer token of a request.
func BearerOf(r *http.Request) string {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}
