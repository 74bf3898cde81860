package rules_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// The 31 provinces and their prefixes, 备案号省份简称, in the order of their codes.
const (
	provinceNames    = "北京、天津、河北、山西、内蒙古、辽宁、吉林、黑龙江、上海、江苏、浙江、安徽、福建、江西、山东、河南、湖北、湖南、广东、广西、海南、重庆、四川、贵州、云南、西藏、陕西、甘肃、青海、宁夏、新疆"
	provincePrefixes = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝蜀黔滇藏陕陇青宁新"
)

func TestProvinces(t *testing.T) {
	t.Parallel()
	var names []string
	var prefixes strings.Builder
	for _, row := range lookup(t, rules.Current).Provinces() {
		names = append(names, row.Chinese)
		prefixes.WriteString(row.Prefixes[0])
	}
	if diff := cmp.Diff(strings.Split(provinceNames, "、"), names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if prefixes.String() != provincePrefixes {
		t.Errorf("prefixes\n%s, want\n%s", prefixes.String(), provincePrefixes)
	}
}

func TestProvincialRules(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		topic     rules.Topic
		value     string
		number    int
		provinces string // in Chinese
	}{
		"Hubei takes the legal representative only":              {rules.TopicResponsiblePerson, rules.PersonLegalRepresentativeOnly, 0, "湖北"},
		"Anhui and Hainan take an authorized person with letter": {rules.TopicResponsiblePerson, rules.PersonAuthorizedWithLetter, 0, "安徽、海南"},
		"four provinces take local identities only":              {rules.TopicIndividualsFromOutside, rules.OutsideLocalIdentityOnly, 0, "内蒙古、山西、新疆、青海"},
		"three take none from outside":                           {rules.TopicIndividualsFromOutside, rules.OutsideNotAccepted, 0, "甘肃、宁夏、广西"},
		"seven ask for a residence permit":                       {rules.TopicIndividualsFromOutside, rules.OutsideWithResidencePermit, 0, "上海、浙江、山东、福建、广东、湖北、安徽"},
		"two take anyone":                                        {rules.TopicIndividualsFromOutside, rules.OutsideAccepted, 0, "天津、陕西"},
		"one site an order":                                      {rules.TopicSitesPerOrder, "", 1, "湖北、湖南"},
		"three sites an order":                                   {rules.TopicSitesPerOrder, "", 3, "山西"},
		"five sites an order":                                    {rules.TopicSitesPerOrder, "", 5, "河南"},
		"one domain in a first personal filing":                  {rules.TopicDomainsInFirstPersonalFiling, "", 1, "海南"},
		"thirty sites a company":                                 {rules.TopicSitesPerSubject, "", 30, "陕西"},
		"from the age of 18":                                     {rules.TopicMinimumAge, "", 18, "河北、天津、内蒙古、湖南"},
		"from the age of 16":                                     {rules.TopicMinimumAge, "", 16, "广东"},
		"the domain valid for more than three months":            {rules.TopicDomainMonthsLeft, "", 3, "北京、天津、河北、山西、内蒙古、上海、江苏、浙江、甘肃、贵州"},
		"institutions' top-level domains are limited":            {rules.TopicInstitutionTLDs, rules.TLDsLimited, 0, "江苏、湖北、内蒙古"},
		"the footer shows the subject's number":                  {rules.TopicFooterNumber, rules.FooterSubjectNumber, 0, "广东"},
		"a website is added to a shell filing":                   {rules.TopicShellSubject, rules.ShellAddWebsite, 0, "天津、辽宁、四川、云南、江苏、上海、浙江、广西、山西、北京、贵州"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, row := range lookup(t, rules.Current).ProvincialRules() {
				if row.Topic == tc.topic && row.Value == tc.value && row.Number == tc.number {
					got = append(got, rules.Chinese(row.Province))
				}
			}
			if diff := cmp.Diff(strings.Split(tc.provinces, "、"), got); diff != "" {
				t.Errorf("provinces (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("where no row is, the rule is unknown", func(t *testing.T) {
		t.Parallel()
		if row, known := lookup(t, rules.Current).Provincial("Xizang", rules.TopicMinimumAge); known {
			t.Errorf("a rule of Xizang is known: %+v", row)
		}
		if rows := lookup(t, rules.QuickStart).ProvincialRules(); len(rows) > 0 {
			t.Errorf("the quick-start holds bureaus' own rules: %+v", rows)
		}
	})
}

// The usual reasons for a return, in the source's order, and the step at which each is mended.
func TestReturnReasons(t *testing.T) {
	t.Parallel()
	usual := strings.Fields(`DomainNotRealNameVerified DomainNotSynchronised RegistrantMismatch TldNotApproved DomainExpired
		WebsiteNameInvalid PersonNotLegalRepresentative PhoneUnreachableOrReused CertificateUnclearOrExpiring FaceCheckFailed
		PreApprovalMissing ContentDoesNotFitNature WrongFilingType AlreadyFiled OrderInProgress SubjectConflict
		SiteReachableBeforeFiling ExistingSiteUnreachable FooterMissing ShellSubject CrossProvince`)
	for _, name := range rules.Names() {
		t.Run("all 21 usual ones, and the two of the SMS, in the set of "+name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, row := range lookup(t, name).ReturnReasons() {
				got = append(got, row.Reason)
				if row.Chinese == "" || row.Remedy == "" || !slices.Contains(rules.Stages(), row.Stage) {
					t.Errorf("%s: incomplete row %+v", row.Reason, row)
				}
			}
			if diff := cmp.Diff(append(slices.Clone(usual), "SmsExpired", "SmsTooManyWrongEntries"), got); diff != "" {
				t.Errorf("reasons (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStageToMend(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		reasons []string
		want    v1alpha1.StageName
	}{
		"a website's name is mended with the information":           {[]string{"WebsiteNameInvalid"}, v1alpha1.StageSubjectAndWebsiteInformation},
		"a face check is repeated with the materials":               {[]string{"FaceCheckFailed"}, v1alpha1.StageMaterialsAndAuthenticity},
		"a domain is mended in the preparation":                     {[]string{"DomainExpired"}, v1alpha1.StagePreparation},
		"a wrong type is determined afresh":                         {[]string{"WrongFilingType"}, v1alpha1.StageTypeDetermination},
		"an unanswered SMS needs the order confirmed again":         {[]string{"SmsExpired"}, v1alpha1.StageConfirmation},
		"of several reasons the earliest step counts":               {[]string{"FaceCheckFailed", "WebsiteNameInvalid", "WrongFilingType"}, v1alpha1.StageTypeDetermination},
		"a reason that is not a usual one asks for the information": {[]string{"SomethingElse"}, v1alpha1.StageSubjectAndWebsiteInformation},
		"and does not count beside one that is":                     {[]string{"SomethingElse", "FaceCheckFailed"}, v1alpha1.StageMaterialsAndAuthenticity},
		"no reason asks for the information":                        {nil, v1alpha1.StageSubjectAndWebsiteInformation},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := lookup(t, rules.Current).StageToMend(tc.reasons...); got != tc.want {
				t.Errorf("StageToMend(%v) = %s, want %s", tc.reasons, got, tc.want)
			}
		})
	}
}

func TestEveryRowSaysSinceWhenAndWhoSaysSo(t *testing.T) {
	t.Parallel()
	for _, name := range rules.Names() {
		set := lookup(t, name)
		check := func(what string, rule rules.Rule) {
			if _, err := time.Parse(time.DateOnly, rule.Date); err != nil || rule.Source == "" {
				t.Errorf("set %s, %s: rule %+v", name, what, rule)
			}
		}
		for _, r := range set.PreApprovals() {
			check(string(r.Category), r.Rule)
		}
		for _, r := range set.Channels() {
			check(string(r.Channel), r.Rule)
		}
		for _, r := range set.Provinces() {
			check(string(r.Province), r.Rule)
			_, sms := set.SmsRequired(r.Province)
			check("SMS in "+string(r.Province), sms)
		}
		for _, r := range set.ProvincialRules() {
			check(string(r.Province)+" "+string(r.Topic), r.Rule)
		}
		for _, r := range set.Natures() {
			check(string(r.Nature), r.Rule)
		}
		for _, r := range set.ServiceContents() {
			check(string(r.Content), r.Rule)
		}
		for _, r := range set.PersonalContents() {
			check(string(r.Content), r.Rule)
			named(t, r.Content)
		}
		for _, r := range set.NameWords() {
			check(r.Word, r.Rule)
		}
		for _, r := range set.Regions() {
			check(r.Region, r.Rule)
		}
		for _, r := range set.ReturnReasons() {
			check(r.Reason, r.Rule)
		}
		for _, r := range set.Limits() {
			check(string(r.Limit), r.Rule)
		}
		for _, r := range set.Tlds() {
			check(r.Tld, r.Rule)
		}
		for _, r := range set.ChangeRows() {
			check(r.Part, r.Rule)
		}
		check("the authenticity check", set.Authenticity().Rule)
		for _, r := range set.IDTypes() {
			check(r.Type, r.Rule)
		}
	}
}

func TestNoRegionIsBothInTheMainlandAndOutside(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, row := range lookup(t, rules.Current).Regions() {
		if seen[row.Region] {
			t.Errorf("%s stands twice", row.Region)
		}
		seen[row.Region] = true
	}
}

func TestEveryTermHasItsChineseName(t *testing.T) {
	t.Parallel()
	named(t, rules.Stages()...)
	named(t, rules.FilingTypes()...)
	named(t, v1alpha1.StagePending, v1alpha1.StageActive, v1alpha1.StageDone, v1alpha1.StageSkipped, v1alpha1.StageReturned)
	named(t, v1alpha1.ActorApplicant, v1alpha1.ActorSubjectResponsiblePerson, v1alpha1.ActorWebsiteResponsiblePerson,
		v1alpha1.ActorOperator, v1alpha1.ActorProvider, v1alpha1.ActorBureau, v1alpha1.ActorPublicSecurity)
	named(t, v1alpha1.ChannelPC, v1alpha1.ChannelApp)
	named(t, v1alpha1.SiteChina, v1alpha1.SiteInternational)
	named(t, v1alpha1.RegistrantSubject, v1alpha1.RegistrantResponsiblePerson, v1alpha1.RegistrantShareholder, v1alpha1.RegistrantExecutive)
	named(t, v1alpha1.AccessCloudServer, v1alpha1.AccessVirtualHost, v1alpha1.AccessServerHosting, v1alpha1.AccessDedicatedLine, v1alpha1.AccessOther)
	named(t, v1alpha1.MaterialSubjectCertificate, v1alpha1.MaterialResponsiblePersonCertificate,
		v1alpha1.MaterialWebsiteResponsiblePersonCertificate, v1alpha1.MaterialAuthorizationLetter, v1alpha1.MaterialCommitmentLetter,
		v1alpha1.MaterialResidencePermit, v1alpha1.MaterialDomainCertificate, v1alpha1.MaterialVerificationForm, v1alpha1.MaterialAuxiliary)
	for _, row := range lookup(t, rules.Current).Natures() {
		named(t, row.Nature)
		named(t, row.Certificates...)
	}
	for _, row := range lookup(t, rules.Current).Provinces() {
		named(t, row.Province)
	}
	for _, p := range preApprovals2019 {
		named(t, p.category)
	}
	named(t, v1alpha1.ServiceContent("Ecommerce"))
	if got := rules.Chinese(v1alpha1.StageName("Nonsense")); got != "" {
		t.Errorf("a stage that does not exist is called %s", got)
	}
}

func named[T rules.Term](t *testing.T, values ...T) {
	t.Helper()
	for _, value := range values {
		if rules.Chinese(value) == "" {
			t.Errorf("%T %s has no Chinese name", value, value)
		}
	}
}
