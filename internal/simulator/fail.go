package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// fail makes a request suffer the fault that is its turn.
func (s *Simulator) fail(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault, ok := s.faults.take(s.document.operationID(r))
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		switch fault.Kind {
		case FaultStatus:
			fault.answer(w)
		case FaultDelay:
			fault.wait(r)
			next.ServeHTTP(w, r)
		case FaultDrop:
			panic(http.ErrAbortHandler)
		case FaultDropAfterEffect:
			next.ServeHTTP(newRecorder(), r)
			panic(http.ErrAbortHandler)
		case FaultDuplicate:
			twice(w, r, next)
		default:
			answer := newRecorder()
			next.ServeHTTP(answer, r)
			if fault.Kind == FaultSlowBody {
				fault.slowly(w, r, answer)
				return
			}
			fault.spoil(w, answer)
		}
	})
}

// answer answers in place of doing anything.
func (f Fault) answer(w http.ResponseWriter) {
	status := f.Status
	if status == 0 {
		status = http.StatusServiceUnavailable
	}
	if f.Reason != "" {
		p := newProblem(status, f.Reason, "a fault that was asked for")
		p.retryAfter = f.RetryAfter.Duration
		writeProblem(w, p)
		return
	}
	if f.RetryAfter.Duration > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds())))
	}
	http.Error(w, http.StatusText(int(status)), int(status))
}

// wait waits until the delay is over or the client has gone.
func (f Fault) wait(r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), f.Delay.Duration)
	defer cancel()
	<-ctx.Done()
}

// twice does what is asked twice, and gives the second answer.
func twice(w http.ResponseWriter, r *http.Request, next http.Handler) {
	body, err := readBody(r)
	if err != nil {
		writeProblem(w, err)
		return
	}
	var answer *recorder
	for range 2 {
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer = newRecorder()
		next.ServeHTTP(answer, r)
	}
	answer.events(func(events []protocol.Event) []protocol.Event {
		var doubled []protocol.Event
		for _, e := range events {
			doubled = append(doubled, e, e)
		}
		return doubled
	})
	pass(w, answer, answer.body.Bytes())
}

// events gives other events than a page has, where the answer is one.
func (r *recorder) events(other func([]protocol.Event) []protocol.Event) {
	var page protocol.EventPage
	if json.Unmarshal(r.body.Bytes(), &page) != nil || len(page.Events) == 0 {
		return
	}
	page.Events = other(page.Events)
	r.body.Reset()
	_ = json.NewEncoder(&r.body).Encode(page)
}

// slowly gives an answer piece by piece, the last of it after the delay.
func (f Fault) slowly(w http.ResponseWriter, r *http.Request, answer *recorder) {
	const pieces = 10
	rest := answer.body.Bytes()
	pass(w, answer, nil)
	for left := pieces; left > 0 && r.Context().Err() == nil; left-- {
		n := len(rest) / left
		_, _ = w.Write(rest[:n])
		_ = http.NewResponseController(w).Flush()
		rest = rest[n:]
		Fault{Delay: metav1.Duration{Duration: f.Delay.Duration / pieces}}.wait(r)
	}
}

// spoil gives an answer that no client should take for one.
func (f Fault) spoil(w http.ResponseWriter, answer *recorder) {
	body := answer.body.Bytes()
	switch f.Kind {
	case FaultWrongContentType:
		answer.Header().Set("Content-Type", "text/html; charset=utf-8")
		body = []byte("<!doctype html><title>Sign in</title>")
	case FaultMalformed:
		body = body[:len(body)/2]
	case FaultReorderEvents:
		answer.events(func(events []protocol.Event) []protocol.Event {
			slices.Reverse(events)
			return events
		})
		body = answer.body.Bytes()
	case FaultLoseEvents:
		answer.events(func([]protocol.Event) []protocol.Event { return []protocol.Event{} })
		body = answer.body.Bytes()
	case FaultOversized:
		body = append(bytes.Repeat([]byte(" "), protocol.MaxBodyBytes), body...)
	}
	pass(w, answer, body)
}

func pass(w http.ResponseWriter, answer *recorder, body []byte) {
	for name, values := range answer.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.status)
	_, _ = w.Write(body)
}

// recorder keeps an answer, so that it can be given differently or not at all.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func newRecorder() *recorder { return &recorder{header: http.Header{}, status: http.StatusOK} }

// Header implements http.ResponseWriter.
func (r *recorder) Header() http.Header { return r.header }

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) { r.status = status }

// Write implements http.ResponseWriter.
func (r *recorder) Write(p []byte) (int, error) { return r.body.Write(p) }
