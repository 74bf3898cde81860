package simulator

import (
	"bytes"
	"crypto/subtle"
	"io"
	"net/http"
	"strings"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/provider/protocol/server"
)

// Protocol handles the filing provider protocol, below /v1.
func (s *Simulator) Protocol() http.Handler {
	refuse := func(w http.ResponseWriter, _ *http.Request, err error) { writeProblem(w, err) }
	strict := server.NewStrictHandlerWithOptions(operations{s}, nil, server.StrictHTTPServerOptions{
		RequestErrorHandlerFunc: refuse, ResponseErrorHandlerFunc: refuse,
	})
	answer := server.HandlerWithOptions(strict, server.StdHTTPServerOptions{BaseURL: basePath, ErrorHandlerFunc: refuse})
	// A request is counted, made to fail, and judged before the generated code reads it: that one cannot name a problem.
	whole := s.count(s.fail(s.judge(answer)))
	mux := http.NewServeMux()
	for path, item := range s.document.doc.Paths.Map() {
		for method := range item.Operations() {
			mux.Handle(method+" "+basePath+path, whole)
		}
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		writeProblem(w, newProblem(http.StatusNotFound, protocol.ReasonNotFound, "the protocol has no such operation: it lies below "+basePath))
	})
	return mux
}

// judge lets a request through that bears the token and keeps to the document.
func (s *Simulator) judge(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := s.authorize(r); err != nil {
			w.Header().Set("WWW-Authenticate", "Bearer")
			writeProblem(w, err)
			return
		}
		body, err := readBody(r)
		if err == nil {
			r.Body = io.NopCloser(bytes.NewReader(body))
			err = s.document.check(r)
		}
		if err != nil {
			writeProblem(w, err)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, s.withPrint(r, body))
	})
}

func (s *Simulator) authorize(r *http.Request) error {
	if s.token == "" {
		return nil
	}
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok || subtle.ConstantTimeCompare([]byte(token), []byte(s.token)) != 1 {
		return newProblem(http.StatusUnauthorized, protocol.ReasonUnauthorized, "send the token as Authorization: Bearer …")
	}
	return nil
}

// readBody reads a body of bounded length.
func readBody(r *http.Request) ([]byte, error) {
	limit := int64(protocol.MaxBodyBytes)
	if r.Method == http.MethodPut {
		limit = protocol.MaxMaterialBytes
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, limit+1))
	switch {
	case err != nil:
		return nil, newProblem(http.StatusBadRequest, protocol.ReasonMalformed, "the body broke off")
	case int64(len(body)) > limit:
		return nil, newProblem(http.StatusRequestEntityTooLarge, protocol.ReasonTooLarge, "the body is larger than the protocol allows")
	}
	return body, nil
}

// count notes the request and its answer in the history, before the client can have seen any of the answer.
func (s *Simulator) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		noting := &notingWriter{ResponseWriter: w, note: func(status int) {
			s.requests.note(Request{
				At: s.Now(), Operation: s.document.operationID(r), Status: status,
				OrderID: r.PathValue("orderID"), Key: r.Header.Get(protocol.IdempotencyKeyHeader),
			})
		}}
		// A dropped answer unwinds as a panic; it counts as status 0.
		defer func() {
			if dropped := recover(); dropped != nil {
				noting.once(0)
				panic(dropped)
			}
			noting.once(http.StatusOK)
		}()
		next.ServeHTTP(noting, r)
	})
}

// notingWriter notes the status of an answer once, as it is about to go out.
type notingWriter struct {
	http.ResponseWriter
	note  func(status int)
	noted bool
}

func (w *notingWriter) once(status int) {
	if !w.noted {
		w.noted = true
		w.note(status)
	}
}

// WriteHeader implements http.ResponseWriter.
func (w *notingWriter) WriteHeader(status int) {
	w.once(status)
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *notingWriter) Write(p []byte) (int, error) {
	w.once(http.StatusOK)
	return w.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController reach what is below.
func (w *notingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
