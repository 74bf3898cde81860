package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// filingCase changes a filing that has nothing wrong and says what is found then.
type filingCase struct {
	spec   func() *v1alpha1.IcpFilingSpec // default: organization
	set    string                         // default: the current
	change func(*v1alpha1.IcpFilingSpec)
	want   []string // "Severity Reason field"
	says   string   // part of the first message
}

func runFilingCases(t *testing.T, cases map[string]filingCase) {
	t.Helper()
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if tc.spec == nil {
				tc.spec = organization
			}
			spec := tc.spec()
			if tc.change != nil {
				tc.change(spec)
			}
			found := lookup(t, tc.set).CheckFiling(spec, moment(t, today))
			if tc.want == nil {
				tc.want = []string{}
			}
			if diff := cmp.Diff(tc.want, short(t, found)); diff != "" {
				t.Fatalf("findings (-want +got):\n%s", diff)
			}
			if tc.says != "" && !strings.Contains(found[0].Message, tc.says) {
				t.Errorf("message %q does not say %q", found[0].Message, tc.says)
			}
		})
	}
}

func TestCheckFiling(t *testing.T) {
	t.Parallel()
	runFilingCases(t, map[string]filingCase{
		"a company's filing in good order passes":      {},
		"and by the rules of 2019":                     {set: rules.QuickStart},
		"an individual's filing in good order passes":  {spec: individual},
		"and that by the rules of 2019":                {spec: individual, set: rules.QuickStart},
		"what the API server defaults may be left out": {change: func(s *v1alpha1.IcpFilingSpec) { s.Channel, s.Account.Site, s.Domain.Registrant = "", "", "" }},
		"a service number needs nothing of a server":   {change: func(s *v1alpha1.IcpFilingSpec) { s.Server = v1alpha1.Server{ServiceNumber: "BA-1"} }},
		"all findings come at once, in the order of the spec": {
			change: func(s *v1alpha1.IcpFilingSpec) {
				s.Website.Name = "abc"
				s.Domain.RealNameVerified = false
				s.Subject.Certificate.Number = "91350100M000100Y44"
				s.Server.Instance.Region = "cn-hongkong"
				s.Website.PreApprovalCategories = []v1alpha1.PreApprovalCategory{"News"}
				s.Account.Site = v1alpha1.SiteInternational
			},
			want: []string{
				"Warning AccountNotRecommended spec.account.site",
				"Error DomainNotRealNameVerified spec.domain.realNameVerified",
				"Error ServerRegionNotMainland spec.server.instance.region",
				"Error CertificateNumberInvalid spec.subject.certificate.number",
				"Error WebsiteNameNotChinese spec.website.name",
				"Error PreApprovalMissing spec.preApprovals",
			},
		},
		"a fault that is there twice is found once": {
			change: func(s *v1alpha1.IcpFilingSpec) {
				s.Website.PreApprovalCategories = []v1alpha1.PreApprovalCategory{"News", "News"}
			},
			want: []string{"Error PreApprovalMissing spec.preApprovals"},
		},
		"the App takes no International account": {
			change: func(s *v1alpha1.IcpFilingSpec) {
				s.Channel, s.Account.Site = v1alpha1.ChannelApp, v1alpha1.SiteInternational
			},
			want: []string{"Error ChannelDoesNotTakeAccount spec.account.site"},
			says: "set channel to PC",
		},
	})
}

func TestErrorsStopAFilingAndWarningsDoNot(t *testing.T) {
	t.Parallel()
	warning, fault := rules.Finding{Severity: rules.Warning}, rules.Finding{Severity: rules.Error}
	if rules.HasErrors(nil) || rules.HasErrors([]rules.Finding{warning}) {
		t.Error("a warning stops")
	}
	if !rules.HasErrors([]rules.Finding{warning, fault}) {
		t.Error("an error does not stop")
	}
}

