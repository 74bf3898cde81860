package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// bureauCase is a filing in a province, with what its subject's responsible person's Secret says.
type bureauCase struct {
	set      string // default: the current
	rows     string // added to the built-in ones
	province v1alpha1.Province
	spec     func() *v1alpha1.IcpFilingSpec // default: organization
	change   func(*v1alpha1.IcpFilingSpec)
	values   map[string]string // of the person, changed
	noSecret bool
	papers   rules.Papers
	want     []string // "Severity Reason field"
	says     string   // part of the first message
}

func (tc bureauCase) found(t *testing.T) []rules.Finding {
	t.Helper()
	if tc.spec == nil {
		tc.spec = organization
	}
	spec := tc.spec()
	spec.Subject.Province = tc.province
	if tc.change != nil {
		tc.change(spec)
	}
	who := rules.Person{SecretName: "li", Data: person()}
	for key, value := range tc.values {
		who.Data[key] = []byte(value)
	}
	if tc.noSecret {
		who.Data = nil
	}
	set, err := book(t, tc.rows).Lookup(tc.set)
	if err != nil {
		t.Fatal(err)
	}
	return set.CheckBureau(spec, who, tc.papers)
}

// book is the Book with rows that must be right.
func book(t *testing.T, rows string) rules.Book {
	t.Helper()
	b, err := rules.ParseBook([]byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCheckBureau(t *testing.T) {
	t.Parallel()
	authorized := map[string]string{"role": "Authorized"}
	south := map[string]string{"idNumber": "440106199001010005"} // first given in Guangdong
	with := func(kind v1alpha1.MaterialKind) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { s.Materials = []v1alpha1.Material{{Kind: kind}} }
	}
	institution := func(domain string) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) {
			s.Subject.Nature, s.Domain.Name = v1alpha1.NaturePublicInstitution, domain
		}
	}
	const (
		role    = "secret li key role"
		number  = "secret li key idNumber"
		unknown = "Warning ProvinceRuleUnknown spec.subject.province"
	)
	for name, tc := range map[string]bureauCase{
		"a legal representative may be responsible anywhere": {province: "Guizhou"},
		"Hubei takes the legal representative only": {
			province: "Hubei", values: authorized, says: "name that person's Secret", want: []string{"Error PersonNotLegalRepresentative " + role},
		},
		"Anhui asks for the letter": {
			province: "Anhui", values: authorized, says: "授权书", want: []string{"Warning AuthorizationLetterNeeded " + role},
		},
		"and stops without it where the operator sends the papers": {
			province: "Anhui", values: authorized, papers: rules.Papers{Sent: true}, want: []string{"Error AuthorizationLetterNeeded " + role},
		},
		"and passes with it": {province: "Anhui", values: authorized, change: with(v1alpha1.MaterialAuthorizationLetter)},
		"whom Guizhou takes is not known, and said to be": {
			province: "Guizhou", values: authorized, says: "not known for Guizhou: whether an authorized person", want: []string{unknown},
		},
		"by the rules of 2019 no province has a rule of its own": {set: rules.QuickStart, province: "Hubei", values: authorized, want: []string{unknown}},
		"an individual has no authorized person":                 {spec: individual, province: "Zhejiang", values: authorized},
		"an individual of the province is from nowhere else":     {spec: individual, province: "Zhejiang"},
		"an individual from outside needs a residence permit in Zhejiang": {
			spec: individual, province: "Zhejiang", values: south, says: "居住证", want: []string{"Warning OutsideProvince " + number},
		},
		"and passes with the permit": {spec: individual, province: "Zhejiang", values: south, change: with(v1alpha1.MaterialResidencePermit)},
		"Gansu takes none, whatever the permit": {
			spec: individual, province: "Gansu", change: with(v1alpha1.MaterialResidencePermit), says: "no individuals from outside",
			want: []string{"Warning OutsideProvince " + number},
		},
		"Tianjin takes anyone": {spec: individual, province: "Tianjin"},
		"what Xizang does is not known": {
			spec: individual, province: "Xizang", says: "whether an individual from another province may file", want: []string{unknown},
		},
		"a number that cannot be read says nothing of its place": {spec: individual, province: "Xizang", values: map[string]string{"idNumber": "1"}},
		"nor does a passport":                                           {spec: individual, province: "Xizang", values: map[string]string{"idType": "Passport"}},
		"nor does a code of no province":                                {spec: individual, province: "Xizang", values: map[string]string{"idNumber": "990106199001010002"}},
		"an organization's person may be from anywhere":                 {province: "Gansu", values: south},
		"a Secret that cannot be read is judged elsewhere":              {spec: individual, province: "Xizang", noSecret: true},
		"Jiangsu limits institutions' domains":                          {province: "Jiangsu", change: institution("example.com"), says: ".gov.cn", want: []string{"Warning InstitutionTldLimited spec.domain.name"}},
		"but not those that are kept for them":                          {province: "Jiangsu", change: institution("example.gov.cn")},
		"of Guizhou it is not known":                                    {province: "Guizhou", change: institution("example.com"), want: []string{unknown}},
		"a row says that it does not mind":                              {rows: row("province: Guizhou, topic: InstitutionTLDs, value: Free"), province: "Guizhou", change: institution("example.com")},
		"without its Secret an institution's domain is judged the same": {province: "Guizhou", noSecret: true, change: institution("example.com"), want: []string{unknown}},
		"what is not known comes in one finding": {
			province: "Guizhou", values: authorized, change: institution("example.com"), says: "responsible person; whether a government", want: []string{unknown},
		},
		"a bureau that asks for a local number, by a row": {
			rows: row("province: Guizhou, topic: LocalPhone, value: Required"), province: "Guizhou", says: "本省联系电话",
			want: []string{"Warning LocalPhoneNeeded secret li key emergencyPhone"},
		},
		"and one that does not": {rows: row("province: Guizhou, topic: LocalPhone, value: NotRequired"), province: "Guizhou"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.want == nil {
				tc.want = []string{}
			}
			found := tc.found(t)
			if diff := cmp.Diff(tc.want, short(t, found)); diff != "" {
				t.Fatalf("findings (-want +got):\n%s", diff)
			}
			if tc.says != "" && !strings.Contains(found[0].Message, tc.says) {
				t.Errorf("message %q does not say %q", found[0].Message, tc.says)
			}
		})
	}
}

// row is a file of one row of a bureau's notice.
func row(says string) string {
	return "rows:\n- {" + says + `, source: "a notice of the bureau", date: "2026-05-01"}` + "\n"
}

func TestCheckSites(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		province v1alpha1.Province
		nature   v1alpha1.Nature
		filed    int
		want     []string
	}{
		"a company's thirtieth in Shaanxi passes": {"Shaanxi", v1alpha1.NatureEnterprise, 29, []string{}},
		"its thirty-first does not":               {"Shaanxi", v1alpha1.NatureEnterprise, 30, []string{"Error TooManySites spec.subject"}},
		"the rule is about companies":             {"Shaanxi", v1alpha1.NaturePublicInstitution, 30, []string{}},
		"elsewhere no such rule is known":         {"Zhejiang", v1alpha1.NatureEnterprise, 300, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			subject := v1alpha1.Subject{Province: tc.province, Nature: tc.nature}
			if diff := cmp.Diff(tc.want, short(t, lookup(t, "").CheckSites(subject, tc.filed))); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}
