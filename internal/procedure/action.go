package procedure

import (
	"fmt"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// nextAction is the first open task of the stage under way, or what follows approval, as it is given.
func (p *pass) nextAction(after *v1alpha1.NextAction) *v1alpha1.NextAction {
	if p.s.Ended != "" && !p.deleting() {
		return nil
	}
	if a := p.stopped(); a != nil {
		return a
	}
	if p.channelRefusal != "" && !p.s.InForce() {
		return byApplicant("ChangeChannel", p.channelRefusal)
	}
	if p.s.Returned && p.s.UnderWay() {
		return byApplicant(TaskMendAndResubmit, p.returnedWords())
	}
	if a := p.openAction(); a != nil && (after == nil || isPerson(a.Actor)) {
		return a
	}
	return after
}

// openAction is the first open task of the stages under way.
func (p *pass) openAction() *v1alpha1.NextAction {
	if p.s.GivenUp {
		return nil
	}
	for _, i := range p.working() {
		st := p.s.Stages[i]
		for _, t := range orderedTasks(st) {
			if t.DoneAt == nil {
				return withDate(v1alpha1.NextAction{Actor: t.Actor, Task: t.Name, Where: t.Where, Description: clipped(p.words(st, t))}, dueOf(st, t))
			}
		}
		if p.s.UnderWay() {
			// Every task that is known is done: whoever passes the stage must act.
			return &v1alpha1.NextAction{Actor: v1alpha1.ActorProvider, Task: string(st.Name), Where: AtProvider, Description: "The provider checks what was handed in."}
		}
	}
	return nil
}

// dueOf is a task's deadline or, where a source says how long the stage takes, when that is expected to be over. Our own
// estimate of a step is nobody's deadline.
func dueOf(st v1alpha1.StageStatus, t v1alpha1.TaskStatus) *metav1.Time {
	if row, _ := rowOf(st.Name); t.DueAt == nil && row.lasts != "" && row.lasts != rules.LimitMailingDays && row.lasts != rules.LimitSmsWindowHours {
		return st.DueAt
	}
	return t.DueAt
}

func byApplicant(task, words string) *v1alpha1.NextAction {
	return &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: task, Where: InCluster, Description: clipped(words)}
}

// stopped is what must be done before anything else can be, where nobody at the provider can go on; nil where all can.
func (p *pass) stopped() *v1alpha1.NextAction {
	switch {
	case p.deleting():
		return p.deletingAction()
	case p.s.InReview() && p.asksToWithdraw() && p.c.Hand == ByPeople:
		a := byApplicant("WithdrawOrder", "In the provider's console, take the order back (撤回); then record an IcpReview on stage Confirmation, decision Returned, reasons [Withdrawn].")
		a.Where = InConsole
		return a
	case p.s.InForce():
		return p.stoppedChange()
	case p.Filing.Spec.Suspend && p.operatorsTurn():
		return byApplicant("Resume", "spec.suspend is true: set it to false, and the operator goes on.")
	case p.Provider.Problem != "":
		return byApplicant("PutProviderRight", p.Provider.Message)
	case p.Rival != "":
		return byApplicant(taskResolveConflict, p.Rival+" holds the domain: delete one of the two filings")
	case p.foreign != "":
		return byApplicant(taskResolveConflict, p.foreignWords())
	case p.determined.Conflict == ConflictShellSubject:
		a := byApplicant("CancelSubject", p.determined.Message)
		a.Where = InConsole
		return a
	case p.determined.Conflict != "":
		return byApplicant(taskResolveConflict, p.determined.Message)
	case p.waits():
		return &v1alpha1.NextAction{Actor: v1alpha1.ActorOperator, Task: TaskWaitForSubject, Where: InCluster, Description: clipped(p.aheadWords())}
	case p.s.Imported && p.Failure != nil:
		return byApplicant(taskConfirmImport, p.unconfirmedWords()+"; correct spec.existing.website, or remove it to file the domain")
	case p.Failure != nil && p.Failure.Reason == v1alpha1.ReasonProviderRefused:
		return byApplicant("PutRefusedFactsRight", p.Failure.Message)
	case p.Failure != nil && p.Failure.Reason == v1alpha1.ReasonPrerequisitesNotMet:
		return byApplicant("PutPrerequisitesRight", p.Failure.Message)
	}
	return nil
}

