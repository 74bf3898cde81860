package journey_test

import (
	"testing"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// reviewsOf are the reviews of a namespace.
func reviewsOf(t *testing.T, ns string) []v1alpha1.IcpReview {
	t.Helper()
	var list v1alpha1.IcpReviewList
	if err := admin.List(t.Context(), &list, client.InNamespace(ns)); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

// staysShut watches every version of a filing from now on. The returned function ends that, and fails the test where the
// gate was open in one.
func staysShut(t *testing.T, ns, name string) func() {
	t.Helper()
	return always(t, &v1alpha1.IcpFilingList{}, ns, name, func(o client.Object) bool {
		f, ok := o.(*v1alpha1.IcpFiling)
		return ok && !meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	})
}

func TestTheReviewsOfADeletedFilingApproveNoOtherDomainOfItsNameButItsOwnAgain(t *testing.T) {
	t.Parallel()
	const name = "namesake"
	manualProvider(t, name, nil)
	namespace(t, name, everySecret...)
	code := creditCode(t)
	remove := func() {
		t.Helper()
		if err := admin.Delete(t.Context(), &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "f"}}); err != nil {
			t.Fatal(err)
		}
		isGone(t, name, "f")
	}
	filing(t, name, "f", "namesake-first.cn", with(name, certificate, code))
	f := eventually(t, name, "f", next(v1alpha1.ActorApplicant, "VerifyProduct"))
	laterThan(t, f.CreationTimestamp)
	approve(t, name, "f", name, 1, now.Now().Add(-time.Hour), ofNoDomain)
	eventually(t, name, "f", inForce)
	allApplied(t, name)
	for _, r := range reviewsOf(t, name) {
		if got := r.Annotations[v1alpha1.ReviewDomainAnnotation]; got != "namesake-first.cn" {
			t.Errorf("the review of %s counts, and its annotation names %q, want the filing's domain", r.Spec.Stage, got)
		}
	}
	remove()

	filing(t, name, "f", "namesake-second.cn", with(name, certificate, code))
	shut := staysShut(t, name, "f")
	eventually(t, name, "f", next(v1alpha1.ActorApplicant, "VerifyProduct"))
	for _, r := range reviewsOf(t, name) {
		appliedIs(t, &r, metav1.ConditionFalse, v1alpha1.ReasonOtherFiling)
	}
	eventually(t, name, "f", is(next(v1alpha1.ActorApplicant, "VerifyProduct"), atAttempt(1)))
	shut()
	remove()

	laterThan(t, madeOf(reviewsOf(t, name))...)
	filing(t, name, "f", "namesake-first.cn", with(name, certificate, code))
	eventually(t, name, "f", is(isReady, hasReason(v1alpha1.ConditionInformationCurrent, v1alpha1.ReasonFactsNotSeen)))
	allApplied(t, name)
}

func TestReviewsThatAreOlderThanTheFilingAndNameNoDomainApproveNothing(t *testing.T) {
	t.Parallel()
	const name = "foretold"
	manualProvider(t, name, nil)
	namespace(t, name, everySecret...)
	approve(t, name, "f", name, 1, now.Now().Add(-time.Hour))
	before := reviewsOf(t, name)
	laterThan(t, madeOf(before)...)
	filing(t, name, "f", "foretold.cn", with(name))
	shut := staysShut(t, name, "f")
	for _, r := range before {
		appliedIs(t, &r, metav1.ConditionFalse, v1alpha1.ReasonOtherFiling)
	}
	eventually(t, name, "f", next(v1alpha1.ActorApplicant, "VerifyProduct"))
	shut()
	for _, r := range reviewsOf(t, name) {
		if got, stamped := r.Annotations[v1alpha1.ReviewDomainAnnotation]; stamped {
			t.Errorf("nobody knows for which domain the review of %s was made, and its annotation names %q", r.Spec.Stage, got)
		}
	}
	approve(t, name, "f", name, 1, now.Now().Add(-time.Minute))
	eventually(t, name, "f", inForce)
}

// madeOf is when reviews were made.
func madeOf(reviews []v1alpha1.IcpReview) []metav1.Time {
	var made []metav1.Time
	for i := range reviews {
		made = append(made, reviews[i].CreationTimestamp)
	}
	return made
}

// laterThan waits until what is made is younger than all that was made then: times of creation have a second's grain.
func laterThan(t *testing.T, made ...metav1.Time) {
	t.Helper()
	last := int64(0)
	for _, at := range made {
		last = max(last, at.Unix())
	}
	gomega.NewWithT(t).Eventually(func() int64 { return time.Now().Unix() }).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.BeNumerically(">", last+1))
}
