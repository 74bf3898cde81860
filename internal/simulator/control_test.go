package simulator_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func logger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// drive asks the control, and gives the status and the answer.
func (d *desk) drive(method, path, body string) (int, map[string]any) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), method, d.control+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var answer map[string]any
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil && !strings.Contains(err.Error(), "array") {
		d.t.Fatal(err)
	}
	return response.StatusCode, answer
}

func TestAPersonCanPlayTheBureau(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{})
	must := func(method, path, body string) map[string]any {
		t.Helper()
		status, answer := d.drive(method, path, body)
		if status != http.StatusOK {
			t.Fatalf("%s %s: %d %v", method, path, status, answer)
		}
		return answer
	}
	for _, stage := range []string{"PreliminaryReview", "MaterialMailing", "SmsVerification", "BureauReview"} {
		must("POST", "/stages/"+stage, `{"manual": true}`)
	}
	must("POST", "/stages/ProductVerification", `{"delay": "1h"}`)
	o := d.create(company(domain, "91330106MA2EXAMPLE"))
	must("POST", "/clock/advance", `{"by": "1h"}`)
	if _, err := d.client.Confirm(t.Context(), "confirmation-of-1", o.ID, 1); err != nil {
		t.Fatal(err)
	}
	if answer := must("GET", "/orders/"+domain, ""); answer["stage"] != "PreliminaryReview" || answer["manual"] != true {
		t.Errorf("the order waits as %v", answer)
	}
	must("POST", "/orders/"+domain+"/decisions", `{"decision": "ActionRequested", "task": "MailMaterials", "due": "72h", "message": "two copies"}`)
	must("POST", "/orders/"+domain+"/decisions", `{"stage": "MaterialMailing", "decision": "Reported"}`)
	must("POST", "/orders/"+o.ID+"/decisions", `{"decision": "Passed"}`)
	must("POST", "/orders/"+o.ID+"/sms-expiry", "")
	a := company(domain, "91330106MA2EXAMPLE")
	d.resubmit(a, o.ID, 2)
	if _, err := d.client.Confirm(t.Context(), "confirmation-of-2", o.ID, 2); err != nil {
		t.Fatal(err)
	}
	for _, decision := range []string{
		`{"decision": "Passed"}`, `{"decision": "Passed"}`, `{"decision": "Passed"}`,
		`{"decision": "ActionRequested", "task": "Rectify", "due": "240h"}`, `{"decision": "Reported"}`,
		`{"decision": "Revoked", "reasons": ["FooterMissing"]}`,
	} {
		must("POST", "/orders/"+o.ID+"/decisions", decision)
	}
	want := []string{
		"1 TypeDetermination Passed", "1 ProductVerification Passed", "1 SubjectAndWebsiteInformation Reported",
		"1 MaterialsAndAuthenticity Reported", "1 MaterialsAndAuthenticity Passed", "1 Confirmation Reported",
		"1 PreliminaryReview ActionRequested MailMaterials", "1 MaterialMailing Reported", "1 PreliminaryReview Passed",
		"1 SmsVerification ActionRequested VerifyBySms", "1 SmsVerification Returned SmsExpired",
		"2 Confirmation Reported", "2 PreliminaryReview Passed", "2 SmsVerification ActionRequested VerifyBySms",
		"2 SmsVerification Passed", "2 BureauReview Passed 浙ICP备26000001号 浙ICP备26000001号-1",
		"2 Approved ActionRequested Rectify", "2 Approved Reported Rectify", "2 Approved Revoked FooterMissing",
	}
	if diff := cmp.Diff(want, story(d.get(o.ID))); diff != "" {
		t.Errorf("the history differs (-want +got):\n%s", diff)
	}
}

func TestTheControlRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	d := newDesk(t, waiting())
	o := d.confirmed(company(domain, "91330106MA2EXAMPLE"))
	decisions := "/orders/" + o.ID + "/decisions"
	tests := map[string]struct {
		method, path, body string
		status             int
	}{
		"an order that does not exist":           {"GET", "/orders/O99", "", 404},
		"a decision on one that does not exist":  {"POST", "/orders/O99/decisions", `{"decision": "Passed"}`, 400},
		"a misspelt field":                       {"POST", decisions, `{"desicion": "Passed"}`, 400},
		"no decision":                            {"POST", decisions, `{}`, 400},
		"a decision on a stage not under way":    {"POST", decisions, `{"stage": "BureauReview", "decision": "Passed"}`, 400},
		"a return without reasons":               {"POST", decisions, `{"decision": "Returned"}`, 400},
		"a report of what nobody asked for":      {"POST", decisions, `{"decision": "Reported"}`, 400},
		"a report of what was not asked for":     {"POST", decisions, `{"decision": "Reported", "task": "VerifyByPhone"}`, 400},
		"numbers before the bureau's pass":       {"POST", decisions, `{"decision": "Passed", "websiteNumber": "浙ICP备1号-1"}`, 400},
		"a wrong answer to no SMS":               {"POST", "/orders/" + o.ID + "/sms-wrong-entry", "", 400},
		"an SMS by hand":                         {"POST", decisions, `{"decision": "ActionRequested", "task": "VerifyBySms"}`, 400},
		"a revocation before approval":           {"POST", decisions, `{"decision": "Revoked"}`, 400},
		"an SMS that was not sent cannot expire": {"POST", "/orders/" + o.ID + "/sms-expiry", "", 400},
		"a stage of the client's":                {"POST", "/stages/Confirmation", `{"manual": true}`, 400},
		"time does not go back":                  {"POST", "/clock/advance", `{"by": "-1s"}`, 400},
		"an unknown fault":                       {"POST", "/faults", `{"kind": "Sulk"}`, 400},
		"what is filed, misspelt":                {"POST", "/known", "subject: []", 400},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, answer := d.drive(test.method, test.path, test.body)
			if status != test.status || answer["error"] == "" {
				t.Errorf("answered %d %v, want %d and an error", status, answer, test.status)
			}
		})
	}
}

