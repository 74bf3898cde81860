package rules

import (
	"strings"
	"time"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// domain checks the domain (域名).
func (c *filingCheck) domain() {
	c.domainName()
	c.realName()
	c.domainExpiry()
	c.registrant()
	c.homepage()
}

// domainName checks that the name is directly below a public suffix.
func (c *filingCheck) domainName() {
	const field = "spec.domain.name"
	name := c.spec.Domain.Name
	shown, err := idna.Lookup.ToUnicode(name)
	if err != nil {
		c.errorf(forms, ReasonDomainInvalid, field,
			"domain %q: not a valid internationalized name; write each label as its A-label (xn--…)", name)
		return
	}
	registrable, known := RegistrableDomain(name)
	switch {
	case !known:
		c.errorf(forms, ReasonDomainSuffixUnknown, field,
			"domain %q: no such public top-level domain, so nobody can have registered it; create a filing for the domain that is registered", shown)
	case registrable == "":
		c.errorf(forms, ReasonDomainNotRegistrable, field,
			"domain %q: a public suffix, below which domains are registered; create a filing for the domain that is registered", shown)
	case registrable != name:
		c.errorf(forms, ReasonDomainNotRegistrable, field,
			"domain %q: not itself registered, it lies below %s; create a filing for %s, which covers every host below it", shown, registrable, registrable)
	default:
		c.topLevelDomain(shown)
	}
}

// topLevelDomain checks that the ministry has approved the top-level domain (域名后缀).
func (c *filingCheck) topLevelDomain(shown string) {
	const field = "spec.domain.name"
	name := c.spec.Domain.Name
	row, known := c.set.Tld(name[strings.LastIndex(name, ".")+1:])
	list := c.set.rows().tldList
	switch {
	case known && !row.Approved:
		c.errorf(row.Rule, ReasonTldNotApproved, field,
			"domain %q: the ministry has not approved its top-level domain, and no bureau files below it; file a domain below one that is approved", shown)
	case !known && list.Date != "":
		c.warnf(list, ReasonTldNotApproved, field,
			"domain %q: it is not known whether the ministry has approved its top-level domain; check it on https://域名.信息, as it has approved the registrar, before more is done", shown)
	}
}

// RegistrableDomain is the domain that somebody registered when a name lies at or below it: example.com.cn for
// www.example.com.cn. It is "" when the name is itself a public suffix, and known is false when the list of public
// suffixes does not have its top-level domain. Suffixes that private parties share out (github.io) do not count: the
// domain that is filed is the one that they registered. The name is in lower case, an IDN as A-labels.
func RegistrableDomain(name string) (registrable string, known bool) {
	suffix, icann := publicsuffix.PublicSuffix(name)
	for !icann {
		_, parent, found := strings.Cut(suffix, ".")
		if !found {
			return "", false
		}
		suffix, icann = publicsuffix.PublicSuffix(parent)
	}
	if name == suffix {
		return "", true
	}
	rest := strings.TrimSuffix(name, "."+suffix)
	return rest[strings.LastIndex(rest, ".")+1:] + "." + suffix, true
}

// realName checks the real-name verification (实名认证) and whether the bureau's system can know of it.
func (c *filingCheck) realName() {
	domain := c.spec.Domain
	if !domain.RealNameVerified {
		c.errorf(quickStart, ReasonDomainNotRealNameVerified, "spec.domain.realNameVerified",
			"domain %q: not real-name verified (实名认证); have its registrar verify it, then set domain.realNameVerified to true", domain.Name)
		return
	}
	if domain.RealNameVerifiedAt == nil {
		return
	}
	at := domain.RealNameVerifiedAt.Time
	if calendar.DaysBetween(c.now, at) > 0 {
		c.errorf(quickStart, ReasonDomainNotRealNameVerified, "spec.domain.realNameVerifiedAt",
			"domain %q: real-name verification (实名认证) is dated %s, which is to come; set the day on which it passed", domain.Name, calendar.Date(at))
		return
	}
	soonest, _ := c.set.Limit(LimitRealNameSyncMinDays)
	latest, _ := c.set.Limit(LimitRealNameSyncMaxDays)
	if until, _ := calendar.AddWorkingDays(at, latest.Value); !c.now.After(until) {
		c.warnf(soonest.Rule, ReasonDomainNotSynchronised, "spec.domain.realNameVerifiedAt",
			"domain %q: real-name verified on %s; the bureau's system knows it %d to %d working days later, and an order before that is returned: submit after %s",
			domain.Name, calendar.Date(at), soonest.Value, latest.Value, calendar.Date(until))
	}
}

// domainExpiry checks that the registration lasts (域名有效期): by the province's rule, or by the general advice.
func (c *filingCheck) domainExpiry() {
	const field = "spec.domain.expiresAt"
	domain := c.spec.Domain
	if domain.ExpiresAt == nil {
		return
	}
	end := domain.ExpiresAt.Time
	if !end.After(c.now) {
		c.errorf(quickStart, ReasonDomainExpired, field,
			"domain %q: expired on %s; renew it and set domain.expiresAt", domain.Name, calendar.Date(end))
		return
	}
	if row, known := c.set.Provincial(c.spec.Subject.Province, TopicDomainMonthsLeft); known {
		if !lasts(end, c.now, row.Number) {
			c.errorf(row.Rule, ReasonDomainExpiringSoon, field,
				"domain %q: expires on %s; %s asks for more than %d months, renew it and set domain.expiresAt",
				domain.Name, calendar.Date(end), row.Province, row.Number)
		}
		return
	}
	if limit, known := c.set.Limit(LimitDomainMonthsLeft); known && !lasts(end, c.now, limit.Value) {
		c.warnf(limit.Rule, ReasonDomainExpiringSoon, field,
			"domain %q: expires on %s; providers ask for more than %d months (the rule of %s is not known): better renew it and set domain.expiresAt",
			domain.Name, calendar.Date(end), limit.Value, c.spec.Subject.Province)
	}
}

// lasts says whether end lies more than so many months after now.
func lasts(end, now time.Time, months int) bool { return end.After(monthsOn(now, months)) }

// registrant checks who holds the domain (域名所有者).
func (c *filingCheck) registrant() {
	const field = "spec.domain.registrant"
	registrant := c.spec.Domain.Registrant
	row, known := c.set.Provincial(c.spec.Subject.Province, TopicRegistrant)
	switch {
	case registrant == "" || registrant == v1alpha1.RegistrantSubject:
	case c.individual() && registrant == v1alpha1.RegistrantResponsiblePerson:
		// An individual is their own responsible person.
	case c.individual():
		c.errorf(guide, ReasonRegistrantMismatch, field,
			"domain %q: an individual's domain is held by that person, not by a %s; transfer it and set registrant to Subject", c.spec.Domain.Name, registrant)
	case known && row.takes(registrant):
	case known:
		c.errorf(row.Rule, ReasonRegistrantMismatch, field,
			"domain %q: held by the subject's %s, which %s does not accept; transfer it to the subject and set registrant to Subject",
			c.spec.Domain.Name, registrant, row.Province)
	default:
		c.warnf(guide, ReasonRegistrantMismatch, field,
			"domain %q: held by the subject's %s; only some provinces accept that (the rule of %s is not known): ask the provider, or transfer it to the subject",
			c.spec.Domain.Name, registrant, c.spec.Subject.Province)
	}
}

// takes says whether a row on TopicRegistrant takes a holder of the domain who is not the subject.
func (r ProvincialRow) takes(registrant v1alpha1.Registrant) bool {
	return r.Value == RegistrantShareholderOrExecutiveToo ||
		r.Value == RegistrantResponsiblePersonToo && registrant == v1alpha1.RegistrantResponsiblePerson
}

// homepage checks that the home page (首页网址) is within the domain.
func (c *filingCheck) homepage() {
	homepage, domain := c.spec.Website.Homepage, c.spec.Domain.Name
	if homepage == "" || homepage == domain || strings.HasSuffix(homepage, "."+domain) {
		return
	}
	c.errorf(forms, ReasonHomepageOutsideDomain, "spec.website.homepage",
		"home page %q: not within %s; give domain.name or a host below it", homepage, domain)
}
