package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// TestAnApprovedFilingsMailArrivesOnceWhateverBecomesOfTheOperator restarts the operator under review and after the approval,
// and takes the filing's status away. It runs before the parallel tests.
func TestAnApprovedFilingsMailArrivesOnceWhateverBecomesOfTheOperator(t *testing.T) {
	box, key := newMailbox(t), client.ObjectKey{Namespace: "shop", Name: "example-com"}
	create(t, secretOf("shop", "mail", v1alpha1.NotifierSecretType, map[string]string{"from": "icp@example.net", "to": "team@example.net"}))
	n := &v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "mail"}, Spec: v1alpha1.FilingNotifierSpec{
		CABundle: box.ca, Email: &v1alpha1.EmailChannel{Host: "127.0.0.1", Port: &box.port, SecretRef: v1alpha1.SecretReference{Name: "mail"}},
	}}
	create(t, n)
	notifierIs(t, n, v1alpha1.ReasonNotifierReady)
	if err := apply(t.Context(), sampleFiling(t, "shop", "example.com")); err != nil {
		t.Fatal(err)
	}
	filingIs(t, key, func(f *v1alpha1.IcpFiling) bool { return f.Status.OrderID != "" })
	restart(t)
	approved := func() int { return len(box.about("example.com：备案已通过，浙ICP备")) }
	gomega.NewWithT(t).Eventually(approved).WithTimeout(within).Should(gomega.Equal(1), "mails of the approval")
	f := filingIs(t, key, func(f *v1alpha1.IcpFiling) bool {
		return slices.ContainsFunc(notify.Events(f, time.Now()), func(e notify.Event) bool {
			return e.Kind == v1alpha1.EventApproved && notify.RecordOf(f).Has(notify.NameOf(n), e.Key)
		})
	})
	restart(t)
	again(t, box, "after-restart.cn")

	// The status is lost, and comes back.
	lost := f.DeepCopy()
	if err := asOperator.Status().Patch(t.Context(), lost, client.RawPatch("application/merge-patch+json", []byte(`{"status":null}`))); err != nil {
		t.Fatal(err)
	}
	filingIs(t, key, func(f *v1alpha1.IcpFiling) bool { return isReady(f) && f.ResourceVersion != lost.ResourceVersion })
	again(t, box, "after-loss.cn")
	if n := approved(); n != 1 {
		t.Errorf("%d mails of the approval, want 1", n)
	}
	for _, l := range box.about("") {
		noPersonIn(t, l.subject+l.body)
	}
	nothingIsWritten(t)
}

// again has another filing told of, one whose applicant must act, so that a repeated mail would have come before.
func again(t *testing.T, box *mailbox, domain string) {
	t.Helper()
	f := sampleFiling(t, "shop", domain)
	if err := unstructured.SetNestedField(f.Object, "nobody", "spec", "website", "responsiblePersonRef", "name"); err != nil {
		t.Fatal(err)
	}
	if err := apply(t.Context(), f); err != nil {
		t.Fatal(err)
	}
	gomega.NewWithT(t).Eventually(func() int { return len(box.about(domain)) }).WithTimeout(within).Should(gomega.Equal(1), "mails of "+domain)
}

// noPersonIn fails where a text holds anything of the sample's persons.
func noPersonIn(t *testing.T, text string) {
	t.Helper()
	looked := 0
	for _, o := range samples {
		if o.GetKind() != "Secret" || !strings.HasPrefix(o.GetName(), "person-") {
			continue
		}
		data, _ := o.Object["stringData"].(map[string]any)
		for _, key := range []string{"name", "idNumber", "mobile", "emergencyPhone", "email", "address"} {
			looked++
			if value, _ := data[key].(string); value == "" || strings.Contains(text, value) {
				t.Errorf("the %s of %s is told:\n%s", key, o.GetName(), text)
			}
		}
	}
	if looked == 0 {
		t.Fatal("the samples hold no person")
	}
}

// nothingIsWritten watches the audit log for ten seconds in which nothing happens.
func nothingIsWritten(t *testing.T) {
	t.Helper()
	count := func() int {
		writes, err := plane.Writes(func(w cluster.Write) bool {
			return w.By() == cluster.ServiceAccountUser("icp-system", "icp-operator") && (w.Resource == "icpfilings" || w.Resource == "filingnotifiers")
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(writes)
	}
	g, last, since := gomega.NewWithT(t), -1, time.Now()
	g.Eventually(func() time.Duration {
		if n := count(); n != last {
			last, since = n, time.Now()
		}
		return time.Since(since)
	}).WithTimeout(within).WithPolling(time.Second).Should(gomega.BeNumerically(">", 10*time.Second), "the operator does not come to rest")
}

func filingIs(t *testing.T, key client.ObjectKey, is func(*v1alpha1.IcpFiling) bool) *v1alpha1.IcpFiling {
	t.Helper()
	var f v1alpha1.IcpFiling
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		g.Expect(admin.Get(t.Context(), key, &f)).To(gomega.Succeed())
		g.Expect(is(&f)).To(gomega.BeTrue(), "at %s, %v", f.Status.Stage, f.Status.Conditions)
	}).WithTimeout(within).Should(gomega.Succeed())
	return &f
}

func isReady(f *v1alpha1.IcpFiling) bool {
	return meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionReady)
}
