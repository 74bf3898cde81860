package conformance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// The ways in which the servers of the tests are broken.

func plain(a *httptest.ResponseRecorder) {
	if a.Code >= 400 {
		a.Header().Set("Content-Type", "text/plain")
		a.Body = bytes.NewBufferString("no")
	}
}

func setIf(r *http.Request, name, value string) {
	if r.Header.Get(name) != "" {
		r.Header.Set(name, value)
	}
}

func problem(a *httptest.ResponseRecorder, status int, reason, detail string) {
	a.Code, a.Body = status, &bytes.Buffer{}
	a.Header().Set("Content-Type", protocol.ProblemMediaType)
	_ = json.NewEncoder(a.Body).Encode(protocol.Problem{Type: protocol.ProblemTypePrefix + reason, Title: reason, Status: int32(status), Detail: detail}) //nolint:gosec // a status
}

func problemInstead(of, status int, reason string) func(*http.Request, *httptest.ResponseRecorder) {
	return func(_ *http.Request, a *httptest.ResponseRecorder) {
		if a.Code == of {
			problem(a, status, reason, "")
		}
	}
}

// echoing shows in a problem whom the application is about.
func echoing(_ *http.Request, a *httptest.ResponseRecorder) {
	if a.Code == http.StatusUnprocessableEntity {
		problem(a, a.Code, protocol.ReasonInvalidFacts, "the paper 330106199001010018 is of no known kind")
	}
}

func believing(_ *http.Request, a *httptest.ResponseRecorder) {
	a.Body = bytes.NewBufferString(strings.ReplaceAll(a.Body.String(), "FirstFiling", "NewWebsiteFiledHere"))
}

// again gives a repeated key an order of its own.
func again() func(http.Handler) http.Handler {
	var mu sync.Mutex
	seen := map[string]int{}
	return answering(onlyOf("POST", "/orders", func(r *http.Request, a *httptest.ResponseRecorder) {
		mu.Lock()
		defer mu.Unlock()
		key := r.Header.Get(protocol.IdempotencyKeyHeader)
		if seen[key]++; seen[key] > 1 {
			a.Body = bytes.NewBufferString(regexp.MustCompile(`"id":"O\d+"`).ReplaceAllString(a.Body.String(), fmt.Sprintf(`"id":"O9%07d"`, seen[key])))
		}
	}))
}

// byKeyAlone answers a key as it was answered first, whatever the request is.
func byKeyAlone() func(http.Handler) http.Handler {
	var mu sync.Mutex
	kept := map[string]*httptest.ResponseRecorder{}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			key := r.Header.Get(protocol.IdempotencyKeyHeader)
			mu.Lock()
			a := kept[key]
			mu.Unlock()
			if a == nil || key == "" {
				a = httptest.NewRecorder()
				next.ServeHTTP(a, r)
			}
			if a.Code < 300 {
				mu.Lock()
				kept[key] = a
				mu.Unlock()
			}
			maps.Copy(w.Header(), a.Header())
			w.WriteHeader(a.Code)
			_, _ = w.Write(a.Body.Bytes())
		})
	}
}

func keyless(r *http.Request) {
	if r.Method != http.MethodGet && r.Header.Get(protocol.IdempotencyKeyHeader) == "" {
		r.Header.Set(protocol.IdempotencyKeyHeader, "made-up-by-the-server-"+fmt.Sprint(len(bodyOf(r))))
	}
}

func small(r *http.Request, a *httptest.ResponseRecorder) {
	if r.ContentLength > 1<<20 {
		problem(a, http.StatusRequestEntityTooLarge, protocol.ReasonTooLarge, "")
	}
}

func digesting(r *http.Request) {
	if r.Method == http.MethodPut {
		r.Header.Set(protocol.ContentDigestHeader, sha(bodyOf(r)))
	}
}

// anyAttempt takes every confirmation for one of the first attempt.
func anyAttempt(r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/confirmation") {
		r.Body = io.NopCloser(strings.NewReader(`{"attempt": 1}`))
		r.ContentLength = -1
	}
}

func emptied(_ *http.Request, a *httptest.ResponseRecorder) {
	var p protocol.EventPage
	if json.Unmarshal(a.Body.Bytes(), &p) == nil {
		p.Events = []protocol.Event{}
		a.Body = &bytes.Buffer{}
		_ = json.NewEncoder(a.Body).Encode(p)
	}
}

func query(r *http.Request, change func(name, value string) string) {
	q := r.URL.Query()
	for name, values := range q {
		q.Set(name, change(name, values[0]))
	}
	r.URL.RawQuery = q.Encode()
}

// beginning forgets where the client is.
func beginning(r *http.Request) {
	query(r, func(name, value string) string {
		if name == "after" {
			return ""
		}
		return value
	})
}

// skipping gives the event after the next one, where one is asked for.
func skipping(r *http.Request) {
	query(r, func(name, value string) string {
		if name == "limit" && value == "1" {
			return "2"
		}
		return value
	})
}

func anyCursor(r *http.Request) {
	query(r, func(name, value string) string {
		if name == "after" && strings.HasPrefix(value, "no-such") {
			return ""
		}
		return value
	})
}

// dropsKeysOf forgets the keys of one kind of call.
func dropsKeysOf(path string) func(*http.Request) {
	var mu sync.Mutex
	n := 0
	return func(r *http.Request) {
		if strings.HasSuffix(r.URL.Path, path) {
			mu.Lock()
			defer mu.Unlock()
			n++
			r.Header.Set(protocol.IdempotencyKeyHeader, fmt.Sprintf("another-key-each-time-%d", n))
		}
	}
}

// onceForAll takes one order of a domain, and never another.
func onceForAll() func(http.Handler) http.Handler {
	var mu sync.Mutex
	seen := map[string]bool{}
	return answering(onlyOf("POST", "/orders", func(_ *http.Request, a *httptest.ResponseRecorder) {
		var o protocol.Order
		if a.Code != http.StatusCreated || json.Unmarshal(a.Body.Bytes(), &o) != nil {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		if seen[o.Domain] {
			problem(a, http.StatusConflict, protocol.ReasonOrderExists, "")
		}
		seen[o.Domain] = true
	}))
}

func stillFiled(_ *http.Request, a *httptest.ResponseRecorder) {
	var f protocol.Filing
	if json.Unmarshal(a.Body.Bytes(), &f) == nil && !f.Filed {
		f.Filed, f.SubjectNumber, f.WebsiteNumber = true, "粤ICP备26000001号", "粤ICP备26000001号-1"
		f.Access = []protocol.AccessProvider{protocol.AccessProviderThisProvider}
		a.Body = &bytes.Buffer{}
		_ = json.NewEncoder(a.Body).Encode(f)
	}
}

// anyPerson takes whoever asks for an import for the responsible person.
func anyPerson(r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/import") {
		body := strings.ReplaceAll(string(bodyOf(r)), "110101198001010010", "330106199001010018")
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
	}
}
