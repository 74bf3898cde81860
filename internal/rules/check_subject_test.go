package rules_test

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

func TestCheckSubject(t *testing.T) {
	t.Parallel()
	certified := func(nature v1alpha1.Nature, kind v1alpha1.CertificateType, number string) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) {
			s.Subject.Nature = nature
			s.Subject.Certificate = &v1alpha1.Certificate{Type: kind, Number: number}
		}
	}
	code := func(nature v1alpha1.Nature, number string) func(*v1alpha1.IcpFilingSpec) {
		return certified(nature, v1alpha1.CertificateUSCC, number)
	}
	until := func(end *metav1.Time) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { s.Subject.Certificate.ExpiresAt = end }
	}
	const (
		number = "spec.subject.certificate.number"
		kind   = "spec.subject.certificate.type"
		end    = "spec.subject.certificate.expiresAt"
	)
	runFilingCases(t, map[string]filingCase{
		"a mistyped credit code stops": {
			change: code("Enterprise", "91330106MA2XXXXX0Z"), want: []string{"Error CertificateNumberInvalid " + number}, says: "copy it from the certificate",
		},
		"a public institution's code is no company's": {
			change: code("Enterprise", "12330100000000000E"), says: "事业单位", want: []string{"Error CertificateDoesNotFitNature " + number},
		},
		"it is a public institution's":              {change: code("PublicInstitution", "12330100000000000E")},
		"a social organization's begins with 51":    {change: code("SocialOrganization", "513300000000000008")},
		"a private non-enterprise's begins with 52": {change: code("PrivateNonEnterprise", "52330106MA2XXXXX00")},
		"a foundation's begins with 53":             {change: code("Foundation", "533300000000000002")},
		"a law firm's begins with 31":               {change: code("LawFirm", "31330000000000000A")},
		"a sole trader is an enterprise":            {change: code("Enterprise", "92330106MA2XXXXX0U")},
		"any code fits a subject of another nature": {change: code("Other", "92330106MA2XXXXX0U")},
		"a prefix that nothing is known of warns": {
			change: code("Enterprise", "22330106MA2XXXXX03"), want: []string{"Warning CertificateNumberUnusual " + number},
		},
		"a code whose inner organization code does not check warns": {
			change: code("Enterprise", "911100001000034XXX"),
			want:   []string{"Warning CertificateNumberUnusual " + number, "Warning CrossProvince " + number},
		},
		"a code of another province warns, since organizations move": {
			change: code("Enterprise", "91440106MA2XXXXX0R"), says: "registered in Guangdong", want: []string{"Warning CrossProvince " + number},
		},
		"a code of a national office belongs anywhere": {change: code("Enterprise", "91100000MA2XXXXX09")},
		"a company has no foundation's certificate": {
			change: certified("Enterprise", v1alpha1.CertificateFoundation, "1"), want: []string{"Error CertificateDoesNotFitNature " + kind},
		},
		"an old business licence has 15 digits": {change: certified("Enterprise", v1alpha1.CertificateBusinessLicence, "330106000012345")},
		"another number of one warns": {
			change: certified("Enterprise", v1alpha1.CertificateBusinessLicence, "33010600001234"), want: []string{"Warning CertificateNumberUnusual " + number},
		},
		"with 18 characters it is a credit code": {
			change: certified("Enterprise", v1alpha1.CertificateBusinessLicence, "91330106MA2XXXXX0Z"), want: []string{"Error CertificateNumberInvalid " + number},
		},
		"an organization code that checks passes": {change: certified("PublicInstitution", v1alpha1.CertificateOrganizationCode, "D2143569-X")},
		"one that does not warns": {
			change: certified("PublicInstitution", v1alpha1.CertificateOrganizationCode, "D2143568-X"), want: []string{"Warning CertificateNumberUnusual " + number},
		},
		"a military code is not judged":               {change: certified("Military", v1alpha1.CertificateMilitary, "某部")},
		"a certificate of another kind is not judged": {change: certified("Enterprise", v1alpha1.CertificateOther, "A/1")},
		"the certificate has ended":                   {change: until(day("2026-11-24")), want: []string{"Error CertificateExpired " + end}},
		"it ends before the reviews may": {
			change: until(day("2026-12-24")), want: []string{"Warning CertificateUnclearOrExpiring " + end},
		},
		"it lasts": {change: until(day("2027-06-01"))},
		"an organization needs its name": {
			change: func(s *v1alpha1.IcpFilingSpec) { s.Subject.Name = "" }, want: []string{"Error SubjectNameMissing spec.subject.name"},
		},
		"and its certificate": {
			change: func(s *v1alpha1.IcpFilingSpec) { s.Subject.Certificate = nil }, want: []string{"Error CertificateMissing spec.subject.certificate"},
		},
		"a province that is none of the mainland's": {
			change: func(s *v1alpha1.IcpFilingSpec) { s.Subject.Province = "HongKong" },
			want:   []string{"Error ProvinceUnknown spec.subject.province", "Warning CrossProvince " + number},
		},
		"a nature that does not exist": {
			change: func(s *v1alpha1.IcpFilingSpec) { s.Subject.Nature = "Club" }, want: []string{"Error NatureUnknown spec.subject.nature"},
		},
		"a person's name, certificate and address stay out of the spec": {
			spec: individual,
			change: func(s *v1alpha1.IcpFilingSpec) {
				s.Subject.Name, s.Subject.Address = "李示例", "示例路1号"
				s.Subject.Certificate = &v1alpha1.Certificate{Type: v1alpha1.CertificateOther, Number: "33010619900101000X"}
			},
			want: []string{
				"Error PersonalDataInSpec spec.subject.name",
				"Error PersonalDataInSpec spec.subject.certificate",
				"Error PersonalDataInSpec spec.subject.address",
			},
		},
	})
}

