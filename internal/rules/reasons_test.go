package rules_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// reasonConstants are the values of every constant Reason… of the package.
func reasonConstants(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reasons.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var reasons []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "Reason") {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil || "Reason"+value != spec.Names[0].Name {
				t.Errorf("%s is %q: %v", spec.Names[0].Name, value, err)
			}
			reasons = append(reasons, value)
		}
		return true
	})
	return reasons
}

// onlyReturned are those that no check finds, since neither a spec nor a person's Secret tells: a reviewer does.
var onlyReturned = []string{
	rules.ReasonWebsiteNameInvalid, rules.ReasonPhoneUnreachableOrReused, rules.ReasonFaceCheckFailed,
	rules.ReasonWrongFilingType, rules.ReasonAlreadyFiled, rules.ReasonOrderInProgress, rules.ReasonSubjectConflict,
	rules.ReasonSiteReachableBeforeFiling, rules.ReasonExistingSiteUnreachable, rules.ReasonFooterMissing,
	rules.ReasonShellSubject, rules.ReasonSmsExpired, rules.ReasonSmsTooManyWrongEntries,
}

// faultyFilings are specs that between them have every fault that a spec may have.
func faultyFilings() []*v1alpha1.IcpFilingSpec {
	of := func(spec *v1alpha1.IcpFilingSpec, changes ...func(*v1alpha1.IcpFilingSpec)) *v1alpha1.IcpFilingSpec {
		for _, change := range changes {
			change(spec)
		}
		return spec
	}
	byUse := false
	type spec = *v1alpha1.IcpFilingSpec
	return []spec{
		of(organization(), func(s spec) {
			s.Channel, s.Account.Site = v1alpha1.ChannelApp, v1alpha1.SiteInternational
			s.Domain.Name, s.Domain.RealNameVerified, s.Domain.ExpiresAt = "www.example.com", false, day("2026-11-01")
			s.Server.Instance = &v1alpha1.Instance{ID: "i", Region: "cn-hongkong", PublicIPs: []string{"10.0.0.1"}, Prepaid: &byUse, ExpiresAt: day("2026-11-01")}
			s.Subject.Name, s.Subject.Certificate.Number = "", "91330106MA2XXXXX0Z"
			s.Website.Name, s.Website.ServiceContents = "Example", nil
			s.Existing.Subject.Number, s.Existing.Website.Number = "?", "浙ICP备12345678号-2A"
			s.PublicSecurity.Number, s.IcpLicense.Number = "?", "?"
		}),
		of(organization(), func(s spec) {
			s.Account.Site = v1alpha1.SiteInternational
			s.Domain.Name, s.Domain.RealNameVerifiedAt, s.Domain.ExpiresAt = "example.io", day("2026-11-23"), day("2027-01-01")
			s.Domain.Registrant, s.Website.Homepage = v1alpha1.RegistrantShareholder, "www.example.org"
			s.Server.Instance = &v1alpha1.Instance{ID: "i", Region: "moon-1", ExpiresAt: day("2027-01-01")}
			s.Subject.Certificate = &v1alpha1.Certificate{Type: v1alpha1.CertificateFoundation, Number: "1", ExpiresAt: day("2026-11-01")}
			s.Website.Name, s.Website.ServiceContents = "中国-", []v1alpha1.ServiceContent{"Games"}
			s.Website.PreApprovalCategories = []v1alpha1.PreApprovalCategory{"News", "Culture", "Education"}
			s.PreApprovals = []v1alpha1.PreApproval{{Category: "Culture", ExpiresAt: day("2026-11-01")}}
			s.Existing.Subject.Number, s.Existing.Website.Number = "沪ICP备12345678号", "沪ICP备87654321号-1"
		}),
		of(organization(), func(s spec) {
			s.Domain.Name = "example.corp"
			s.Subject.Province = "Nowhere"
			s.Subject.Certificate.Number, s.Subject.Certificate.ExpiresAt = "911100001000034XXX", day("2026-12-01")
			s.Website.Name, s.Website.ServiceContents = "示例网example.corp", []v1alpha1.ServiceContent{"Music"}
		}),
		of(organization(), func(s spec) { s.Domain.Name, s.Subject.Certificate = "xn--a.com", nil }),
		of(organization(), func(s spec) { s.Subject.Nature = "Club" }),
		of(individual(), func(s spec) {
			s.Subject.Name, s.Website.Name, s.Website.ServiceContents = "李示例", "清风论坛", []v1alpha1.ServiceContent{"Poetry", "Ecommerce"}
		}),
	}
}

