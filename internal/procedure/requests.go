package procedure

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// TaskMendAndResubmit is the applicant's task after a return: change the spec, and it is submitted again.
const TaskMendAndResubmit = "MendAndResubmit"

// taskResolveConflict is the applicant's task where the domain is another's.
const taskResolveConflict = "ResolveDomainConflict"

// requestRow is a task that a reviewer may ask for without returning the order.
type requestRow struct {
	// where it is done.
	where string
	// stages during which it may be asked for.
	stages []v1alpha1.StageName
	// description for people.
	description string
}

var reviews = []v1alpha1.StageName{v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StagePreliminaryReview, v1alpha1.StageBureauReview}

// requests are the tasks that a reviewer may ask for.
var requests = map[v1alpha1.RequestedTask]requestRow{
	v1alpha1.TaskMailMaterials: {ByCourier, []v1alpha1.StageName{v1alpha1.StagePreliminaryReview},
		"Mail the original papers to the provider; the preliminary review waits for them."},
	v1alpha1.TaskSupplement:     {InConsole, reviews, "Add what the reviewer asks for; the order is not returned."},
	v1alpha1.TaskVerifyByPhone:  {OnPhone, reviews, "Answer the reviewer's call at the number given in the order."},
	v1alpha1.TaskVerifyInPerson: {AtBureau, reviews, "Appear in person where the reviewer asks."},
	v1alpha1.TaskVerifyBySms: {AtMinistrySite, []v1alpha1.StageName{v1alpha1.StageSmsVerification},
		"Answer the ministry's SMS within 24 hours."},
	v1alpha1.TaskRectify: {InConsole, []v1alpha1.StageName{v1alpha1.StageApproved},
		"Put right what the notice names by its date, or access is cancelled (整改)."},
}

// isRequest says that a task is one that reviewers ask for.
func isRequest(task string) bool {
	_, ok := requests[v1alpha1.RequestedTask(task)]
	return ok
}
