package admission

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

func noneForemost(string) bool { return false }

func TestPendingFilingsReadWell(t *testing.T) {
	t.Parallel()
	filings := []exposure.Pending{
		{Domain: "example.org", Stage: "SmsVerification"},
		{Domain: "example.com", Filing: "shop/b", Stage: "Approved", Reason: "RegistryMismatch"},
		{Domain: "example.com", Filing: "shop/a", Stage: "Preparation"},
	}
	annotations := EncodePending(filings, noneForemost)
	want := map[string]string{"cleared.icp.beian.dev/v1.pending": "\n" +
		"example.com shop/b Approved RegistryMismatch\n" +
		"example.com shop/a Preparation\n" +
		"example.org - SmsVerification\n"}
	if diff := cmp.Diff(want, annotations); diff != "" {
		t.Errorf("version 1 of the layout is a contract (-want +got):\n%s", diff)
	}
	read := exposure.PendingFilings{Listed: []exposure.Pending{filings[1], filings[2], filings[0]}}
	if diff := cmp.Diff(read, DecodePending(annotations)); diff != "" {
		t.Errorf("(-want +read)\n%s", diff)
	}
	if got := EncodePending(nil, noneForemost); len(got) > 0 {
		t.Errorf("no filings need no annotation: %v", got)
	}
}

func TestOfTooManyPendingFilingsThoseOfRoutesAreListed(t *testing.T) {
	t.Parallel()
	var filings []exposure.Pending
	for i := range 1000 {
		filings = append(filings, exposure.Pending{Domain: fmt.Sprintf("d%04d.com", i), Filing: "shop/filing", Stage: "Preparation"})
	}
	annotations := EncodePending(filings, func(domain string) bool { return domain == "d0999.com" || domain == "d0500.com" })
	for name, text := range annotations {
		if len(text) > 4096 {
			t.Errorf("%s is %d bytes long", name, len(text))
		}
		if !strings.HasSuffix(text, "\n~\n") {
			t.Errorf("nothing says that there are more: %s", text[len(text)-40:])
		}
	}
	pending := DecodePending(annotations)
	listed := map[string]bool{}
	for _, filing := range pending.Listed {
		listed[filing.Domain] = true
	}
	if !pending.More || !listed["d0999.com"] || !listed["d0500.com"] || !listed["d0000.com"] || listed["d0998.com"] {
		t.Errorf("more: %v, listed: %v", pending.More, pending.Listed)
	}
}

func TestWhatIsToldStandsBesideTheClearances(t *testing.T) {
	t.Parallel()
	cleared := exposure.NewClearances("example.com")
	annotations := map[string]string{"example.com/owner": "li"}
	for name, value := range Change(annotations, cleared, EncodePending([]exposure.Pending{{Domain: "example.org", Stage: "Preparation"}}, noneForemost)) {
		annotations[name] = *value
	}
	if diff := cmp.Diff(cleared.Domains(), Decode(annotations).Domains()); diff != "" {
		t.Errorf("the clearances (-want +got):\n%s", diff)
	}
	moved := Change(annotations, cleared, EncodePending([]exposure.Pending{{Domain: "example.org", Stage: "Approved"}}, noneForemost))
	if len(moved) != 1 || !OnlyTells(moved) {
		t.Errorf("a stage that moves changes more than what is told: %v", moved)
	}
	if closed := Change(annotations, exposure.Clearances{}); len(closed) != 3 || OnlyTells(closed) {
		t.Errorf("a clearance that goes may not wait: %v", closed)
	}
}
