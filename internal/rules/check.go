package rules

import (
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// CheckFiling judges a filing's spec by the rules of the set at now: everything that can be known before the order is
// submitted (提交前检查), without its Secrets. All findings come at once, each once, in the order of the spec.
func (s Set) CheckFiling(spec *v1alpha1.IcpFilingSpec, now time.Time) []Finding {
	c := &filingCheck{set: s, spec: spec, now: now}
	c.account()
	c.domain()
	c.server()
	c.subject()
	c.website()
	c.preApprovals()
	c.numbers()
	return c.list
}

// filingCheck is one run of CheckFiling.
type filingCheck struct {
	findings
	set  Set
	spec *v1alpha1.IcpFilingSpec
	now  time.Time
}

func (c *filingCheck) individual() bool { return c.spec.Subject.Nature == v1alpha1.NatureIndividual }

// account checks the channel and the account (账号).
func (c *filingCheck) account() {
	channel, site := c.spec.Channel, c.spec.Account.Site
	if channel == "" {
		channel = v1alpha1.ChannelPC
	}
	if site == "" {
		site = v1alpha1.SiteChina
	}
	takes, rule := c.set.ChannelTakesSite(channel, site)
	switch {
	case !takes:
		c.errorf(rule, ReasonChannelDoesNotTakeAccount, "spec.account.site",
			"channel %s takes no %s-site account: set channel to PC, or use a China-site account", channel, site)
	case site != v1alpha1.SiteChina:
		c.warnf(rule, ReasonAccountNotRecommended, "spec.account.site",
			"%s-site account: a China-site account is recommended for every filing; use one if you can", site)
	}
}

// endsInReview says whether a paper that ends at end does so during the reviews: before the longest that provider
// and bureau may take from now.
func (s Set) endsInReview(end, now time.Time) bool {
	provider, _ := s.Limit(LimitPreliminaryReviewDays)
	bureau, _ := s.Limit(LimitBureauReviewDays)
	reviewed, _ := calendar.AddWorkingDays(now, provider.Value+bureau.Value)
	return end.Before(reviewed)
}

// monthsOn is the moment so many months after now, by the Beijing calendar. From a day that the month has not, it is
// the last of that month: three months after 30 November is 28 February.
func monthsOn(now time.Time, months int) time.Time {
	beijing := now.In(calendar.Beijing)
	on := beijing.AddDate(0, months, 0)
	if on.Day() != beijing.Day() {
		on = on.AddDate(0, 0, -on.Day())
	}
	return on
}
