package journey_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// TestTheThirtyDaysAreRemindedOfUntilSubmittedThenRegistered moves the operator's clock, and so runs before the parallel
// tests, after the sample's journey.
func TestTheThirtyDaysAreRemindedOfUntilSubmittedThenRegistered(t *testing.T) {
	f := eventually(t, "shop", "example-com", isReady)
	due := f.Status.PublicSecurity.DueAt.Time
	if want := calendar.PublicSecurityDeadline(f.Status.PublicSecurity.OpenedAt.Time); !due.Equal(want) {
		t.Errorf("due at %s, want the end of the 30th day, %s", due, want)
	}
	for _, step := range []struct {
		daysLeft int
		name     string
		reason   string
	}{
		{15, "15d", v1alpha1.ReasonDue}, {7, "7d", v1alpha1.ReasonDueSoon}, {3, "3d", v1alpha1.ReasonDueSoon}, {1, "1d", v1alpha1.ReasonDueSoon},
		{0, "0d", v1alpha1.ReasonDueSoon}, {-1, "overdue-" + calendar.Date(due.AddDate(0, 0, 1)), v1alpha1.ReasonOverdue},
		{-2, "overdue-" + calendar.Date(due.AddDate(0, 0, 2)), v1alpha1.ReasonOverdue},
	} {
		now.SetTime(calendar.StartOfDay(due.AddDate(0, 0, -step.daysLeft)).Add(10 * time.Hour))
		touch(t, f, step.name)
		eventually(t, "shop", "example-com", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
			g.Expect(f.Status.PublicSecurity.LastReminder).To(gomega.Equal(step.name))
			hasReason(v1alpha1.ConditionPublicSecurityRegistered, step.reason)(g, f)
		})
	}
	second := calendar.Date(due.AddDate(0, 0, 2))
	given := []string{"opened", "15d", "7d", "3d", "1d", "0d", "overdue-" + calendar.Date(due.AddDate(0, 0, 1)), "overdue-" + second}
	remindersAre(t, due, given...)

	closesWhenOverdue(t, v1alpha1.OverdueCloseExposure)
	warned := eventually(t, "shop", "example-com", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.PublicSecurity.ClosesAt).NotTo(gomega.BeNil())
		hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonApproved)(g, f)
	})
	now.SetTime(warned.Status.PublicSecurity.ClosesAt.Time)
	touch(t, f, "closes")
	eventually(t, "shop", "example-com", hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonPublicSecurityOverdue))
	ingressIs(t, "shop", false)
	remindersAre(t, due, append(given, "final-"+second, "overdue-"+calendar.Date(due.AddDate(0, 0, 5)))...)

	change(t, fmt.Sprintf(`{"spec":{"publicSecurity":{"submittedAt":%q}}}`, due.Add(-time.Hour).UTC().Format(time.RFC3339)))
	eventually(t, "shop", "example-com", hasReason(v1alpha1.ConditionPublicSecurityRegistered, v1alpha1.ReasonSubmitted))
	eventually(t, "shop", "example-com", hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonApproved))
	expectReleased(t)
	closesWhenOverdue(t, v1alpha1.OverdueWarn)
	change(t, `{"spec":{"publicSecurity":{"number":"浙公网安备 33010602000001号"}}}`)
	eventually(t, "shop", "example-com", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		hasReason(v1alpha1.ConditionPublicSecurityRegistered, v1alpha1.ReasonRegistered)(g, f)
		g.Expect(f.Status.NextAction).To(gomega.BeNil())
	})
}

// closesWhenOverdue has the cluster's admin say what an overdue registration does.
func closesWhenOverdue(t *testing.T, what v1alpha1.PublicSecurityOverdue) {
	t.Helper()
	policy := &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: "default"}}
	patch(t, policy, fmt.Sprintf(`{"spec":{"publicSecurityOverdue":%q}}`, what))
}

// touch wakes the operator, whose own timer runs on the real clock.
func touch(t *testing.T, f *v1alpha1.IcpFiling, value string) {
	t.Helper()
	patch := fmt.Sprintf(`{"metadata":{"annotations":{"example.com/wake":%q}}}`, value)
	if err := admin.Patch(t.Context(), f.DeepCopy(), client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		t.Fatal(err)
	}
}

func change(t *testing.T, patch string) {
	t.Helper()
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "example-com"}}
	if err := admin.Patch(t.Context(), f, client.RawPatch("application/merge-patch+json", []byte(patch))); err != nil {
		t.Fatal(err)
	}
}

// remindersAre checks that each reminder was given once, as an Event.
func remindersAre(t *testing.T, due time.Time, want ...string) {
	t.Helper()
	var list eventsv1.EventList
	if err := admin.List(t.Context(), &list, client.InNamespace("shop")); err != nil {
		t.Fatal(err)
	}
	given := map[string]int{}
	for _, e := range list.Items {
		if name, ok := strings.CutPrefix(e.Name, "example-com.publicsecurity-"+calendar.Date(due)+"-"); ok {
			given[name]++
		}
	}
	for _, name := range want {
		if given[name] != 1 {
			t.Errorf("reminder %s was given %d times, want once", name, given[name])
		}
		delete(given, name)
	}
	if len(given) > 0 {
		t.Errorf("reminders that nobody asked for: %v", given)
	}
}
