package http_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	nethttp "net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// approval makes an order's first entry the bureau's.
func approval(change func(*protocol.HistoryEntry)) func(*protocol.Order) {
	return func(o *protocol.Order) {
		e := &o.History[0]
		e.Stage, e.Decision, e.SubjectNumber, e.WebsiteNumber = protocol.StageBureauReview, protocol.DecisionPassed, "浙ICP备26000001号", "浙ICP备26000001号-1"
		change(e)
	}
}

// What a number or a time is written into reads it as its own: pages, mails, chats, commands, sheets, logs. No server gets one
// there that is none.
func TestAHostileServersNumbersAndTimesDecideNothing(t *testing.T) {
	t.Parallel()
	for says, number := range map[string]string{
		"markup":                       `<img src=x onerror=alert(1)>`,
		"a link in Markdown":           `[浙ICP备1号](https://example.net)`,
		"a call to everyone in a chat": `<at user_id="all"></at>`,
		"a formula":                    `=HYPERLINK("https://example.net")`,
		"a command":                    `1;rm -rf ~`,
		"a command's output":           "`id`",
		"a variable":                   `$HOME`,
		"a line of its own":            "浙ICP备1号\nBcc: all@example.net",
		"a terminal's escape":          "浙ICP备1号\x1b[2J",
		"the other direction":          "浙ICP备1号\u202e1-",
		"a template":                   `{{.}}`,
		"a path":                       `../../1`,
	} {
		for _, field := range []func(*protocol.HistoryEntry){
			func(e *protocol.HistoryEntry) { e.SubjectNumber = number },
			func(e *protocol.HistoryEntry) { e.WebsiteNumber = number },
		} {
			wantMalformed(t, says, approval(field))
		}
	}
	for says, at := range map[string]time.Time{
		"before there were filings":                time.Date(1989, 12, 31, 0, 0, 0, 0, time.UTC),
		"in a year that is none":                   time.Date(0, 1, 1, 0, 0, 0, 0, time.FixedZone("", 14*3600)),
		"in a year of five digits elsewhere":       time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -14*3600)),
		"in a year in which nobody files any more": time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		wantMalformed(t, says, approval(func(e *protocol.HistoryEntry) { e.At = at }))
		wantMalformed(t, "due "+says, approval(func(e *protocol.HistoryEntry) { e.DueAt = at }))
		wantMalformed(t, "created "+says, func(o *protocol.Order) { o.CreatedAt = at })
	}
}

func wantMalformed(t *testing.T, says string, change func(*protocol.Order)) {
	t.Helper()
	server := newStub(t, answering(200, protocol.MediaType, order(change)))
	got, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1")
	if provider.ReasonOf(err) != provider.ReasonMalformedAnswer {
		t.Errorf("%s: got %+v, %v", says, got, err)
	}
}

// Numbers of old forms, and those of another province than the filing's, are the bureau's to give.
func TestNumbersInEveryFormThatIsInUseAreTaken(t *testing.T) {
	t.Parallel()
	for _, number := range []string{"浙ICP备26000001号-1", "粤B2-20090191-18", "沪ICP备2021000001号－2", "京ICP证030173号", "浙ICP备26000001号 - 1"} {
		server := newStub(t, answering(200, protocol.MediaType, order(approval(func(e *protocol.HistoryEntry) { e.WebsiteNumber = number }))))
		got, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1")
		if err != nil || got.History[0].WebsiteNumber != number {
			t.Errorf("%s: %v, %v", number, got, err)
		}
	}
}

// endless writes for as long as anybody reads, and counts.
func endless(written *atomic.Int64, status int, mediaType, begin string) nethttp.HandlerFunc {
	return func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, begin)
		chunk := []byte(strings.Repeat(" ", 64<<10))
		for r.Context().Err() == nil {
			n, err := w.Write(chunk)
			written.Add(int64(n))
			if err != nil {
				return
			}
		}
	}
}

