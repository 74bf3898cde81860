package procedure

import (
	"cmp"
	"fmt"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// OrderOfReviews is the order of a filing that people take to the provider, told by the reviews on it. Reviews that
// name another provider are left out; ReviewVerdict says so.
func OrderOfReviews(filing *v1alpha1.IcpFiling, provider string, reviews []v1alpha1.IcpReview) *Order {
	o := &Order{Domain: filing.Spec.Domain.Name, Account: filing.Spec.Account.Name, Attempt: 1}
	for i := range reviews {
		spec := &reviews[i].Spec
		if spec.ProviderRef.Name != provider || !IsOf(&reviews[i], filing) {
			continue
		}
		o.Attempt = max(o.Attempt, spec.Attempt)
		o.History = append(o.History, Decision{
			ID: reviews[i].Name, Attempt: spec.Attempt, Stage: spec.Stage, Decision: spec.Decision, Reasons: spec.Reasons,
			Task: spec.Task, DueAt: at(spec.DueAt), Message: spec.Message, OrderID: spec.OrderID,
			SubjectNumber: spec.SubjectNumber, WebsiteNumber: spec.WebsiteNumber, At: spec.DecidedAt.Time, RecordedAt: reviews[i].CreationTimestamp.Time,
		})
	}
	return o
}

// IsOf says that a review was made for this filing, not for another one that had its name: it names the domain itself, or its
// annotation does; and where neither does, the operator not having written that yet, the review is no older than the filing.
// Times of creation have a second's grain: within the same one nobody can tell which of two filings was there first, and what
// was decided counts for neither. What the applicant reports harms nobody.
func IsOf(review *v1alpha1.IcpReview, filing *v1alpha1.IcpFiling) bool {
	if domain := review.Spec.FilingRef.Domain; domain != "" {
		return domain == filing.Spec.Domain.Name
	}
	if domain, stamped := review.Annotations[v1alpha1.ReviewDomainAnnotation]; stamped {
		return domain == filing.Spec.Domain.Name
	}
	if review.CreationTimestamp.Equal(&filing.CreationTimestamp) {
		return review.Spec.Decision == v1alpha1.DecisionReported
	}
	return review.CreationTimestamp.After(filing.CreationTimestamp.Time)
}

// ReviewVerdict says whether a review counts, from the verdicts on the order's history.
func ReviewVerdict(filing *v1alpha1.IcpFiling, review *v1alpha1.IcpReview, p Provider, verdicts []Verdict) Verdict {
	if p.Hand == ByOperator {
		return Verdict{ID: review.Name, Reason: v1alpha1.ReasonProviderDecides,
			Message: fmt.Sprintf("provider %s answers over the protocol: reviews of its filings do not count", p.Name)}
	}
	if review.Spec.ProviderRef.Name != p.Name {
		return Verdict{ID: review.Name, Reason: v1alpha1.ReasonOtherProvider,
			Message: fmt.Sprintf("the review names provider %s; the filing's is %s", review.Spec.ProviderRef.Name, p.Name)}
	}
	if !IsOf(review, filing) {
		return Verdict{ID: review.Name, Reason: v1alpha1.ReasonOtherFiling,
			Message: "the review was made for an earlier filing of this name, of another domain or deleted since, or in the very second in which this one was made: " +
				"if it holds for this one, record it again, with the domain in spec.filingRef.domain"}
	}
	for _, v := range verdicts {
		if v.ID == review.Name {
			return v
		}
	}
	return Verdict{ID: review.Name, Reason: v1alpha1.ReasonStageNotActive, Message: "the filing has not come so far"}
}

// FilingMissing says of a review that no filing of that name is there, and whether it can count for one that comes.
func FilingMissing(review *v1alpha1.IcpReview) Verdict {
	v := Verdict{ID: review.Name, Reason: v1alpha1.ReasonFilingNotFound}
	name := review.Spec.FilingRef.Name
	domain := cmp.Or(review.Spec.FilingRef.Domain, review.Annotations[v1alpha1.ReviewDomainAnnotation])
	if domain == "" {
		v.Message = fmt.Sprintf("there is no IcpFiling %s in this namespace, and the review does not name the domain that it is about: it does not count for a filing that is made later; "+
			"record it again then", name)
		return v
	}
	v.Message = fmt.Sprintf("there is no IcpFiling %s in this namespace: it waits for one of %s", name, domain)
	return v
}
