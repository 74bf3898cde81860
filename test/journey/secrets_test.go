package journey_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// marked are a person's values that stand nowhere else in these tests.
var marked = map[string]string{
	v1alpha1.PersonName: "王标记", v1alpha1.PersonMobile: "13912345678", v1alpha1.PersonEmergencyPhone: "13987654321",
	v1alpha1.PersonEmail: "marked-person@example.com", v1alpha1.PersonAddress: "浙江省杭州市西湖区标记路8号",
}

func TestAPersonsChangedSecretAloneIsFiledAndNothingThatIsKeptTellsWhatItHolds(t *testing.T) {
	t.Parallel()
	at := deskFor(t, "person", simulator.Options{Clock: now})
	filing(t, "person", "f", "person.cn", with("person"))
	eventually(t, "person", "f", inForce)
	if err := at.SetManual(v1alpha1.StageSmsVerification, true); err != nil {
		t.Fatal(err)
	}
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "person", Name: "person-web"}}
	values, err := json.Marshal(map[string]any{"stringData": marked})
	if err != nil {
		t.Fatal(err)
	}
	kept := gateStaysOpen(t, "person", "f")
	patch(t, secret, string(values))
	f := eventually(t, "person", "f", is(underChange, atAttempt(2), next(v1alpha1.ActorWebsiteResponsiblePerson, "VerifySmsByWebsitePerson"),
		says(v1alpha1.ConditionInformationCurrent, string(procedure.PartWebsitePerson))))
	for _, st := range f.Status.Stages {
		if st.Name == v1alpha1.StageSmsVerification && len(st.Tasks) != 1 {
			t.Errorf("the SMS goes to %v, want the person alone whose facts change", st.Tasks)
		}
	}
	pass(t, at, "person.cn", v1alpha1.StageSmsVerification)
	f = eventually(t, "person", "f", inForce)
	nothingTells(t, "person")

	// The same once more is another version of the Secret, and no change.
	patch(t, secret, `{"metadata":{"labels":{"example.com/applied":"again"}}}`)
	versionsOf := func(f *v1alpha1.IcpFiling) string { return procedure.RecordOf(f).Secrets }
	before := versionsOf(f)
	eventually(t, "person", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(versionsOf(f)).NotTo(gomega.Equal(before), "the operator has not seen the Secret's new version")
		is(inForce, atAttempt(2))(g, f)
	})
	kept()
	ordersAre(t, at, "person.cn", 1, 2)
	if n := asked(at, "changeFiling"); n != 1 {
		t.Errorf("%d changes were asked for, want 1", n)
	}
}

// nothingTells looks for the marked person, as such and as what can be guessed from, in all that the operator has
// written or logged.
func nothingTells(t *testing.T, ns string) {
	t.Helper()
	var filings v1alpha1.IcpFilingList
	var told eventsv1.EventList
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) { // Events are written when there is time
		for _, list := range []client.ObjectList{&filings, &told} {
			g.Expect(admin.List(t.Context(), list, client.InNamespace(ns))).To(gomega.Succeed())
		}
		g.Expect(filings.Items).NotTo(gomega.BeEmpty())
		g.Expect(told.Items).NotTo(gomega.BeEmpty())
	}).WithTimeout(within).Should(gomega.Succeed())
	if logs.String() == "" {
		t.Fatal("nothing was logged: there is nothing to look through")
	}
	written, err := json.Marshal([]any{filings.Items, told.Items})
	if err != nil {
		t.Fatal(err)
	}
	for key, value := range marked {
		sum := sha256.Sum256([]byte(value))
		for what, all := range map[string]string{"written": string(written), "logged": logs.String()} {
			if strings.Contains(all, value) || strings.Contains(all, hex.EncodeToString(sum[:6])) {
				t.Errorf("the person's %s can be told from what was %s", key, what)
			}
		}
	}
}

func TestTheKeyOfTheDigestsIsTheOperatorsAlone(t *testing.T) {
	t.Parallel()
	namespace(t, "key", everySecret...)
	filing(t, "key", "f", "key.cn", nil)
	f := eventually(t, "key", "f", inForce)
	key := client.ObjectKey{Namespace: v1alpha1.OperatorNamespace, Name: "icp-operator-digest-key"}
	var secret corev1.Secret
	if err := admin.Get(t.Context(), key, &secret); err != nil || len(secret.Data["key"]) < 32 {
		t.Fatalf("the key: %v, %d bytes; want 32 or more", err, len(secret.Data["key"]))
	}
	if digest := procedure.RecordOf(f).Submitted[procedure.PartWebsitePerson]; digest == "" {
		t.Error("the person's facts are not remembered at all")
	}
	config := rest.CopyConfig(plane.Config())
	config.Impersonate = rest.ImpersonationConfig{UserName: "tenant", Groups: []string{"system:authenticated"}}
	tenant, err := client.New(config, client.Options{Scheme: controllers.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	if err := tenant.Get(t.Context(), key, &secret); !apierrors.IsForbidden(err) {
		t.Errorf("a tenant reads the key: %v, want Forbidden", err)
	}
}
