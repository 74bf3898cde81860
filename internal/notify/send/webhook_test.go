package send_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	cloudhttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify/send"
)

var webhookSpec = v1alpha1.FilingNotifierSpec{Webhook: &v1alpha1.WebhookChannel{}}

// key signs webhooks.
var key = []byte("0123456789abcdef0123456789abcdef")

func TestAWebhookGetsACloudEventThatTheSDKReads(t *testing.T) {
	t.Parallel()
	s := newReceiver(t, says(http.StatusAccepted, ""))
	if err := sender(t, webhookSpec, s.ca(), map[string]string{send.KeyURL: s.URL + "/in", send.KeyAuthorization: "Bearer x"}).Send(t.Context(), message()); err != nil {
		t.Fatal(err)
	}
	r := s.all()[0]
	if got := r.header.Get("Authorization"); got != "Bearer x" {
		t.Errorf("Authorization is %q", got)
	}
	incoming, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	incoming.Header = r.header
	read := cloudhttp.NewMessageFromHttpRequest(incoming)
	if read.ReadEncoding() != binding.EncodingStructured {
		t.Errorf("it is sent in mode %s, want structured", read.ReadEncoding())
	}
	event, err := binding.ToEvent(t.Context(), read)
	if err != nil {
		t.Fatal(err)
	}
	if err := event.Validate(); err != nil {
		t.Error(err)
	}
	var data struct{ Domain, Event, Title, ToDo string }
	if err := event.DataAs(&data); err != nil {
		t.Fatal(err)
	}
	m := message()
	if event.ID() != m.ID || event.Type() != "dev.beian.icp.filing.Returned" || event.Subject() != "example.com" || !event.Time().Equal(m.At) ||
		event.Source() != "/apis/icp.beian.dev/v1alpha1/namespaces/shop/icpfilings/example-com" {
		t.Errorf("the event is\n%s", event)
	}
	if data.Domain != "example.com" || data.Event != "Returned" || data.Title != m.Subject || data.ToDo == "" {
		t.Errorf("the data are %+v", data)
	}
}

func TestAWebhookIsSignedAsStandardWebhooksAre(t *testing.T) {
	t.Parallel()
	s := newReceiver(t, says(http.StatusOK, ""))
	secret := map[string]string{send.KeyURL: s.URL + "\n", send.KeySigningKey: "whsec_" + base64.StdEncoding.EncodeToString(key)}
	w := sender(t, webhookSpec, s.ca(), secret)
	for range 2 {
		if err := w.Send(t.Context(), message()); err != nil {
			t.Fatal(err)
		}
	}
	first, again := s.all()[0], s.all()[1]
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(first.header.Get("webhook-id") + "." + first.header.Get("webhook-timestamp") + "." + first.body))
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); first.header.Get("webhook-signature") != want {
		t.Errorf("the signature is %s, want %s", first.header.Get("webhook-signature"), want)
	}
	if first.header.Get("webhook-timestamp") != "1795766400" {
		t.Errorf("the time is %s, want %d", first.header.Get("webhook-timestamp"), now.Unix())
	}
	if first.header.Get("webhook-id") != message().ID || again.header.Get("webhook-id") != message().ID || again.body != first.body {
		t.Error("a repetition does not tell itself by its id")
	}
}

func TestAWebhookThatIsNotTakenFails(t *testing.T) {
	t.Parallel()
	elsewhere := newReceiver(t, says(http.StatusOK, ""))
	for name, test := range map[string]struct {
		answer func(http.ResponseWriter, request)
		says   string
		wait   time.Duration
	}{
		"an error of the server": {says(500, "abcdef0123456789"), "HTTP 500", 0},
		"no permission":          {says(401, ""), "credentials", 0},
		"too many, with a pause": {func(w http.ResponseWriter, _ request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		}, "fewer messages", 2 * time.Minute},
		"too many, with a pause that nobody means": {func(w http.ResponseWriter, _ request) {
			w.Header().Set("Retry-After", "99999999")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, "fewer messages", time.Hour},
		"a redirect, which is not followed": {func(w http.ResponseWriter, _ request) {
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, "HTTP 307, which sends elsewhere", 0},
		"a connection that breaks": {func(http.ResponseWriter, request) { panic(http.ErrAbortHandler) }, "the connection to the server failed", 0},
		"an endless answer": {func(w http.ResponseWriter, _ request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = w.Write(bytes.Repeat([]byte("x"), 10<<20))
		}, "HTTP 500", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newReceiver(t, test.answer)
			secret := map[string]string{send.KeyURL: s.URL + "/hook?token=abcdef0123456789"}
			err := sender(t, webhookSpec, s.ca(), secret).Send(t.Context(), message())
			fails(t, err, test.says, secret)
			var failure *send.FailedError
			if errors.As(err, &failure); failure == nil || failure.Wait != test.wait {
				t.Errorf("%+v, want a wait of %s", failure, test.wait)
			}
		})
	}
	if n := len(elsewhere.all()); n > 0 {
		t.Errorf("%d requests went where a server sent them", n)
	}
}

func TestASecretThatNothingCanBeSentWithIsNamed(t *testing.T) {
	t.Parallel()
	const good = "https://hook.example.net/abcdef0123456789"
	robot, text := &v1alpha1.RobotChannel{}, v1alpha1.FilingNotifierSpec{Sms: &v1alpha1.SmsChannel{}}
	mail := v1alpha1.FilingNotifierSpec{Email: &v1alpha1.EmailChannel{Host: "mail.example.net"}}
	for name, test := range map[string]struct {
		spec   v1alpha1.FilingNotifierSpec
		secret map[string]string
		says   string
	}{
		"no address":                        {webhookSpec, nil, "no key url"},
		"an address of another kind":        {webhookSpec, map[string]string{send.KeyURL: "file:///etc/abcdef0123456789"}, "https://host/path"},
		"an address with a password":        {webhookSpec, map[string]string{send.KeyURL: "https://user:abcdef0123456789@hook.example.net"}, "https://host/path"},
		"an address without a host":         {webhookSpec, map[string]string{send.KeyURL: "https:///abcdef0123456789"}, "https://host/path"},
		"a key of another form":             {webhookSpec, map[string]string{send.KeyURL: good, send.KeySigningKey: "abcdef0123456789"}, "whsec_"},
		"a key that is too short":           {webhookSpec, map[string]string{send.KeyURL: good, send.KeySigningKey: "whsec_YWJj"}, "24 bytes"},
		"a signing secret for WeCom":        {v1alpha1.FilingNotifierSpec{WeCom: robot}, map[string]string{send.KeyURL: good, send.KeySecret: robotSecret}, "remove it"},
		"authorities that are none":         {v1alpha1.FilingNotifierSpec{DingTalk: robot, CABundle: []byte("x")}, map[string]string{send.KeyURL: good}, "spec.caBundle"},
		"an SMS to nobody":                  {text, map[string]string{send.KeyURL: good}, "no key to"},
		"a mail to nobody":                  {mail, map[string]string{send.KeyFrom: "icp@example.net"}, "key to"},
		"a mail from nobody":                {mail, map[string]string{send.KeyTo: "li@example.net"}, "key from"},
		"a mail to what is no mail address": {mail, map[string]string{send.KeyFrom: "icp@example.net", send.KeyTo: "abcdef0123456789"}, "key to"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := send.New(&test.spec, bytesOf(test.secret), options())
			fails(t, err, test.says, test.secret)
			if kind := (*send.InvalidError)(nil); !errors.As(err, &kind) {
				t.Errorf("%T, want an Invalid", err)
			}
		})
	}
}
