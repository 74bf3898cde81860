package conformance_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/beian-dev/icp-operator/internal/conformance"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

func documentation(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile("../../docs/provider-protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(page)
}

// answering spoils the answers of a good server.
func answering(spoil func(r *http.Request, a *httptest.ResponseRecorder)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a := httptest.NewRecorder()
			next.ServeHTTP(a, r)
			spoil(r, a)
			a.Header().Del("Content-Length")
			maps.Copy(w.Header(), a.Header())
			w.WriteHeader(a.Code)
			_, _ = w.Write(a.Body.Bytes())
		})
	}
}

// asked spoils the requests before a good server has them.
func asked(spoil func(r *http.Request)) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			spoil(r)
			next.ServeHTTP(w, r)
		})
	}
}

func replacing(pairs ...string) func(*http.Request, *httptest.ResponseRecorder) {
	return func(_ *http.Request, a *httptest.ResponseRecorder) {
		a.Body = bytes.NewBufferString(strings.NewReplacer(pairs...).Replace(a.Body.String()))
	}
}

func regexed(pattern, with string) func(*http.Request, *httptest.ResponseRecorder) {
	p := regexp.MustCompile(pattern)
	return func(_ *http.Request, a *httptest.ResponseRecorder) {
		a.Body = bytes.NewBufferString(p.ReplaceAllString(a.Body.String(), with))
	}
}

// onlyOf spoils the answers to one kind of call.
func onlyOf(method, path string, spoil func(*http.Request, *httptest.ResponseRecorder)) func(*http.Request, *httptest.ResponseRecorder) {
	p := regexp.MustCompile("^/v1" + path + "$")
	return func(r *http.Request, a *httptest.ResponseRecorder) {
		if r.Method == method && p.MatchString(r.URL.Path) {
			spoil(r, a)
		}
	}
}

func bodyOf(r *http.Request) []byte {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

// refusals remembers what was refused, key by key, and answers it again.
func refusals(next http.Handler) http.Handler {
	var mu sync.Mutex
	kept := map[string]*httptest.ResponseRecorder{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key := r.Header.Get(protocol.IdempotencyKeyHeader)
		mu.Lock()
		a := kept[key]
		mu.Unlock()
		if a == nil {
			a = httptest.NewRecorder()
			next.ServeHTTP(a, r)
		}
		if key != "" && a.Code >= 400 {
			mu.Lock()
			kept[key] = a
			mu.Unlock()
		}
		maps.Copy(w.Header(), a.Header())
		w.WriteHeader(a.Code)
		_, _ = w.Write(a.Body.Bytes())
	})
}

