package rules

import (
	"errors"
	"fmt"
	"strings"
)

// CreditCode is a unified social credit code (统一社会信用代码), taken apart. Source: GB 32100-2015.
type CreditCode struct {
	// Code as a whole, 18 characters, upper case.
	Code string
	// Prefix, characters 1 and 2: who registered it (登记管理部门代码) and what it is (机构类别代码).
	Prefix string
	// Division, characters 3 to 8: the administrative division of the registering office (登记管理机关行政区划码);
	// 100000 is the nation's own.
	Division string
	// Organization, characters 9 to 17: the organization code (主体标识码), without its hyphen.
	Organization string
	// Odd says what is unusual in a code that may be right all the same, "" for nothing.
	Odd string
}

// NationalDivision is the division of a code that was registered with a national office.
const NationalDivision = "100000"

const (
	creditCodeAlphabet  = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	creditCodeLength    = 18
	creditCodeModulus   = 31
	creditCodeMultiple  = 3
	orgCodeAlphabet     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	orgCodeLength       = 9
	orgCodeModulus      = 11
	orgCodeCheckLetters = "0123456789X"
)

var orgCodeWeights = [orgCodeLength - 1]int{3, 7, 9, 10, 5, 8, 4, 2}

// ParseCreditCode takes a unified social credit code (统一社会信用代码) apart. Its length, characters and check
// character must hold. The check of the organization code inside it is only said to fail (Odd), since codes of older
// registrations are in force for which it does.
func ParseCreditCode(code string) (CreditCode, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	if n := len([]rune(code)); n != creditCodeLength {
		return CreditCode{}, fmt.Errorf("it has %d characters and needs %d", n, creditCodeLength)
	}
	sum, weight := 0, 1
	for i, char := range code {
		value := strings.IndexRune(creditCodeAlphabet, char)
		if value < 0 {
			return CreditCode{}, fmt.Errorf("%q is none of its characters, %s", char, creditCodeAlphabet)
		}
		if i < creditCodeLength-1 {
			sum += value * weight
			weight = weight * creditCodeMultiple % creditCodeModulus
		}
	}
	want := creditCodeAlphabet[(creditCodeModulus-sum%creditCodeModulus)%creditCodeModulus]
	if code[creditCodeLength-1] != want {
		return CreditCode{}, errors.New("its last character does not check: one of the 18 is mistyped")
	}
	parsed := CreditCode{Code: code, Prefix: code[:2], Division: code[2:8], Organization: code[8:17]}
	if err := CheckOrganizationCode(parsed.Organization); err != nil {
		parsed.Odd = "the organization code in characters 9 to 17 does not check"
	}
	return parsed, nil
}

// CheckOrganizationCode checks an organization code (组织机构代码): eight characters and a check character, with or
// without a hyphen before it. Source: GB 11714-1997.
func CheckOrganizationCode(code string) error {
	code = strings.ToUpper(strings.TrimSpace(code))
	if len(code) == orgCodeLength+1 && code[orgCodeLength-1] == '-' {
		code = code[:orgCodeLength-1] + code[orgCodeLength:]
	}
	if n := len([]rune(code)); n != orgCodeLength {
		return fmt.Errorf("it has %d characters and needs %d", n, orgCodeLength)
	}
	for _, char := range code {
		if !strings.ContainsRune(orgCodeAlphabet, char) {
			return fmt.Errorf("%q is neither a digit nor a letter", char)
		}
	}
	sum := 0
	for i, weight := range orgCodeWeights {
		sum += strings.IndexByte(orgCodeAlphabet, code[i]) * weight
	}
	want := orgCodeCheckLetters[(orgCodeModulus-sum%orgCodeModulus)%orgCodeModulus]
	if code[orgCodeLength-1] != want {
		return errors.New("its last character does not check: one of the nine is mistyped")
	}
	return nil
}
