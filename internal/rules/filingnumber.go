package rules

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// NumberKind is what a filing number was given for.
type NumberKind string

// Kinds of filing numbers.
const (
	// NumberSubject is a subject's number (主体备案号): 浙ICP备12345678号.
	NumberSubject NumberKind = "Subject"
	// NumberWebsite is a website's number (网站备案号): 浙ICP备12345678号-1.
	NumberWebsite NumberKind = "Website"
	// NumberApp is an app's (APP备案号): …号-2A.
	NumberApp NumberKind = "App"
	// NumberMiniProgram is a mini-program's (小程序备案号): …号-3X.
	NumberMiniProgram NumberKind = "MiniProgram"
	// NumberQuickApp is a quick app's (快应用备案号): …号-4K.
	NumberQuickApp NumberKind = "QuickApp"
)

// FilingNumber is an ICP filing number (ICP备案号), taken apart.
type FilingNumber struct {
	// Prefix is the province's character, as written.
	Prefix string
	// Province that the prefix stands for.
	Province v1alpha1.Province
	// Serial is the digits before 号: a year of two digits and six more, or a year of four and six more.
	Serial string
	// Index counts the subject's websites, apps and so on from 1; 0 for the subject's own number.
	Index int
	// Kind says what the number was given for.
	Kind NumberKind
}

var (
	filingNumberForm = regexp.MustCompile(`^(\p{Han})ICP备((?:20)?[0-9]{8})号(?:-([1-9][0-9]{0,5})([AXK]?))?$`)
	numberKinds      = map[string]NumberKind{"": NumberWebsite, "A": NumberApp, "X": NumberMiniProgram, "K": NumberQuickApp}
)

// plainNumber is what numbers are written with: no markup, no control characters, nothing that a shell, a spreadsheet or a chat
// takes for its own.
var plainNumber = regexp.MustCompile(`^[\p{Han}A-Za-z0-9 \x{3000}－—–﹣-]*$`)

// PlainNumber says that a text has only characters that filing numbers are written with, whatever their form, old or new: a
// number is shown in mails, chats, pages and commands by whoever trusts it.
func PlainNumber(number string) bool { return plainNumber.MatchString(number) }

// ParseFilingNumber takes an ICP filing number (ICP备案号) apart, in all the forms that are in use: eight or ten
// digits, today's and older prefixes, with or without -N. Blanks, wide hyphens and small letters are forgiven.
func ParseFilingNumber(number string) (FilingNumber, error) {
	parts := filingNumberForm.FindStringSubmatch(tidyNumber(number))
	if parts == nil {
		return FilingNumber{}, fmt.Errorf("filing number %q: write it like 浙ICP备12345678号 for a subject, 浙ICP备12345678号-1 for a website", number)
	}
	province, known := provinceOfPrefix(parts[1])
	if !known {
		return FilingNumber{}, fmt.Errorf("filing number %q: %s stands for no province, it begins like 京 or 浙", number, parts[1])
	}
	parsed := FilingNumber{Prefix: parts[1], Province: province.Province, Serial: parts[2], Kind: NumberSubject}
	if parts[3] != "" {
		// At most six digits: cannot fail.
		parsed.Index, _ = strconv.Atoi(parts[3])
		parsed.Kind = numberKinds[parts[4]]
	}
	return parsed, nil
}

// Subject is the number of the subject (主体备案号) that the number belongs to.
func (n FilingNumber) Subject() FilingNumber {
	n.Index, n.Kind = 0, NumberSubject
	return n
}

// Same says that two numbers are one, whichever of its province's prefixes each is written with.
func (n FilingNumber) Same(other FilingNumber) bool {
	return n.Province == other.Province && n.Serial == other.Serial && n.Index == other.Index && n.Kind == other.Kind
}

// String is the number in its usual form.
func (n FilingNumber) String() string {
	number := n.Prefix + "ICP备" + n.Serial + "号"
	if n.Kind == NumberSubject {
		return number
	}
	suffix := map[NumberKind]string{NumberApp: "A", NumberMiniProgram: "X", NumberQuickApp: "K"}[n.Kind]
	return number + "-" + strconv.Itoa(n.Index) + suffix
}

// tidyNumber removes blanks and brings hyphens and Latin letters to one form.
func tidyNumber(number string) string {
	return strings.ToUpper(strings.NewReplacer(
		" ", "", "\u3000", "", "\u00a0", "", "\t", "", "－", "-", "—", "-", "–", "-", "﹣", "-",
	).Replace(number))
}
