package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// LicenceNumber is the number of an ICP licence (ICP许可证号), taken apart.
type LicenceNumber struct {
	// Number in its usual form.
	Number string
	// Province that gave it; "" for one that the ministry gave, which counts in several provinces.
	Province v1alpha1.Province
}

var licenceForms = []*regexp.Regexp{
	regexp.MustCompile(`^(\p{Han})ICP证([0-9]{6,8})号(?:-[0-9]+)?$`),       // 京ICP证030173号
	regexp.MustCompile(`^(\p{Han}?)B2-((?:19|20)[0-9]{6})(?:-[0-9]+)?$`), // 浙B2-20090059, and the ministry's B2-20090059
}

// ParseLicenceNumber takes the number of an ICP licence (ICP许可证号) apart, in both forms. Numbers of other forms
// exist (合字B2-…): an error only says that the form is not one of the two.
func ParseLicenceNumber(number string) (LicenceNumber, error) {
	tidy := tidyNumber(number)
	for _, form := range licenceForms {
		parts := form.FindStringSubmatch(tidy)
		if parts == nil {
			continue
		}
		province, known := provinceOfPrefix(parts[1])
		if !known && parts[1] != "" {
			continue
		}
		return LicenceNumber{Number: tidy, Province: province.Province}, nil
	}
	return LicenceNumber{}, fmt.Errorf("ICP licence number %q: usual are 京ICP证030173号 and 浙B2-20090059", number)
}

// PublicSecurityNumber is a public-security number (公安备案号), taken apart.
type PublicSecurityNumber struct {
	// Prefix is the province's character, as written; "" where only the digits are.
	Prefix string
	// Digits of the number, 14 as a rule; the region's code comes first.
	Digits string
	// Odd says what is unusual in a number that may be right all the same, "" for nothing.
	Odd string
}

var publicSecurityForm = regexp.MustCompile(`^(?:(\p{Han})公网安备)?([0-9]+)号?$`)

const publicSecurityDigits = 14

// ParsePublicSecurityNumber takes a public-security number (公安备案号) apart: 京公网安备 11010502012345号, or its digits
// alone. Numbers of 12 digits and other odd ones are in force: Odd says so.
func ParsePublicSecurityNumber(number string) (PublicSecurityNumber, error) {
	parts := publicSecurityForm.FindStringSubmatch(tidyNumber(number))
	if parts == nil {
		return PublicSecurityNumber{}, fmt.Errorf("public-security number %q: write it like 京公网安备 11010502012345号", number)
	}
	parsed := PublicSecurityNumber{Prefix: parts[1], Digits: parts[2]}
	byCode, codeKnown := provinceOfCode(parsed.Digits)
	byPrefix, prefixKnown := provinceOfPrefix(parsed.Prefix)
	switch {
	case len(parsed.Digits) != publicSecurityDigits:
		parsed.Odd = fmt.Sprintf("it has %d digits, %d are usual", len(parsed.Digits), publicSecurityDigits)
	case !codeKnown:
		parsed.Odd = "its first two digits are no province's code"
	case parsed.Prefix != "" && !prefixKnown:
		parsed.Odd = parsed.Prefix + " stands for no province"
	case prefixKnown && byCode.Province != byPrefix.Province:
		parsed.Odd = fmt.Sprintf("%s stands for %s, its digits for %s", parsed.Prefix, byPrefix.Province, byCode.Province)
	}
	return parsed, nil
}

// String is the number in its usual form, or its digits alone where no prefix is known.
func (n PublicSecurityNumber) String() string {
	if n.Prefix == "" {
		return n.Digits
	}
	return n.Prefix + "公网安备 " + n.Digits + "号"
}

var (
	mobileForm   = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	landlineForm = regexp.MustCompile(`^(?:0[1-9][0-9]{1,2}-?)?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?$`)
	emailForm    = regexp.MustCompile(`^[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+$`)
)

// IsMainlandMobile says whether it has the form of a mainland mobile number (大陆手机号码): eleven digits, without +86.
func IsMainlandMobile(phone string) bool { return mobileForm.MatchString(phone) }

// isPhone says whether it has the form of a mainland phone number, mobile or fixed with its area code.
func isPhone(phone string) bool { return IsMainlandMobile(phone) || landlineForm.MatchString(phone) }

func isEmail(address string) bool { return emailForm.MatchString(address) }

// samePhone compares two numbers by their digits.
func samePhone(a, b string) bool { return digitsOf(a) != "" && digitsOf(a) == digitsOf(b) }

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
