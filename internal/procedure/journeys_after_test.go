package procedure

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

const day = 24 * time.Hour

// toldAfter are the journeys of what comes after approval.
func toldAfter() map[string]func(failer) *journey {
	return map[string]func(failer) *journey{
		"after/public-security":          publicSecurityInThirtyDays,
		"after/public-security-returned": publicSecurityReturned,
		"after/public-security-closes":   publicSecurityCloses,
		"after/outage":                   remindedAfterAnOutage,
		"after/what-ends":                whatEnds,
		"after/licence":                  commercial,
		"after/import":                   openedBefore,
	}
}

func publicSecurityInThirtyDays(t failer) *journey {
	j := anEnterprise(t, "Guangdong", ByPeople).straight()
	j.after(time.Hour, "the first host is served", hosts(1, 0))
	j.after(33*day, "submitted", submittedNow)
	return j.after(day, "an odd number is given", func(j *journey) {
		j.filing.Spec.PublicSecurity.Number = "粤公网安备 440106020001号"
	})
}

func submittedNow(j *journey) {
	submitted := metav1.NewTime(j.now)
	j.filing.Spec.PublicSecurity.SubmittedAt = &submitted
}

func sentBackNow(why string) func(*journey) {
	return func(j *journey) {
		returned := metav1.NewTime(j.now)
		j.filing.Spec.PublicSecurity.ReturnedAt, j.filing.Spec.PublicSecurity.ReturnReason = &returned, why
	}
}

func publicSecurityReturned(t failer) *journey {
	j := anEnterprise(t, "Guangdong", ByPeople)
	j.filing.Spec.Website.Interactive = true
	j.straight()
	j.after(time.Hour, "the first host is served", hosts(1, 0))
	j.after(20*day, "submitted", submittedNow)
	j.after(5*day, "the organ sends it back", sentBackNow("the access provider is not the one of the filing"))
	j.after(7*day, "submitted again", submittedNow)
	return j.after(day, "the number is given", func(j *journey) {
		j.filing.Spec.PublicSecurity.Number = "粤公网安备 44010602000001号"
	})
}

// publicSecurityCloses: the gate closes three days after a final warning, and opens again with the submission.
func publicSecurityCloses(t failer) *journey {
	j := anEnterprise(t, "Guangdong", ByPeople).straight()
	j.facts.Reminding = &Reminding{PublicSecurity: calendar.Schedule{DaysLeft: []int{7}}, Expiry: calendar.ExpirySchedule(), CloseOverdue: true}
	j.after(time.Hour, "the first host is served", hosts(1, 0))
	j.after(35*day, "the status is lost", func(j *journey) { j.filing.Status = v1alpha1.IcpFilingStatus{} })
	j.after(time.Hour, "the cluster's admin lets it be", func(j *journey) { j.facts.Reminding = RemindingOf(nil) })
	j.after(2*day, "the cluster's admin does not any more", func(j *journey) { j.facts.Reminding.CloseOverdue = true })
	return j.after(4*day, "submitted", submittedNow)
}

// sleeps is a time in which the operator is down.
func (j *journey) sleeps(d time.Duration, what string) *journey {
	j.now = j.now.Add(d)
	return j.after(0, what, nil)
}

func remindedAfterAnOutage(t failer) *journey {
	j := anEnterprise(t, "Guangdong", ByPeople).straight()
	j.filing.Spec.Domain.ExpiresAt = stamp(j.now.Add(70 * day))
	j.after(time.Hour, "the first host is served", hosts(1, 0))
	j.sleeps(25*day, "the operator is back after 25 days")
	return j.sleeps(20*day, "and after 20 days more")
}

