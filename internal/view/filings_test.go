package view_test

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// day is a moment of March 2026, by its day and hour in Beijing.
func day(d, hour int) time.Time { return time.Date(2026, 3, d, hour, 0, 0, 0, calendar.Beijing) }

func at(d, hour int) *metav1.Time { return &metav1.Time{Time: day(d, hour)} }

func endOf(d int) *metav1.Time { return &metav1.Time{Time: calendar.EndOfDay(day(d, 0))} }

type edit func(*v1alpha1.IcpFiling)

// filing is one of example.com in its first attempt, with further edits.
func filing(name string, stage v1alpha1.StageName, edits ...edit) *v1alpha1.IcpFiling {
	f := &v1alpha1.IcpFiling{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, CreationTimestamp: *at(1, 9)},
		Spec:       v1alpha1.IcpFilingSpec{Domain: v1alpha1.Domain{Name: "example.com"}},
		Status:     v1alpha1.IcpFilingStatus{Stage: stage, Attempt: 1, RuleSet: "2026-01-01", Provider: "console"},
	}
	for _, e := range edits {
		e(f)
	}
	return f
}

func stageIs(st v1alpha1.StageStatus) edit {
	return func(f *v1alpha1.IcpFiling) { f.Status.Stages = append(f.Status.Stages, st) }
}

func conditionIs(kind string, status metav1.ConditionStatus, reason string) edit {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.Conditions = append(f.Status.Conditions, metav1.Condition{Type: kind, Status: status, Reason: reason, LastTransitionTime: *at(2, 9)})
	}
}

func nextIs(next v1alpha1.NextAction) edit {
	return func(f *v1alpha1.IcpFiling) { f.Status.NextAction = &next }
}

func ends(name, date string) edit {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.Deadlines = append(f.Status.Deadlines, v1alpha1.DeadlineStatus{Name: name, Date: date})
	}
}

// inForce is approved since the 8th.
func inForce(name string, edits ...edit) *v1alpha1.IcpFiling {
	return filing(name, v1alpha1.StageApproved, append([]edit{
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageDone, StartedAt: at(2, 9), FinishedAt: at(8, 12), DueAt: endOf(27)}),
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageApproved, State: v1alpha1.StageDone, FinishedAt: at(8, 12)}),
		conditionIs(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonInForce),
		conditionIs(v1alpha1.ConditionExposureAllowed, metav1.ConditionTrue, v1alpha1.ReasonApproved),
		func(f *v1alpha1.IcpFiling) {
			f.Status.ApprovedAt, f.Status.SubjectNumber, f.Status.WebsiteNumber = at(8, 12), "浙ICP备12345678号", "浙ICP备12345678号-1"
			f.Status.Exposure = &v1alpha1.ExposureStatus{ServedHosts: 2}
		},
	}, edits...)...)
}

// opened has the site opened on the 9th, so that public security wants the application by 8 April.
func opened() edit {
	return func(f *v1alpha1.IcpFiling) {
		due := metav1.NewTime(calendar.PublicSecurityDeadline(day(9, 8)))
		f.Status.PublicSecurity = &v1alpha1.PublicSecurityStatus{OpenedAt: at(9, 8), DueAt: &due, DueDate: calendar.Date(due.Time)}
		conditionIs(v1alpha1.ConditionPublicSecurityRegistered, metav1.ConditionFalse, v1alpha1.ReasonDue)(f)
		nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: procedure.TaskSubmitPublicSecurity, Where: procedure.AtPublicSecurityPlatform, DueAt: &due})(f)
	}
}

// withBureau waits for the bureau, which is expected to have decided by the end of a day.
func withBureau(name string, by int) *v1alpha1.IcpFiling {
	return filing(name, v1alpha1.StageBureauReview,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageActive, StartedAt: at(2, 9), DueAt: endOf(by),
			Tasks: []v1alpha1.TaskStatus{{Name: "BureauReview", Actor: v1alpha1.ActorBureau, Where: procedure.AtBureau}}}),
		conditionIs(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonInReview),
		conditionIs(v1alpha1.ConditionExposureAllowed, metav1.ConditionFalse, v1alpha1.ReasonNotApproved),
		nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorBureau, Task: "BureauReview", Where: procedure.AtBureau, DueAt: endOf(by)}))
}

// answering waits for the SMS until nine o'clock of the day.
func answering(name string, by int) *v1alpha1.IcpFiling {
	task := v1alpha1.TaskStatus{Name: "VerifySmsByWebsitePerson", Actor: v1alpha1.ActorWebsiteResponsiblePerson, Where: procedure.AtMinistrySite, DueAt: at(by, 9)}
	return filing(name, v1alpha1.StageSmsVerification,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageSmsVerification, State: v1alpha1.StageActive, StartedAt: at(2, 9), DueAt: at(by, 9), Tasks: []v1alpha1.TaskStatus{task}}),
		nextIs(v1alpha1.NextAction{Actor: task.Actor, Task: task.Name, Where: task.Where, DueAt: task.DueAt}))
}

// returned came back from the preliminary review.
func returned(name string) *v1alpha1.IcpFiling {
	return filing(name, v1alpha1.StagePreliminaryReview,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StagePreliminaryReview, State: v1alpha1.StageReturned, StartedAt: at(2, 9), FinishedAt: at(4, 12),
			Reason: "WebsiteNameInvalid,SomethingElse", Message: "choose another name"}),
		conditionIs(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonReturned),
		nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: procedure.TaskMendAndResubmit, Where: procedure.InCluster, Description: "returned"}))
}

// revoked has ended.
func revoked(name string) *v1alpha1.IcpFiling {
	return filing(name, v1alpha1.StageRevoked,
		stageIs(v1alpha1.StageStatus{Name: v1alpha1.StageApproved, State: v1alpha1.StageDone, Reason: procedure.EndShellFiling}),
		conditionIs(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonRevoked))
}

// deleting is being deleted.
func deleting(f *v1alpha1.IcpFiling) *v1alpha1.IcpFiling {
	f.DeletionTimestamp = at(9, 9)
	return f
}
