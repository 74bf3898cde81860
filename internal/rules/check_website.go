package rules

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// website checks the site's name (网站名称) and content (网站内容).
func (c *filingCheck) website() {
	if rule, known := c.set.Limit(LimitNameCharacters); known {
		c.nameCharacters(rule)
		c.nameIsDomain(rule.Rule)
	}
	c.nameWords()
	c.namePlaces()
	c.serviceContents()
}

const websiteName = "spec.website.name"

// nameCharacters checks what a name is made of.
func (c *filingCheck) nameCharacters(limit LimitRow) {
	name := c.spec.Website.Name
	chinese, plain := 0, 0
	special := map[rune]bool{}
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Han, r):
			chinese++
		case unicode.Is(unicode.Latin, r) || unicode.IsDigit(r):
			plain++
		case !unicode.IsLetter(r) && !unicode.IsMark(r):
			special[r] = true
		}
	}
	switch {
	case chinese == 0 && plain > 0:
		c.errorf(limit.Rule, ReasonWebsiteNameNotChinese, websiteName,
			"website name %q: digits or Latin letters alone; give it a Chinese name of at least %d characters", name, limit.Value)
	case chinese < limit.Value:
		c.errorf(limit.Rule, ReasonWebsiteNameTooShort, websiteName,
			"website name %q: needs at least %d Chinese characters; give it a longer one that says what the website offers", name, limit.Value)
	}
	if len(special) > 0 {
		c.errorf(limit.Rule, ReasonWebsiteNameSpecialCharacters, websiteName,
			"website name %q: take out the special characters %s", name, quoted(special))
	}
}

// quoted lists characters in a stable order.
func quoted(set map[rune]bool) string {
	var list []string
	for r := range set {
		list = append(list, string(r))
	}
	slices.Sort(list)
	return `"` + strings.Join(list, `" "`) + `"`
}

func (c *filingCheck) nameIsDomain(rule Rule) {
	name := strings.ToLower(c.spec.Website.Name)
	domain := c.spec.Domain.Name
	shown, err := idna.Lookup.ToUnicode(domain)
	if err != nil {
		shown = domain
	}
	if domain != "" && (strings.Contains(name, domain) || strings.Contains(name, shown)) {
		c.errorf(rule, ReasonWebsiteNameIsDomain, websiteName,
			"website name %q: the domain is no name; say what the website offers", c.spec.Website.Name)
	}
}

// nameWords checks the words that not every website's name may hold.
func (c *filingCheck) nameWords() {
	name := c.spec.Website.Name
	for _, row := range c.set.NameWords() {
		switch {
		case !strings.Contains(name, row.Word):
		case row.Kind == NameWordNational:
			if !c.national(row.Word) {
				c.errorf(row.Rule, ReasonWebsiteNameNational, websiteName,
					"website name %q: only national organizations may use %s; take it out, unless it is part of the subject's own name", name, row.Word)
			}
		case c.individual():
			c.errorf(row.Rule, ReasonWebsiteNameNotForIndividuals, websiteName,
				"website name %q: an individual's may not hold %s, %s; take it out", name, row.Word, whyNot[row.Kind])
		}
	}
}

// namePlaces checks that an individual's website is not named after the person's own city or district, which no list of
// words holds.
func (c *filingCheck) namePlaces() {
	row, ruled := find(c.set.rows().nameWords, func(r NameWordRow) bool { return r.Kind == NameWordPlace })
	if !c.individual() || !ruled {
		return
	}
	for _, place := range []string{c.spec.Subject.City, c.spec.Subject.District} {
		short := strings.TrimRight(place, "市区县")
		if utf8.RuneCountInString(short) < 2 || !unicode.Is(unicode.Han, []rune(short)[0]) {
			continue
		}
		if strings.Contains(c.spec.Website.Name, short) {
			c.errorf(row.Rule, ReasonWebsiteNameNotForIndividuals, websiteName,
				"website name %q: an individual's may not hold %s, %s; take it out", c.spec.Website.Name, short, whyNot[NameWordPlace])
		}
	}
}

var whyNot = map[NameWordKind]string{
	NameWordOrganization: "which names a company",
	NameWordPlatform:     "which names a site that individuals may not run",
	NameWordPlace:        "which names a place",
}

// national says whether a subject may use a national word: it is registered with a national office, or bears the
// word in its registered name, as a people's hospital (人民医院) does.
func (c *filingCheck) national(word string) bool {
	subject := c.spec.Subject
	if c.individual() {
		return false
	}
	if strings.Contains(subject.Name, word) {
		return true
	}
	if subject.Certificate == nil {
		return false
	}
	code, err := ParseCreditCode(subject.Certificate.Number)
	return err == nil && code.Division == NationalDivision
}

// serviceContents checks what the site offers against who offers it and against the pre-approvals (前置审批).
func (c *filingCheck) serviceContents() {
	const field = "spec.website.serviceContents"
	website := c.spec.Website
	if len(website.ServiceContents) == 0 {
		c.warnf(forms, ReasonServiceContentMissing, field,
			"nothing says what the website offers (网站内容/服务类型); set serviceContents, for example [%s]", c.exampleContent())
	}
	for _, content := range website.ServiceContents {
		row, _ := c.set.ServiceContent(content)
		switch {
		case c.individual():
			c.personalContent(content, row.Chinese)
		case c.asksApproval(row.Category) && !slices.Contains(website.PreApprovalCategories, row.Category):
			c.warnf(row.Rule, ReasonPreApprovalLikely, "spec.website.preApprovalCategories",
				"content %s (%s): usually needs pre-approval (前置审批) of category %s; add it with its paper if it does", content, row.Chinese, row.Category)
		}
	}
}

// asksApproval says whether a category of pre-approval may be asked for here.
func (c *filingCheck) asksApproval(category v1alpha1.PreApprovalCategory) bool {
	row, known := c.set.PreApprovalIn(category, c.spec.Subject.Province)
	return known && row.Demand != NotAsked
}

// personalContent checks a content of an individual's website. One that is not known by a Chinese name is not
// refused.
func (c *filingCheck) personalContent(content v1alpha1.ServiceContent, chinese string) {
	const field = "spec.website.serviceContents"
	allowed := c.set.PersonalContents()
	switch {
	case len(allowed) == 0 || slices.ContainsFunc(allowed, func(r PersonalContentRow) bool { return r.Content == content }):
	case chinese == "":
		c.warnf(allowed[0].Rule, ReasonServiceContentUnknown, field,
			"content %s: nothing is known of it; an individual's website is a personal blog or other: check that it fits", content)
	default:
		c.errorf(allowed[0].Rule, ReasonContentDoesNotFitNature, field,
			"content %s (%s): not for an individual, whose website is a personal blog or other; take it out, or file as the organization that offers it", content, chinese)
	}
}

func (c *filingCheck) exampleContent() v1alpha1.ServiceContent {
	if c.individual() {
		return "PersonalBlog"
	}
	return "OrganizationPortal"
}
