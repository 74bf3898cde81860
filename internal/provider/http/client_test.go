package http_test

import (
	"context"
	"encoding/pem"
	"errors"
	"io"
	"log"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

func TestNewRefusesAddressesThatPersonsDataMustNotBeSentTo(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		url    string
		reason string
	}{
		"an https address is taken":                    {"https://filing.example.net/v1", ""},
		"a plain loopback address is taken":            {"http://127.0.0.1:8080/v1", ""},
		"a plain IPv6 loopback address is taken":       {"http://[::1]:8080/v1", ""},
		"localhost is taken":                           {"http://localhost/v1", ""},
		"a plain address elsewhere is refused":         {"http://filing.example.net/v1", provider.ReasonBadURL},
		"a name that only begins like one is refused":  {"http://localhost.example.net/v1", provider.ReasonBadURL},
		"an address without a scheme is refused":       {"filing.example.net/v1", provider.ReasonBadURL},
		"another scheme is refused":                    {"ftp://filing.example.net/v1", provider.ReasonBadURL},
		"an address that holds credentials is refused": {"https://user:secret@filing.example.net/v1", provider.ReasonBadURL},
		"an address with a query is refused":           {"https://filing.example.net/v1?token=secret", provider.ReasonBadURL},
		"an empty address is refused":                  {"", provider.ReasonBadURL},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := http.New(http.Options{URL: test.url})
			if got := provider.ReasonOf(err); got != test.reason {
				t.Fatalf("reason %q, want %q (%v)", got, test.reason, err)
			}
			if err == nil {
				return
			}
			if provider.ClassOf(err) != provider.Misconfigured {
				t.Errorf("class %s, want Misconfigured", provider.ClassOf(err))
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows a credential: %v", err)
			}
		})
	}
}

func TestNewRefusesABundleWithoutACertificate(t *testing.T) {
	t.Parallel()
	_, err := http.New(http.Options{URL: "https://filing.example.net", CABundle: []byte("no certificate")})
	if provider.ReasonOf(err) != provider.ReasonBadCABundle || provider.ClassOf(err) != provider.Misconfigured {
		t.Errorf("got %v", err)
	}
}

func TestCertificatesAreTrustedByTheBundleAlone(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(answering(200, protocol.MediaType, order(nil)))
	// The handshake that is to fail would be logged.
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	bundle := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})

	if _, err := client(t, http.Options{URL: server.URL, CABundle: bundle}).Get(t.Context(), "O1"); err != nil {
		t.Errorf("with the bundle of the server's authority: %v", err)
	}
	_, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1")
	if provider.ClassOf(err) != provider.Misconfigured || provider.ReasonOf(err) != provider.ReasonCertificateNotTrusted {
		t.Errorf("without it: %v", err)
	}
	plain := newStub(t, answering(200, protocol.MediaType, order(nil)))
	_, err = client(t, http.Options{URL: strings.Replace(plain.URL, "http:", "https:", 1)}).Get(t.Context(), "O1")
	if provider.ClassOf(err) != provider.Misconfigured || provider.ReasonOf(err) != provider.ReasonBadURL {
		t.Errorf("where TLS is not spoken: %v", err)
	}
}

func TestATokenIsAskedForBeforeEveryRequest(t *testing.T) {
	t.Parallel()
	var seen []string
	server := newStub(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		answering(200, protocol.MediaType, order(nil))(w, r)
	})
	token, fault := "first", error(nil)
	c := client(t, http.Options{URL: server.URL, Token: func(context.Context) (string, error) { return token, fault }})
	for _, token = range []string{"first", "second", ""} {
		if _, err := c.Get(t.Context(), "O1"); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"Bearer first", "Bearer second", ""}, seen); diff != "" {
		t.Errorf("tokens sent (-want +got):\n%s", diff)
	}
	fault = errors.New(`secret icp-system/provider-token: no key "token"`)
	_, err := c.Get(t.Context(), "O1")
	if provider.ClassOf(err) != provider.Misconfigured || provider.ReasonOf(err) != provider.ReasonBadCredentials {
		t.Errorf("without a token to be had: %v", err)
	}
	if len(seen) != 3 {
		t.Error("a request was sent without its token")
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := newStub(t, answering(200, protocol.MediaType, order(nil)))
	server := newStub(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		nethttp.Redirect(w, r, elsewhere.URL, nethttp.StatusTemporaryRedirect)
	})
	_, err := client(t, http.Options{URL: server.URL}).Create(t.Context(), "a-key-of-its-own", application())
	if provider.ClassOf(err) != provider.Misconfigured || provider.ReasonOf(err) != provider.ReasonRedirected {
		t.Errorf("got %v", err)
	}
	if elsewhere.hits.Load() != 0 {
		t.Error("persons' data were sent elsewhere")
	}
}

