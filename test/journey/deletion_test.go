package journey_test

import (
	nethttp "net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
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
	}).WithTimeout(2 * within).WithPolling(500 * time.Millisecond).Should(gomega.MatchError(apierrors.IsNotFound, "IsNotFound"))
}

func TestAnOrderThatWasAskedForIsCancelledWithItsFilingWheneverThatIsDeleted(t *testing.T) {
	t.Parallel()
	slow := simulator.Fault{Kind: simulator.FaultDelay, Operation: "createOrder", Delay: metav1.Duration{Duration: 3 * time.Second}, Times: 1}
	lost := simulator.Fault{Kind: simulator.FaultDropAfterEffect, Operation: "createOrder", Times: 2}
	for name, fault := range map[string]simulator.Fault{"asked-slowly": slow, "answer-lost": lost} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at, err := simulator.New(byReviews)
			if err != nil {
				t.Fatal(err)
			}
			var asking atomic.Bool // what the desk itself counts it has answered
			protocol := at.Protocol()
			answering(t, name, func(w nethttp.ResponseWriter, r *nethttp.Request) {
				if r.Method == nethttp.MethodPost && strings.HasSuffix(r.URL.Path, "/orders") {
					asking.Store(true)
				}
				protocol.ServeHTTP(w, r)
			})
			namespace(t, name, everySecret...)
			if err := at.AddFault(fault); err != nil {
				t.Fatal(err)
			}
			filing(t, name, "f", name+".cn", with(name, "spec.deletionPolicy", "CancelFiling"))
			gomega.NewWithT(t).Eventually(asking.Load).WithTimeout(within).WithPolling(10 * time.Millisecond).Should(gomega.BeTrue())
			f, err := filingOf(t.Context(), name, "f")
			if err != nil {
				t.Fatal(err)
			}
			if err := admin.Delete(t.Context(), f); err != nil {
				t.Fatal(err)
			}
			isGone(t, name, "f")
			if o, made := at.NewestOrder(name + ".cn"); !made || o.Stage != string(v1alpha1.StageCancelled) {
				t.Errorf("the filing is gone, and its order (made: %v) is at %s, want it cancelled", made, o.Stage)
			}
		})
	}
}
