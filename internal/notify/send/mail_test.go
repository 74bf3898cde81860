package send_test

import (
	"context"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify/send"
)

// post is a mail server.
type post struct {
	port int32
	ca   []byte

	mu     sync.Mutex
	mails  []string
	secure []bool
}

// postOptions say what a mail server is like.
type postOptions struct {
	implicit   bool // TLS from the first byte on
	noTLS      bool
	password   string // that it asks for; empty for none
	noReceiver string // that it refuses
}

// newPost starts a mail server with a certificate of its own for 127.0.0.1.
func newPost(t *testing.T, o postOptions) *post {
	t.Helper()
	certified := httptest.NewTLSServer(nil)
	certified.Close()
	p := &post{ca: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certified.Certificate().Raw})}
	config := &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{post: p, options: o, conn: c, known: o.password == ""}, nil
	}))
	server.ErrorLog = log.New(io.Discard, "", 0)
	server.Domain = "localhost"
	if !o.noTLS {
		server.TLSConfig = config
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.port = int32(listener.Addr().(*net.TCPAddr).Port) //nolint:gosec // a port
	if o.implicit {
		listener = tls.NewListener(listener, config)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return p
}

type session struct {
	post    *post
	options postOptions
	conn    *smtp.Conn
	known   bool
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "icp" || password != s.options.password {
			return errors.New("not this one")
		}
		s.known = true
		return nil
	}), nil
}

func (s *session) Mail(string, *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if to == s.options.noReceiver {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user " + to}
	}
	return nil
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	_, secure := s.conn.TLSConnectionState()
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.mails, s.post.secure = append(s.post.mails, string(raw)), append(s.post.secure, secure)
	return err
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }

// got are the mails that a server took; it checks that each came over TLS.
func (p *post) got(t *testing.T) []string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, secure := range p.secure {
		if !secure {
			t.Error("a mail came without TLS")
		}
	}
	return p.mails
}

func (p *post) spec(kind v1alpha1.EmailTLS) v1alpha1.FilingNotifierSpec {
	return v1alpha1.FilingNotifierSpec{Email: &v1alpha1.EmailChannel{Host: "127.0.0.1", Port: &p.port, TLS: kind}}
}

func addresses(more ...string) map[string]string {
	secret := map[string]string{send.KeyFrom: "icp@example.net", send.KeyTo: "li.receiver@example.net, wang.receiver@example.org\n"}
	for i := 0; i+1 < len(more); i += 2 {
		secret[more[i]] = more[i+1]
	}
	return secret
}

func TestMailArrivesOverTLS(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		tls      v1alpha1.EmailTLS
		password string
	}{
		"from the first byte on":           {v1alpha1.EmailImplicitTLS, ""},
		"by STARTTLS":                      {v1alpha1.EmailStartTLS, ""},
		"from the first byte on, and auth": {v1alpha1.EmailImplicitTLS, "abcdef0123456789"},
		"by STARTTLS, and auth":            {v1alpha1.EmailStartTLS, "abcdef0123456789"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPost(t, postOptions{implicit: test.tls == v1alpha1.EmailImplicitTLS, password: test.password})
			secret := addresses()
			if test.password != "" {
				secret = addresses(send.KeyUsername, "icp", send.KeyPassword, test.password)
			}
			s := sender(t, p.spec(test.tls), p.ca, secret)
			m := message()
			for range 2 {
				if err := s.Send(t.Context(), m); err != nil {
					t.Fatal(err)
				}
			}
			mails := p.got(t)
			if len(mails) != 2 {
				t.Fatalf("%d mails, want 2", len(mails))
			}
			for _, raw := range mails {
				checkMail(t, raw, m.Subject, m.Body, "<"+m.ID+"@example.net>")
			}
		})
	}
}

func checkMail(t *testing.T, raw, subject, body, id string) {
	t.Helper()
	read, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	got, err := (&mime.WordDecoder{}).DecodeHeader(read.Header.Get("Subject"))
	if err != nil || got != subject {
		t.Errorf("the subject is %q (%v), want %q", got, err, subject)
	}
	if read.Header.Get("Message-Id") != id {
		t.Errorf("the Message-ID is %s, want %s, the same each time", read.Header.Get("Message-Id"), id)
	}
	if to := read.Header.Get("To"); !strings.Contains(to, "li.receiver@example.net") || !strings.Contains(to, "wang.receiver@example.org") {
		t.Errorf("it goes to %q", to)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(read.Body))
	if err != nil || strings.ReplaceAll(strings.TrimSpace(string(text)), "\r\n", "\n") != body {
		t.Errorf("the body is\n%s\n(%v), want\n%s", text, err, body)
	}
}

func TestMailThatCannotBeSentFails(t *testing.T) {
	t.Parallel()
	const password = "abcdef0123456789"
	for name, test := range map[string]struct {
		server postOptions
		tls    v1alpha1.EmailTLS
		secret map[string]string
		ca     bool
		says   string
	}{
		"no STARTTLS: nothing is sent": {postOptions{noTLS: true}, v1alpha1.EmailStartTLS, addresses(), true, "offers no STARTTLS"},
		"no TLS at all":                {postOptions{noTLS: true}, v1alpha1.EmailImplicitTLS, addresses(), true, "does not speak TLS"},
		"a certificate that nobody trusts": {
			postOptions{implicit: true}, v1alpha1.EmailImplicitTLS, addresses(), false, "certificate is not trusted"},
		"a certificate that nobody trusts, by STARTTLS": {
			postOptions{}, v1alpha1.EmailStartTLS, addresses(), false, "certificate is not trusted"},
		"a wrong password": {postOptions{password: password + "x"}, v1alpha1.EmailStartTLS,
			addresses(send.KeyUsername, "icp", send.KeyPassword, password), true, "username and password"},
		"no password where one is asked for": {postOptions{password: password}, v1alpha1.EmailStartTLS, addresses(), true, "refuses the sender with code 502"},
		"a receiver that is not known": {postOptions{noReceiver: "wang.receiver@example.org"}, v1alpha1.EmailStartTLS,
			addresses(), true, "refuses a receiver with code 550"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPost(t, test.server)
			ca := p.ca
			if !test.ca {
				ca = nil
			}
			fails(t, sender(t, p.spec(test.tls), ca, test.secret).Send(t.Context(), message()), test.says, test.secret)
			if n := len(p.got(t)); n > 0 {
				t.Errorf("%d mails were taken", n)
			}
		})
	}
}

// TestAServerThatSaysNothingIsLeft listens, and never answers.
func TestAServerThatSaysNothingIsLeft(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	port := int32(listener.Addr().(*net.TCPAddr).Port) //nolint:gosec // a port
	o := options()
	o.Within = 200 * time.Millisecond
	for name, test := range map[string]struct {
		spec   v1alpha1.FilingNotifierSpec
		secret map[string]string
	}{
		"implicit": {v1alpha1.FilingNotifierSpec{Email: &v1alpha1.EmailChannel{Host: "127.0.0.1", Port: &port}}, addresses()},
		"StartTLS": {v1alpha1.FilingNotifierSpec{Email: &v1alpha1.EmailChannel{Host: "127.0.0.1", Port: &port, TLS: v1alpha1.EmailStartTLS}}, addresses()},
		"webhook":  {webhookSpec, map[string]string{send.KeyURL: "https://" + listener.Addr().String()}},
	} {
		s, err := send.New(&test.spec, bytesOf(test.secret), o)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Send(t.Context(), message()); err == nil || !strings.Contains(err.Error(), "did not answer in time") {
			t.Errorf("%s: %v", name, err)
		}
		s.Close()
	}
}
