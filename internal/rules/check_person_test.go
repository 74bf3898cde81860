package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// personCase changes a person who has nothing wrong and says what is found then.
type personCase struct {
	set      string            // default: the current
	who      v1alpha1.Actor    // default: the subject's responsible person
	province v1alpha1.Province // default: Zhejiang
	nature   v1alpha1.Nature   // default: Enterprise
	values   map[string]string // changed; "-" removes the key
	want     []string          // "Severity Reason key"
	says     string            // part of the first message
}

func (tc personCase) found(t *testing.T) []rules.Finding {
	t.Helper()
	data := person()
	for key, value := range tc.values {
		data[key] = []byte(value)
		if value == "-" {
			delete(data, key)
		}
	}
	or := func(value, byDefault string) string {
		if value == "" {
			return byDefault
		}
		return value
	}
	return lookup(t, tc.set).CheckPerson("li",
		v1alpha1.Actor(or(string(tc.who), string(v1alpha1.ActorSubjectResponsiblePerson))), data,
		v1alpha1.Province(or(string(tc.province), "Zhejiang")), v1alpha1.Nature(or(string(tc.nature), "Enterprise")),
		moment(t, today))
}

func TestCheckPerson(t *testing.T) {
	t.Parallel()
	const (
		website = v1alpha1.ActorWebsiteResponsiblePerson
		older   = "33010619900101000X" // born 1990-01-01
		sixteen = "33010620100101000X" // born 2010-01-01
	)
	values := func(pairs ...string) map[string]string {
		changed := map[string]string{}
		for i := 0; i < len(pairs); i += 2 {
			changed[pairs[i]] = pairs[i+1]
		}
		return changed
	}
	for name, tc := range map[string]personCase{
		"a person in good order passes":                  {},
		"and as the website's responsible person":        {who: website},
		"and as an individual":                           {nature: "Individual"},
		"and by the rules of 2019":                       {set: rules.QuickStart},
		"a line break at the end of a value is forgiven": {values: values("mobile", "13900000000\n", "idNumber", older+"\n", "mainlandResident", "true\n")},
		"every missing key is named": {
			values: values("name", "-", "role", "-", "idType", "-", "idNumber", "-", "idValidUntil", "-", "mobile", "-",
				"emergencyPhone", "-", "email", "-", "mainlandResident", "-"),
			want: []string{
				"Error PersonKeyMissing name", "Error PersonKeyMissing role", "Error PersonKeyMissing idType",
				"Error PersonKeyMissing idNumber", "Error PersonKeyMissing idValidUntil", "Error PersonKeyMissing mobile",
				"Error PersonKeyMissing emergencyPhone", "Error PersonKeyMissing email", "Error PersonKeyMissing mainlandResident",
			},
			says: "姓名",
		},
		"an empty value is a missing one":           {values: values("email", " \n"), want: []string{"Error PersonKeyMissing email"}},
		"an organization's person needs no address": {values: values("address", "-")},
		"an individual does": {
			nature: "Individual", values: values("address", "-"), want: []string{"Error PersonKeyMissing address"},
		},
		"an individual has no role":                          {nature: "Individual", values: values("role", "-")},
		"the website's person needs no address either":       {nature: "Individual", who: website, values: values("address", "-")},
		"a key that nothing reads warns":                     {values: values("phone", "1"), want: []string{"Warning PersonKeyUnknown phone"}},
		"several of those warn in the order of the alphabet": {values: values("zip", "1", "fax", "1"), want: []string{"Warning PersonKeyUnknown fax", "Warning PersonKeyUnknown zip"}},
		"a role that is none":                                {values: values("role", "Boss"), want: []string{"Error PersonValueInvalid role"}},
		"a kind of paper that is not known":                  {values: values("idType", "LibraryCard"), says: "ResidentID, ", want: []string{"Error PersonValueInvalid idType"}},
		"a mistyped identity number":                         {values: values("idNumber", "330106199001010001"), want: []string{"Error IdentityNumberInvalid idNumber"}},
		"a passport's number is not judged":                  {values: values("idType", "Passport", "idNumber", "E00000000", "mainlandResident", "false")},
		"a day of birth to come":                             {values: values("idNumber", "33010620991231000X"), want: []string{"Error IdentityNumberInvalid idNumber"}},
		"the day before the 18th birthday":                   {values: values("idNumber", "330106200811250000"), want: []string{"Error PersonUnderAge idNumber"}},
		"sixteen is too young by the general rule":           {values: values("idNumber", sixteen), says: "the one of Zhejiang is not known", want: []string{"Error PersonUnderAge idNumber"}},
		"and by Hebei's own":                                 {province: "Hebei", values: values("idNumber", sixteen), says: "by the rule of Hebei", want: []string{"Error PersonUnderAge idNumber"}},
		"sixteen is old enough in Guangdong":                 {province: "Guangdong", values: values("idNumber", sixteen)},
		"eighteen on this day is of age":                     {values: values("idNumber", "330106200811240005")},
		"a code of no province warns":                        {values: values("idNumber", "990106199001010002"), want: []string{"Warning IdentityNumberUnusual idNumber"}},
		"a paper without end":                                {values: values("idValidUntil", "long-term")},
		"and in Chinese":                                     {values: values("idValidUntil", "长期")},
		"it ended yesterday":                                 {values: values("idValidUntil", "2026-11-23"), want: []string{"Error IdentityPaperExpired idValidUntil"}},
		"it ends today, so it stands":                        {values: values("idValidUntil", "2026-11-24"), want: []string{"Warning CertificateUnclearOrExpiring idValidUntil"}},
		"a day that does not exist":                          {values: values("idValidUntil", "2027-02-29"), want: []string{"Error PersonValueInvalid idValidUntil"}},
		"a day in another form":                              {values: values("idValidUntil", "2036.01.01"), want: []string{"Error PersonValueInvalid idValidUntil"}},
		"neither true nor false":                             {values: values("mainlandResident", "yes"), want: []string{"Error PersonValueInvalid mainlandResident"}},
		"an identity card is a resident's":                   {values: values("mainlandResident", "false"), want: []string{"Error ResidencyContradicts mainlandResident"}},
		"a permit of Taiwan is not": {
			values: values("idType", "TaiwanPermit", "idNumber", "00000000"), want: []string{"Error ResidencyContradicts mainlandResident"},
		},
		"a mobile number with its country":  {values: values("mobile", "+8613900000000"), want: []string{"Error MobileInvalid mobile"}},
		"a fixed number is not mobile":      {values: values("mobile", "0571-88888889"), want: []string{"Error MobileInvalid mobile"}},
		"an odd emergency number warns":     {values: values("emergencyPhone", "+852 12345678"), want: []string{"Warning EmergencyPhoneUnusual emergencyPhone"}},
		"an emergency number may be mobile": {values: values("emergencyPhone", "13800000000")},
		"but not the same":                  {values: values("emergencyPhone", "139-0000-0000"), want: []string{"Warning EmergencyPhoneUnusual emergencyPhone", "Error EmergencyPhoneIsMobile emergencyPhone"}},
		"a mail address without a domain":   {values: values("email", "li@localhost"), want: []string{"Error EmailInvalid email"}},
		"a word is no mail address":         {values: values("email", "none"), want: []string{"Error EmailInvalid email"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := []string{}
			for _, w := range tc.want {
				i := strings.LastIndex(w, " ")
				want = append(want, w[:i]+" secret li key"+w[i:])
			}
			found := tc.found(t)
			if diff := cmp.Diff(want, short(t, found)); diff != "" {
				t.Fatalf("findings (-want +got):\n%s", diff)
			}
			if tc.says != "" && !strings.Contains(found[0].Message, tc.says) {
				t.Errorf("message %q does not say %q", found[0].Message, tc.says)
			}
		})
	}
}

