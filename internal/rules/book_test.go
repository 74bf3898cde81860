package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// of finds a rule set of a Book, which must be known.
func of(t *testing.T, b rules.Book, name string) rules.Set {
	t.Helper()
	set, err := b.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

var notice = rules.Rule{Date: "2026-05-01", Source: "a notice of the bureau"}

func TestABookWithoutRowsIsTheBuiltInOne(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"an empty file":       "",
		"comments alone":      "# none yet\n",
		"no rows below rows:": "rows:\n",
		"an empty list":       "rows: []\n",
		"null":                "null\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := of(t, book(t, text).On(moment(t, today)), "")
			if diff := cmp.Diff(lookup(t, "").ProvincialRules(), set.ProvincialRules()); diff != "" {
				t.Errorf("rows (-built-in +book):\n%s", diff)
			}
		})
	}
	if _, err := book(t, "").Lookup("2021-01-01"); err == nil {
		t.Error("a rule set of 2021 was found")
	}
}

func TestARowIsAddedOrStandsInPlaceOfTheBuiltInOne(t *testing.T) {
	t.Parallel()
	t.Run("a bureau's own rule where none was known", func(t *testing.T) {
		t.Parallel()
		got, known := of(t, book(t, row("province: Guizhou, topic: IndividualsFromOutside, value: WithResidencePermit")), "").
			Provincial("Guizhou", rules.TopicIndividualsFromOutside)
		want := rules.ProvincialRow{Rule: notice, Province: "Guizhou", Topic: rules.TopicIndividualsFromOutside, Value: rules.OutsideWithResidencePermit}
		if diff := cmp.Diff(want, got); !known || diff != "" {
			t.Errorf("row (-want +got):\n%s", diff)
		}
	})
	t.Run("a bureau's own rule in place of another, with its date and source, and no other row", func(t *testing.T) {
		t.Parallel()
		set := of(t, book(t, row("province: Hubei, topic: SitesPerOrder, number: 2")), "")
		got, _ := set.Provincial("Hubei", rules.TopicSitesPerOrder)
		if got.Number != 2 || got.Rule != notice {
			t.Errorf("%+v", got)
		}
		if n, want := len(set.ProvincialRules()), len(lookup(t, "").ProvincialRules()); n != want {
			t.Errorf("%d rows, want %d", n, want)
		}
		if hunan, _ := set.Provincial("Hunan", rules.TopicSitesPerOrder); hunan.Number != 1 {
			t.Errorf("the row of Hunan is %+v", hunan)
		}
	})
	t.Run("the admin's word holds though it is older than the built-in row, and in the set of 2019", func(t *testing.T) {
		t.Parallel()
		old := book(t, `rows: [{province: Hubei, topic: SitesPerOrder, number: 2, source: s, date: 2012-01-01}]`)
		for _, name := range rules.Names() {
			if got, known := of(t, old, name).Provincial("Hubei", rules.TopicSitesPerOrder); !known || got.Number != 2 {
				t.Errorf("set %s: %+v", name, got)
			}
		}
	})
	t.Run("or in the sets that it names alone", func(t *testing.T) {
		t.Parallel()
		b := book(t, row(`province: Hubei, topic: SitesPerOrder, number: 2, ruleSets: ["2019-09-16"]`))
		if got, _ := of(t, b, "").Provincial("Hubei", rules.TopicSitesPerOrder); got.Number != 1 {
			t.Errorf("the current set has %+v", got)
		}
		if got, _ := of(t, b, rules.QuickStart).Provincial("Hubei", rules.TopicSitesPerOrder); got.Number != 2 {
			t.Errorf("the set of 2019 has %+v", got)
		}
	})
	t.Run("a province without SMS, and one with", func(t *testing.T) {
		t.Parallel()
		without := of(t, book(t, row("smsProvince: Tianjin, required: false")), "")
		if required, rule := without.SmsRequired("Tianjin"); required || rule != notice {
			t.Errorf("required %t by %s", required, rule)
		}
		if n := len(without.SmsProvinces()); n != 30 {
			t.Errorf("%d provinces", n)
		}
		with := of(t, book(t, row("smsProvince: Beijing, required: true")), rules.QuickStart)
		if required, rule := with.SmsRequired("Beijing"); !required || rule != notice {
			t.Errorf("required %t by %s", required, rule)
		}
		if required, rule := with.SmsRequired("Guangdong"); required || rule.Source != rules.SourceQuickStart {
			t.Errorf("of Guangdong the list of 2019 says %t by %s", required, rule)
		}
	})
	t.Run("a limit", func(t *testing.T) {
		t.Parallel()
		got, _ := of(t, book(t, row("limit: BureauReviewDays, number: 15")), "").Limit(rules.LimitBureauReviewDays)
		if got.Value != 15 || got.Rule != notice {
			t.Errorf("%+v", got)
		}
	})
	t.Run("no wrong entry tolerated is a limit too", func(t *testing.T) {
		t.Parallel()
		if got, _ := of(t, book(t, row("limit: SmsWrongEntries, number: 0")), "").Limit(rules.LimitSmsWrongEntries); got.Value != 0 || got.Rule != notice {
			t.Errorf("%+v", got)
		}
	})
	t.Run("a category, otherwise in two provinces than in the nation", func(t *testing.T) {
		t.Parallel()
		set := of(t, book(t, `rows:
- {category: News, required: false, province: Hubei, source: a notice of the bureau, date: 2026-05-01}
- {category: News, required: true, province: Hunan, source: a notice of the bureau, date: 2026-05-01}`), "")
		for province, want := range map[v1alpha1.Province]rules.Demand{"Hubei": rules.NotAsked, "Hunan": rules.Required, "Henan": rules.Required} {
			got, _ := set.PreApprovalIn("News", province)
			if got.Demand != want || got.Document == "" || (got.Rule == notice) != (province != "Henan") {
				t.Errorf("%s: %+v", province, got)
			}
		}
	})
	t.Run("a region of one's own", func(t *testing.T) {
		t.Parallel()
		if got, known := of(t, book(t, row("region: moon-1, mainland: false")), "").Region("moon-1"); !known || got.Mainland {
			t.Errorf("%+v, known %t", got, known)
		}
	})
	t.Run("the built-in rows stay as they are", func(t *testing.T) {
		t.Parallel()
		book(t, row("province: Hunan, topic: SitesPerOrder, number: 9"))
		if got, _ := lookup(t, "").Provincial("Hunan", rules.TopicSitesPerOrder); got.Number != 1 {
			t.Errorf("%+v", got)
		}
	})
}

