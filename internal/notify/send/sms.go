package send

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
)

// smsApart keeps short messages apart: they cost money.
const smsApart = 200 * time.Millisecond

// sms posts to the gateway of a provider of short messages.
type sms struct {
	*poster
	to            []string
	authorization string
	contentType   string
	body          *notify.SmsBody
	accepted      *v1alpha1.SmsAccepted
}

func newSms(spec *v1alpha1.FilingNotifierSpec, v values, o Options) (Sender, error) {
	p, err := newPoster(v, spec.CABundle, o)
	if err != nil {
		return nil, err
	}
	s := &sms{poster: p, to: v.list(KeyTo), authorization: v.get(KeyAuthorization), contentType: spec.Sms.ContentType, accepted: spec.Sms.Accepted}
	if len(s.to) == 0 {
		return nil, invalid("it has no key %s: put phone numbers there, separated by commas", KeyTo)
	}
	if s.contentType == "" {
		s.contentType = "application/json"
	}
	if s.body, err = notify.CompileSms(spec.Sms); err != nil {
		return nil, invalid("%v", err)
	}
	return s, nil
}

// Send sends one message.
func (s *sms) Send(ctx context.Context, m notify.Message) error {
	body, err := s.body.Execute(m, s.to)
	if err != nil {
		return failed("%v", err)
	}
	header := http.Header{"Content-Type": {s.contentType}, "Idempotency-Key": {m.ID}}
	if s.authorization != "" {
		header.Set("Authorization", s.authorization)
	}
	a, err := s.post(ctx, nil, header, []byte(body))
	if err != nil {
		return err
	}
	if err := a.judge(); err != nil || s.accepted == nil {
		return err
	}
	var said map[string]any
	if json.Unmarshal(a.body, &said) != nil || fmt.Sprint(said[s.accepted.Field]) != s.accepted.Value {
		return failed("the gateway does not answer with %s %q (spec.sms.accepted): see its own log", s.accepted.Field, s.accepted.Value)
	}
	return nil
}

// Receiver names who is sent to, and how far its messages are kept apart.
func (s *sms) Receiver() (string, time.Duration) { return receiver(s.target.String()), smsApart }

// Close frees what is kept between messages.
func (s *sms) Close() { s.close() }