func TestCheckPersons(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		secret  string
		changed map[string]string
		want    []string
	}{
		"one Secret for both is one person": {"li", map[string]string{}, []string{}},
		"two Secrets may be of one person":  {"wang", map[string]string{}, []string{}},
		"one number and two names are not": {
			"wang", map[string]string{"name": "王示例"}, []string{"Error PersonsContradict secret wang key name"},
		},
		"different persons have different phones and mail addresses": {
			"wang", map[string]string{"name": "王示例", "idNumber": "330106198505050019"},
			[]string{"Error PersonsShareMobile secret wang key mobile", "Error PersonsShareEmail secret wang key email"},
		},
		"and pass when they do": {
			"wang", map[string]string{"name": "王示例", "idNumber": "330106198505050019", "mobile": "13800000000", "email": "wang@example.com"}, []string{},
		},
		"they may have one emergency number, the organization's": {
			"wang", map[string]string{"name": "王示例", "idNumber": "330106198505050019", "mobile": "13800000000", "email": "wang@example.com", "emergencyPhone": "0571-88888888"}, []string{},
		},
		"what is missing is no match": {
			"wang", map[string]string{"name": "王示例", "idNumber": "330106198505050019", "mobile": "", "email": ""}, []string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := person()
			for key, value := range tc.changed {
				data[key] = []byte(value)
			}
			found := lookup(t, "").CheckPersons(rules.Person{SecretName: "li", Data: person()}, rules.Person{SecretName: tc.secret, Data: data})
			if diff := cmp.Diff(tc.want, short(t, found)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestMainlandResident(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		said, idType string
		want         bool
	}{
		"said to be one":                        {"true", "Passport", true},
		"said to be none":                       {"false", "ResidentID", false},
		"not said, an identity card tells":      {"", "ResidentID", true},
		"not said, a passport does not":         {"", "Passport", false},
		"neither true nor false is as not said": {"yes", "ResidentID", true},
		"nothing is known":                      {"", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := map[string][]byte{v1alpha1.PersonMainlandResident: []byte(tc.said), v1alpha1.PersonIDType: []byte(tc.idType)}
			if got := rules.MainlandResident(data); got != tc.want {
				t.Errorf("MainlandResident = %t", got)
			}
		})
	}
}

// Whatever stands in a person's Secret, no finding repeats a value of it.
func TestNoFindingRepeatsAValueOfAPerson(t *testing.T) {
	t.Parallel()
	keys := []string{"name", "role", "idType", "idNumber", "idValidUntil", "mobile", "emergencyPhone", "email", "address", "mainlandResident", "other"}
	set := lookup(t, "")
	now := moment(t, today)
	rapid.Check(t, func(t *rapid.T) {
		draw := func() map[string][]byte {
			data := map[string][]byte{}
			for _, key := range keys {
				data[key] = []byte("§" + rapid.StringMatching(`[0-9A-Za-z@李王.]{0,20}`).Draw(t, key))
			}
			if rapid.Bool().Draw(t, "resident") {
				data["idType"], data["idNumber"] = []byte(rules.IDTypeResident), []byte(rapid.StringMatching(`[0-9]{17}[0-9X]`).Draw(t, "number"))
			}
			return data
		}
		one, two := draw(), draw()
		found := set.CheckPerson("li", v1alpha1.ActorSubjectResponsiblePerson, one, "Hubei", "Individual", now)
		found = append(found, set.CheckBureau(individual(), rules.Person{SecretName: "li", Data: one}, rules.Papers{})...)
		found = append(found, set.CheckPersons(rules.Person{SecretName: "li", Data: one}, rules.Person{SecretName: "wang", Data: two})...)
		if len(found) == 0 {
			t.Fatal("nothing was found wrong")
		}
		for _, f := range found {
			for key, value := range one {
				if string(value) != rules.IDTypeResident && (strings.Contains(f.Message, string(value)) || strings.Contains(f.Field, string(value))) {
					t.Fatalf("%s repeats the value of %s: %s", f.Reason, key, f.Message)
				}
			}
			if strings.ContainsRune(f.Message, '§') {
				t.Fatalf("%s repeats a value: %s", f.Reason, f.Message)
			}
		}
	})
}

func TestFindingsComeInTheSameOrderEveryTime(t *testing.T) {
	t.Parallel()
	tc := personCase{values: map[string]string{"a": "1", "b": "2", "c": "3", "name": "", "email": "x", "mobile": "y"}}
	first := short(t, tc.found(t))
	for range 50 {
		if again := short(t, tc.found(t)); !slices.Equal(first, again) {
			t.Fatalf("%v, then %v", first, again)
		}
	}
}
