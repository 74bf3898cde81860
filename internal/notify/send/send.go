package send

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/reach"
)

// Keys of a notifier's Secret.
const (
	// KeyURL is the address that is posted to. It may hold a token.
	KeyURL = "url"
	// KeySecret is a robot's signing secret (加签密钥, 签名校验密钥).
	KeySecret = "secret"
	// KeySigningKey signs webhooks: whsec_ and a key in base64.
	KeySigningKey = "signingKey"
	// KeyAuthorization is the value of the header Authorization.
	KeyAuthorization = "authorization"
	// KeyTo are receivers: mail addresses or phone numbers.
	KeyTo = "to"
	// KeyFrom is the mail address that mail comes from.
	KeyFrom = "from"
	// KeyUsername and KeyPassword are for the mail server.
	KeyUsername = "username"
	// KeyPassword goes with KeyUsername.
	KeyPassword = "password"
)

// Sender sends messages over one channel.
type Sender interface {
	// Send sends one message. The error is a *FailedError.
	Send(ctx context.Context, m notify.Message) error
	// Receiver names, by a digest, who is not to be sent more than one message in the second value's time.
	Receiver() (string, time.Duration)
	// Close frees what is kept between messages.
	Close()
}

// Options are what senders need of their surroundings.
type Options struct {
	// Networks that may be sent to: also without TLS, only those that an admin allows.
	Networks reach.Networks
	// Clock gives the time that signatures need.
	Clock clock.PassiveClock
	// Within is how long one message may take. Default 10 s.
	Within time.Duration
}

func (o Options) within() time.Duration {
	if o.Within > 0 {
		return o.Within
	}
	return 10 * time.Second
}

// Channel names the channel of a notifier, for tables.
func Channel(spec *v1alpha1.FilingNotifierSpec) string {
	name, _ := channelOf(spec)
	return name
}

// SecretOf names the Secret of a notifier.
func SecretOf(spec *v1alpha1.FilingNotifierSpec) string {
	_, ref := channelOf(spec)
	return ref.Name
}

func channelOf(spec *v1alpha1.FilingNotifierSpec) (string, v1alpha1.SecretReference) {
	switch {
	case spec.Webhook != nil:
		return "Webhook", spec.Webhook.SecretRef
	case spec.Email != nil:
		return "Email", spec.Email.SecretRef
	case spec.Sms != nil:
		return "Sms", spec.Sms.SecretRef
	case spec.DingTalk != nil:
		return "DingTalk", spec.DingTalk.SecretRef
	case spec.Feishu != nil:
		return "Feishu", spec.Feishu.SecretRef
	case spec.WeCom != nil:
		return "WeCom", spec.WeCom.SecretRef
	}
	return "", v1alpha1.SecretReference{}
}

// New makes the sender of a notifier, with what its Secret holds. The error is an *InvalidError.
func New(spec *v1alpha1.FilingNotifierSpec, secret map[string][]byte, o Options) (Sender, error) {
	values := values(secret)
	switch {
	case spec.Webhook != nil:
		return newWebhook(spec, values, o)
	case spec.Email != nil:
		return newMail(spec, values, o)
	case spec.Sms != nil:
		return newSms(spec, values, o)
	case spec.DingTalk != nil:
		return newRobot(dingTalk, spec, values, o)
	case spec.Feishu != nil:
		return newRobot(feishu, spec, values, o)
	case spec.WeCom != nil:
		return newRobot(weCom, spec, values, o)
	}
	return nil, invalid("no channel is given")
}

// values are what a Secret holds.
type values map[string][]byte

// get is a value without the line end that files bring with them.
func (v values) get(key string) string { return strings.TrimSpace(string(v[key])) }

// list is a value of several parts.
func (v values) list(key string) []string {
	return strings.FieldsFunc(v.get(key), func(r rune) bool { return r == ',' || r == ';' || r == '\n' || r == '\r' || r == ' ' })
}

// receiver names who gets messages without telling.
func receiver(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:])
}

// clip keeps a text within so many bytes, and says where it was cut.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-len("…")], "") + "…"
}
