package simulator_test

import (
	"testing"

	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestParseKnownSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"a misspelt field":                   "subject: []",
		"a subject without a number":         "subjects: [{access: [ThisProvider]}]",
		"a website without a domain":         "subjects: [{number: 浙ICP备12345678号, websites: [{number: 浙ICP备12345678号-1}]}]",
		"a plan without a domain":            "plan: [{stage: BureauReview, decision: Passed}]",
		"a plan for a stage of the client's": "plan: [{domain: example.com, stage: Confirmation, decision: Returned, reasons: [WebsiteNameInvalid]}]",
		"a return without reasons":           "plan: [{domain: example.com, stage: BureauReview, decision: Returned}]",
		"an action without a task":           "plan: [{domain: example.com, stage: BureauReview, decision: ActionRequested}]",
		"a revocation before approval":       "plan: [{domain: example.com, stage: BureauReview, decision: Revoked}]",
		"a report of no task":                "plan: [{domain: example.com, stage: BureauReview, decision: Reported}]",
		"a report of mail on a review":       "plan: [{domain: example.com, stage: PreliminaryReview, decision: Reported, task: MailMaterials}]",
		"another reason of a wrong answer":   "plan: [{domain: example.com, stage: SmsVerification, decision: Reported, reasons: [SmsExpired]}]",
		"numbers before the bureau's pass":   "plan: [{domain: example.com, stage: PreliminaryReview, decision: Passed, websiteNumber: 浙ICP备1号-1}]",
		"a return after approval":            "plan: [{domain: example.com, stage: Approved, decision: Returned, reasons: [WebsiteNameInvalid]}]",
		"an unknown decision":                "plan: [{domain: example.com, stage: BureauReview, decision: Maybe}]",
		"a pass after approval":              "plan: [{domain: example.com, stage: Approved, decision: Passed}]",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := simulator.ParseKnown([]byte(text)); err == nil {
				t.Errorf("%s was taken", text)
			}
		})
	}
}