// faults are what may be wrong with a server, each with the case that finds it.
func faults() map[string]struct {
	before func(http.Handler) http.Handler
	found  string
} {
	type fault = struct {
		before func(http.Handler) http.Handler
		found  string
	}
	n := 0
	return map[string]fault{
		"it answers application/json": {answering(func(_ *http.Request, a *httptest.ResponseRecorder) {
			if a.Code < 300 && a.Body.Len() > 0 {
				a.Header().Set("Content-Type", "application/json")
			}
		}), "An answer has the protocol's media type, and keeps to its document"},
		"it answers times without an offset":    {answering(regexed(`(T\d\d:\d\d:\d\d[.\d]*)Z"`, `$1"`)), "An order begins with its type, as attempt 1"},
		"its problems are plain text":           {answering(func(_ *http.Request, a *httptest.ResponseRecorder) { plain(a) }), "A body of another major version is refused"},
		"its problems have types of their own":  {answering(replacing(protocol.ProblemTypePrefix, "https://desk.example.com/errors/")), "A body that is no JSON is Malformed"},
		"it takes any media type":               {asked(func(r *http.Request) { setIf(r, "Content-Type", protocol.MediaType) }), "A body of another major version is refused"},
		"it asks nobody for a token":            {asked(func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+token) }), "Nobody gets an answer without a token"},
		"it forbids what is unknown":            {answering(onlyOf("GET", "/orders/[^/]+", problemInstead(404, 403, "Forbidden"))), "An order that does not exist is unknown"},
		"it repeats the facts in its problems":  {answering(onlyOf("POST", "/orders", echoing)), "A problem repeats nothing of a person"},
		"it believes what the applicant claims": {answering(onlyOf("POST", "/type-determinations", believing)), "What the applicant claims to be filed does not make it so"},
		"it answers 200 to an order that is new": {answering(onlyOf("POST", "/orders", func(_ *http.Request, a *httptest.ResponseRecorder) {
			a.Code = map[bool]int{true: 200, false: a.Code}[a.Code == 201]
		})), "The same request with the same key has one effect, and the same answer"},
		"it forgets its keys": {asked(func(r *http.Request) {
			if r.Header.Get(protocol.IdempotencyKeyHeader) != "" {
				n++
				r.Header.Set(protocol.IdempotencyKeyHeader, fmt.Sprintf("a-key-that-never-came-%d", n))
			}
		}), "The same request with the same key has one effect, and the same answer"},
		"it makes an order again for a repeated key": {again(), "The same request with the same key has one effect, and the same answer"},
		"it takes a key for another request":         {byKeyAlone(), "The same key with another request is refused, and changes nothing"},
		"it keeps the key of what it refused":        {refusals, "A request that was refused leaves its key free"},
		"it needs no key":                            {asked(func(r *http.Request) { keyless(r) }), "An effect without a key is refused"},
		"it writes its history anew": {answering(func(_ *http.Request, a *httptest.ResponseRecorder) {
			n++
			a.Body = bytes.NewBufferString(strings.ReplaceAll(a.Body.String(), `"id":"e0001"`, fmt.Sprintf(`"id":"x%04d"`, n)))
		}), "A history only grows"},
		"it withdraws without saying so":                {answering(replacing(`"Withdrawn"`, `"Other"`)), "An attempt that is taken back before its confirmation waits for the next"},
		"it takes files of 1 MiB at most":               {answering(onlyOf("PUT", ".*", small)), "A file of 2 MiB is taken"},
		"it does not look at digests":                   {asked(digesting), "A file that is not what its digest says is refused"},
		"it confirms whatever attempt":                  {asked(func(r *http.Request) { anyAttempt(r) }), "Another attempt than the one under way is not confirmed"},
		"it begins an attempt again for a repeated key": {asked(dropsKeysOf("/attempts")), "An attempt that is taken back before its confirmation waits for the next"},
		"it begins a change again for a repeated key":   {asked(dropsKeysOf("/changes")), "A change is the order's next attempt, and the filing stays in force meanwhile"},
		"it gives nothing back that is under review":    {answering(onlyOf("POST", "/orders/[^/]+/withdrawal", problemInstead(200, 409, protocol.ReasonNotSubmittable))), "An attempt that is under review is taken back, and waits for the next"},
		"it takes one order of a domain for all time":   {onceForAll(), "A domain whose filing has ended is filed anew, as another order"},
		"its approvals have no numbers":                 {answering(regexed(`,"(subject|website)Number":"[^"]*"`, "")), "The bureau's approval brings both numbers, and the registry has them"},
		"it says nothing of changes in its feed":        {answering(onlyOf("GET", "/events", emptied)), "The feed tells of every order that grows"},
		"its feed begins anew at each call":             {asked(func(r *http.Request) { beginning(r) }), "At its end the feed has a cursor to go on from, and nothing more"},
		"its small pages leave events out":              {asked(func(r *http.Request) { skipping(r) }), "No event comes twice after one cursor, and none is left out by a small page"},
		"it takes any cursor for the beginning":         {asked(func(r *http.Request) { anyCursor(r) }), "A cursor that is not known is said to be"},
		"what is cancelled stays in its registry":       {answering(onlyOf("GET", "/filings/[^/]+", stillFiled)), "A filing that is cancelled is no longer filed through you"},
		"it imports for whoever knows the public facts": {asked(anyPerson), "Who knows the public facts alone does not import a filing"},
		"it redirects": {answering(onlyOf("GET", "/filings/[^/]+", func(_ *http.Request, a *httptest.ResponseRecorder) {
			a.Code = http.StatusTemporaryRedirect
			a.Header().Set("Location", "https://elsewhere.example.com/")
		})), "Nothing filed is an answer, not a problem"},
	}
}

func TestEachPlantedFaultIsFoundByItsCase(t *testing.T) {
	t.Parallel()
	found := 0
	all := faults()
	for name, fault := range all {
		o, _ := served(t, fault.before)
		o.Only = regexp.MustCompile("^" + regexp.QuoteMeta(fault.found) + "$")
		results := run(t, o)
		r, ok := results[fault.found]
		if !ok {
			t.Errorf("%s: there is no case %q", name, fault.found)
			continue
		}
		if r.Outcome != conformance.Failed || r.Message == "" || len(r.Exchanges) == 0 {
			t.Errorf("%s: %s: %s: %s", name, fault.found, r.Outcome, r.Message)
			continue
		}
		if strings.Contains(strings.Join(r.Exchanges, "\n")+r.Message, token) {
			t.Errorf("%s: the report shows the token", name)
		}
		found++
	}
	t.Logf("%d of %d planted faults found", found, len(all))
}

// sha is a file's digest as the protocol writes it.
func sha(file []byte) string {
	sum := sha256.Sum256(file)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}
