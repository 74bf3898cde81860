package words

import (
	"fmt"
	"strconv"

	"github.com/beian-dev/icp-operator/internal/rules"
)

// Provincial is what a bureau's own rule on its topic says: a value in words, or a number.
func Provincial(row rules.ProvincialRow) Words {
	if row.Value == "" {
		w, ok := provincialNumbers[row.Topic]
		if !ok {
			return itself(strconv.Itoa(row.Number))
		}
		return Words{fmt.Sprintf(w.English, row.Number), fmt.Sprintf(w.Chinese, row.Number)}
	}
	if w, ok := provincial[string(row.Topic)+"/"+row.Value]; ok {
		return w
	}
	return itself(row.Value)
}

// provincialNumbers say a number with its unit.
var provincialNumbers = map[rules.Topic]Words{
	rules.TopicSitesPerOrder:                {"at most %d", "不超过 %d 个"},
	rules.TopicDomainsInFirstPersonalFiling: {"at most %d", "不超过 %d 个"},
	rules.TopicSitesPerSubject:              {"at most %d", "不超过 %d 个"},
	rules.TopicMinimumAge:                   {"%d years", "满 %d 周岁"},
	rules.TopicDomainMonthsLeft:             {"more than %d months", "%d 个月以上"},
}

var provincial = map[string]Words{
	"ResponsiblePerson/LegalRepresentativeOnly":  {"only the legal representative", "仅法定代表人"},
	"ResponsiblePerson/AuthorizedWithLetter":     {"an authorized person too, with a letter", "也可为授权人，凭授权书"},
	"IndividualsFromOutside/LocalIdentityOnly":   {"only with an identity card of the province", "仅限本省身份证"},
	"IndividualsFromOutside/NotAccepted":         {"nobody from outside", "不接受外省个人"},
	"IndividualsFromOutside/WithResidencePermit": {"with a residence permit of the province", "凭本省居住证"},
	"IndividualsFromOutside/Accepted":            {"as anyone else", "接受，与本省相同"},
	"InstitutionTLDs/Limited":                    {"only some; no source says which", "有限制，限于哪些后缀没有出处说明"},
	"InstitutionTLDs/Free":                       {"any that the ministry has approved", "工信部已批复的均可"},
	"FooterNumber/SubjectNumber":                 {"the subject's number", "主体备案号"},
	"FooterNumber/WebsiteNumber":                 {"the website's number", "网站备案号"},
	"ShellSubject/AddWebsite":                    {"directly", "可直接新增"},
	"ShellSubject/CancelFirst":                   {"the subject is cancelled first", "须先注销主体"},
	"MaterialMailing/Required":                   {"in every filing", "每次备案"},
	"MaterialMailing/OnRequest":                  {"only where a reviewer asks", "仅在审核人员要求时"},
	"ChangeName/Allowed":                         {"allowed", "允许"},
	"ChangeName/Refused":                         {"refused", "不允许"},
	"ChangeCertificate/Allowed":                  {"allowed", "允许"},
	"ChangeCertificate/Refused":                  {"refused", "不允许"},
	"Registrant/SubjectOnly":                     {"nobody but the subject", "仅主体"},
	"Registrant/ResponsiblePersonToo":            {"its responsible person too", "也可为主体负责人"},
	"Registrant/ShareholderOrExecutiveToo":       {"its responsible person, a shareholder or an executive too", "也可为主体负责人、股东或高管"},
	"LocalPhone/Required":                        {"needed", "须为本省号码"},
	"LocalPhone/NotRequired":                     {"not needed", "不要求"},
}