func TestCheckWebsiteName(t *testing.T) {
	t.Parallel()
	named := func(name string) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = name }
	}
	const field = "spec.website.name"
	runFilingCases(t, map[string]filingCase{
		"three Chinese characters are enough":           {change: named("示例店")},
		"two are not":                                   {change: named("示例"), says: "at least 3 Chinese characters", want: []string{"Error WebsiteNameTooShort " + field}},
		"two with letters are not either":               {change: named("示例abc"), want: []string{"Error WebsiteNameTooShort " + field}},
		"three with letters and digits are":             {change: named("示例网ABC123")},
		"digits alone are no name":                      {change: named("123456"), want: []string{"Error WebsiteNameNotChinese " + field}},
		"letters alone are no name":                     {change: named("Example"), want: []string{"Error WebsiteNameNotChinese " + field}},
		"special characters are taken out":              {change: named("示例商城-首页!"), says: `"!" "-"`, want: []string{"Error WebsiteNameSpecialCharacters " + field}},
		"a blank is special":                            {change: named("示例 商城"), want: []string{"Error WebsiteNameSpecialCharacters " + field}},
		"a character beyond the first plane is Chinese": {change: named("𠮷祥示例")},
		"the domain is no name": {
			change: named("示例商城example.com"), want: []string{"Error WebsiteNameSpecialCharacters " + field, "Error WebsiteNameIsDomain " + field},
		},
		"nor is an internationalized one": {
			change: func(s *v1alpha1.IcpFilingSpec) {
				s.Domain.Name, s.Website.Homepage, s.Website.Name = "xn--fsqu00a.xn--fiqs8s", "", "例子.中国"
			},
			want: []string{"Error WebsiteNameSpecialCharacters " + field, "Error WebsiteNameIsDomain " + field, "Error WebsiteNameNational " + field},
		},
		"a national word is for national organizations": {change: named("中国示例商城"), says: "中国", want: []string{"Error WebsiteNameNational " + field}},
		"without a certificate nothing shows that it is one": {
			change: func(s *v1alpha1.IcpFilingSpec) { s.Website.Name, s.Subject.Certificate = "中国示例商城", nil },
			want:   []string{"Error CertificateMissing spec.subject.certificate", "Error WebsiteNameNational " + field},
		},
		"each national word is found": {
			change: named("中华中央人民国家"),
			want: []string{
				"Error WebsiteNameNational " + field, "Error WebsiteNameNational " + field,
				"Error WebsiteNameNational " + field, "Error WebsiteNameNational " + field,
			},
		},
		"a people's hospital bears the word in its name": {
			change: func(s *v1alpha1.IcpFilingSpec) {
				s.Subject.Name, s.Website.Name = "杭州市示例人民医院", "示例人民医院"
				s.Subject.Nature, s.Subject.Certificate.Number = "PublicInstitution", "12330100000000000E"
			},
		},
		"so does whoever is registered with a national office": {
			change: func(s *v1alpha1.IcpFilingSpec) {
				s.Website.Name, s.Subject.Certificate.Number = "中国示例网络", "91100000MA2XXXXX09"
			},
		},
		"an individual's names no platform": {spec: individual, change: named("清风论坛平台"), want: []string{"Error WebsiteNameNotForIndividuals " + field, "Error WebsiteNameNotForIndividuals " + field}},
		"no company":                        {spec: individual, change: named("清风公司随笔"), want: []string{"Error WebsiteNameNotForIndividuals " + field}},
		"no place":                          {spec: individual, change: named("浙江清风随笔"), says: "names a place", want: []string{"Error WebsiteNameNotForIndividuals " + field}},
		"not even the person's own city": {
			spec: individual, says: "hold 杭州",
			change: func(s *v1alpha1.IcpFilingSpec) { s.Website.Name, s.Subject.City = "杭州清风随笔", "杭州市" },
			want:   []string{"Error WebsiteNameNotForIndividuals " + field},
		},
		"or district": {
			spec: individual,
			change: func(s *v1alpha1.IcpFilingSpec) {
				s.Website.Name, s.Subject.District = "西湖清风随笔", "西湖区"
			},
			want: []string{"Error WebsiteNameNotForIndividuals " + field},
		},
		"a city in Latin letters is no part of a name": {
			spec:   individual,
			change: func(s *v1alpha1.IcpFilingSpec) { s.Subject.City, s.Subject.District = "Hangzhou", "市" },
		},
		"nor the nation":                    {spec: individual, change: named("国家清风随笔"), want: []string{"Error WebsiteNameNational " + field}},
		"an organization's may name them":   {change: named("浙江示例社区平台")},
		"the rules for names stood in 2019": {set: rules.QuickStart, change: named("示例"), want: []string{"Error WebsiteNameTooShort " + field}},
	})
}

