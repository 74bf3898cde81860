package scale_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// journal keeps what was asked of each order, so that a failure can tell it.
type journal struct {
	mu    sync.Mutex
	lines map[string][]string
}

var journals = &journal{lines: map[string][]string{}}

var orderIn = regexp.MustCompile(`/orders/([^/]+)`)

// of writes down what is asked of a server.
func (j *journal) of(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := orderIn.FindStringSubmatch(r.URL.Path)
		if m == nil {
			next.ServeHTTP(w, r)
			return
		}
		seen := &answered{ResponseWriter: w}
		began := time.Now()
		defer func() {
			dropped := recover()
			j.mu.Lock()
			key := r.Header.Get(protocol.IdempotencyKeyHeader)
			j.lines[m[1]] = append(j.lines[m[1]], fmt.Sprintf("%s +%dms %d %s %s %s", began.Format("05.000"), time.Since(began).Milliseconds(), seen.status, r.Method, strings.TrimPrefix(r.URL.Path, "/v1/orders/"), key))
			j.mu.Unlock()
			if dropped != nil {
				panic(dropped)
			}
		}()
		next.ServeHTTP(seen, r)
	})
}

// told is what was asked of an order.
func (j *journal) told(order string) string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines[order], "\n  ")
}

type answered struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (a *answered) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets an answer be flushed.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }
