package chaos_test

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// share of the operators' requests goes wrong while the API server misbehaves.
const share = 0.3

// between stands between the operators and their API server, which misbehaves towards them when it is told to. Witnesses and applicants
// do not go through it.
type between struct {
	server *httptest.Server
	passOn http.Handler

	mu     sync.Mutex
	random *rand.Rand
	// odd says that the API server misbehaves, and came how often it did in each way.
	odd  bool
	came map[string]int
	// watches are those that are open, by the function that cuts each.
	watches map[*http.Request]context.CancelFunc
}

var errStorm = errors.New("the storm has it fail")

// way is how an API server misbehaves.
type way struct {
	name string
	// to says to which requests it may.
	to func(*http.Request) bool
	do func(b *between, w http.ResponseWriter, r *http.Request, chance time.Duration)
}

// ways are all that may happen to a request. That an answer is lost is what the operator cannot tell from a write that was.
var ways = []way{
	{"429, Retry-After a second", every, answering(apierrors.NewTooManyRequests("the storm has it wait", 1))},
	{"500", every, answering(apierrors.NewInternalError(errStorm))},
	{"503", every, answering(apierrors.NewServiceUnavailable("the storm has it away"))},
	{"409 on a write", writes, answering(apierrors.NewConflict(schema.GroupResource{Resource: "storms"}, "storm", errStorm))},
	{"no answer for up to three seconds, then a broken connection", every, func(_ *between, _ http.ResponseWriter, r *http.Request, chance time.Duration) {
		pass(r.Context(), chance)
		panic(http.ErrAbortHandler)
	}},
	{"a write done, its answer lost", writes, func(b *between, _ http.ResponseWriter, r *http.Request, _ time.Duration) {
		b.passOn.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	}},
	{"a write done, 504 answered", writes, func(b *between, w http.ResponseWriter, r *http.Request, _ time.Duration) {
		b.passOn.ServeHTTP(httptest.NewRecorder(), r)
		answer(w, apierrors.NewTimeoutError("request did not complete within the allotted timeout", 0))
	}},
	{"410 on a watch", watching, answering(apierrors.NewResourceExpired("the storm has it forget"))},
}

func every(*http.Request) bool { return true }

func writes(r *http.Request) bool { return r.Method != http.MethodGet && r.Method != http.MethodHead }

func watching(r *http.Request) bool {
	follow := r.URL.Query().Get("watch")
	return follow == "1" || follow == "true"
}

// answering answers without passing on.
func answering(with *apierrors.StatusError) func(*between, http.ResponseWriter, *http.Request, time.Duration) {
	return func(_ *between, w http.ResponseWriter, _ *http.Request, _ time.Duration) { answer(w, with) }
}

func answer(w http.ResponseWriter, with *apierrors.StatusError) {
	status := with.Status()
	status.Kind, status.APIVersion = "Status", "v1"
	w.Header().Set("Content-Type", "application/json")
	if apierrors.IsTooManyRequests(with) {
		w.Header().Set("Retry-After", "1")
	}
	w.WriteHeader(int(status.Code))
	_ = json.NewEncoder(w).Encode(status)
}

// standBetween makes one in front of an API server, and writes the kubeconfig by which an operator of an identity finds it.
func standBetween(own *rest.Config, kubeconfig string) (*between, error) {
	target, err := url.Parse(own.Host)
	if err != nil {
		return nil, err
	}
	transport, err := rest.TransportFor(rest.AnonymousClientConfig(own))
	if err != nil {
		return nil, err
	}
	quiet := log.New(io.Discard, "", 0) // connections break all the time
	b := &between{random: chances(4), came: map[string]int{}, watches: map[*http.Request]context.CancelFunc{}}
	b.passOn = &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }, Transport: transport, FlushInterval: -1, ErrorLog: quiet,
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }, // as where nobody listens
	}
	b.server = httptest.NewUnstartedServer(b)
	b.server.EnableHTTP2, b.server.Config.ErrorLog = true, quiet
	b.server.StartTLS()
	through := rest.CopyConfig(own)
	through.Host = b.server.URL
	through.CAData = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: b.server.Certificate().Raw})
	return b, cluster.WriteKubeconfig(kubeconfig, through)
}

// ServeHTTP implements http.Handler.
func (b *between) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if how, chance := b.choose(r); how != nil {
		how.do(b, w, r, chance)
		return
	}
	if !watching(r) {
		b.passOn.ServeHTTP(w, r)
		return
	}
	ctx, cut := context.WithCancel(r.Context())
	r = r.WithContext(ctx)
	b.mu.Lock()
	b.watches[r] = cut
	b.mu.Unlock()
	defer func() {
		b.mu.Lock()
		delete(b.watches, r)
		b.mu.Unlock()
		cut()
	}()
	b.passOn.ServeHTTP(w, r)
}

// choose is how the API server misbehaves towards a request, nil where it does not.
func (b *between) choose(r *http.Request) (*way, time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.odd || b.random.Float64() >= share {
		return nil, 0
	}
	for {
		if how := &ways[b.random.IntN(len(ways))]; how.to(r) {
			b.came[how.name]++
			return how, upTo(b.random, 3*time.Second)
		}
	}
}

// misbehave has it begin, or end.
func (b *between) misbehave(odd bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.odd = odd
}

// cut ends every watch.
func (b *between) cut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, cut := range b.watches {
		b.came["a watch that was cut"]++
		cut()
	}
}

// told is how often it misbehaved in each way.
func (b *between) told() map[string]int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.came)
}
