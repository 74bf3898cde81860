package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// bench is what a run works with.
type bench struct {
	Options
	//nolint:containedctx // of the case under way; every call takes it
	ctx      context.Context
	client   *http.Client
	document *document
	// made are the orders of this run, to be given up at its end.
	made []string
	// seen is the history of each order as it was last read.
	seen map[string][]protocol.HistoryEntry
	// number counts what was made up.
	number int
	// broken is the first thing that an answer of the case under way did that none may.
	broken error
	calls  []string
	// shared orders, made once for several cases.
	inForce *protocol.Order
}

// callTimeout bounds one call.
const callTimeout = 30 * time.Second

// keptCalls are shown of a case that failed.
const keptCalls = 4

func newBench(o Options) (*bench, error) {
	if u, err := url.Parse(o.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("--url %q: give the http or https address of the protocol, as in FilingProvider.spec.http.url", o.URL)
	}
	o.URL = strings.TrimSuffix(o.URL, "/")
	if o.Patience <= 0 {
		o.Patience = 30 * time.Second
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.DomainSuffix == "" {
		o.DomainSuffix = "com"
	}
	document, err := loadDocument()
	if err != nil {
		return nil, err
	}
	return &bench{
		Options: o, document: document, seen: map[string][]protocol.HistoryEntry{},
		client: &http.Client{Transport: o.Transport, Timeout: callTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}, nil
}

// reach says whether there is a server at all.
func (b *bench) reach(ctx context.Context) error {
	b.begin(ctx)
	a, err := b.send(call{method: http.MethodGet, path: "/events?limit=1"})
	if err != nil {
		return fmt.Errorf("the server at %s cannot be reached: %w", b.URL, err)
	}
	if a.status == http.StatusUnauthorized {
		return fmt.Errorf("the server at %s does not take the token: give the right one with --token-file", b.URL)
	}
	return nil
}

func (b *bench) begin(ctx context.Context) { b.ctx, b.broken, b.calls = ctx, nil, nil }

// call is one request.
type call struct {
	method, path string
	// body is sent as JSON, or as it is where it is bytes.
	body any
	// key is the idempotency key; empty: none.
	key string
	// header has more, and replaces what is there; an empty value removes it.
	header map[string]string
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
	call   call
}

// send makes a call, and holds its answer to what every answer must keep.
func (b *bench) send(c call) (*answer, error) {
	body, err := c.bytes()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(b.ctx, c.method, b.URL+c.path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	b.dress(request, c)
	response, err := b.client.Do(request)
	if err != nil {
		b.note(fmt.Sprintf("%s %s\n  no answer: %v", c.method, c.path, err))
		return nil, fmt.Errorf("%s %s: %w", c.method, c.path, err)
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(io.LimitReader(response.Body, protocol.MaxBodyBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s %s: the answer breaks off: %w", c.method, c.path, err)
	}
	a := &answer{status: response.StatusCode, header: response.Header, body: read, call: c}
	b.note(b.masked(fmt.Sprintf("%s %s%s\n  sent %s\n  answered %d %s %s", c.method, c.path, keyWords(c.key), short(body), a.status, a.header.Get("Content-Type"), short(read))))
	b.judge(request, a)
	return a, nil
}

func (c call) bytes() ([]byte, error) {
	switch body := c.body.(type) {
	case nil:
		return nil, nil
	case []byte:
		return body, nil
	case string:
		return []byte(body), nil
	}
	raw, err := json.Marshal(c.body)
	if err != nil {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	return raw, nil
}

func (b *bench) dress(r *http.Request, c call) {
	r.Header.Set("Accept", protocol.MediaType+", "+protocol.ProblemMediaType)
	if c.body != nil {
		r.Header.Set("Content-Type", protocol.MediaType)
	}
	if b.Token != "" {
		r.Header.Set("Authorization", "Bearer "+b.Token)
	}
	if c.key != "" {
		r.Header.Set(protocol.IdempotencyKeyHeader, c.key)
	}
	for name, value := range c.header {
		if r.Header.Del(name); value != "" {
			r.Header.Set(name, value)
		}
	}
}

// wants reads a success, or says what came instead.
func (b *bench) wants(c call, status int, into any) error {
	a, err := b.send(c)
	if err != nil {
		return err
	}
	return a.is(status, into)
}

func (a *answer) is(status int, into any) error {
	if a.status != status {
		return fmt.Errorf("%s %s is answered %s, want %d", a.call.method, a.call.path, a.words(), status)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		return fmt.Errorf("%s %s: the answer cannot be read: %w", a.call.method, a.call.path, err)
	}
	return nil
}

// refused wants a problem of one of the reasons, with the status that goes with it.
func (b *bench) refused(c call, status int, reasons ...string) error {
	a, err := b.send(c)
	if err != nil {
		return err
	}
	return a.refused(status, reasons...)
}

func (a *answer) refused(status int, reasons ...string) error {
	for _, reason := range reasons {
		if a.status == status && a.reason() == reason {
			return nil
		}
	}
	return fmt.Errorf("%s %s is answered %s, want %d with the problem %s", a.call.method, a.call.path, a.words(), status, strings.Join(reasons, " or "))
}

// reason is that of a problem; empty where the answer is none.
func (a *answer) reason() string {
	var p protocol.Problem
	if json.Unmarshal(a.body, &p) != nil {
		return ""
	}
	reason, _ := strings.CutPrefix(p.Type, protocol.ProblemTypePrefix)
	return reason
}

func (a *answer) words() string {
	if reason := a.reason(); reason != "" {
		return fmt.Sprintf("%d %s", a.status, reason)
	}
	return fmt.Sprint(a.status)
}

func (b *bench) note(words string) { b.calls = append(b.calls, words) }

func (b *bench) latest() []string { return b.calls[max(0, len(b.calls)-keptCalls):] }

func keyWords(key string) string {
	if key == "" {
		return ""
	}
	return " (Idempotency-Key " + key + ")"
}

func short(body []byte) string {
	const most = 600
	if len(body) > most {
		return fmt.Sprintf("%s… (%d bytes)", strings.ToValidUTF8(string(body[:most]), ""), len(body))
	}
	return strings.ToValidUTF8(strings.TrimSpace(string(body)), "?")
}

// patiently asks again until something is so, or patience is at its end.
func (b *bench) patiently(is func() (bool, error)) (bool, error) {
	end := b.Clock.Now().Add(b.Patience)
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		done, err := is()
		if done || err != nil || b.Clock.Now().After(end) {
			return done, err
		}
		select {
		case <-b.ctx.Done():
			return false, b.ctx.Err()
		case <-b.Clock.After(pause):
		}
	}
}
