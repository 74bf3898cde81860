package cluster

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestEachWriteIsRecordedWithItsAuthor(t *testing.T) {
	t.Parallel()
	ctx, namespace := t.Context(), newNamespace(t)
	writer := clientsOf(t, shared.ConfigFor("writer@example.com", "system:masters"))
	before, err := shared.Counters(ctx)
	if err != nil {
		t.Fatal(err)
	}

	secrets := writer.CoreV1().Secrets(namespace)
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "person"}}
	if _, err := secrets.Create(ctx, secret, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}); err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.Create(ctx, secret, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.Get(ctx, "person", metav1.GetOptions{}); err != nil {
		t.Fatal(err)
	}

	want := []Write{
		{As: "writer@example.com", User: "admin", Verb: "create", Resource: "secrets", Namespace: namespace, Name: "person", Code: 201, DryRun: true},
		{As: "writer@example.com", User: "admin", Verb: "create", Resource: "secrets", Namespace: namespace, Name: "person", Code: 201},
	}
	NewWithT(t).Eventually(func() (string, error) {
		writes, err := shared.Writes(func(w Write) bool { return w.By() == "writer@example.com" })
		return cmp.Diff(want, writes, cmpopts.IgnoreFields(Write{}, "At", "UserAgent")), err
	}).WithTimeout(time.Minute).Should(BeEmpty())

	after, err := shared.Counters(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if got := after.Since(before)[Request{Verb: "POST", Resource: "secrets"}]; got != 1 {
		t.Errorf("the API server counted %d creations of Secrets, want 1: a dry run is not a write", got)
	}
}

func TestCountersSinceAnEarlierSnapshot(t *testing.T) {
	t.Parallel()
	var (
		create = Request{Verb: "POST", Resource: "secrets"}
		patch  = Request{Verb: "PATCH", Resource: "icpfilings", Group: "icp.beian.dev", Subresource: "status"}
		lease  = Request{Verb: "PUT", Resource: "leases", Group: "coordination.k8s.io"}
	)
	got := Counters{create: 4, patch: 2, lease: 7}.Since(Counters{create: 4, lease: 5})
	if diff := cmp.Diff(Counters{patch: 2, lease: 2}, got); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	if got.Total() != 4 {
		t.Errorf("total is %d, want 4", got.Total())
	}
}

func TestWithoutAuditThereAreNoWritesToAskFor(t *testing.T) {
	t.Parallel()
	if _, err := (&Cluster{}).Writes(nil); err == nil {
		t.Error("no error from a control plane without an audit log")
	}
}
