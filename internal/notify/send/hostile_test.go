package send_test

import (
	"net/mail"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// A notifier's templates are a tenant's, and the server's credentials perhaps not: whatever a text holds, it is a text of this
// mail, to these receivers.
func TestNoTextBecomesAHeaderOrAnEndOfAMail(t *testing.T) {
	t.Parallel()
	p := newPost(t, postOptions{implicit: true})
	s := sender(t, p.spec(v1alpha1.EmailImplicitTLS), p.ca, addresses())
	m := message()
	m.Subject = "备案\r\nBcc: all@example.com\r\n\r\nanother body\nX-Injected: 1"
	m.Body = "one\r\n.\r\nMAIL FROM:<all@example.com>\r\nRCPT TO:<all@example.com>\r\n.\n..\nend"
	if err := s.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	mails := p.got(t)
	if len(mails) != 1 {
		t.Fatalf("%d mails, want 1", len(mails))
	}
	read, err := mail.ReadMessage(strings.NewReader(mails[0]))
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{"Bcc", "Cc", "X-Injected"} {
		if got := read.Header.Get(header); got != "" {
			t.Errorf("the mail has a header %s: %s", header, got)
		}
	}
	if to := read.Header.Get("To"); strings.Contains(to, "all@example.com") {
		t.Errorf("it goes to %s", to)
	}
	if !strings.HasSuffix(strings.TrimSpace(mails[0]), "..\r\nend") {
		t.Errorf("the body ends where it says so:\n%s", mails[0])
	}
}