func TestARowStandsFromItsDateUntilItsEnd(t *testing.T) {
	t.Parallel()
	b := book(t, `rows:
- {province: Hubei, topic: SitesPerOrder, number: 3, source: the later notice, date: "2027-01-01"}
- {province: Hubei, topic: SitesPerOrder, number: 2, source: the earlier notice, date: "2026-05-01", until: "2026-12-01"}
`)
	for name, tc := range map[string]struct {
		now  string
		want int
	}{
		"before it the built-in row stands":      {"2026-04-30T23:59:59+08:00", 1},
		"from midnight in Beijing":               {"2026-04-30T16:00:00Z", 2},
		"until the day before its end":           {"2026-11-30T23:59:59+08:00", 2},
		"between the two the built-in one again": {"2026-12-01T00:00:00+08:00", 1},
		"then the next":                          {"2027-01-01T00:00:00+08:00", 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			on := b.On(moment(t, tc.now))
			if got, _ := of(t, on, "").Provincial("Hubei", rules.TopicSitesPerOrder); got.Number != tc.want {
				t.Errorf("%d sites, want %d", got.Number, tc.want)
			}
			if again, _ := of(t, on.On(moment(t, "2027-06-01T00:00:00Z")), "").Provincial("Hubei", rules.TopicSitesPerOrder); again.Number != 3 {
				t.Errorf("turned on, it says %d", again.Number)
			}
		})
	}
}

