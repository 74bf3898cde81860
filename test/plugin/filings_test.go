package plugin_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// secrets makes the samples' Secrets of persons and materials in a namespace.
func secrets(t testing.TB, namespace string) {
	t.Helper()
	for _, o := range samples {
		if o.GetKind() != "Secret" || o.GetNamespace() != "shop" {
			continue
		}
		secret := o.DeepCopy()
		secret.SetNamespace(namespace)
		create(t, secret)
	}
}

var creditCodes atomic.Int32

// filing makes one like the samples', of a domain and with a subject of its own, at the provider by-hand.
func filing(t testing.TB, namespace, name, domain string, changes ...func(*v1alpha1.IcpFilingSpec)) {
	t.Helper()
	for _, o := range samples {
		if o.GetKind() != "IcpFiling" {
			continue
		}
		f := &v1alpha1.IcpFiling{}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, f); err != nil {
			t.Fatal(err)
		}
		f.Namespace, f.Name = namespace, name
		f.Spec.Domain.Name, f.Spec.Website.Homepage = domain, "www."+domain
		f.Spec.Subject.Certificate.Number = cluster.CreditCode(int(creditCodes.Add(1)))
		for _, change := range changes {
			change(&f.Spec)
		}
		create(t, f)
		return
	}
	t.Fatal("config/samples has no IcpFiling")
}

// inForce makes a filing that was in force before it came here, and has a person confirm it.
func inForce(t testing.TB, namespace, name, domain, number string) {
	t.Helper()
	subject, _, _ := strings.Cut(number, "-")
	filing(t, namespace, name, domain, func(s *v1alpha1.IcpFilingSpec) {
		s.Existing.Subject = v1alpha1.ExistingFiling{Number: subject, AccessProvider: v1alpha1.ThisProvider}
		s.Existing.Website = v1alpha1.ExistingFiling{Number: number, AccessProvider: v1alpha1.ThisProvider}
	})
	me := &authenticationv1.SelfSubjectReview{}
	create(t, me)
	create(t, &v1alpha1.IcpReview{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: name + "-"},
		Spec: v1alpha1.IcpReviewSpec{
			FilingRef: v1alpha1.FilingReference{Name: name, Domain: domain}, ProviderRef: v1alpha1.ProviderReference{Name: "by-hand"},
			Attempt: 1, Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionPassed, SubjectNumber: subject, WebsiteNumber: number,
			DecidedAt: metav1.NewTime(now.Now()), DecidedBy: me.Status.UserInfo.Username,
		},
	})
	atStage(t, namespace, name, v1alpha1.StageApproved)
}

// atStage waits until a filing is at a stage.
func atStage(t testing.TB, namespace, name string, stage v1alpha1.StageName) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		var f v1alpha1.IcpFiling
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, &f)).To(gomega.Succeed())
		g.Expect(f.Status.Stage).To(gomega.Equal(stage))
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
}