// faultyPersons are Secrets that between them have every fault that one may have.
func faultyPersons() []map[string][]byte {
	of := func(pairs ...string) map[string][]byte {
		data := person()
		for i := 0; i < len(pairs); i += 2 {
			data[pairs[i]] = []byte(pairs[i+1])
		}
		return data
	}
	return []map[string][]byte{
		{},
		of("role", "Boss", "idNumber", "1", "idValidUntil", "2026-11-01", "mainlandResident", "false", "mobile", "1", "emergencyPhone", "2", "email", "none", "fax", "1"),
		of("idNumber", "33010620100101000X", "idValidUntil", "2026-12-01", "emergencyPhone", "13900000000"),
		of("idNumber", "990106199001010002"),
	}
}

// everyFinding is what all checks find in all of those.
func everyFinding(t *testing.T) []rules.Finding {
	t.Helper()
	set, now := lookup(t, ""), moment(t, today)
	var found []rules.Finding
	for _, spec := range faultyFilings() {
		found = append(found, set.CheckFiling(spec, now)...)
	}
	for _, data := range faultyPersons() {
		found = append(found, set.CheckPerson("li", v1alpha1.ActorSubjectResponsiblePerson, data, "Zhejiang", "Enterprise", now)...)
	}
	changed := func(pairs ...string) rules.Person {
		p := rules.Person{SecretName: "wang", Data: person()}
		for i := 0; i < len(pairs); i += 2 {
			p.Data[pairs[i]] = []byte(pairs[i+1])
		}
		return p
	}
	li := rules.Person{SecretName: "li", Data: person()}
	found = append(found, set.CheckPersons(li, changed("name", "王示例"))...)
	found = append(found, set.CheckPersons(li, changed("name", "王示例", "idNumber", "330106198505050019"))...)
	for _, tc := range []bureauCase{
		{province: "Hubei", values: map[string]string{"role": "Authorized"}},
		{province: "Anhui", values: map[string]string{"role": "Authorized"}},
		{province: "Guizhou", values: map[string]string{"role": "Authorized"}},
		{province: "Gansu", spec: individual},
		{province: "Jiangsu", change: func(s *v1alpha1.IcpFilingSpec) { s.Subject.Nature = v1alpha1.NatureGovernmentAgency }},
		{province: "Guizhou", rows: row("province: Guizhou, topic: LocalPhone, value: Required")},
	} {
		found = append(found, tc.found(t)...)
	}
	found = append(found, set.CheckMaterials(organization(), rules.Papers{Sent: true})...)
	return append(found, set.CheckSites(v1alpha1.Subject{Province: "Shaanxi", Nature: v1alpha1.NatureEnterprise}, 30)...)
}

// A remedy begins what is to be done after what is wrong, as an order to the reader.
var remedy = regexp.MustCompile(`[:;,] (?:add|ask|better|check|copy|correct|create|cancel|file|get|give|have|make sure|name|put|remove|renew|say|set|submit|take (?:it )?out|transfer|use|wait|write)\b`)

func TestEveryReasonIsFoundAndSaysWhatIsWrongByWhichRuleAndWhatToDo(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, f := range everyFinding(t) {
		found[f.Reason] = true
		said := strings.TrimSuffix(f.Message, " "+f.Rule.String())
		if said == f.Message || f.Rule.Date == "" || f.Rule.Source == "" {
			t.Errorf("%s: message %q does not end with its rule", f.Reason, f.Message)
		}
		if !remedy.MatchString(said) {
			t.Errorf("%s: message %q says no remedy", f.Reason, f.Message)
		}
		if f.Field == "" || f.Severity != rules.Error && f.Severity != rules.Warning {
			t.Errorf("%s: severity %q, field %q", f.Reason, f.Severity, f.Field)
		}
	}
	all := reasonConstants(t)
	if len(all) < 70 {
		t.Fatalf("only %d constants were read", len(all))
	}
	for _, reason := range all {
		row, returned := lookup(t, "").ReturnReason(reason)
		switch {
		case slices.Contains(onlyReturned, reason):
			if found[reason] || !returned || row.Remedy == "" || row.Source == "" || row.Date == "" {
				t.Errorf("%s is a reviewer's: found %t, row %+v", reason, found[reason], row)
			}
		case !found[reason]:
			t.Errorf("%s is found in none of the faulty filings", reason)
		}
	}
	for reason := range found {
		if !slices.Contains(all, reason) {
			t.Errorf("%s is no constant of the package", reason)
		}
	}
}
