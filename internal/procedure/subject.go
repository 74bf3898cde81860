package procedure

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// TaskWaitForSubject is the operator's task while another order of the subject goes first.
const TaskWaitForSubject = "WaitForSubject"

// Other is another filing of the cluster.
type Other struct {
	// Filing as it stands. Read only.
	Filing *v1alpha1.IcpFiling
	// Provider that it uses; empty where it has none.
	Provider string
}

func (o Other) key() string { return o.Filing.Namespace + "/" + o.Filing.Name }

// named is what a filing's status calls another one: who files what in another namespace is not this one's to read.
func (p *pass) named(o Other) string {
	if o.Filing.Namespace != p.Filing.Namespace {
		return ElsewhereFiling
	}
	return o.key()
}

// ElsewhereFiling stands for a filing of another namespace.
const ElsewhereFiling = "a filing of another namespace"

// filedAsMine says that another filing was taken to its provider with this one's certificate, or stands in the same
// namespace: what a spec says of its subject anybody can write.
func (p *pass) filedAsMine(o Other) bool {
	if o.Filing.Namespace == p.Filing.Namespace {
		return true
	}
	record := RecordOf(o.Filing)
	if record == nil {
		return false
	}
	filed := record.Submitted
	if record.InForce != nil && o.Filing.Status.Stage == v1alpha1.StageChanging {
		filed = record.InForce
	}
	return filed[PartCertificate] != "" && filed[PartCertificate] == PartsOf(&p.Filing.Spec)[PartCertificate]
}

// SubjectFiledHere says that another filing of the subject is in force at the same provider, which has the subject's papers
// from it.
func (f Facts) SubjectFiledHere() bool {
	p := &pass{Facts: f}
	return slices.ContainsFunc(f.Subject, func(o Other) bool {
		return o.Provider == f.Provider.Name && inForce(o.Filing) && p.filedAsMine(o)
	})
}

// SubjectKey tells the subject of a filing (主体) from others, without personal data: an organization by its certificate's
// number, an individual by the Secret that describes them. Empty where neither is given.
func SubjectKey(filing *v1alpha1.IcpFiling) string {
	subject := &filing.Spec.Subject
	switch {
	case subject.Nature != v1alpha1.NatureIndividual && subject.Certificate != nil && subject.Certificate.Number != "":
		return "certificate/" + subject.Certificate.Number
	case subject.Nature == v1alpha1.NatureIndividual && subject.ResponsiblePersonRef != nil:
		return "secret/" + filing.Namespace + "/" + subject.ResponsiblePersonRef.Name
	}
	return ""
}

// inForce says that a filing is approved and stands, by its status.
func inForce(f *v1alpha1.IcpFiling) bool { return f.Status.ApprovedAt != nil && !ended(f) }

// inForceAt says the same of a time.
func inForceAt(f *v1alpha1.IcpFiling, t time.Time) bool {
	return inForce(f) && !f.Status.ApprovedAt.After(t)
}

// InFlight says that an order of the filing is under way, by its status: made, or about to be, and neither decided nor
// sent back. A subject has one such order at a time.
func InFlight(f *v1alpha1.IcpFiling) bool {
	status := &f.Status
	if ended(f) {
		return false
	}
	if status.Stage != v1alpha1.StageChanging && (status.ApprovedAt != nil || StageOrder(status.Stage) < StageOrder(v1alpha1.StageProductVerification)) {
		return false
	}
	for _, st := range status.Stages {
		if st.State == v1alpha1.StageReturned {
			return false
		}
	}
	if status.OrderID != "" || status.Stage == v1alpha1.StageChanging {
		return true
	}
	switch readyReason(status) {
	case v1alpha1.ReasonProgressing, v1alpha1.ReasonActionRequired, v1alpha1.ReasonInReview:
		return true
	}
	return meta.IsStatusConditionTrue(status.Conditions, v1alpha1.ConditionSubmitted)
}

func readyReason(status *v1alpha1.IcpFilingStatus) string {
	if ready := meta.FindStatusCondition(status.Conditions, v1alpha1.ConditionReady); ready != nil {
		return ready.Reason
	}
	return ""
}

// nextInLine says that a filing whose order is not made yet would go on if nobody stood before it.
func nextInLine(f *v1alpha1.IcpFiling) bool {
	if ended(f) || f.Status.ApprovedAt != nil || f.Spec.Suspend {
		return false
	}
	switch readyReason(&f.Status) {
	case "", v1alpha1.ReasonProgressing, v1alpha1.ReasonWaitingForSubject:
		return true
	}
	return false
}

// ahead is the filing of the same subject whose order is under way, or whose turn comes before; empty where none is.
// Anybody can write another's certificate number into a filing, so one of another namespace counts only where people take
// it to the same provider and the bureau's number says that its subject is this one's. Over the protocol the provider
// itself says that another order is in progress.
func (p *pass) ahead() string {
	for _, o := range p.Subject {
		if (InFlight(o.Filing) || unread(o.Filing)) && (o.Filing.Namespace == p.Filing.Namespace || p.knownMine(o) && taken(o.Filing)) {
			return p.named(o)
		}
	}
	for _, o := range p.Subject {
		if o.Filing.Namespace == p.Filing.Namespace && nextInLine(o.Filing) && before(o.Filing, p.Filing) {
			return p.named(o)
		}
	}
	return ""
}

