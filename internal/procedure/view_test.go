package procedure_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

func TestTheTableHoldsTheStagesInTheirOrder(t *testing.T) {
	t.Parallel()
	var names []v1alpha1.StageName
	for _, stage := range procedure.Table() {
		names = append(names, stage.Name)
	}
	want := rules.Stages()
	want = want[:slices.Index(want, v1alpha1.StageApproved)+1]
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}

func TestEveryStageTaskAndRequestIsDescribedInBothLanguages(t *testing.T) {
	t.Parallel()
	described := func(what, english, chinese string) {
		t.Helper()
		if english == "" || chinese == "" || english == chinese {
			t.Errorf("%s: English %q, Chinese %q", what, english, chinese)
		}
	}
	for _, stage := range procedure.Table() {
		described(string(stage.Name), stage.Description, stage.Chinese)
		for _, task := range stage.Tasks {
			described(string(stage.Name)+" "+task.Name, task.Description, task.Chinese)
		}
	}
	for _, request := range procedure.Requests() {
		described(string(request.Task), request.Description, request.Chinese)
	}
}

func TestWhatTheTableSaysOfACaseIsWhatItsPlanHolds(t *testing.T) {
	t.Parallel()
	for _, hand := range []procedure.Hand{procedure.ByPeople, procedure.ByOperator} {
		for _, channel := range []v1alpha1.Channel{v1alpha1.ChannelPC, v1alpha1.ChannelApp} {
			for _, nature := range []v1alpha1.Nature{v1alpha1.NatureIndividual, v1alpha1.NatureEnterprise} {
				for bits := range 8 {
					c := procedure.Case{
						Hand: hand, Channel: channel, Nature: nature, AccountSite: v1alpha1.SiteChina, Type: v1alpha1.FirstFiling,
						Province: "Zhejiang", NonResident: bits&1 != 0, OnePhone: bits&2 != 0, Change: bits&4 != 0,
					}
					for i, planned := range procedure.Plan(c) {
						if planned.State == v1alpha1.StageSkipped {
							continue
						}
						want := make([]string, 0, len(planned.Tasks))
						for _, task := range planned.Tasks {
							want = append(want, task.Name+" "+string(task.Actor)+" "+task.Where)
						}
						got := []string{}
						for _, task := range procedure.Table()[i].Tasks {
							if fits(task.When, c) {
								got = append(got, task.Name+" "+string(task.Actor)+" "+task.Where)
							}
						}
						if diff := cmp.Diff(want, got); diff != "" {
							t.Errorf("%s of %+v (-plan +table):\n%s", planned.Name, c, diff)
						}
					}
				}
			}
		}
	}
}

// fits judges a condition by its fields alone, for a case whose change is about everything.
func fits(w procedure.Condition, c procedure.Case) bool {
	is := func(want *bool, got bool) bool { return want == nil || *want == got }
	return (w.Channel == "" || w.Channel == c.Channel) && (w.Hand == "" || w.Hand == c.Hand) &&
		(w.AccountSite == "" || w.AccountSite == c.AccountSite) && (len(w.Types) == 0 || slices.Contains(w.Types, c.Type)) &&
		is(w.Individual, c.Nature == v1alpha1.NatureIndividual) && is(w.NonResident, c.NonResident) &&
		is(w.OnePhone, c.OnePhone) && is(w.Change, c.Change)
}

func TestRequestsAreListedInTheOrderOfTheirStages(t *testing.T) {
	t.Parallel()
	var tasks []v1alpha1.RequestedTask
	for _, request := range procedure.Requests() {
		tasks = append(tasks, request.Task)
	}
	want := []v1alpha1.RequestedTask{
		v1alpha1.TaskSupplement, v1alpha1.TaskVerifyByPhone, v1alpha1.TaskVerifyInPerson, v1alpha1.TaskMailMaterials,
		v1alpha1.TaskVerifyBySms, v1alpha1.TaskRectify,
	}
	if diff := cmp.Diff(want, tasks); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

func TestTheTableIsNotChangedThroughAView(t *testing.T) {
	t.Parallel()
	before := procedure.Table()
	for _, stage := range procedure.Table() {
		for i := range stage.Finishers {
			stage.Finishers[i] = "Changed"
		}
		for i := range stage.Tasks {
			stage.Tasks[i].Name = "Changed"
			for k := range stage.Tasks[i].When.Types {
				stage.Tasks[i].When.Types[k] = "Changed"
			}
		}
	}
	if diff := cmp.Diff(before, procedure.Table()); diff != "" {
		t.Errorf("table (-before +after):\n%s", diff)
	}
}