func TestAddedRowsJudgeFilingsInTheirOwnWords(t *testing.T) {
	t.Parallel()
	type change = func(*v1alpha1.IcpFilingSpec)
	offers := func(content v1alpha1.ServiceContent, categories ...v1alpha1.PreApprovalCategory) change {
		return func(s *v1alpha1.IcpFilingSpec) {
			s.Website.ServiceContents = []v1alpha1.ServiceContent{content}
			s.Website.PreApprovalCategories = categories
		}
	}
	held := func(by v1alpha1.Registrant) change {
		return func(s *v1alpha1.IcpFilingSpec) { s.Domain.Registrant = by }
	}
	named := func(domain string) change {
		return func(s *v1alpha1.IcpFilingSpec) { s.Domain.Name, s.Website.Homepage = domain, "" }
	}
	const (
		mismatch = "RegistrantMismatch spec.domain.registrant"
		missing  = "Error PreApprovalMissing spec.preApprovals"
		tld      = "TldNotApproved spec.domain.name"
	)
	for name, tc := range map[string]struct {
		row    string
		change change
		want   []string
	}{
		"education is asked for nationally": {"category: Education, required: true", offers("Education", "Education"), []string{missing}},
		"or in this province alone":         {"category: Education, required: true, province: Zhejiang", offers("Education", "Education"), []string{missing}},
		"or in another":                     {"category: Education, required: true, province: Hubei", offers("Education", "Education"), []string{"Warning PreApprovalAtDiscretion spec.preApprovals"}},
		"publishing is not asked for here":  {"category: Publishing, required: false, province: Zhejiang", offers("Publishing", "Publishing"), []string{}},
		"nor then thought likely":           {`category: Publishing, required: false, province: ""`, offers("Publishing"), []string{}},
		"a shareholder may hold the domain": {"province: Zhejiang, topic: Registrant, value: ShareholderOrExecutiveToo", held("Shareholder"), []string{}},
		"an executive may":                  {"province: Zhejiang, topic: Registrant, value: ShareholderOrExecutiveToo", held("Executive"), []string{}},
		"the responsible person may":        {"province: Zhejiang, topic: Registrant, value: ResponsiblePersonToo", held("ResponsiblePerson"), []string{}},
		"and then no shareholder":           {"province: Zhejiang, topic: Registrant, value: ResponsiblePersonToo", held("Shareholder"), []string{"Error " + mismatch}},
		"nobody but the subject may":        {"province: Zhejiang, topic: Registrant, value: SubjectOnly", held("ResponsiblePerson"), []string{"Error " + mismatch}},
		"a top-level domain is approved":    {"tld: io, approved: true", named("example.io"), []string{}},
		"another is not":                    {"tld: io, approved: false", named("example.io"), []string{"Error " + tld}},
		"of a third nothing is known":       {"tld: ai, approved: true", named("example.io"), []string{"Warning " + tld}},
		"a region is in the mainland":       {"region: moon-1, mainland: true", func(s *v1alpha1.IcpFilingSpec) { s.Server.Instance.Region = "moon-1" }, []string{}},
		"a domain needs six months more":    {"province: Zhejiang, topic: DomainMonthsLeft, number: 6", func(s *v1alpha1.IcpFilingSpec) { s.Domain.ExpiresAt = day("2027-05-24") }, []string{"Error DomainExpiringSoon spec.domain.expiresAt"}},
		"names need five characters":        {"limit: NameCharacters, number: 5", nil, []string{"Error WebsiteNameTooShort spec.website.name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := organization()
			if tc.change != nil {
				tc.change(spec)
			}
			found := of(t, book(t, row(tc.row)), "").CheckFiling(spec, moment(t, today))
			if diff := cmp.Diff(tc.want, short(t, found)); diff != "" {
				t.Fatalf("findings (-want +got):\n%s", diff)
			}
			for _, f := range found {
				if f.Severity == rules.Error && !strings.HasSuffix(f.Message, "(filing rules 2026-05-01, a notice of the bureau)") {
					t.Errorf("message %q does not end with the row's date and source", f.Message)
				}
			}
		})
	}
	t.Run("a top-level domain ruled out does not make the set of 2019 ask about the others", func(t *testing.T) {
		t.Parallel()
		spec := organization()
		named("example.ai")(spec)
		if found := of(t, book(t, row("tld: io, approved: false")), rules.QuickStart).CheckFiling(spec, moment(t, today)); len(found) > 0 {
			t.Errorf("%v", found)
		}
	})
}

// Whatever a file says, it is a Book or errors that say where.
func TestNoFileBreaksTheParser(t *testing.T) {
	t.Parallel()
	words := []string{"rows:", "\n- ", "{", "}", "[", "]", ", ", "topic: ", "province: Hubei", "SitesPerOrder", "number: 2", "&a ", "*a", "<<: ", "? ", "---\n",
		`date: "2026-05-01"`, "source: s", "until: ", "ruleSets: ", "limit: ", "tld: ", "required: true", "\t", "!!binary ", "|", "null", "\x00", "category: "}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 30).Draw(t, "words"), "")
		b, err := rules.ParseBook([]byte(text))
		if err != nil && !strings.Contains(err.Error(), "line ") && !strings.Contains(err.Error(), "YAML") {
			t.Fatalf("%q: the error does not say where: %v", text, err)
		}
		if _, err := b.Lookup(""); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
	})
}
