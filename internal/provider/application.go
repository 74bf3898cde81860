package provider

import (
	"fmt"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// TypeQuestion is what the type of a filing is determined by.
type TypeQuestion struct {
	// Spec of the filing.
	Spec v1alpha1.IcpFilingSpec
	// SubjectPerson is the subject's responsible person (主体负责人). An individual is identified by this person's
	// paper; of an organization's nothing is sent.
	SubjectPerson Person
}

// Application is all the facts of one filing. Its caller assembles it from the spec and the persons' Secrets.
type Application struct {
	// FilingType as the provider determined it.
	FilingType v1alpha1.FilingType
	// Spec of the filing. References to Secrets in it are not sent.
	Spec v1alpha1.IcpFilingSpec
	// SubjectPerson is the subject's responsible person (主体负责人).
	SubjectPerson Person
	// WebsitePerson is the website's responsible person (网站负责人).
	WebsitePerson Person
}

// Account is the name of the account at the provider; empty for the token's own.
func (a Application) Account() string { return a.Spec.Account.Name }

// Slot is the place of one file of an order: several files of a kind, for example the two sides of a card, are its
// parts.
type Slot struct {
	// Kind of material (备案资料).
	Kind v1alpha1.MaterialKind
	// Part among those of its kind, from 1, in the order of the spec.
	Part int32
	// From is where the file is.
	From v1alpha1.SecretKeyReference
	// PreApproval is the category of pre-approval (前置审批) whose paper the file shows; empty for none.
	PreApproval v1alpha1.PreApprovalCategory
}

// Slots numbers the files of a spec: its materials, and after them the papers of its pre-approvals (前置审批), which are
// auxiliary ones (辅助资料).
func Slots(spec *v1alpha1.IcpFilingSpec) []Slot {
	slots := make([]Slot, 0, len(spec.Materials)+len(spec.PreApprovals))
	parts := map[v1alpha1.MaterialKind]int32{}
	add := func(s Slot) {
		parts[s.Kind]++
		s.Part = parts[s.Kind]
		slots = append(slots, s)
	}
	for _, m := range spec.Materials {
		add(Slot{Kind: m.Kind, From: m.SecretRef})
	}
	for _, p := range spec.PreApprovals {
		if p.DocumentRef != nil {
			add(Slot{Kind: v1alpha1.MaterialAuxiliary, From: *p.DocumentRef, PreApproval: p.Category})
		}
	}
	return slots
}

// File is one file to be uploaded. It prints without its contents.
type File struct {
	// Kind of material.
	Kind v1alpha1.MaterialKind
	// Part among those of its kind, from 1; 0 means 1.
	Part int32
	// ContentType of the file, for example image/jpeg. Empty: found from the contents.
	ContentType string
	// Body is the file itself: personal data.
	Body []byte
}

// Format prints which file it is and its size, whatever the verb.
func (f File) Format(s fmt.State, _ rune) {
	_, _ = fmt.Fprintf(s, "%s/%d (%s, %d bytes)", f.Kind, max(f.Part, 1), f.ContentType, len(f.Body))
}
