package send

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/reach"
)

// mailsApart keeps mails through one server apart; many take no more than one a second.
const mailsApart = time.Second

// mailer sends mail over SMTP with TLS.
type mailer struct {
	client     *mail.Client
	server     string
	from       string
	to         []string
	clock      clock.PassiveClock
	credential bool
	within     time.Duration
}

func newMail(spec *v1alpha1.FilingNotifierSpec, v values, o Options) (Sender, error) {
	e := spec.Email
	m := &mailer{from: v.get(KeyFrom), to: v.list(KeyTo), clock: o.Clock, server: e.Host, within: o.within()}
	trust, err := trusting(spec.CABundle)
	if err != nil {
		return nil, err
	}
	trust.ServerName = e.Host
	dial := o.Networks.Dialer(false)
	options := []mail.Option{mail.WithTimeout(o.within()), mail.WithTLSConfig(trust), mail.WithHELO("icp-operator.invalid"), mail.WithoutNoop()}
	port := 465
	if e.TLS == v1alpha1.EmailStartTLS {
		port = 587
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory), mail.WithDialContextFunc(dial.DialContext))
	} else {
		options = append(options, mail.WithSSL(), mail.WithDialContextFunc((&tls.Dialer{NetDialer: dial, Config: trust}).DialContext))
	}
	if e.Port != nil {
		port = int(*e.Port)
	}
	options = append(options, mail.WithPort(port))
	if user, password := v.get(KeyUsername), v.get(KeyPassword); user != "" || password != "" {
		m.credential = true
		options = append(options, mail.WithUsername(user), mail.WithPassword(password),
			mail.WithOpportunisticSMTPAuth(mail.SMTPAuthSCRAMSHA256, mail.SMTPAuthPlain, mail.SMTPAuthLogin))
	}
	if m.client, err = mail.NewClient(e.Host, options...); err != nil {
		return nil, invalid("spec.email cannot be used: correct host and port")
	}
	// Tried once here, so that a wrong address shows before there is something to send.
	if _, err := m.compose(notify.Message{ID: "trial", Subject: "trial", Body: "trial"}); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *mailer) compose(of notify.Message) (*mail.Msg, error) {
	message := mail.NewMsg()
	if m.from == "" || message.From(m.from) != nil {
		return nil, invalid("its key %s holds no mail address", KeyFrom)
	}
	if len(m.to) == 0 || message.To(m.to...) != nil {
		return nil, invalid("its key %s holds no list of mail addresses, separated by commas or line ends", KeyTo)
	}
	_, domain, _ := strings.Cut(strings.Trim(m.from, "<> "), "@")
	message.Subject(of.Subject)
	message.SetDateWithValue(m.clock.Now())
	// The same however often the message is sent, so that a receiver can tell a repetition.
	message.SetMessageIDWithValue(of.ID + "@" + domain)
	message.SetGenHeader("Auto-Submitted", "auto-generated")
	message.SetBodyString(mail.TypeTextPlain, of.Body)
	return message, nil
}

// Send sends one message.
func (m *mailer) Send(ctx context.Context, of notify.Message) error {
	ctx, cancel := context.WithTimeout(ctx, m.within)
	defer cancel()
	message, err := m.compose(of)
	if err != nil {
		return failed("%v", err)
	}
	client, err := m.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return m.dialling(err)
	}
	err = m.client.SendWithSMTPClient(client, message)
	// The mail is with the server or not, however the conversation ends.
	_ = m.client.CloseWithSMTPClient(client)
	return m.sending(err)
}

// dialling says why there is no session with the server.
func (m *mailer) dialling(err error) error {
	var network net.Error
	switch {
	case errors.Is(err, reach.ErrForbidden), errors.As(err, &network):
		return classify(err)
	case strings.Contains(err.Error(), "STARTTLS"):
		return failed("the mail server offers no STARTTLS, without which nothing is sent")
	case m.credential && strings.Contains(err.Error(), "AUTH"):
		return failed("the mail server does not accept username and password of the Secret")
	}
	return classify(err)
}

// sending says why a server did not take a mail. Its own words are left out: they name receivers.
func (m *mailer) sending(err error) error {
	var refused *mail.SendError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &refused):
		return classify(err)
	case refused.ErrorCode() > 0:
		what := map[mail.SendErrReason]string{
			mail.ErrSMTPMailFrom: "the sender", mail.ErrSMTPRcptTo: "a receiver", mail.ErrSMTPData: "the mail", mail.ErrSMTPDataClose: "the mail",
		}[refused.Reason]
		if what == "" {
			what = "the mail"
		}
		return failed("the mail server refuses %s with code %d", what, refused.ErrorCode())
	}
	return failed("the conversation with the mail server broke off")
}

// Receiver names who is sent to, and how far its messages are kept apart.
func (m *mailer) Receiver() (string, time.Duration) { return receiver(m.server, m.from), mailsApart }

// Close frees what is kept between messages.
func (m *mailer) Close() {}
