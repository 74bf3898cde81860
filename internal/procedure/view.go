package procedure

import (
	"cmp"
	"maps"
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// StageView is a stage of the procedure (备案流程) as a reader sees it.
type StageView struct {
	// Name of the stage.
	Name v1alpha1.StageName
	// Description says in English what happens.
	Description string
	// Chinese is the description in Chinese.
	Chinese string
	// Finishers are the decisions that finish it; none where the operator itself sees that it is over.
	Finishers []v1alpha1.Decision
	// Lasts names the limit that says how long it is expected to take; empty where it takes no time.
	Lasts rules.Limit
	// Optional says that it is entered only when a reviewer or the province asks for it (非必须).
	Optional bool
	// Tasks of the stage, each for the filings that its condition fits.
	Tasks []TaskView
}

// TaskView is a task of a stage.
type TaskView struct {
	// Name of the task, as status.stages has it.
	Name string
	// When says for which filings it is a task.
	When Condition
	// Actor who does it.
	Actor v1alpha1.Actor
	// Where it is done: one of the places of this package.
	Where string
	// Description says in English what is to be done.
	Description string
	// Chinese is the description in Chinese.
	Chinese string
}

// Condition says for which filings a task is one; an empty field means any.
type Condition struct {
	// Channel of the applicant's steps (PC端, App端).
	Channel v1alpha1.Channel
	// Hand that does them.
	Hand Hand
	// Types of filing (备案类型).
	Types []v1alpha1.FilingType
	// AccountSite that the account belongs to (中国站, 国际站).
	AccountSite v1alpha1.AccountSite
	// Individual: the subject is a natural person (个人), or is none.
	Individual *bool
	// NonResident: a responsible person is not a mainland resident (非大陆居民), or both are.
	NonResident *bool
	// OnePhone: both responsible persons have the same mobile number, or they do not.
	OnePhone *bool
	// Change: it is a change filing (变更备案), or is none.
	Change *bool
	// Changed: in a change filing, one of these parts is changed.
	Changed []Part
}

// RequestView is a task that a reviewer may ask for without returning the order.
type RequestView struct {
	// Task that is asked for.
	Task v1alpha1.RequestedTask
	// Where it is done: one of the places of this package.
	Where string
	// Stages on which it may be asked for.
	Stages []v1alpha1.StageName
	// Description says in English what is to be done.
	Description string
	// Chinese is the description in Chinese.
	Chinese string
}

// Table lists the stages of the procedure in order, with every task that a filing may have. What it returns may be
// changed by the caller.
func Table() []StageView {
	views := make([]StageView, 0, len(table))
	for _, row := range table {
		words := stageWords[row.name]
		view := StageView{
			Name: row.name, Description: words.english, Chinese: words.chinese, Finishers: slices.Clone(row.finishers),
			Lasts: row.expected(), Optional: row.optional,
		}
		for _, t := range row.tasks {
			view.Tasks = append(view.Tasks, TaskView{
				Name: t.name, When: t.when.view(), Actor: t.actor, Where: t.where, Description: t.description, Chinese: t.chinese,
			})
		}
		views = append(views, view)
	}
	return views
}

// Requests lists what a reviewer may ask for, in the order of the stages.
func Requests() []RequestView {
	var views []RequestView
	for _, task := range slices.Sorted(maps.Keys(requests)) {
		row := requests[task]
		views = append(views, RequestView{Task: task, Where: row.where, Stages: slices.Clone(row.stages), Description: row.description, Chinese: row.chinese})
	}
	slices.SortStableFunc(views, func(a, b RequestView) int { return cmp.Compare(StageOrder(a.Stages[0]), StageOrder(b.Stages[0])) })
	return views
}

// expected names the limit that a stage's expected end is counted by, as expectedEnd does.
func (r stageRow) expected() rules.Limit {
	somebody := slices.ContainsFunc(r.tasks, func(t taskRow) bool { return t.actor != v1alpha1.ActorOperator })
	if r.lasts == "" && somebody {
		return rules.LimitApplicantStepDays
	}
	return r.lasts
}

func (w when) view() Condition {
	return Condition{
		Channel: w.channel, Hand: w.hand, Types: slices.Clone(w.types), AccountSite: w.site,
		Individual: w.individual.view(), NonResident: w.nonResident.view(), OnePhone: w.onePhone.view(),
		Change: w.change.view(), Changed: slices.Clone(w.changed),
	}
}

func (a answer) view() *bool {
	if a == "" {
		return nil
	}
	is := a == yes
	return &is
}