func TestCheckDomain(t *testing.T) {
	t.Parallel()
	named := func(name string) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { s.Domain.Name, s.Website.Homepage = name, "" }
	}
	expires := func(province v1alpha1.Province, date string) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) {
			s.Domain.ExpiresAt, s.Subject.Province = day(date), province
			s.Subject.Certificate.Number = "91350100M000100Y43" // of Fujian
		}
	}
	crossing := "Warning CrossProvince spec.subject.certificate.number"
	verified := func(date string) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { s.Domain.RealNameVerifiedAt = day(date) }
	}
	held := func(registrant v1alpha1.Registrant) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { s.Domain.Registrant = registrant }
	}
	runFilingCases(t, map[string]filingCase{
		"a host below the registered domain is not filed itself": {
			change: named("shop.example.com"), says: "create a filing for example.com",
			want: []string{"Error DomainNotRegistrable spec.domain.name"},
		},
		"a public suffix is nobody's": {
			change: named("com.cn"), says: "public suffix", want: []string{"Error DomainNotRegistrable spec.domain.name"},
		},
		"a suffix that private parties share out does not count": {
			change: named("shop.github.io"), says: "create a filing for github.io",
			want: []string{"Error DomainNotRegistrable spec.domain.name"},
		},
		"a top-level domain that does not exist": {
			change: named("shop.corp"), says: "no such public top-level domain", want: []string{"Error DomainSuffixUnknown spec.domain.name"},
		},
		"an internationalized domain passes as its A-labels": {change: named("xn--fsqu00a.xn--fiqs8s")},
		"and is shown in its own characters": {
			change: named("www.xn--fsqu00a.xn--fiqs8s"), says: "www.例子.中国", want: []string{"Error DomainNotRegistrable spec.domain.name"},
		},
		"an A-label that stands for nothing": {
			change: named("xn--a.com"), want: []string{"Error DomainInvalid spec.domain.name"},
		},
		"a top-level domain of which nothing is known warns": {
			change: named("example.io"), says: "域名.信息", want: []string{"Warning TldNotApproved spec.domain.name"},
		},
		"the rules of 2019 do not ask which ones are approved": {set: rules.QuickStart, change: named("example.io")},
		"not real-name verified": {
			change: func(s *v1alpha1.IcpFilingSpec) { s.Domain.RealNameVerified = false }, says: "realNameVerified to true",
			want: []string{"Error DomainNotRealNameVerified spec.domain.realNameVerified"},
		},
		"verified on a day to come is not verified": {
			change: verified("2026-11-25"), want: []string{"Error DomainNotRealNameVerified spec.domain.realNameVerifiedAt"},
		},
		"verified on Friday, the bureau does not know on Tuesday": {
			change: verified("2026-11-20"), says: "submit after 2026-11-27",
			want: []string{"Warning DomainNotSynchronised spec.domain.realNameVerifiedAt"},
		},
		"verified three working days before, it may know or not": {
			change: verified("2026-11-18"), says: "submit after 2026-11-25",
			want: []string{"Warning DomainNotSynchronised spec.domain.realNameVerifiedAt"},
		},
		"verified more than five working days before, it knows": {change: verified("2026-11-16")},
		"expired": {
			change: func(s *v1alpha1.IcpFilingSpec) { s.Domain.ExpiresAt = day("2026-11-24") }, says: "expired on 2026-11-24",
			want: []string{"Error DomainExpired spec.domain.expiresAt"},
		},
		"three months left are too few where the province asks for more": {
			change: expires("Jiangsu", "2027-02-24"), says: "Jiangsu asks for more than 3 months",
			want: []string{"Error DomainExpiringSoon spec.domain.expiresAt", crossing},
		},
		"a day more is enough there": {change: expires("Jiangsu", "2027-02-25"), want: []string{crossing}},
		"elsewhere the rule is unknown and it is a warning": {
			change: expires("Fujian", "2027-02-24"), says: "the rule of Fujian is not known",
			want: []string{"Warning DomainExpiringSoon spec.domain.expiresAt"},
		},
		"by the rules of 2019 it only may not be expired": {
			set: rules.QuickStart, change: expires("Fujian", "2026-11-25"),
		},
		"held by a shareholder, some provinces accept it": {
			change: held(v1alpha1.RegistrantShareholder), want: []string{"Warning RegistrantMismatch spec.domain.registrant"},
		},
		"an individual has no shareholders": {
			spec: individual, change: held(v1alpha1.RegistrantShareholder), want: []string{"Error RegistrantMismatch spec.domain.registrant"},
		},
		"an individual is their own responsible person": {spec: individual, change: held(v1alpha1.RegistrantResponsiblePerson)},
		"the home page may be the domain itself":        {change: func(s *v1alpha1.IcpFilingSpec) { s.Website.Homepage = "example.com" }},
		"but no other domain": {
			change: func(s *v1alpha1.IcpFilingSpec) { s.Website.Homepage = "www.notexample.com" },
			want:   []string{"Error HomepageOutsideDomain spec.website.homepage"},
		},
	})
}

func TestRegistrableDomain(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		registrable string
		known       bool
	}{
		"example.com":                    {"example.com", true},
		"a.b.example.com":                {"example.com", true},
		"www.example.com.cn":             {"example.com.cn", true},
		"example.zj.cn":                  {"example.zj.cn", true},
		"github.io":                      {"github.io", true},
		"a.b.github.io":                  {"github.io", true},
		"s3.cn-north-1.amazonaws.com.cn": {"amazonaws.com.cn", true},
		"xn--55qx5d.xn--fiqs8s":          {"xn--55qx5d.xn--fiqs8s", true},
		"com.cn":                         {"", true},
		"cn":                             {"", true},
		"shop.internal":                  {"", false},
		"localhost":                      {"", false},
	} {
		if got, known := rules.RegistrableDomain(name); got != tc.registrable || known != tc.known {
			t.Errorf("RegistrableDomain(%s) = %q, %t; want %q, %t", name, got, known, tc.registrable, tc.known)
		}
	}
}