func whatEnds(t failer) *journey {
	j := anEnterprise(t, "Guangdong", ByPeople).straight()
	j.persons.SubjectPaperEnds, j.persons.WebsitePaperEnds, j.persons.Versions = "2026-05-01", "2036-01-01", "2"
	j.edit(func(s *v1alpha1.IcpFilingSpec) {
		s.Domain.ExpiresAt, s.Server.Instance.ExpiresAt = stamp(j.now.Add(20*day)), stamp(j.now.AddDate(0, 0, -9))
		s.Subject.Certificate.ExpiresAt = stamp(j.now.AddDate(1, 0, 0))
	})
	j.after(day, "dates are written down, one of which has passed", nil)
	j.after(16*day, "the domain and the server are renewed", edited(func(s *v1alpha1.IcpFilingSpec) {
		s.Domain.ExpiresAt, s.Server.Instance.ExpiresAt = stamp(j.now.AddDate(1, 0, 0)), stamp(j.now.AddDate(1, 0, 0))
	}))
	return j.after(20*day, "time goes on", nil)
}

func commercial(t failer) *journey {
	j := anEnterprise(t, "Guangdong", ByPeople)
	j.filing.Spec.Website.Commercial = true
	j.straight()
	j.after(100*day, "the licence is given", edited(func(s *v1alpha1.IcpFilingSpec) {
		s.IcpLicense = v1alpha1.IcpLicense{Number: "粤B2-20260001", ExpiresAt: stamp(j.now.Add(3 * day))}
	}))
	return j.after(5*day, "it has ended", nil)
}

func openedBefore(t failer) *journey {
	j := claimed(t, ByPeople).apply()
	j.after(time.Hour, "a host is served", hosts(1, 0))
	j.after(day, "somebody has checked it, and says so", told(v1alpha1.StageApproved, v1alpha1.DecisionPassed, j.numbers))
	return j.after(day, "the applicant says when the site opened", edited(func(s *v1alpha1.IcpFilingSpec) { s.Website.OpenedAt = stamp(monday.AddDate(0, 0, -20)) }))
}

func TestASubmissionDatedInTheFutureMeetsNothingYet(t *testing.T) {
	t.Parallel()
	j := anEnterprise(t, "Guangdong", ByPeople)
	j.quiet = true
	j.straight().after(time.Hour, "", hosts(1, 0))
	j.after(time.Hour, "", func(j *journey) { j.filing.Spec.PublicSecurity.SubmittedAt = stamp(j.now.Add(2 * day)) })
	if got := j.cond(v1alpha1.ConditionPublicSecurityRegistered); got.Reason != v1alpha1.ReasonDue || !strings.Contains(got.Message, "in the future") {
		t.Errorf("dated in two days: %s, %s", got.Reason, got.Message)
	}
	j.after(3*day, "", nil)
	if got := j.cond(v1alpha1.ConditionPublicSecurityRegistered).Reason; got != v1alpha1.ReasonSubmitted {
		t.Errorf("and then: %s", got)
	}
}

func TestAClusterSaysWhenItReminds(t *testing.T) {
	t.Parallel()
	two := int32(2)
	policy := &v1alpha1.ExposurePolicy{Spec: v1alpha1.ExposurePolicySpec{
		PublicSecurityOverdue: v1alpha1.OverdueCloseExposure,
		Reminders:             v1alpha1.Reminders{PublicSecurity: &v1alpha1.ReminderSchedule{DaysLeft: []int32{20, 2}, OverdueEveryDays: &two}},
	}}
	got := RemindingOf(policy)
	if s := got.PublicSecurity; !s.OnOpening || len(s.DaysLeft) != 2 || s.DaysLeft[0] != 20 || s.DaysLeft[1] != 2 || s.OverdueEvery != 2 {
		t.Errorf("public security: %+v", s)
	}
	if s := got.Expiry; len(s.DaysLeft) != len(calendar.ExpirySchedule().DaysLeft) || s.OverdueEvery != 7 {
		t.Errorf("expiry, of which it says nothing: %+v", s)
	}
	if !got.CloseOverdue || RemindingOf(nil).CloseOverdue {
		t.Error("the gate closes where the policy says so, and nowhere else")
	}
}
