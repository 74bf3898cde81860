package notify_test

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

// filing is one of example.com, with further edits.
func filing(stage v1alpha1.StageName, edits ...func(*v1alpha1.IcpFiling)) *v1alpha1.IcpFiling {
	f := &v1alpha1.IcpFiling{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "example-com"},
		Spec:       v1alpha1.IcpFilingSpec{Domain: v1alpha1.Domain{Name: "example.com"}},
		Status:     v1alpha1.IcpFilingStatus{Stage: stage, Attempt: 1},
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

func conditionIs(kind string, status metav1.ConditionStatus, reason string, since *metav1.Time) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.Conditions = append(f.Status.Conditions, metav1.Condition{Type: kind, Status: status, Reason: reason, LastTransitionTime: *since})
	}
}

func attemptIs(n int32) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) { f.Status.Attempt = n }
}

func returnedFiling() *v1alpha1.IcpFiling {
	return filing(v1alpha1.StagePreliminaryReview,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageReturned, FinishedAt: at(5, 10), Reason: "WebsiteNameInvalid,FooterMissing"}),
		nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: procedure.TaskMendAndResubmit}))
}

func smsFiling(tasks ...v1alpha1.TaskStatus) *v1alpha1.IcpFiling {
	return filing(v1alpha1.StageSmsVerification,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageSmsVerification, State: v1alpha1.StageActive, StartedAt: at(6, 9), DueAt: at(7, 9), Tasks: tasks}),
		nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorSubjectResponsiblePerson, Task: "VerifySmsBySubjectPerson", Where: procedure.AtMinistrySite, DueAt: at(7, 9)}))
}

func approvedFiling(edits ...func(*v1alpha1.IcpFiling)) *v1alpha1.IcpFiling {
	return filing(v1alpha1.StageApproved, append([]func(*v1alpha1.IcpFiling){
		func(f *v1alpha1.IcpFiling) {
			f.Status.WebsiteNumber, f.Status.ApprovedAt = "浙ICP备12345678号-1", at(8, 12)
		},
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageDone, StartedAt: at(7, 0), FinishedAt: at(8, 12)}),
	}, edits...)...)
}

// opened has the site opened on the 9th, and a reminder given.
func opened(last string) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) {
		due := calendar.PublicSecurityDeadline(day(9, 8))
		f.Status.PublicSecurity = &v1alpha1.PublicSecurityStatus{OpenedAt: at(9, 8), DueAt: &metav1.Time{Time: due}, DueDate: calendar.Date(due), LastReminder: last}
		conditionIs(v1alpha1.ConditionPublicSecurityRegistered, metav1.ConditionFalse, v1alpha1.ReasonDue, at(9, 8))(f)
		f.Status.NextAction = &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: procedure.TaskSubmitPublicSecurity, Where: procedure.AtPublicSecurityPlatform, DueAt: f.Status.PublicSecurity.DueAt}
	}
}

// ends has something end on a date, and a reminder given.
func ends(name, date, last string) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.Deadlines = append(f.Status.Deadlines, v1alpha1.DeadlineStatus{Name: name, Date: date, LastReminder: last})
	}
}

// askedFor is under preliminary review, and a reviewer asks for a supplement.
func askedFor(asked *metav1.Time) *v1alpha1.IcpFiling {
	return filing(v1alpha1.StagePreliminaryReview,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageActive, StartedAt: at(4, 9), Tasks: []v1alpha1.TaskStatus{
			{Name: "PreliminaryReview", Actor: v1alpha1.ActorProvider},
			{Name: "Supplement", Actor: v1alpha1.ActorApplicant, Where: procedure.InConsole, AskedAt: asked},
		}}),
		nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: "Supplement", Where: procedure.InConsole}))
}

func mismatched(annotation string) *v1alpha1.IcpFiling {
	return approvedFiling(
		conditionIs(v1alpha1.ConditionRegistryVerified, metav1.ConditionFalse, v1alpha1.ReasonNotFound, at(20, 9)),
		func(f *v1alpha1.IcpFiling) {
			f.Annotations = map[string]string{v1alpha1.RegistryAnnotation: annotation}
		})
}
