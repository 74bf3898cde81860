package send_test

import (
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/notify/send"
	"github.com/beian-dev/icp-operator/internal/reach"
)

// now is when every message is sent.
var now = time.Date(2026, 11, 27, 8, 0, 0, 0, time.UTC)

func options() send.Options {
	return send.Options{
		Networks: reach.Networks{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}},
		Clock:    clocktesting.NewFakePassiveClock(now),
	}
}

// request is one that a server was asked with.
type request struct {
	header http.Header
	query  map[string][]string
	body   string
}

// receiver is a server that keeps what it is sent.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	requests []request
}

// newReceiver serves over TLS, and answers with a function of what it was sent.
func newReceiver(t *testing.T, answer func(w http.ResponseWriter, r request)) *receiver {
	t.Helper()
	s := &receiver{}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading a request: %v", err)
		}
		got := request{r.Header, r.URL.Query(), string(body)}
		s.mu.Lock()
		s.requests = append(s.requests, got)
		s.mu.Unlock()
		answer(w, got)
	}))
	t.Cleanup(s.Close)
	return s
}

func says(status int, body string) func(http.ResponseWriter, request) {
	return func(w http.ResponseWriter, _ request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func (s *receiver) all() []request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests
}

func (s *receiver) ca() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
}

// sender makes one of a spec whose server's certificate is trusted.
func sender(t *testing.T, spec v1alpha1.FilingNotifierSpec, ca []byte, secret map[string]string) send.Sender {
	t.Helper()
	spec.CABundle = ca
	s, err := send.New(&spec, bytesOf(secret), options())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func bytesOf(secret map[string]string) map[string][]byte {
	data := map[string][]byte{}
	for k, v := range secret {
		data[k] = []byte(v)
	}
	return data
}

func message() notify.Message {
	e := notify.Samples(v1alpha1.EventReturned)[1]
	texts, err := notify.Compile(&v1alpha1.FilingNotifierSpec{})
	if err != nil {
		panic(err)
	}
	m, err := texts.Message(e)
	if err != nil {
		panic(err)
	}
	m.At = now.Add(-time.Hour)
	return m
}

// fails checks that a send failed, with the right words, and without a word of the Secret.
func fails(t *testing.T, err error, words string, secret map[string]string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("%v, want it to say %q", err, words)
		return
	}
	for key, value := range secret {
		for _, part := range append(strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(":/?&=, \n", r) }), value) {
			if len(part) > 6 && strings.Contains(err.Error(), part) {
				t.Errorf("%q tells %q of the Secret's key %s", err, part, key)
			}
		}
	}
}
