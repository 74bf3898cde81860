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
	// chinese is the description in Chinese.
	chinese string
}

var reviews = []v1alpha1.StageName{v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StagePreliminaryReview, v1alpha1.StageBureauReview}

// requests are the tasks that a reviewer may ask for.
var requests = map[v1alpha1.RequestedTask]requestRow{
	v1alpha1.TaskMailMaterials: {ByCourier, []v1alpha1.StageName{v1alpha1.StagePreliminaryReview, v1alpha1.StageBureauReview},
		"Mail the original papers to where the reviewer asks; the review waits for them.",
		"将资料原件邮寄到审核人员要求的地址；收到后审核才会继续。"},
	v1alpha1.TaskSupplement: {InConsole, reviews, "Add what the reviewer asks for; the order is not returned.",
		"按审核人员的要求补充资料；订单不会被退回。"},
	v1alpha1.TaskVerifyByPhone: {OnPhone, reviews, "Answer the reviewer's call at the number given in the order.",
		"接听审核人员拨打订单所留号码的电话，配合核实。"},
	v1alpha1.TaskVerifyInPerson: {AtBureau, reviews, "Appear in person where the reviewer asks.",
		"按审核人员要求的地点当面核验。"},
	v1alpha1.TaskVerifyBySms: {AtMinistrySite, []v1alpha1.StageName{v1alpha1.StageSmsVerification},
		"Answer the ministry's SMS within {SmsWindowHours} hours.",
		"在 {SmsWindowHours} 小时内完成工信部短信核验。"},
	v1alpha1.TaskRectify: {InConsole, []v1alpha1.StageName{v1alpha1.StageApproved},
		"Put right what the notice names by its date, or access is cancelled (整改).",
		"在整改通知的期限内改正所列问题，否则将被取消接入。"},
}

// isRequest says that a task is one that reviewers ask for.
func isRequest(task string) bool {
	_, ok := requests[v1alpha1.RequestedTask(task)]
	return ok
}
