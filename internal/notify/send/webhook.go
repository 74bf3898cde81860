package send

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
)

// webhooksApart keeps posts to one address apart; their owner says what else it wants with HTTP 429.
const webhooksApart = 50 * time.Millisecond

// webhook posts CloudEvents.
type webhook struct {
	*poster
	clock         clock.PassiveClock
	key           []byte
	authorization string
}

func newWebhook(spec *v1alpha1.FilingNotifierSpec, v values, o Options) (Sender, error) {
	p, err := newPoster(v, spec.CABundle, o)
	if err != nil {
		return nil, err
	}
	w := &webhook{poster: p, clock: o.Clock, authorization: v.get(KeyAuthorization)}
	if key := v.get(KeySigningKey); key != "" {
		encoded, prefixed := strings.CutPrefix(key, "whsec_")
		if w.key, err = base64.StdEncoding.DecodeString(encoded); err != nil || !prefixed || len(w.key) < 24 {
			return nil, invalid("its key %s is not of the form whsec_ and 24 bytes or more in base64", KeySigningKey)
		}
	}
	return w, nil
}

// cloudEvent is a CloudEvent 1.0 in structured mode: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
type cloudEvent struct {
	SpecVersion     string     `json:"specversion"`
	ID              string     `json:"id"`
	Source          string     `json:"source"`
	Type            string     `json:"type"`
	Subject         string     `json:"subject"`
	Time            *time.Time `json:"time,omitempty"`
	DataContentType string     `json:"datacontenttype"`
	Data            eventData  `json:"data"`
}

// eventData is the event's fields, and the words made of them.
type eventData struct {
	notify.Fields
	Title string `json:"title"`
	Text  string `json:"text"`
}

// TypePrefix begins the type of a CloudEvent; the event's name follows.
const TypePrefix = "dev.beian.icp.filing."

// Send sends one message.
func (w *webhook) Send(ctx context.Context, m notify.Message) error {
	event := cloudEvent{
		SpecVersion: "1.0", ID: m.ID, Type: TypePrefix + string(m.Event), Subject: m.Fields.Domain,
		Source:          "/apis/icp.beian.dev/v1alpha1/namespaces/" + url.PathEscape(m.Fields.Namespace) + "/icpfilings/" + url.PathEscape(m.Fields.Name),
		DataContentType: "application/json", Data: eventData{m.Fields, m.Subject, m.Body},
	}
	if !m.At.IsZero() {
		at := m.At.UTC()
		event.Time = &at
	}
	body, err := json.Marshal(event)
	if err != nil {
		return failed("the event cannot be written as JSON")
	}
	header := http.Header{"Content-Type": {"application/cloudevents+json; charset=utf-8"}}
	if w.authorization != "" {
		header.Set("Authorization", w.authorization)
	}
	if w.key != nil {
		w.sign(header, m.ID, body)
	}
	a, err := w.post(ctx, nil, header, body)
	if err != nil {
		return err
	}
	return a.judge()
}

// sign signs as Standard Webhooks does: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
func (w *webhook) sign(header http.Header, id string, body []byte) {
	at := strconv.FormatInt(w.clock.Now().Unix(), 10)
	mac := hmac.New(sha256.New, w.key)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	header.Set("Webhook-Id", id)
	header.Set("Webhook-Timestamp", at)
	header.Set("Webhook-Signature", "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// Receiver names who is sent to, and how far its messages are kept apart.
func (w *webhook) Receiver() (string, time.Duration) {
	return receiver(w.target.String()), webhooksApart
}

// Close frees what is kept between messages.
func (w *webhook) Close() { w.close() }
