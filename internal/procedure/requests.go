package procedure

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// TaskMendAndResubmit is the applicant's task after a return: change the spec, and it is submitted again.
const TaskMendAndResubmit = "MendAndResubmit"

// requestedWhere says where a task that a reviewer asks for is done.
var requestedWhere = map[v1alpha1.RequestedTask]string{
	v1alpha1.TaskMailMaterials:  ByCourier,
	v1alpha1.TaskSupplement:     InConsole,
	v1alpha1.TaskVerifyByPhone:  OnPhone,
	v1alpha1.TaskVerifyInPerson: AtBureau,
	v1alpha1.TaskVerifyBySms:    AtMinistrySite,
	v1alpha1.TaskRectify:        InConsole,
}

// requestedWords describes such a task.
var requestedWords = map[v1alpha1.RequestedTask]string{
	v1alpha1.TaskMailMaterials:  "Mail the original papers to the provider; the preliminary review waits for them.",
	v1alpha1.TaskSupplement:     "Add what the reviewer asks for; the order is not returned.",
	v1alpha1.TaskVerifyByPhone:  "Answer the reviewer's call at the number given in the order.",
	v1alpha1.TaskVerifyInPerson: "Appear in person where the reviewer asks.",
	v1alpha1.TaskVerifyBySms:    "Answer the ministry's SMS within 24 hours.",
	v1alpha1.TaskRectify:        "Put right what the notice names by its date, or access is cancelled (整改).",
}
