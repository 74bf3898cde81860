package procedure

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Facts is all that a pass over a filing knows. The gatherer reads; Next decides.
type Facts struct {
	// Filing as it stands, with the status that was last written. Read only.
	Filing *v1alpha1.IcpFiling
	// Provider that the filing uses.
	Provider Provider
	// Rules that apply.
	Rules rules.Set
	// Checked says that the spec and its Secrets were checked in this pass; they are until the order is submitted.
	Checked bool
	// Findings on the spec and its Secrets; an error among them stops the filing before it is submitted.
	Findings []rules.Finding
	// Persons is what is known of the responsible persons.
	Persons Persons
	// Files is what is known of the files that spec.materials names: as they stand, or as they were uploaded in this pass.
	Files Files
	// Subject are the cluster's other filings of the same subject, at any provider.
	Subject []Other
	// SameDomain are the cluster's other filings of the domain, at any provider.
	SameDomain []Other
	// NamespaceEnding says that the filing's namespace is being deleted: nothing can be recorded in it any more.
	NamespaceEnding bool
	// Rival is the filing (namespace/name) that holds the domain at this provider; empty for none.
	Rival string
	// Determination is the provider's answer on the filing type; nil where it was not asked in this pass.
	Determination *Determination
	// Order as the provider or the reviews have it; nil where it was not asked in this pass, or there is none.
	Order *Order
	// OrderSought says that the provider was asked for an order of the domain in this pass.
	OrderSought bool
	// News says that the provider's feed has told of something new on the order.
	News bool
	// Uploaded is the attempt for which every material was uploaded in this pass; 0 for none. One pass may come to the next
	// attempt.
	Uploaded int32
	// Sent is the attempt with which the facts of the spec were sent in this pass; 0 for none.
	Sent int32
	// Failure is why a call to the provider failed in this pass; nil for none.
	Failure *Failure
	// Registry is what the provider's registry says; nil where the provider has none.
	Registry *Registry
	// Footer is what the filing's home page was last found to show.
	Footer FooterSeen
	// Reminding is how the cluster reminds of deadlines; nil for by default.
	Reminding *Reminding
	// Room says how many of the namespaces that the filing lets in have room for its domain among their clearances.
	Room Room
	// Hosts counts the hosts of the domain on routes.
	Hosts v1alpha1.ExposureStatus
}

// Room is what is known of the namespaces that a filing lets in.
type Room struct {
	// LetIn counts them.
	LetIn int
	// Full counts those that have no room for the domain among their clearances; First is one of them, by name.
	Full  int
	First string
	// Elsewhere counts those beside them that another shard's operator works on, which clears nothing for this filing;
	// FirstElsewhere is one of them, by name.
	Elsewhere      int
	FirstElsewhere string
}

// Provider is what a pass knows of the filing's provider.
type Provider struct {
	// Name of the FilingProvider; empty where none was found.
	Name string
	// Hand that does the applicant's steps with it.
	Hand Hand
	// Problem is why it cannot be used, one of the reasons of Ready; empty where it can.
	Problem string
	// Message says so in words.
	Message string
}

// Failure is a call to the provider that failed.
type Failure struct {
	// Reason is ProviderUnavailable, ProviderRefused or Misconfigured.
	Reason string
	// Message says what was tried, on what, and how to put it right. No personal data.
	Message string
	// NoEffect says that the provider answered, and that what was asked for has not happened, now or before.
	NoEffect bool
}

// Submission names the Ask's side of a call: what its idempotency key is made of.
type Submission struct {
	// Attempt that the call is for, as the order counts them: from 1.
	Attempt int32
	// Changed are the parts that a change filing is about.
	Changed []Part
	// OrderID that it is for; empty for the first call.
	OrderID string
	// Previous is the domain's earlier order, which has ended: the first call makes another than that one.
	Previous string
}

// created is when the filing was made.
func (f Facts) created(now time.Time) time.Time {
	begun := now
	if t := f.Filing.CreationTimestamp; !t.IsZero() {
		begun = t.Time
	}
	if f.Order != nil {
		// A restored filing is younger than its order.
		for _, d := range f.Order.History {
			if d.At.Before(begun) {
				begun = d.At
			}
		}
	}
	return begun
}

// blocked says that an error among the findings stops the filing.
func (f Facts) blocked() bool {
	for _, x := range f.Findings {
		if x.Severity == rules.Error {
			return true
		}
	}
	return false
}

// usable says that calls to the provider may be made.
func (f Facts) usable() bool { return f.Provider.Problem == "" && !f.Filing.Spec.Suspend }

// deleting says that the filing is being deleted.
func (f Facts) deleting() bool { return !f.Filing.DeletionTimestamp.IsZero() }

func (f Facts) caseOf(t v1alpha1.FilingType) Case {
	spec := &f.Filing.Spec
	return Case{
		Type: t, Channel: orDefault(spec.Channel, v1alpha1.ChannelPC), AccountSite: orDefault(spec.Account.Site, v1alpha1.SiteChina),
		Nature: spec.Subject.Nature, Province: spec.Subject.Province, NonResident: f.Persons.NonResident, OnePhone: f.Persons.OnePhone,
		Hand: orDefault(f.Provider.Hand, ByPeople), Rules: f.Rules,
	}
}

func orDefault[T ~string](v, d T) T {
	if v == "" {
		return d
	}
	return v
}

// Digest identifies the filed facts of a spec: those that the provider is told. Settings of the operator itself
// (suspend, exposure, deletionPolicy) and what comes after approval are not among them. No Secret enters it.
func Digest(spec *v1alpha1.IcpFilingSpec) string {
	website := spec.Website
	website.OpenedAt = nil
	filed := struct {
		Channel      v1alpha1.Channel
		Account      v1alpha1.Account
		Domain       v1alpha1.Domain
		Server       v1alpha1.Server
		Subject      v1alpha1.Subject
		Website      v1alpha1.Website
		PreApprovals []v1alpha1.PreApproval
		Materials    []v1alpha1.Material
		Existing     v1alpha1.Existing
	}{spec.Channel, spec.Account, spec.Domain, spec.Server, spec.Subject, website, spec.PreApprovals, spec.Materials, spec.Existing}
	raw, err := json.Marshal(filed)
	if err != nil {
		// Every field is a plain value; this cannot be.
		panic(fmt.Sprintf("digest of a filing's facts: %v", err))
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}
