package procedure

import (
	"fmt"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// ReasonDeterminedByProvider is why a type is what it is where the provider was asked.
const ReasonDeterminedByProvider = "DeterminedByProvider"

// determineByPeople finds the filing type (备案类型) where no provider can be asked: from what the applicant says is filed
// already, and from the cluster's other filings as they stood when this one's history begins.
func (p *pass) determineByPeople() Determination {
	existing, since := p.existing(), p.firstRecord()
	if words := subjectsDisagree(existing); words != "" {
		return Determination{Conflict: ConflictOtherSubject, Reason: "DomainFiledByOtherSubject", Message: words}
	}
	if existing.Website.Number != "" {
		return Determination{Type: v1alpha1.AccessFiling, Reason: "WebsiteFiledElsewhere",
			Message: fmt.Sprintf("spec.existing.website: the domain is filed as %s through another provider, so this adds access", existing.Website.Number)}
	}
	for _, o := range p.SameDomain {
		if o.Provider == p.Provider.Name || !inForceAt(o.Filing, since) {
			continue
		}
		if words := p.othersSubject(o, existing); words != "" {
			return Determination{Conflict: ConflictOtherSubject, Reason: "DomainFiledByOtherSubject", Message: words}
		}
		return Determination{Type: v1alpha1.AccessFiling, Reason: "WebsiteFiledInCluster",
			Message: fmt.Sprintf("%s holds the domain's filing %s through provider %s, so this adds access", p.named(o), o.Filing.Status.WebsiteNumber, o.Provider)}
	}
	elsewhere := ""
	for _, o := range p.Subject {
		switch {
		case !inForceAt(o.Filing, since), !p.filedAsMine(o):
		case o.Provider == p.Provider.Name:
			return Determination{Type: v1alpha1.NewWebsiteFiledHere, Reason: "SubjectFiledInCluster",
				Message: fmt.Sprintf("%s holds the subject's filing %s through this provider; the domain is not filed", p.named(o), o.Filing.Status.SubjectNumber)}
		case elsewhere == "":
			elsewhere = fmt.Sprintf("%s holds the subject's filing %s through provider %s; the domain is not filed", p.named(o), o.Filing.Status.SubjectNumber, o.Provider)
		}
	}
	if d, told := p.determineByLeft(); told {
		return d
	}
	switch {
	case existing.Subject.Number != "" && existing.Subject.AccessProvider == v1alpha1.ThisProvider:
		return Determination{Type: v1alpha1.NewWebsiteFiledHere, Reason: "SubjectFiledHere",
			Message: fmt.Sprintf("spec.existing.subject: the subject is filed as %s through this provider, the domain is not", existing.Subject.Number)}
	case existing.Subject.Number != "":
		return Determination{Type: v1alpha1.NewWebsiteFiledElsewhere, Reason: "SubjectFiledElsewhere",
			Message: fmt.Sprintf("spec.existing.subject: the subject is filed as %s through another provider, the domain is not", existing.Subject.Number)}
	case elsewhere != "":
		return Determination{Type: v1alpha1.NewWebsiteFiledElsewhere, Reason: "SubjectFiledInCluster", Message: elsewhere}
	}
	return p.nothingFiled()
}

// subjectsDisagree says that the domain's filing number is not one of the subject's, by the numbers themselves: a website's
// number begins with its subject's.
func subjectsDisagree(existing v1alpha1.Existing) string {
	subject, errSubject := rules.ParseFilingNumber(existing.Subject.Number)
	website, errWebsite := rules.ParseFilingNumber(existing.Website.Number)
	if errSubject != nil || errWebsite != nil || subject.Subject().Same(website.Subject()) {
		return ""
	}
	return fmt.Sprintf("spec.existing: the domain is filed as %s, which is a filing of another subject than %s: have it cancelled there first (注销网站), or put the numbers right", existing.Website.Number, existing.Subject.Number)
}

// othersSubject says why another filing of the domain is, or may be, another subject's; nothing where it is this one's. The
// subject's number tells; without it the certificate does, as far as it was not renewed since.
func (p *pass) othersSubject(o Other, existing v1alpha1.Existing) string {
	domain, theirs := p.Filing.Spec.Domain.Name, o.Filing.Status.SubjectNumber
	individual := p.Filing.Spec.Subject.Nature == v1alpha1.NatureIndividual
	switch {
	case existing.Subject.Number != "" && theirs != "":
		if sameNumber(existing.Subject.Number, theirs) {
			return ""
		}
		return fmt.Sprintf("%s is filed by another subject (%s) than spec.existing.subject names: that filing must be cancelled, or the number put right, first", domain, p.named(o))
	case SubjectKey(o.Filing) == SubjectKey(p.Filing):
		return ""
	case individual && o.Filing.Spec.Subject.Nature == v1alpha1.NatureIndividual:
		return fmt.Sprintf("%s is filed by an individual (%s), and it is not known whether that is the same one: if so, name the number of their filing in spec.existing.subject; if not, that filing must be cancelled first", domain, p.named(o))
	}
	return fmt.Sprintf("%s is filed with another certificate (%s): if the subject is the same, its certificate having changed, name the number of its filing in spec.existing.subject; if not, that filing must be cancelled first", domain, p.named(o))
}

// nothingFiled is the type where nobody names anything that is filed.
func (p *pass) nothingFiled() Determination {
	d := Determination{Type: v1alpha1.FirstFiling, Reason: "NothingFiled",
		Message: "neither spec.existing nor another filing of the cluster names a filing of the subject or the domain"}
	switch {
	case p.left.end == EndSubjectCancelled:
		d.Message = "the subject was cancelled (注销主体), and with it all that it had filed"
	case p.left.subject != "":
		d.Message += fmt.Sprintf("; how the last one ended does not tell whether the subject's filing %s stands: if it does, name it in spec.existing.subject", p.left.subject)
	}
	return d
}

// typeWords is why the filing has its type, in words that the same facts give again.
func (p *pass) typeWords() (reason, words string) {
	if p.c.Hand == ByOperator {
		return ReasonDeterminedByProvider, fmt.Sprintf("provider %s determined %s (%s)", p.providerName(), p.determined.Type, rules.Chinese(p.determined.Type))
	}
	if p.determined.Reason != "" {
		return p.determined.Reason, p.determined.Message
	}
	if st := carried(p.c, p.status).stage(v1alpha1.StageTypeDetermination); st.Reason != "" && st.State != v1alpha1.StageReturned && p.status.FilingType == p.determined.Type {
		return st.Reason, st.Message
	}
	if p.record != nil && p.record.Type == p.determined.Type {
		return p.record.TypeReason, p.record.TypeMessage
	}
	d := p.determineByPeople()
	return d.Reason, d.Message
}
