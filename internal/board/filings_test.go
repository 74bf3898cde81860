package board_test

import (
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/board"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// now is noon of 10 March 2026 in Beijing.
var now = time.Date(2026, 3, 10, 12, 0, 0, 0, calendar.Beijing)

func at(day, hour int) *metav1.Time {
	return &metav1.Time{Time: time.Date(2026, 3, day, hour, 0, 0, 0, calendar.Beijing)}
}

func endOf(day int) *metav1.Time { return &metav1.Time{Time: calendar.EndOfDay(at(day, 0).Time)} }

func filing(namespace, name string, stage v1alpha1.StageName, edits ...func(*v1alpha1.IcpFiling)) *v1alpha1.IcpFiling {
	f := &v1alpha1.IcpFiling{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name + "-example", UID: types.UID(namespace + name), ResourceVersion: "1", CreationTimestamp: *at(1, 9)},
		Spec:       v1alpha1.IcpFilingSpec{Domain: v1alpha1.Domain{Name: name + ".example"}, Website: v1alpha1.Website{Name: "示例商城"}},
		Status:     v1alpha1.IcpFilingStatus{Stage: stage, Attempt: 1, RuleSet: "2026-01-01", Provider: "console", FilingType: v1alpha1.FirstFiling},
	}
	done := true
	for _, st := range procedure.Table() {
		s := v1alpha1.StageStatus{Name: st.Name, State: v1alpha1.StagePending}
		switch {
		case st.Name == stage:
			s.State, s.StartedAt, done = v1alpha1.StageActive, at(6, 9), false
		case done && st.Optional:
			s.State = v1alpha1.StageSkipped
		case done:
			s.State, s.StartedAt, s.FinishedAt = v1alpha1.StageDone, at(2, 9), at(6, 9)
		}
		f.Status.Stages = append(f.Status.Stages, s)
	}
	for _, e := range edits {
		e(f)
	}
	return f
}

func next(actor v1alpha1.Actor, task, where string, due *metav1.Time) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.NextAction = &v1alpha1.NextAction{Actor: actor, Task: task, Where: where, DueAt: due, Description: "In the operator's words."}
	}
}

func condition(kind string, status metav1.ConditionStatus, reason, message string) func(*v1alpha1.IcpFiling) {
	return func(f *v1alpha1.IcpFiling) {
		f.Status.Conditions = append(f.Status.Conditions, metav1.Condition{Type: kind, Status: status, Reason: reason, Message: message, LastTransitionTime: *at(6, 9)})
	}
}

