package table

// Review is a decision that a case changes; it is accepted as it is.
const Review = `
apiVersion: icp.beian.dev/v1alpha1
kind: IcpReview
metadata: {generateName: t-, namespace: default}
spec:
  filingRef: {name: shop}
  providerRef: {name: aliyun}
  attempt: 1
  stage: PreliminaryReview
  decision: Passed
  decidedAt: "2026-03-02T01:00:00Z"
  decidedBy: li@example.com
`

var reviews = []Case{
	{"a pass", Review, spec(), "", ""},
	{"a return with its reasons", Review, spec("decision", "Returned", "reasons", []any{"WebsiteNameInvalid", "PhoneUnreachableOrReused"}), "", ""},
	{"a request with its task", Review, spec("decision", "ActionRequested", "task", "Supplement"), "", ""},
	{"the report that a request is done", Review, spec("decision", "Reported", "task", "Supplement"), "", ""},
	{"the report of an applicant's own step", Review, spec("stage", "MaterialsAndAuthenticity", "decision", "Reported"), "", ""},
	{"the report that papers were mailed", Review, spec("stage", "MaterialMailing", "decision", "Reported"), "", ""},
	{"the report that an SMS was answered", Review, spec("stage", "SmsVerification", "decision", "Reported"), "", ""},
	{"a wrong entry of the SMS code", Review, spec("stage", "SmsVerification", "decision", "Reported", "reasons", []any{"SmsWrongEntry"}), "", ""},
	{"a withdrawal", Review, spec("stage", "Confirmation", "decision", "Returned", "reasons", []any{"Withdrawn"}), "", ""},
	{"the bureau's pass with numbers", Review, spec("stage", "BureauReview", "subjectNumber", "浙ICP备26000009号", "websiteNumber", "浙ICP备26000009号-1"), "", ""},
	{"a notice to rectify", Review, spec("stage", "Approved", "decision", "ActionRequested", "task", "Rectify"), "", ""},
	{"the report that a notice was met", Review, spec("stage", "Approved", "decision", "Reported", "task", "Rectify"), "", ""},
	{"a revocation", Review, spec("stage", "Approved", "decision", "Revoked", "reasons", []any{"ShellFiling"}), "", ""},
	{"a cancellation", Review, spec("stage", "Approved", "decision", "Cancelled", "reasons", []any{"WebsiteCancelled"}), "", ""},
	{"the confirmation of an import", Review, spec("stage", "Approved", "subjectNumber", "浙ICP备26000009号", "websiteNumber", "浙ICP备26000009号-1", "filingRef", map[string]any{"name": "shop", "domain": "example.com"}), "", ""},
	{"the report of what the type depends on", Review, spec("stage", "TypeDetermination", "decision", "Reported"), "", ""},
	{"a message with a mobile number", Review, spec("message", "call 13900000000"), "spec.message", "personal data belongs in Secrets"},
	{"a field that there is not", Review, spec("colour", "red"), "spec.colour", "unknown field"},
	{"a return without reasons", Review, spec("decision", "Returned"), "spec.reasons", "set reasons"},
	{"a pass with reasons", Review, spec("reasons", []any{"WebsiteNameInvalid"}), "spec.reasons", "Returned, Revoked and Cancelled only"},
	{"a wrong SMS entry on another stage", Review, spec("stage", "Confirmation", "decision", "Reported", "reasons", []any{"SmsWrongEntry"}), "spec.reasons", "on SmsVerification"},
	{"a wrong SMS entry with another reason", Review, spec("stage", "SmsVerification", "decision", "Reported", "reasons", []any{"SmsWrongEntry", "SmsExpired"}), "spec.reasons", "[SmsWrongEntry]"},
	{"a wrong SMS entry that passes", Review, spec("stage", "SmsVerification", "reasons", []any{"SmsWrongEntry"}), "spec.reasons", "is Reported"},
	{"a reason that is no name", Review, spec("decision", "Returned", "reasons", []any{"the name is bad"}), "spec.reasons[0]", "should match"},
	{"a request without a task", Review, spec("decision", "ActionRequested"), "spec.task", "set task"},
	{"a pass with a task", Review, spec("task", "Supplement"), "spec.task", "with Reported"},
	{"a return with a task", Review, spec("decision", "Returned", "reasons", []any{"X"}, "task", "Supplement"), "spec.task", "with Reported"},
	{"a task that nobody asks for", Review, spec("decision", "ActionRequested", "task", "Dance"), "spec.task", "Supplement"},
	{"a report on a reviewer's stage", Review, spec("decision", "Reported"), "spec.decision", "the applicant's own steps"},
	{"a report on the bureau's stage", Review, spec("stage", "BureauReview", "decision", "Reported"), "spec.decision", "a requested task was done: set task"},
	{"a report after approval without a task", Review, spec("stage", "Approved", "decision", "Reported"), "spec.decision", "set task"},
	{"the bureau's pass without numbers", Review, spec("stage", "BureauReview"), "spec.websiteNumber", "set subjectNumber and websiteNumber"},
	{"an import confirmed for no domain", Review, spec("stage", "Approved", "subjectNumber", "浙ICP备26000009号", "websiteNumber", "浙ICP备26000009号-1"), "spec.filingRef.domain", "say which one you have checked"},
	{"a number with markup", Review, spec("stage", "BureauReview", "websiteNumber", "<b>1</b>"), "spec.websiteNumber", "a filing number holds"},
	{"a number with a line of its own", Review, spec("stage", "BureauReview", "websiteNumber", "浙ICP备26000009号-1", "subjectNumber", "1\n2"), "spec.subjectNumber", "a filing number holds"},
	{"a number of an older form", Review, spec("stage", "BureauReview", "websiteNumber", "粤B2-20090191－18"), "", ""},
	{"a decision on the preparation", Review, spec("stage", "Preparation"), "spec.stage", "no decision is taken on this stage"},
	{"a decision on a change as such", Review, spec("stage", "Changing"), "spec.stage", "no decision is taken on this stage"},
	{"an attempt before the first", Review, spec("attempt", int64(0)), "spec.attempt", "greater than or equal to 1"},
	{"a decision that is none", Review, spec("decision", "Perhaps"), "spec.decision", "Passed"},
}