func TestTriesAreFewAndOnlyForWhatMayPass(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler nethttp.HandlerFunc
		tries   int32
	}{
		"an error of the server is tried twice":  {answering(500, "text/plain", "no"), 2},
		"a dropped connection is tried twice":    {func(nethttp.ResponseWriter, *nethttp.Request) { panic(nethttp.ErrAbortHandler) }, 2},
		"a refusal is not tried again":           {problem(409, protocol.Problem{Type: protocol.ProblemTypePrefix + "OrderExists", Title: "x"}), 1},
		"a bad token is not tried again":         {problem(401, protocol.Problem{Type: protocol.ProblemTypePrefix + "Unauthorized", Title: "x"}), 1},
		"success is not tried again":             {answering(201, protocol.MediaType, order(nil)), 1},
		"an order of another domain stays asked": {answering(201, protocol.MediaType, order(func(o *protocol.Order) { o.Domain = "example.net" })), 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var otherKeys atomic.Int32
			server := newStub(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
				if r.Header.Get("Idempotency-Key") != "a-key-of-its-own" {
					otherKeys.Add(1)
				}
				test.handler(w, r)
			})
			_, _ = client(t, http.Options{URL: server.URL}).Create(t.Context(), "a-key-of-its-own", application())
			if got := server.hits.Load(); got != test.tries {
				t.Errorf("%d tries, want %d", got, test.tries)
			}
			if got := otherKeys.Load(); got != 0 {
				t.Errorf("%d tries went out without the key of the call", got)
			}
		})
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := newStub(t, func(nethttp.ResponseWriter, *nethttp.Request) { <-release })
	defer close(release)
	c := client(t, http.Options{URL: server.URL})

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Get(ended, "O1")
	if provider.ClassOf(err) != provider.Transient || !errors.Is(err, context.Canceled) {
		t.Errorf("with a context that has ended: %v", err)
	}

	slow := client(t, http.Options{URL: server.URL, Timeout: 20 * time.Millisecond})
	_, err = slow.Get(t.Context(), "O1")
	if provider.ClassOf(err) != provider.Transient || provider.ReasonOf(err) != provider.ReasonTimeout {
		t.Errorf("of a server that does not answer: %v", err)
	}
}

func TestABrokenConnectionIsTransient(t *testing.T) {
	t.Parallel()
	server := newStub(t, func(nethttp.ResponseWriter, *nethttp.Request) { panic(nethttp.ErrAbortHandler) })
	_, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1")
	if provider.ClassOf(err) != provider.Transient || provider.ReasonOf(err) != provider.ReasonUnreachable {
		t.Errorf("got %v", err)
	}
}

func TestRetryAfterSilencesEveryCall(t *testing.T) {
	t.Parallel()
	clock := clocktesting.NewFakePassiveClock(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	busy := true
	server := newStub(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if busy {
			w.Header().Set("Retry-After", "30")
			problem(429, protocol.Problem{Type: protocol.ProblemTypePrefix + "TooManyRequests", Title: "x"})(w, r)
			return
		}
		answering(200, protocol.MediaType, order(nil))(w, r)
	})
	c := client(t, http.Options{URL: server.URL, Clock: clock})

	_, err := c.Get(t.Context(), "O1")
	if provider.ClassOf(err) != provider.Transient || provider.RetryAfterOf(err) != 30*time.Second {
		t.Errorf("got %v, want a transient error that waits 30s", err)
	}
	clock.SetTime(clock.Now().Add(20 * time.Second))
	_, err = c.LookUp(t.Context(), "example.com")
	if provider.RetryAfterOf(err) != 10*time.Second {
		t.Errorf("another call 20s later: %v, want one that waits 10s", err)
	}
	if got := server.hits.Load(); got != 1 {
		t.Errorf("%d requests were sent, want 1", got)
	}
	busy = false
	clock.SetTime(clock.Now().Add(10 * time.Second))
	if _, err := c.Get(t.Context(), "O1"); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		date, value string
		status      int
		want        time.Duration
	}{
		"seconds": {value: "7", status: 503, want: 7 * time.Second},
		"a date is counted from the answer's own": {date: "Mon, 02 Mar 2026 09:00:00 GMT", value: "Mon, 02 Mar 2026 09:01:00 GMT", status: 503, want: time.Minute},
		"a date in the past asks for nothing":     {date: "Mon, 02 Mar 2026 09:00:00 GMT", value: "Mon, 02 Mar 2026 08:00:00 GMT", status: 503},
		"a year is cut to an hour":                {value: "31536000", status: 429, want: time.Hour},
		"more seconds than a duration can tell":   {value: "99999999999", status: 503, want: time.Hour},
		"a negative number asks for nothing":      {value: "-1", status: 503},
		"words ask for nothing":                   {value: "soon", status: 503},
		"another error may ask, too":              {value: "2", status: 409, want: 2 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
				w.Header().Set("Retry-After", test.value)
				if test.date != "" {
					w.Header().Set("Date", test.date)
				}
				problem(test.status, protocol.Problem{Type: protocol.ProblemTypePrefix + "NotYet", Title: "x"})(w, r)
			})
			_, err := client(t, http.Options{URL: server.URL, Tries: 1}).Get(t.Context(), "O1")
			if got := provider.RetryAfterOf(err); got != test.want {
				t.Errorf("wait %s, want %s (%v)", got, test.want, err)
			}
		})
	}
}