func TestTheControlTeachesFaultsAndTellsWhatCameIn(t *testing.T) {
	t.Parallel()
	d := newHostileDesk(t, simulator.Options{})
	must := func(method, path, body string) map[string]any {
		t.Helper()
		status, answer := d.drive(method, path, body)
		if status != http.StatusOK {
			t.Fatalf("%s %s: %d %v", method, path, status, answer)
		}
		return answer
	}
	must("POST", "/known", `subjects: [{number: 浙ICP备1号, websites: [{domain: shop.example.com, number: 浙ICP备1号-1, access: [Other]}]}]`)
	if answer := must("GET", "/filings/"+domain, ""); answer["websiteNumber"] != "浙ICP备1号-1" {
		t.Errorf("the control's registry says %v", answer)
	}
	must("POST", "/faults", `{"kind": "Status", "status": 503, "times": 1}`)
	must("POST", "/faults/random", `{"rate": 0, "seed": 3}`)
	if filed, err := d.client.LookUp(t.Context(), domain); err != nil || !filed.Filed {
		t.Errorf("filed %t, %v", filed.Filed, err)
	}
	got := must("GET", "/requests", "")
	if got["total"] != 2.0 || cmp.Diff(map[string]any{"getFiling": 2.0}, got["operations"]) != "" ||
		cmp.Diff(map[string]any{"200": 1.0, "503": 1.0}, got["statuses"]) != "" {
		t.Errorf("the history says %v", got)
	}
	must("POST", "/faults", `{"kind": "Drop", "times": 1000}`)
	must("DELETE", "/faults", "")
	must("DELETE", "/requests", "")
	if _, err := d.client.LookUp(t.Context(), domain); err != nil {
		t.Error(err)
	}
	if got := d.Requests().Total; got != 1 {
		t.Errorf("%d requests since the history was forgotten, want 1", got)
	}
}

func TestTimeGoesOnAsTheControlSays(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{Delay: time.Hour})
	if !d.Now().Equal(begin) {
		t.Errorf("it is %s, want %s", d.Now(), begin)
	}
	d.drive("POST", "/clock/advance", `{"by": "90m"}`)
	_, answer := d.drive("GET", "/clock", "")
	if answer["now"] != "2026-03-02T02:30:00Z" {
		t.Errorf("the clock says %v", answer)
	}
}

func TestAStageThatIsHandedBackGoesOnFromNow(t *testing.T) {
	t.Parallel()
	d := newDesk(t, waiting())
	o := d.confirmed(company(domain, "91330106MA2EXAMPLE"))
	other := d.create(company("other.example.com", "91330106MA2OTHER"))
	d.later(100 * time.Hour)
	if _, err := d.client.Cancel(t.Context(), "cancellation-of-other", other.ID); err != nil {
		t.Fatal(err)
	}
	if err := d.SetManual(v1alpha1.StagePreliminaryReview, false); err != nil {
		t.Fatal(err)
	}
	got := d.get(o.ID)
	last := got.History[len(got.History)-1]
	if last.Stage != v1alpha1.StageBureauReview || last.At.Before(begin.Add(100*time.Hour)) {
		t.Errorf("the order ends with %s at %s", last.Stage, last.At)
	}
	events := d.events(d.client, "", 1000).Events
	for i := 1; i < len(events); i++ {
		if events[i].At.Before(events[i-1].At) {
			t.Errorf("event %d is of a time before the one before it", i)
		}
	}
}

func TestNewRefusesOptionsThatCannotBe(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]simulator.Options{
		"an unknown rule set":                {RuleSet: "1999-01-01"},
		"a delay of a stage of the client's": {Delays: map[v1alpha1.StageName]time.Duration{v1alpha1.StageConfirmation: 1}},
		"a stage of the client's by hand":    {Manual: []v1alpha1.StageName{v1alpha1.StageConfirmation}},
		"a plan that cannot be":              {Known: simulator.Known{Plan: []simulator.Step{{Domain: domain}}}},
	} {
		if _, err := simulator.New(options); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
