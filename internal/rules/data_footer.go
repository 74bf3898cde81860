package rules

import (
	"fmt"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// FooterLinkRow says where a number that a website shows is to lead to.
type FooterLinkRow struct {
	Rule
	// Host that the link leads to.
	Host string
	// Link as it is to be written; %s stands for the number's digits.
	Link string
}

// Where the numbers at the bottom of a page (网站底部) lead to, the same in every rule set.
var (
	filingLink         = FooterLinkRow{guide, "beian.miit.gov.cn", "https://beian.miit.gov.cn/"}
	publicSecurityLink = FooterLinkRow{practice, "beian.mps.gov.cn", "https://beian.mps.gov.cn/#/query/webSearch?code=%s"}
)

// FilingLink is where a filing's number (备案号) leads to.
func FilingLink() FooterLinkRow { return filingLink }

// PublicSecurityLink is where a public-security number (公安备案号) leads to, as a row of that number.
func PublicSecurityLink(number string) FooterLinkRow {
	row := publicSecurityLink
	parsed, err := ParsePublicSecurityNumber(number)
	if err != nil {
		row.Link = "https://" + row.Host + "/"
		return row
	}
	row.Link = fmt.Sprintf(row.Link, parsed.Digits)
	return row
}

// FooterNumbers are the numbers that a page may show: the one that the province's bureau asks for, and the other. Where its rule is
// unknown, either says that the site is filed: row is false.
func (s Set) FooterNumbers(province v1alpha1.Province, subject, website string) (asked, other string, row bool) {
	r, known := s.Provincial(province, TopicFooterNumber)
	if subject == "" || website == "" {
		return subject + website, "", known
	}
	if known && r.Value == FooterSubjectNumber {
		return subject, website, true
	}
	return website, subject, known
}