// stoppedChange is what must be done before a change filing can begin or go on.
func (p *pass) stoppedChange() *v1alpha1.NextAction {
	switch {
	case p.change.refused != "":
		return byApplicant("PutBackOrFileAnew", p.change.refused)
	case p.change.differs != "":
		return byApplicant("MakeSubjectFactsAgree", p.change.differs)
	case len(p.change.parts) > 0 && !p.s.Changing() && p.blocked():
		return byApplicant("PutPrerequisitesRight", "a change filing waits: put right what condition PrerequisitesMet lists")
	case p.s.Changing() && p.Failure != nil && p.Failure.Reason == v1alpha1.ReasonProviderRefused:
		return byApplicant("PutRefusedFactsRight", p.Failure.Message)
	}
	return nil
}

func (p *pass) deletingAction() *v1alpha1.NextAction {
	if !p.holds() {
		return nil
	}
	if p.c.Hand == ByOperator {
		return &v1alpha1.NextAction{Actor: v1alpha1.ActorOperator, Task: "CancelFiling", Where: OverProtocol, Description: clipped(p.deletingWords())}
	}
	a := byApplicant("CancelFiling", p.deletingWords())
	a.Where = InConsole
	return a
}

// working lists the stages under way, the mailing of papers before the review that waits for it.
func (p *pass) working() []int {
	var list []int
	for i, st := range p.s.Stages {
		if st.State == v1alpha1.StageActive || st.Name == v1alpha1.StageApproved && len(openRequests(&st)) > 0 {
			list = append(list, i)
		}
	}
	if n := len(list); n > 1 && p.s.Stages[list[n-1]].Name == v1alpha1.StageApproved {
		// A notice's date does not wait for the change that answers it.
		list = append([]int{list[n-1]}, list[:n-1]...)
		return list
	}
	slices.SortStableFunc(list, func(a, b int) int {
		ra, _ := rowOf(p.s.Stages[a].Name)
		rb, _ := rowOf(p.s.Stages[b].Name)
		if ra.optional == rb.optional {
			return a - b
		}
		if ra.optional {
			return -1
		}
		return 1
	})
	return list
}

// orderedTasks puts what a reviewer asked for before the stage's own tasks.
func orderedTasks(st v1alpha1.StageStatus) []v1alpha1.TaskStatus {
	tasks := slices.Clone(st.Tasks)
	slices.SortStableFunc(tasks, func(a, b v1alpha1.TaskStatus) int {
		ra, rb := isRequest(a.Name), isRequest(b.Name)
		switch {
		case ra == rb:
			return 0
		case ra:
			return -1
		}
		return 1
	})
	return tasks
}

// words describe a task: what is to be done, what the reviewer who asks for it says, and until which hour an SMS counts.
func (p *pass) words(st v1alpha1.StageStatus, t v1alpha1.TaskStatus) string {
	sms := st.Name == v1alpha1.StageSmsVerification
	if t.Name == taskConfirmImport {
		return p.importWords()
	}
	if sms && p.smsWindowClosed() && p.c.Hand == ByPeople {
		return "The window of the SMS has closed. If it was answered in time, report it; if not, the order is returned: record that, and it can be submitted again."
	}
	w := describe(p.s.c, st.Name, t.Name)
	if w == "" {
		w = p.Rules.Worded(requests[v1alpha1.RequestedTask(t.Name)].description)
	}
	if t.Message != "" {
		w = strings.TrimSuffix(w, ".") + ": " + t.Message
	}
	if sms && t.DueAt != nil {
		w += fmt.Sprintf(" The window closes at %s, Beijing time.", t.DueAt.In(calendar.Beijing).Format("15:04 on 2006-01-02"))
	}
	return w
}