func TestCheckContent(t *testing.T) {
	t.Parallel()
	contents := func(contents ...v1alpha1.ServiceContent) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) { s.Website.ServiceContents = contents }
	}
	const field = "spec.website.serviceContents"
	runFilingCases(t, map[string]filingCase{
		"an individual sells nothing":              {spec: individual, change: contents("Ecommerce"), says: "电子商务", want: []string{"Error ContentDoesNotFitNature " + field}},
		"an individual may have other contents":    {spec: individual, change: contents("Blog", "Other")},
		"what is not known of an individual warns": {spec: individual, change: contents("Poetry"), want: []string{"Warning ServiceContentUnknown " + field}},
		"an organization may name its own":         {change: contents("Poetry")},
		"nothing said warns":                       {change: contents(), want: []string{"Warning ServiceContentMissing " + field}},
		"games usually need approval":              {change: contents("Games"), want: []string{"Warning PreApprovalLikely spec.website.preApprovalCategories"}},
		"nothing said of an individual warns, with a content that fits": {
			spec: individual, change: contents(), says: "[PersonalBlog]", want: []string{"Warning ServiceContentMissing " + field},
		},
		"the rules of 2019 say nothing on it": {set: rules.QuickStart, spec: individual, change: contents("Ecommerce")},
	})
}

func TestCheckPreApprovals(t *testing.T) {
	t.Parallel()
	with := func(category v1alpha1.PreApprovalCategory, papers ...v1alpha1.PreApproval) func(*v1alpha1.IcpFilingSpec) {
		return func(s *v1alpha1.IcpFilingSpec) {
			s.Website.PreApprovalCategories = []v1alpha1.PreApprovalCategory{category}
			s.PreApprovals = papers
		}
	}
	scan := &v1alpha1.SecretKeyReference{Name: "papers", Key: "permit.jpg"}
	paper := v1alpha1.PreApproval{Category: "Publishing", Number: "网出证1号", DocumentRef: scan}
	ended, ending, bare, unscanned := paper, paper, paper, paper
	ended.ExpiresAt, ending.ExpiresAt = day("2026-11-01"), day("2026-12-01")
	bare.Number, unscanned.DocumentRef = "", nil
	school := v1alpha1.PreApproval{Category: "Education", DocumentRef: scan}
	runFilingCases(t, map[string]filingCase{
		"publishing needs its paper":                  {change: with("Publishing"), says: "互联网出版许可证", want: []string{"Error PreApprovalMissing spec.preApprovals"}},
		"with the paper it passes":                    {change: with("Publishing", paper)},
		"an ended one does not":                       {change: with("Publishing", ended), want: []string{"Error PreApprovalExpired spec.preApprovals[0].expiresAt"}},
		"one that ends soon warns":                    {change: with("Publishing", ending), want: []string{"Warning PreApprovalExpired spec.preApprovals[0].expiresAt"}},
		"its number is needed":                        {change: with("Publishing", bare), want: []string{"Error PreApprovalIncomplete spec.preApprovals[0].number"}},
		"its scan is asked for":                       {change: with("Publishing", unscanned), want: []string{"Warning PreApprovalIncomplete spec.preApprovals[0].documentRef"}},
		"a category that no rule knows is not judged": {change: with("Astrology")},
		"education was required in 2019": {
			set: rules.QuickStart, change: with("Education"), want: []string{"Error PreApprovalMissing spec.preApprovals"},
		},
		"and is at the bureau's discretion today": {
			change: with("Education"), says: "bureau of Zhejiang", want: []string{"Warning PreApprovalAtDiscretion spec.preApprovals"},
		},
		"a paper for it need not be whole": {change: with("Education", school), want: []string{"Warning PreApprovalIncomplete spec.preApprovals[0].number"}},
	})
}