func TestCheckServer(t *testing.T) {
	t.Parallel()
	instance := func(change func(*v1alpha1.Instance)) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { change(s.Server.Instance) }
	}
	region := func(region string) func(*v1alpha1.IcpFilingSpec) {
		return instance(func(i *v1alpha1.Instance) { i.Region = region })
	}
	ips := func(ips ...string) func(*v1alpha1.IcpFilingSpec) {
		return instance(func(i *v1alpha1.Instance) { i.PublicIPs = ips })
	}
	expires := func(date string) func(*v1alpha1.IcpFilingSpec) {
		return instance(func(i *v1alpha1.Instance) { i.ExpiresAt = day(date) })
	}
	byUse := instance(func(i *v1alpha1.Instance) { no := false; i.Prepaid = &no })
	runFilingCases(t, map[string]filingCase{
		"Hong Kong is not in the mainland": {change: region("cn-hongkong"), says: "exemptDomains", want: []string{"Error ServerRegionNotMainland spec.server.instance.region"}},
		"Singapore is not either":          {change: region("ap-southeast-1"), want: []string{"Error ServerRegionNotMainland spec.server.instance.region"}},
		"Guangzhou is, at any provider":    {change: region("ap-guangzhou")},
		"an unknown region warns":          {change: region("moon-1"), want: []string{"Warning ServerRegionUnknown spec.server.instance.region"}},
		"no region warns":                  {change: region(""), want: []string{"Warning ServerRegionUnknown spec.server.instance.region"}},
		"a private address is not public": {
			change: ips("203.0.113.10", "10.0.0.1"), want: []string{"Error PublicIPInvalid spec.server.instance.publicIPs[1]"},
		},
		"a word is no address":          {change: ips("here"), want: []string{"Error PublicIPInvalid spec.server.instance.publicIPs[0]"}},
		"an IPv6 address is one":        {change: ips("2001:db8::1")},
		"paid by use is not prepaid":    {change: byUse, says: "备案服务号", want: []string{"Error ServerNotPrepaid spec.server.instance.prepaid"}},
		"the rules of 2019 do not ask":  {set: rules.QuickStart, change: byUse},
		"how it is paid may be unknown": {change: instance(func(i *v1alpha1.Instance) { i.Prepaid = nil })},
		"the lease has ended":           {change: expires("2026-11-24"), want: []string{"Error ServerExpired spec.server.instance.expiresAt"}},
		"the lease ends within three months, renewals unknown": {
			change: expires("2027-02-24"), want: []string{"Warning ServerExpiringSoon spec.server.instance.expiresAt"},
		},
		"it lasts three months": {change: expires("2027-02-25")},
	})
}

func TestCheckNumbersThatAreGivenAlready(t *testing.T) {
	t.Parallel()
	existing := func(subject, website string) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) {
			s.Existing.Subject.Number, s.Existing.Website.Number = subject, website
		}
	}
	public := func(number string) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { s.PublicSecurity.Number = number }
	}
	licence := func(number string) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { s.IcpLicense.Number = number }
	}
	runFilingCases(t, map[string]filingCase{
		"a subject's and a website's that belong together pass": {change: existing("浙ICP备12345678号", "浙ICP备12345678号-3")},
		"an odd one warns": {change: existing("浙备123", ""), want: []string{"Warning FilingNumberUnusual spec.existing.subject.number"}},
		"another province's subject cannot be filed here": {change: existing("沪ICP备12345678号", ""), want: []string{"Warning CrossProvince spec.existing.subject.number"}},
		"a website of another subject is filed elsewhere": {
			change: existing("浙ICP备12345678号", "浙ICP备87654321号-1"), want: []string{"Warning FilingNumbersDisagree spec.existing.website.number"},
		},
		"an app's number is no website's": {change: existing("", "浙ICP备12345678号-2A"), want: []string{"Error FilingNumberNotWebsite spec.existing.website.number"}},
		"nor is a mini-program's":         {change: existing("", "浙ICP备12345678号-2X"), want: []string{"Error FilingNumberNotWebsite spec.existing.website.number"}},
		"a subject's in its place warns":  {change: existing("", "浙ICP备12345678号"), want: []string{"Warning FilingNumberNotWebsite spec.existing.website.number"}},
		"a public-security number":        {change: public("浙公网安备 33010602000001号")},
		"an odd one of those warns":       {change: public("浙公网安备 330106020001号"), want: []string{"Warning PublicSecurityNumberUnusual spec.publicSecurity.number"}},
		"and so does no number at all":    {change: public("applied for"), want: []string{"Warning PublicSecurityNumberUnusual spec.publicSecurity.number"}},
		"a licence's number":              {change: licence("浙B2-20200001")},
		"an odd one of those warns too":   {change: licence("合字B2-20200001"), want: []string{"Warning LicenceNumberUnusual spec.icpLicense.number"}},
	})
}

func TestThreeMonthsAfterTheLastOfNovemberIsTheLastOfFebruary(t *testing.T) {
	t.Parallel()
	now := moment(t, "2026-11-30T10:00:00+08:00")
	for end, want := range map[string][]string{
		"2027-02-28": {"Error DomainExpiringSoon spec.domain.expiresAt"},
		"2027-03-01": {},
	} {
		spec := organization()
		spec.Domain.ExpiresAt = day(end)
		if diff := cmp.Diff(want, short(t, lookup(t, "").CheckFiling(spec, now))); diff != "" {
			t.Errorf("a domain that ends on %s (-want +got):\n%s", end, diff)
		}
	}
}
