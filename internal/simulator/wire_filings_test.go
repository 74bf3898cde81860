package simulator_test

import (
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestChangesAndImportsAreHeldToTheDocument(t *testing.T) {
	t.Parallel()
	change := func(attempt, parts string) string {
		return `{"attempt": ` + attempt + `, "changes": ` + parts + `, "application": ` + goodBody + `}`
	}
	question := `{"accountSite": "China", "channel": "PC", "domain": "here.example.com", "subject": {"nature": "Enterprise", "province": "Zhejiang",
		"certificate": {"type": "UnifiedSocialCreditCode", "number": "91330106MA2FILEDHERE"}}}`
	person := `"responsiblePerson": {"idType": "ResidentID", "idNumber": "330106199001010003"}`
	tests := map[string]struct {
		path, body string
		status     int
		reason     string
	}{
		"a change without parts":                {"/orders/O1/changes", change("2", "[]"), 422, "InvalidFacts"},
		"a change of an unknown part":           {"/orders/O1/changes", change("2", `["Province"]`), 422, "InvalidFacts"},
		"a change that names a part twice":      {"/orders/O1/changes", change("2", `["Server", "Server"]`), 422, "InvalidFacts"},
		"a change as the first attempt":         {"/orders/O1/changes", change("1", `["Server"]`), 422, "InvalidFacts"},
		"a change of no order":                  {"/orders/O1/changes", change("2", `["Server"]`), 404, "UnknownOrder"},
		"an import without a number":            {"/filings/here.example.com/import", `{"question": ` + question + `, ` + person + `}`, 422, "InvalidFacts"},
		"an import of another path":             {"/filings/fourth.example.com/import", `{"question": ` + question + `, ` + person + `, "websiteNumber": "1"}`, 422, "InvalidFacts"},
		"an import without a person":            {"/filings/here.example.com/import", `{"question": ` + question + `, "websiteNumber": "浙ICP备12345678号-1"}`, 422, "InvalidFacts"},
		"an import":                             {"/filings/here.example.com/import", `{"question": ` + question + `, ` + person + `, "websiteNumber": "浙ICP备12345678号-1"}`, 201, ""},
		"an order without its type is no order": {"/orders", strings.Replace(goodBody, `"filingType": "FirstFiling",`, "", 1), 422, "InvalidFacts"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newFiledDesk(t, simulator.Options{})
			status, answer := d.send("POST", test.path, test.body, nil)
			if status != test.status || !strings.HasSuffix(answer.Type, "/"+test.reason) && test.reason != "" {
				t.Errorf("answered %d %+v, want %d %s", status, answer, test.status, test.reason)
			}
		})
	}
}
