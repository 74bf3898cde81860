package agenda_test

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// day is a moment of November 2026, by its day and hour in Beijing.
func day(d, hour int) time.Time { return time.Date(2026, 11, d, hour, 0, 0, 0, calendar.Beijing) }

func at(d, hour int) *metav1.Time { return &metav1.Time{Time: day(d, hour)} }

func endOf(d int) *metav1.Time { return &metav1.Time{Time: calendar.EndOfDay(day(d, 0))} }

// filing is one of example.com in its first attempt, with further edits.
func filing(stage v1alpha1.StageName, edits ...func(*v1alpha1.IcpFiling)) *v1alpha1.IcpFiling {
	f := &v1alpha1.IcpFiling{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "example-com", Generation: 2, CreationTimestamp: *at(1, 9)},
		Spec:       v1alpha1.IcpFilingSpec{Domain: v1alpha1.Domain{Name: "example.com"}},
		Status:     v1alpha1.IcpFilingStatus{Stage: stage, Attempt: 1, RuleSet: "2026-01-01"},
	}
	for _, edit := range edits {
		edit(f)
	}
	return f
}

func stageIs(st v1alpha1.StageStatus) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) { f.Status.Stages = append(f.Status.Stages, st) }
}

func nextIs(next v1alpha1.NextAction) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) { f.Status.NextAction = &next }
}

func ends(name, date string) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.Deadlines = append(f.Status.Deadlines, v1alpha1.DeadlineStatus{Name: name, Date: date})
	}
}

// opened has the site opened on the 9th, and its registration where the reason says.
func opened(reason string) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) {
		due := metav1.NewTime(calendar.PublicSecurityDeadline(day(9, 8)))
		f.Status.PublicSecurity = &v1alpha1.PublicSecurityStatus{OpenedAt: at(9, 8), DueAt: &due, DueDate: calendar.Date(due.Time)}
		f.Status.Conditions = append(f.Status.Conditions, metav1.Condition{
			Type: v1alpha1.ConditionPublicSecurityRegistered, Status: metav1.ConditionFalse, Reason: reason, LastTransitionTime: *at(9, 8)})
	}
}

// smsFiling waits for both responsible persons to answer the SMS until the 7th, nine o'clock; the bureau follows.
func smsFiling() *v1alpha1.IcpFiling {
	const message = "call Ms. Wang on 138…"
	return filing(v1alpha1.StageSmsVerification,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageDone, StartedAt: at(4, 9), FinishedAt: at(6, 9), DueAt: endOf(6)}),
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageSmsVerification, State: v1alpha1.StageActive, StartedAt: at(6, 9), DueAt: at(7, 9), Message: message,
			Tasks: []v1alpha1.TaskStatus{
				{Name: "VerifySmsBySubjectPerson", Actor: v1alpha1.ActorSubjectResponsiblePerson, Where: procedure.AtMinistrySite, DueAt: at(7, 9), Message: message},
				{Name: "VerifySmsByWebsitePerson", Actor: v1alpha1.ActorWebsiteResponsiblePerson, Where: procedure.AtMinistrySite, DueAt: at(7, 9), DoneAt: at(6, 11)},
			}}),
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StagePending, DueAt: endOf(27),
			Tasks: []v1alpha1.TaskStatus{{Name: "BureauReview", Actor: v1alpha1.ActorBureau, Where: procedure.AtBureau}}}),
		nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorSubjectResponsiblePerson, Task: "VerifySmsBySubjectPerson", Where: procedure.AtMinistrySite, DueAt: at(7, 9), Description: message}))
}

// approvedFiling is in force since the 8th, with a domain and a news paper that end, and a site that opened.
func approvedFiling(reason string) *v1alpha1.IcpFiling {
	return filing(v1alpha1.StageApproved,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageDone, StartedAt: at(7, 0), FinishedAt: at(8, 12), DueAt: endOf(27)}),
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageApproved, State: v1alpha1.StageDone, FinishedAt: at(8, 12)}),
		opened(reason), ends("Domain", "2027-03-01"), ends("PreApprovalNews", "2027-01-31"),
		func(f *v1alpha1.IcpFiling) {
			if f.Status.PublicSecurity.DueAt != nil {
				nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: procedure.TaskSubmitPublicSecurity, Where: procedure.AtPublicSecurityPlatform, DueAt: f.Status.PublicSecurity.DueAt})(f)
			}
		})
}
