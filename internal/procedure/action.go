package procedure

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// nextAction is the first open task of the stage under way, or what follows approval.
func (p *pass) nextAction(ps publicSecurity) *v1alpha1.NextAction {
	if p.s.Ended != "" {
		return nil
	}
	if a := p.stopped(); a != nil {
		return a
	}
	if p.channelRefusal != "" && !p.s.InForce() {
		return &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: "ChangeChannel", Where: InCluster, Description: p.channelRefusal}
	}
	if p.s.Returned {
		return &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: TaskMendAndResubmit, Where: InCluster, Description: clipTo(p.returnedWords(), 1024)}
	}
	for _, i := range p.working() {
		st := p.s.Stages[i]
		for _, t := range orderedTasks(st) {
			if t.DoneAt == nil {
				return withDate(v1alpha1.NextAction{Actor: t.Actor, Task: t.Name, Where: t.Where, Description: clipTo(p.words(st, t.Name), 1024)}, firstTime(t.DueAt, st.DueAt))
			}
		}
		if !p.s.InForce() {
			// Every task that is known is done: whoever passes the stage must act.
			return withDate(v1alpha1.NextAction{Actor: v1alpha1.ActorProvider, Task: string(st.Name), Where: AtProvider,
				Description: "The provider checks what was handed in."}, st.DueAt)
		}
	}
	return ps.action
}

// stopped is what must be done before anything else can be, where nobody at the provider can go on; nil where all can.
func (p *pass) stopped() *v1alpha1.NextAction {
	by := func(task, words string) *v1alpha1.NextAction {
		return &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: task, Where: InCluster, Description: clipTo(words, 1024)}
	}
	switch {
	case p.s.InForce():
		return nil
	case p.Filing.Spec.Suspend && p.operatorsTurn():
		return by("Resume", "spec.suspend is true: set it to false, and the operator goes on.")
	case p.Provider.Problem != "":
		return by("PutProviderRight", p.Provider.Message)
	case p.Rival != "":
		return by(taskResolveConflict, p.Rival+" holds the domain: delete one of the two filings")
	case p.foreign != "":
		return by(taskResolveConflict, p.foreignWords())
	case p.determined.Conflict != "":
		return by(taskResolveConflict, p.determined.Message)
	case p.c.Hand == ByOperator && p.s.Stage() == v1alpha1.StageConfirmation && p.changedSince():
		return by("RestoreSubmittedFacts", "the spec was changed after its facts were sent, and before they were confirmed: put it back as it was sent, or have the order cancelled and file anew")
	case p.Failure != nil && p.Failure.Reason == v1alpha1.ReasonProviderRefused:
		return by("PutRefusedFactsRight", p.Failure.Message)
	}
	return nil
}

// working lists the stages under way, the mailing of papers before the review that waits for it.
func (p *pass) working() []int {
	var list []int
	for i, st := range p.s.Stages {
		if st.State == v1alpha1.StageActive || st.Name == v1alpha1.StageApproved && len(st.Tasks) > 0 {
			list = append(list, i)
		}
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

func (p *pass) words(st v1alpha1.StageStatus, task string) string {
	if w := describe(p.c, st.Name, task); w != "" {
		return w
	}
	w := requests[v1alpha1.RequestedTask(task)].description
	if st.Message != "" {
		w = strings.TrimSuffix(w, ".") + ": " + st.Message
	}
	return w
}

func firstTime(times ...*metav1.Time) *metav1.Time {
	for _, t := range times {
		if t != nil {
			return t
		}
	}
	return nil
}
