//go:build failpoints

package chaos_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify/send"
)

// inbox is whom notifiers tell of the filings of some desks.
type inbox struct {
	mu sync.Mutex
	// got is how often each message came, and told of which kinds a domain's were.
	got  map[string]int
	told map[string]map[string]bool
	// senders are how many notifiers there are: each sends one message at a time.
	senders int
}

// openInbox has every namespace of desks tell of its filings.
func openInbox(t *testing.T, of ...*desk) *inbox {
	t.Helper()
	box := &inbox{got: map[string]int{}, told: map[string]map[string]bool{}, senders: len(of) * len(modes)}
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	for _, d := range of {
		for i := range modes {
			at := metav1.ObjectMeta{Namespace: d.namespace(i), Name: "inbox"}
			create(t, &corev1.Secret{ObjectMeta: at, Type: v1alpha1.NotifierSecretType, StringData: map[string]string{"url": server.URL}})
			create(t, &v1alpha1.FilingNotifier{ObjectMeta: at, Spec: v1alpha1.FilingNotifierSpec{
				Webhook: &v1alpha1.WebhookChannel{SecretRef: v1alpha1.SecretReference{Name: at.Name}},
			}})
		}
	}
	return box
}

// ServeHTTP implements http.Handler: it takes CloudEvents.
func (b *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message struct {
		ID, Type string
		Data     struct{ Domain string }
	}
	if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got[message.ID]++
	if b.told[message.Data.Domain] == nil {
		b.told[message.Data.Domain] = map[string]bool{}
	}
	b.told[message.Data.Domain][message.Type] = true
}

// judge says what never came, and whether more came again than can have been between being sent and being recorded when an operator was killed.
func (b *inbox) judge(t *testing.T, lives []*life, kills int) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func() (silent []string) {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, l := range lives {
			kinds := map[v1alpha1.FilingEvent]bool{v1alpha1.EventApproved: !fates[l.fate].revoked && !fates[l.fate].deleted, v1alpha1.EventRevoked: fates[l.fate].revoked}
			for kind, due := range kinds {
				if due && !b.told[l.domain][send.TypePrefix+string(kind)] {
					silent = append(silent, l.domain+" "+string(kind))
				}
			}
		}
		return silent
	}).WithTimeout(*within).Should(gomega.BeEmpty(), "what people were never told")
	b.mu.Lock()
	defer b.mu.Unlock()
	again := 0
	for _, times := range b.got {
		again += times - 1
	}
	t.Logf("people were told of %d things, of %d again: the operator was killed %d times", len(b.got), again, kills)
	if again > kills*b.senders {
		t.Errorf("%d messages came again, of %d; the operator was killed only %d times", again, len(b.got), kills)
	}
}
