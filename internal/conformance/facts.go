package conformance

import (
	"fmt"
	"strings"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// The persons of every application, made up: nobody has these numbers.
var (
	subjectPerson = protocol.Person{
		Name: "测试甲一致性", Role: protocol.PersonRoleLegalRepresentative, IDType: "ResidentID", IDNumber: "330106199001010018", IDValidUntil: "2046-01-01",
		Mobile: "13900001111", EmergencyPhone: "0571-88881111", Email: "conformance-a@example.com", Address: "浙江省杭州市示例路一号", MainlandResident: true,
	}
	websitePerson = protocol.Person{
		Name: "测试乙一致性", Role: protocol.PersonRoleAuthorized, IDType: "ResidentID", IDNumber: "330106198808080020", IDValidUntil: "2046-01-01",
		Mobile: "13900002222", EmergencyPhone: "0571-88882222", Email: "conformance-b@example.com", Address: "浙江省杭州市示例路二号", MainlandResident: true,
	}
	personalValues = []string{
		subjectPerson.Name, subjectPerson.IDNumber, subjectPerson.Mobile, subjectPerson.EmergencyPhone, subjectPerson.Email, subjectPerson.Address,
		websitePerson.Name, websitePerson.IDNumber, websitePerson.Mobile, websitePerson.EmergencyPhone, websitePerson.Email, websitePerson.Address,
	}
)

// fresh is the application of a company of its own for a domain of its own: nobody has filed either.
func (b *bench) fresh() protocol.Application {
	b.number++
	domain := fmt.Sprintf("%s-%d.%s", strings.ToLower(b.Run), b.number, b.DomainSuffix)
	return b.company(domain, creditCode(b.Run, b.number))
}

// company is an application for a domain.
func (b *bench) company(domain, code string) protocol.Application {
	return protocol.Application{
		Account: b.Account, AccountSite: protocol.AccountSiteChina, Channel: protocol.ChannelPC, FilingType: protocol.FilingTypeFirstFiling,
		Domain: protocol.Domain{Name: domain, Registrant: protocol.DomainRegistrantSubject, RealNameVerified: true},
		Server: protocol.Server{AccessType: "CloudServer", Instance: protocol.Instance{ID: "i-conformance", Region: "cn-hangzhou", PublicIPs: []string{"203.0.113.10"}, Prepaid: true}},
		Subject: protocol.Subject{
			Nature: protocol.NatureEnterprise, Province: protocol.ProvinceGuangdong, City: "Shenzhen", Name: "一致性测试" + code[len(code)-6:] + "有限公司",
			Certificate: protocol.Certificate{Type: "UnifiedSocialCreditCode", Number: code}, ResponsiblePerson: subjectPerson,
		},
		Website:   protocol.Website{Name: "一致性测试站", Homepage: domain, ServiceContents: []protocol.Reason{"Ecommerce"}, Languages: []string{"zh"}, ResponsiblePerson: websitePerson},
		Materials: []protocol.MaterialReference{{Kind: protocol.MaterialKindSubjectCertificate, Part: 1}, {Kind: protocol.MaterialKindSubjectCertificate, Part: 2}},
	}
}

func questionOf(a protocol.Application) protocol.TypeQuestion {
	return protocol.TypeQuestion{
		Account: a.Account, AccountSite: a.AccountSite, Channel: a.Channel, Domain: a.Domain.Name,
		Subject: protocol.SubjectIdentity{Nature: a.Subject.Nature, Province: a.Subject.Province, Certificate: a.Subject.Certificate},
	}
}

// creditCode is a made-up organization's of this run, with both its check characters right.
func creditCode(run string, n int) string {
	const signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	sum := uint64(14695981039346656037)
	for _, c := range fmt.Sprintf("%s/%d", run, n) {
		sum = (sum ^ uint64(c)) * 1099511628211
	}
	body := make([]byte, 7)
	for i := range body {
		body[i] = signs[sum%uint64(len(signs))]
		sum /= uint64(len(signs))
	}
	for _, check := range "0123456789X" {
		organization := "M" + string(body) + string(check)
		if rules.CheckOrganizationCode(organization) != nil {
			continue
		}
		for _, last := range signs {
			code := "91440300" + organization + string(last)
			if _, err := rules.ParseCreditCode(code); err == nil {
				return code
			}
		}
	}
	return "91440300MA0EXAM076" // every body has its check characters: this is not come to
}