func TestAnAnswerThatNeverEndsIsLeftAtTheProtocolsLimit(t *testing.T) {
	t.Parallel()
	// What the sockets between both take in before anybody notices is the machine's, not ours.
	const buffers = 32 << 20
	for says, c := range map[string]struct {
		status           int
		mediaType, begin string
	}{
		"a body":           {200, protocol.MediaType, `{"id":"`},
		"a problem":        {422, protocol.ProblemMediaType, `{"detail":"`},
		"a history":        {200, protocol.MediaType, `{"history":[`},
		"a page of errors": {502, "text/html", "<p>"},
	} {
		var written atomic.Int64
		server := newStub(t, endless(&written, c.status, c.mediaType, c.begin))
		_, err := client(t, http.Options{URL: server.URL, Timeout: time.Minute, Tries: 1}).Get(t.Context(), "O1")
		if provider.ClassOf(err) != provider.Transient {
			t.Errorf("%s: got %v", says, err)
		}
		if n := written.Load(); n > protocol.MaxBodyBytes+buffers {
			t.Errorf("%s: %d bytes were taken, the protocol's limit is %d", says, n, protocol.MaxBodyBytes)
		}
	}
}

// A server that says a word a minute holds nobody for longer than one try takes.
func TestAnAnswerThatTricklesIsLeftInTime(t *testing.T) {
	t.Parallel()
	server := newStub(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		w.Header().Set("Content-Type", protocol.MediaType)
		w.WriteHeader(nethttp.StatusOK)
		_, _ = io.WriteString(w, "{")
		w.(nethttp.Flusher).Flush()
		<-r.Context().Done()
	})
	_, err := client(t, http.Options{URL: server.URL, Timeout: 50 * time.Millisecond}).Get(t.Context(), "O1")
	if provider.ReasonOf(err) != provider.ReasonTimeout {
		t.Errorf("got %v", err)
	}
}

func TestHeadersWithoutEndAreNotKept(t *testing.T) {
	t.Parallel()
	server := newStub(t, func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		for i := range 1000 {
			w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 1000))
		}
		answering(200, protocol.MediaType, order(nil))(w, nil)
	})
	_, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1")
	if provider.ReasonOf(err) != provider.ReasonUnreachable {
		t.Errorf("got %v", err)
	}
}

// A redirect to where a cloud keeps its credentials, or to another scheme, is told of and not followed, nor is any of it shown.
func TestARedirectToAMetadataAddressIsNotFollowed(t *testing.T) {
	t.Parallel()
	elsewhere := newStub(t, answering(200, protocol.MediaType, order(nil)))
	for _, to := range []string{elsewhere.URL, "http://169.254.169.254/latest/meta-data/", "http://100.100.100.200/latest/meta-data/", "file:///etc/passwd", "//example.net/", "http://[::1]:1/"} {
		server := newStub(t, func(w nethttp.ResponseWriter, _ *nethttp.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(nethttp.StatusTemporaryRedirect)
		})
		_, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1")
		if provider.ReasonOf(err) != provider.ReasonRedirected || provider.ClassOf(err) != provider.Misconfigured || strings.Contains(err.Error(), to) {
			t.Errorf("to %s: got %v", to, err)
		}
	}
	if n := elsewhere.hits.Load(); n != 0 {
		t.Errorf("%d requests were sent elsewhere", n)
	}
}

// A man in the middle has no certificate of the provider's authority, or speaks what nobody should speak any more.
func TestAManInTheMiddleGetsNoToken(t *testing.T) {
	t.Parallel()
	for says, c := range map[string]struct {
		versions [2]uint16
		trusted  bool
		class    provider.Class
	}{
		"with a certificate of his own":           {[2]uint16{tls.VersionTLS12, tls.VersionTLS13}, false, provider.Misconfigured},
		"with TLS 1.1, and the right certificate": {[2]uint16{tls.VersionTLS10, tls.VersionTLS11}, true, provider.Transient},
	} {
		var tokens []string
		server := httptest.NewUnstartedServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
			tokens = append(tokens, r.Header.Get("Authorization"))
			answering(200, protocol.MediaType, order(nil))(w, r)
		}))
		server.TLS = &tls.Config{MinVersion: c.versions[0], MaxVersion: c.versions[1]} //nolint:gosec // the man in the middle's
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)
		options := http.Options{URL: server.URL, Token: func(context.Context) (string, error) { return "secret", nil }}
		if c.trusted {
			options.CABundle = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
		}
		_, err := client(t, options).Get(t.Context(), "O1")
		if provider.ClassOf(err) != c.class || len(tokens) > 0 || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %d tokens were sent, %v", says, len(tokens), err)
		}
	}
}
