package notify_test

import (
	"encoding/json"
	"encoding/pem"
	"io"
	"log"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"crypto/tls"

	"github.com/emersion/go-smtp"
	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// create makes objects, and fails the test where one cannot be made.
func create(t *testing.T, objects ...client.Object) {
	t.Helper()
	for _, o := range objects {
		if err := admin.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

// namespace makes a namespace of the test's own.
func namespace(t *testing.T) string {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "notify-"}}
	create(t, ns)
	return ns.Name
}

// sampleFiling is the sample's filing, in a namespace and for a domain.
func sampleFiling(t *testing.T, namespace, domain string) *unstructured.Unstructured {
	t.Helper()
	for _, o := range samples {
		if o.GetKind() != "IcpFiling" {
			continue
		}
		f := o.DeepCopy()
		f.SetNamespace(namespace)
		f.SetName(strings.ReplaceAll(domain, ".", "-"))
		for value, path := range map[string][]string{domain: {"spec", "domain", "name"}, "www." + domain: {"spec", "website", "homepage"}} {
			if err := unstructured.SetNestedField(f.Object, value, path...); err != nil {
				t.Fatal(err)
			}
		}
		return f
	}
	t.Fatal("the samples hold no filing")
	return nil
}

// secretOf makes a Secret of a type.
func secretOf(namespace, name string, kind corev1.SecretType, data map[string]string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}, Type: kind, StringData: data}
}

// webhook makes a notifier that posts to a hook, with its Secret.
func webhook(t *testing.T, namespace, name string, h *hook, edit ...func(*v1alpha1.FilingNotifierSpec)) *v1alpha1.FilingNotifier {
	t.Helper()
	create(t, secretOf(namespace, name, v1alpha1.NotifierSecretType, map[string]string{"url": h.URL + "/hook?token=" + token}))
	n := &v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
	n.Spec.Webhook = &v1alpha1.WebhookChannel{SecretRef: v1alpha1.SecretReference{Name: name}}
	for _, e := range edit {
		e(&n.Spec)
	}
	create(t, n)
	return n
}

// notifierIs waits until a notifier's condition Ready has a reason.
func notifierIs(t *testing.T, n *v1alpha1.FilingNotifier, reason string) *v1alpha1.FilingNotifier {
	t.Helper()
	var now v1alpha1.FilingNotifier
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		g.Expect(admin.Get(t.Context(), client.ObjectKeyFromObject(n), &now)).To(gomega.Succeed())
		ready := meta.FindStatusCondition(now.Status.Conditions, v1alpha1.ConditionReady)
		g.Expect(ready).NotTo(gomega.BeNil())
		g.Expect(ready.Reason).To(gomega.Equal(reason), ready.Message)
	}).WithTimeout(within).Should(gomega.Succeed())
	return &now
}

func readyMessage(n *v1alpha1.FilingNotifier) string {
	return meta.FindStatusCondition(n.Status.Conditions, v1alpha1.ConditionReady).Message
}

// told is a CloudEvent that a hook got.
type told struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Data struct{ Namespace, Domain, Title, Text string }
	raw  string
}

// hook is a server that takes CloudEvents, unless it is broken.
type hook struct {
	*httptest.Server
	broken atomic.Bool
	tries  atomic.Int32

	mu  sync.Mutex
	got []told
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.tries.Add(1)
		raw, err := io.ReadAll(r.Body)
		var event told
		if err != nil || json.Unmarshal(raw, &event) != nil || h.broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		event.raw = string(raw)
		h.mu.Lock()
		defer h.mu.Unlock()
		h.got = append(h.got, event)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) all() []told {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]told{}, h.got...)
}

// gets waits until a hook was told of a domain, and returns that.
func (h *hook) gets(t *testing.T, domain string) told {
	t.Helper()
	var found told
	gomega.NewWithT(t).Eventually(func() bool {
		for _, e := range h.all() {
			if e.Data.Domain == domain {
				found = e
				return true
			}
		}
		return false
	}).WithTimeout(within).Should(gomega.BeTrue(), "the hook was told nothing of "+domain)
	return found
}

// letter is a mail that arrived.
type letter struct{ subject, body string }

// mailbox is a mail server that takes mail over TLS alone.
type mailbox struct {
	port int32
	ca   []byte

	mu   sync.Mutex
	mail []letter
}

func newMailbox(t *testing.T) *mailbox {
	t.Helper()
	certified := httptest.NewTLSServer(nil)
	certified.Close()
	b := &mailbox{ca: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certified.Certificate().Raw})}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{t, b}, nil }))
	server.ErrorLog = log.New(io.Discard, "", 0)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	b.port = int32(listener.Addr().(*net.TCPAddr).Port) //nolint:gosec // a port
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return b
}

type session struct {
	t *testing.T
	b *mailbox
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }

func (s *session) Rcpt(string, *smtp.RcptOptions) error { return nil }

func (s *session) Data(r io.Reader) error {
	read, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	subject, err := (&mime.WordDecoder{}).DecodeHeader(read.Header.Get("Subject"))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(quotedprintable.NewReader(read.Body))
	if err != nil {
		return err
	}
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	s.b.mail = append(s.b.mail, letter{subject, string(body)})
	return nil
}

func (s *session) Reset() {}

func (s *session) Logout() error { return nil }

// about are the mails whose subject holds a text.
func (b *mailbox) about(text string) []letter {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []letter
	for _, l := range b.mail {
		if strings.Contains(l.subject, text) {
			found = append(found, l)
		}
	}
	return found
}
