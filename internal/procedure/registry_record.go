package procedure

import (
	"encoding/json"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// RegistryRecord is what the annotation icp.beian.dev/registry keeps: what the registry said that only the operator has
// heard, and that a filing's state depends on.
type RegistryRecord struct {
	// Import is what confirmed that the filing was in force before it came here; nil where nothing of the registry's did.
	Import *RegistryImport `json:"import,omitempty"`
	// Mismatch is the confirmed one that stands; nil for none.
	Mismatch *RegistryMismatch `json:"mismatch,omitempty"`
}

// RegistryImport is a filing in force as the registry told of it.
type RegistryImport struct {
	// At is when it did.
	At time.Time `json:"at"`
	// SubjectNumber is 主体备案号.
	SubjectNumber string `json:"subjectNumber,omitempty"`
	// WebsiteNumber is 网站备案号.
	WebsiteNumber string `json:"websiteNumber"`
}

// RegistryMismatch is a disagreement that was heard twice.
type RegistryMismatch struct {
	// Reason is one of RegistryVerified's.
	Reason string `json:"reason"`
	// WebsiteNumber (网站备案号) that the registry does not bear out.
	WebsiteNumber string `json:"websiteNumber,omitempty"`
	// Since is when it was first heard.
	Since time.Time `json:"since"`
}

// registryRecordOf reads a filing's record; an empty one where it has none, or one that cannot be read.
func registryRecordOf(filing *v1alpha1.IcpFiling) RegistryRecord {
	var r RegistryRecord
	if err := json.Unmarshal([]byte(filing.Annotations[v1alpha1.RegistryAnnotation]), &r); err != nil {
		return RegistryRecord{}
	}
	return r
}

// String is the record as the annotation keeps it; empty where there is nothing to keep.
func (r RegistryRecord) String() string {
	if r == (RegistryRecord{}) {
		return ""
	}
	raw, err := json.Marshal(r)
	if err != nil {
		return "" // strings and times of this age always marshal
	}
	return string(raw)
}

// registryDecision names the registry's word in a history that else is of reviews, whose names hold no slash.
const registryDecision = "icp.beian.dev/registry"

// hearRegistry takes the registry's word for a filing that was in force before it came here, where people would have to
// give theirs: as a decision of its history, which the annotation keeps. Over the protocol the provider itself is asked to
// confirm it, which makes the order that later changes need.
func (p *pass) hearRegistry() {
	p.registry = registryRecordOf(p.Filing)
	if p.Registry == nil && p.Provider.Problem == v1alpha1.ReasonProviderNotFound {
		// Nobody knows what the provider's object says: what it closed stays so.
		exposed := meta.FindStatusCondition(p.status.Conditions, v1alpha1.ConditionExposureAllowed)
		p.Registry = &Registry{Close: exposed != nil && exposed.Reason == v1alpha1.ReasonRegistryMismatch}
	}
	if p.Provider.Hand != ByPeople {
		return
	}
	if p.registry.Import == nil && p.registryBearsOut() {
		heard := p.Registry.Seen.Answer
		p.registry.Import = &RegistryImport{
			At: p.now.UTC(), SubjectNumber: Numbers{heard.SubjectNumber, heard.WebsiteNumber}.subject(), WebsiteNumber: heard.WebsiteNumber,
		}
	}
	if p.registry.Import == nil {
		return
	}
	told := Order{Domain: p.Filing.Spec.Domain.Name, Account: p.Filing.Spec.Account.Name, Attempt: 1}
	if p.Order != nil {
		told = *p.Order
	}
	told.History = append(slices.Clone(told.History), Decision{
		ID: registryDecision, Attempt: 1, Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionPassed, At: p.registry.Import.At,
		SubjectNumber: p.registry.Import.SubjectNumber, WebsiteNumber: p.registry.Import.WebsiteNumber,
	})
	p.Order = &told
}

// registryBearsOut says that the registry confirms, number for number, what the applicant claims to be filed, of a filing
// of which nothing else is known. A registry that tells no numbers confirms none: somebody must look.
func (p *pass) registryBearsOut() bool {
	if p.Registry == nil || !claimsImport(p.Filing.Spec.Existing) || !p.usable() || p.deleting() || p.Rival != "" {
		return false
	}
	if o := p.Order; o != nil && (approves(o.History) || confirmsImport(o.History) || o.over()) || p.record != nil || p.status.ApprovedAt != nil {
		return false
	}
	seen := p.Registry.Seen
	return seen.Of == claimedNumbers(&p.Filing.Spec) && seen.Answer.Finding == FoundFiled && seen.Answer.WebsiteNumber != "" && seen.Mismatch() == ""
}

// keepRegistry brings the record up to what was heard: a mismatch stands from when it was heard twice until the registry
// agrees. One of other numbers than the filing has now is no longer one.
func (p *pass) keepRegistry() {
	if p.Registry == nil {
		return // what was heard stands, should the registry be asked again
	}
	numbers, asked := p.registryNumbers()
	if m := p.registry.Mismatch; m != nil && (!asked || m.WebsiteNumber != numbers.Website) {
		p.registry.Mismatch = nil
	}
	seen := p.Registry.Seen
	if !asked || seen.Of != numbers || seen.Since.IsZero() {
		return
	}
	reason := seen.Mismatch()
	switch m := p.registry.Mismatch; {
	case reason == "":
		p.registry.Mismatch = nil
	case seen.Again && (m == nil || m.Reason != reason):
		p.registry.Mismatch = &RegistryMismatch{Reason: reason, WebsiteNumber: numbers.Website, Since: seen.Since.UTC()}
	}
}

// registryNumbers are those that the registry's answer is held against, by the state of this pass.
func (p *pass) registryNumbers() (Numbers, bool) {
	switch {
	case p.s.Ended != "" || p.deleting():
		return Numbers{}, false
	case p.s.InForce():
		return Numbers{p.s.SubjectNumber, p.s.WebsiteNumber}, true
	case p.s.Imported:
		return claimedNumbers(&p.Filing.Spec), true
	}
	return Numbers{}, false
}