// filings are one of each that looks different.
func filings() []*v1alpha1.IcpFiling {
	return []*v1alpha1.IcpFiling{
		filing("shop", "sms", v1alpha1.StageSmsVerification, next(v1alpha1.ActorWebsiteResponsiblePerson, "VerifySmsByWebsitePerson", procedure.AtMinistrySite, at(9, 18)),
			condition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonActionRequired, "somebody must act"), func(f *v1alpha1.IcpFiling) {
				for i := range f.Status.Stages {
					if f.Status.Stages[i].State == v1alpha1.StageActive {
						f.Status.Stages[i].Tasks = []v1alpha1.TaskStatus{{Name: "VerifySmsByWebsitePerson", Actor: v1alpha1.ActorWebsiteResponsiblePerson, Where: procedure.AtMinistrySite, DueAt: at(9, 18)}}
					}
				}
			}),
		filing("shop", "returned", v1alpha1.StagePreliminaryReview, next(v1alpha1.ActorApplicant, procedure.TaskMendAndResubmit, procedure.InCluster, nil),
			condition(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonReturned, "sent back: WebsiteNameInvalid"),
			condition(v1alpha1.ConditionStalled, metav1.ConditionTrue, v1alpha1.ReasonReturned, "sent back: WebsiteNameInvalid"), func(f *v1alpha1.IcpFiling) {
				f.Status.Attempt, f.Status.OrderID = 2, "O-1"
				for i := range f.Status.Stages {
					if f.Status.Stages[i].State == v1alpha1.StageActive {
						st := &f.Status.Stages[i]
						st.State, st.Reason, st.FinishedAt, st.Message = v1alpha1.StageReturned, "WebsiteNameInvalid", at(9, 15), "The name says <b>nothing</b> of the site."
					}
				}
			}),
		filing("bank", "bureau", v1alpha1.StageBureauReview, next(v1alpha1.ActorBureau, "BureauReview", procedure.AtBureau, endOf(27))),
		filing("bank", "open", v1alpha1.StageApproved, next(v1alpha1.ActorApplicant, procedure.TaskSubmitPublicSecurity, procedure.AtPublicSecurityPlatform, endOf(14)),
			condition(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonInForce, ""),
			condition(v1alpha1.ConditionExposureAllowed, metav1.ConditionTrue, v1alpha1.ReasonApproved, ""),
			condition(v1alpha1.ConditionPublicSecurityRegistered, metav1.ConditionFalse, v1alpha1.ReasonDueSoon, "due on 2026-03-14"), func(f *v1alpha1.IcpFiling) {
				f.Status.ApprovedAt, f.Status.SubjectNumber, f.Status.WebsiteNumber = at(8, 12), "浙ICP备12345678号", "浙ICP备12345678号-1"
				f.Status.PublicSecurity = &v1alpha1.PublicSecurityStatus{OpenedAt: at(8, 12), DueAt: endOf(14), DueDate: "2026-03-14", LastReminder: "7d"}
				f.Status.Deadlines = []v1alpha1.DeadlineStatus{{Name: "Domain", Date: "2027-03-01"}}
				f.Status.Exposure = &v1alpha1.ExposureStatus{ServedHosts: 1234, HeldHosts: 1}
			}),
	}
}

// many are ten thousand filings in a hundred namespaces.
func many(n int) []*v1alpha1.IcpFiling {
	var list []*v1alpha1.IcpFiling
	kinds, table := filings(), procedure.Table()
	for i := range n {
		f := kinds[i%len(kinds)].DeepCopy()
		f.Namespace, f.Name = fmt.Sprintf("team-%03d", i%100), fmt.Sprintf("site-%05d-example", i)
		f.UID, f.Spec.Domain.Name = types.UID(f.Name), fmt.Sprintf("site-%05d.example", i)
		f.Status.Stage = table[i%len(table)].Name
		list = append(list, f)
	}
	return list
}

func facts() *audit.Facts {
	route := func(namespace, name string, parked bool, hosts ...string) exposure.Route {
		return exposure.Route{Kind: exposure.IngressKind, Namespace: namespace, Name: name, Hosts: hosts, Parked: parked, Held: parked}
	}
	f := &audit.Facts{
		AllFilings: true, SettingsKnown: true,
		Namespaces: map[string]audit.Namespace{
			"shop": audit.NamespaceOf(map[string]string{v1alpha1.GateLabel: v1alpha1.GateWarn}, nil), "bank": audit.NamespaceOf(map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold}, nil),
		},
		Routes:  []exposure.Route{route("shop", "web", false, "www.sms.example"), route("bank", "web", true, "www.bureau.example"), route("shop", "old", false, "xn--fsqu00a.example")},
		NotSeen: []audit.NotSeen{{What: "grpcroutes.gateway.networking.k8s.io", Reason: audit.NotInstalled}},
	}
	for _, filing := range filings() {
		f.Filings = append(f.Filings, audit.FilingOf(filing))
	}
	return f
}

func frame(l v1alpha1.Language, path string) board.Frame {
	return board.Frame{Language: l, Look: board.LookAuto, Path: path, Now: now, Viewer: &board.Viewer{Name: "system:serviceaccount:shop:viewer", Namespaces: []string{"bank", "shop"}, MaySignOut: true}}
}
