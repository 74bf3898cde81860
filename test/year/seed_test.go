package year_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"golang.org/x/sync/errgroup"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// atOnce is how many calls to the API server the tests make at once.
const atOnce = 16

// each does something for so many, a few at once.
func each(t *testing.T, n int, do func(ctx context.Context, i int) error) {
	t.Helper()
	g, ctx := errgroup.WithContext(t.Context())
	g.SetLimit(atOnce)
	for i := range n {
		g.Go(func() error { return do(ctx, i) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
}

func create(t *testing.T, o client.Object) {
	t.Helper()
	if err := admin.Create(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// place makes a namespace, and a provider of its name by whose word, given by people, filings are in force there.
func place(t *testing.T, name string) {
	t.Helper()
	create(t, &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{Manual: &v1alpha1.ManualProvider{}}})
	create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
}

// person makes the Secret of a responsible person whose paper ends on a day.
func person(t *testing.T, ns, name string, of int, ends string) {
	t.Helper()
	secret := persons[of].DeepCopy()
	secret.ObjectMeta = metav1.ObjectMeta{Namespace: ns, Name: name}
	secret.StringData[v1alpha1.PersonIDValidUntil] = ends
	create(t, secret)
}

func site(i int) string { return fmt.Sprintf("site-%05d", i) }

// imports makes so many filings that are filed already, each with the review that says so, and waits until they are in force.
func imports(t *testing.T, ns string, n int, change func(i int, f *v1alpha1.IcpFiling)) {
	t.Helper()
	each(t, n, func(ctx context.Context, i int) error {
		f := sample.DeepCopy()
		f.ObjectMeta = metav1.ObjectMeta{Namespace: ns, Name: site(i)}
		f.Spec.ProviderRef = &v1alpha1.ProviderReference{Name: ns}
		f.Spec.Domain.Name = fmt.Sprintf("%s-%05d.cn", ns, i)
		f.Spec.Website.Homepage = "www." + f.Spec.Domain.Name
		f.Spec.Subject.Certificate.Number = cluster.CreditCode(i)
		f.Spec.Materials = nil
		number := fmt.Sprintf("浙ICP备%08d号", 26000000+i)
		f.Spec.Existing = v1alpha1.Existing{
			Subject: v1alpha1.ExistingFiling{Number: number, AccessProvider: v1alpha1.ThisProvider},
			Website: v1alpha1.ExistingFiling{Number: number + "-1", AccessProvider: v1alpha1.ThisProvider},
		}
		change(i, f)
		if err := admin.Create(ctx, f); err != nil {
			return err
		}
		return admin.Create(ctx, &v1alpha1.IcpReview{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: site(i)}, Spec: v1alpha1.IcpReviewSpec{
			FilingRef: v1alpha1.FilingReference{Name: site(i), Domain: f.Spec.Domain.Name}, ProviderRef: v1alpha1.ProviderReference{Name: ns},
			Attempt: 1, Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionPassed, SubjectNumber: number, WebsiteNumber: number + "-1",
			DecidedAt: metav1.NewTime(begin), DecidedBy: user,
		}})
	})
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		now.Step(time.Second) // pauses after a failure are over
		var list v1alpha1.IcpFilingList
		g.Expect(admin.List(t.Context(), &list, client.InNamespace(ns))).To(gomega.Succeed())
		inForce := 0
		for i := range list.Items {
			if list.Items[i].Status.Stage == v1alpha1.StageApproved {
				inForce++
			}
		}
		g.Expect(inForce).To(gomega.Equal(n), "filings in force")
	}).WithTimeout(time.Minute + time.Duration(n)*200*time.Millisecond).WithPolling(time.Second).Should(gomega.Succeed())
}
