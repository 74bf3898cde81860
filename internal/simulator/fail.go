package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"

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
	var page protocol.EventPage
	if json.Unmarshal(answer.body.Bytes(), &page) == nil && len(page.Events) > 0 {
		var doubled []protocol.Event
		for _, e := range page.Events {
			doubled = append(doubled, e, e)
		}
		page.Events = doubled
		answer.body.Reset()
		_ = json.NewEncoder(&answer.body).Encode(page)
	}
	pass(w, answer, answer.body.Bytes())
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