// knownMine says that another filing is of this one's subject by the bureau's word, and at its provider, to whom people go.
func (p *pass) knownMine(o Other) bool {
	mine := orDefault(p.status.SubjectNumber, p.Filing.Spec.Existing.Subject.Number)
	return p.Provider.Hand != ByOperator && o.Provider == p.Provider.Name && mine != "" && o.Filing.Status.SubjectNumber != "" && sameNumber(mine, o.Filing.Status.SubjectNumber)
}

func (p *pass) waiting() verdict {
	if f := p.failedBefore(); f != nil {
		return isFalse(f.Reason, f.Message)
	}
	return isFalse(v1alpha1.ReasonWaitingForSubject, p.aheadWords())
}

// failedBefore is why the provider did not take the filing when its turn was, with these very facts: it stays out of the
// line with it. Else it and the filing that had its turn instead would give way to each other for ever.
func (p *pass) failedBefore() *Failure {
	ready := meta.FindStatusCondition(p.status.Conditions, v1alpha1.ConditionReady)
	if p.held || ready == nil || ready.ObservedGeneration != p.Filing.Generation {
		return nil
	}
	switch ready.Reason {
	case v1alpha1.ReasonProviderRefused, v1alpha1.ReasonProviderUnavailable, v1alpha1.ReasonMisconfigured:
		return &Failure{Reason: ready.Reason, Message: strings.TrimSuffix(ready.Message, againWords)}
	}
	return nil
}

// unread says that a filing has lost its status, and that the operator's annotations tell of an order which was not read
// since: until it is, nobody knows whether that is under way, or in force.
func unread(f *v1alpha1.IcpFiling) bool {
	if !f.DeletionTimestamp.IsZero() {
		return false
	}
	id, base := parseOrderAnnotation(f.Annotations[v1alpha1.OrderAnnotation])
	return f.Status.Stage == "" && f.Annotations[v1alpha1.FiledAnnotation] != "" ||
		id != "" && f.Status.OrderID == "" && f.Status.Attempt <= base+1
}

// orderUnread says that the status was lost and that the provider has not yet told of the order that the annotations name:
// nobody knows where it stands.
func (p *pass) orderUnread() bool {
	return p.Order == nil && p.s.OrderID == "" && OwnOrder(p.Filing) != "" && unread(p.Filing)
}

func (p *pass) unreadWords() string {
	return fmt.Sprintf("the provider has not told where order %s stands since the status was lost", OwnOrder(p.Filing))
}

// taken says that a filing's order is with its provider.
func taken(f *v1alpha1.IcpFiling) bool {
	return f.Status.OrderID != "" || meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionSubmitted)
}

func (p *pass) aheadWords() string {
	return fmt.Sprintf("one order of a subject is under way at a time: %s goes first; the filing type is determined when its order is decided; to go before it, suspend that one (spec.suspend) or delete it, as long as its order is not made", p.waitsFor)
}

// sameFiled says that another filing in force is the same subject's by the bureau's word, the subject's number: what a spec
// says of its subject anybody can write.
func (p *pass) sameFiled(other *v1alpha1.IcpFiling) bool {
	return inForce(other) && p.s.InForce() && p.s.SubjectNumber != "" && other.Status.SubjectNumber == p.s.SubjectNumber
}

// differing names the subject's filings in force whose facts of the subject are not those of this one.
func (p *pass) differing() (key string, parts []Part) {
	mine := Digests{}
	for part, digest := range p.wanted {
		if part.ofSubject() && part != PartSubjectPerson {
			mine[part] = digest
		}
	}
	for _, o := range p.Subject {
		if !p.sameFiled(o.Filing) || sameSubject(&p.Filing.Spec.Subject, &o.Filing.Spec.Subject) {
			continue
		}
		if parts := mine.changed(PartsOf(&o.Filing.Spec)); len(parts) > 0 {
			return p.named(o), parts
		}
	}
	return "", nil
}

// sameSubject says that two specs tell the same of their subject. It is asked of every filing of a subject, so it makes no
// digest.
func sameSubject(a, b *v1alpha1.Subject) bool {
	x, y := *a, *b
	cx, cy := x.Certificate, y.Certificate
	x.Certificate, y.Certificate, x.ResponsiblePersonRef, y.ResponsiblePersonRef, x.Remark, y.Remark = nil, nil, nil, nil, "", ""
	if x != y || (cx == nil) != (cy == nil) {
		return false
	}
	return cx == nil || cx.Type == cy.Type && cx.Number == cy.Number && cx.Address == cy.Address && cx.ExpiresAt.Equal(cy.ExpiresAt)
}

// firstRecord is when the history of the filing's order begins; now where it has none.
func (p *pass) firstRecord() time.Time {
	first := p.now
	if p.Order != nil {
		for _, d := range p.Order.History {
			if d.At.Before(first) {
				first = d.At
			}
		}
	}
	return first
}
