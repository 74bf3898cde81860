package rules

import (
	"fmt"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// preApprovals checks that each content that needs a special authority's paper has one (前置审批).
func (c *filingCheck) preApprovals() {
	papers := map[v1alpha1.PreApprovalCategory]int{}
	for i, paper := range c.spec.PreApprovals {
		papers[paper.Category] = i
	}
	for _, category := range c.spec.Website.PreApprovalCategories {
		row, known := c.set.PreApprovalIn(category, c.spec.Subject.Province)
		if !known || row.Demand == NotAsked {
			continue
		}
		if i, given := papers[category]; given {
			c.preApproval(row, fmt.Sprintf("spec.preApprovals[%d]", i), c.spec.PreApprovals[i])
			continue
		}
		if row.Demand == Required {
			c.errorf(row.Rule, ReasonPreApprovalMissing, "spec.preApprovals",
				"category %s (%s): needs pre-approval (前置审批) by the %s; get %s and add it to preApprovals",
				category, row.Chinese, row.Authority, row.paper())
			continue
		}
		c.warnf(row.Rule, ReasonPreApprovalAtDiscretion, "spec.preApprovals",
			"category %s (%s): pre-approval (前置审批) by the %s is abolished, but the bureau of %s may still ask for it: ask the provider",
			category, row.Chinese, row.Authority, c.spec.Subject.Province)
	}
}

// paper names the document that the authority gives.
func (r PreApprovalRow) paper() string {
	if r.Document == "" {
		return "its approval"
	}
	return r.Document
}

func (c *filingCheck) preApproval(row PreApprovalRow, field string, paper v1alpha1.PreApproval) {
	severity := Error
	if row.Demand == AtDiscretion {
		severity = Warning
	}
	if paper.Number == "" {
		c.add(severity, row.Rule, ReasonPreApprovalIncomplete, field+".number",
			"pre-approval of category %s (%s): its number (批准文号) is missing; copy it from the paper", row.Category, row.Chinese)
	}
	if paper.DocumentRef == nil {
		c.warnf(row.Rule, ReasonPreApprovalIncomplete, field+".documentRef",
			"pre-approval of category %s (%s): its scan is missing; put it into a Secret of type %s and name it in documentRef",
			row.Category, row.Chinese, v1alpha1.MaterialSecretType)
	}
	if paper.ExpiresAt == nil {
		return
	}
	end := paper.ExpiresAt.Time
	switch {
	case !end.After(c.now):
		c.add(severity, row.Rule, ReasonPreApprovalExpired, field+".expiresAt",
			"pre-approval of category %s (%s): ended on %s; have the %s renew it and set its new date", row.Category, row.Chinese, calendar.Date(end), row.Authority)
	case c.set.endsInReview(end, c.now):
		c.warnf(row.Rule, ReasonPreApprovalExpired, field+".expiresAt",
			"pre-approval of category %s (%s): ends on %s, perhaps before the bureau has decided; better renew it first", row.Category, row.Chinese, calendar.Date(end))
	}
}
