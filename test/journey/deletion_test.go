package journey_test

import (
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAFilingWhoseHostsAreServedIsNotDeletedUnlessItsNamespaceIs(t *testing.T) {
	t.Parallel()
	namespace(t, "protected", everySecret...)
	filing(t, "protected", "kept", "protected.cn", nil)
	route := sampleOf(t, samples, "Ingress", "web")
	route.SetNamespace("protected")
	if err := setHosts(route, "www.protected.cn"); err != nil {
		t.Fatal(err)
	}
	applyTo(t, route)
	f := eventually(t, "protected", "kept", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		isReady(g, f)
		g.Expect(f.Status.Exposure).To(gomega.Equal(&v1alpha1.ExposureStatus{ServedHosts: 1}))
	})
	err := admin.Delete(t.Context(), f)
	if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "set spec.deletionPolicy to CloseExposure") {
		t.Errorf("deleting a protected filing: %v, want Forbidden with what to do", err)
	}
	if err := admin.Delete(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "protected"}}); err != nil {
		t.Fatal(err)
	}
	gomega.NewWithT(t).Eventually(func() error {
		return admin.Get(t.Context(), client.ObjectKey{Name: "protected"}, &corev1.Namespace{})
	}).WithTimeout(time.Minute).WithPolling(500 * time.Millisecond).Should(gomega.MatchError(apierrors.IsNotFound, "IsNotFound"))
}
