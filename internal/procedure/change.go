package procedure

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// change is what a pass finds of the difference between what is filed and what is wanted.
type change struct {
	// parts that differ from those in force.
	parts []Part
	// refused says why a part cannot be changed, and what to do instead.
	refused string
	// differs says which filing of the subject disagrees, and in what.
	differs string
	// follows is the filing whose change brings this one's parts, too.
	follows string
	// waits says what the change waits for.
	waits string
}

// considerChange compares what is in force with what is wanted, and begins a change filing (变更备案) where one is needed
// and nothing stands in its way. The old facts stay in force, and exposure open, until it passes.
func (p *pass) considerChange() {
	if !p.s.InForce() {
		return
	}
	filed, ch := p.wanted, &p.change
	if p.record != nil {
		filed = p.record.filed(p.s)
		p.decided = p.record.InForce != nil && !p.s.changeOpen()
	}
	ch.parts = p.wanted.changed(filed)
	p.adopt()
	switch {
	case p.s.changeOpen():
		p.s.GivenUp = false
		p.s.GivenUp = len(ch.parts) == 0 && !p.s.InReview()
	case len(ch.parts) > 0:
		// Once begun it goes on, whatever stands in its way by now.
		if p.mayBeginChange() || p.begunAs(p.s.Attempt+1) {
			p.s.beginChange(p.now, ch.parts)
		}
	case p.begunAs(p.s.Attempt + 1):
		// It was begun, nobody recorded anything of it, and the spec was put back.
		p.s.beginChange(p.now, nil)
		p.s.GivenUp = true
	}
}

// adopt takes over the subject's facts that another filing of the subject has changed for all of them.
func (p *pass) adopt() {
	ch := &p.change
	if !slices.ContainsFunc(ch.parts, Part.ofSubject) {
		return
	}
	for _, o := range p.Subject {
		if !p.sameFiled(o.Filing) || !p.mayHaveFiled(o.Filing) {
			continue
		}
		theirs := RecordOf(o.Filing)
		if theirs == nil || theirs.InForce != nil {
			continue
		}
		for _, part := range ch.parts {
			if part.ofSubject() && theirs.Submitted[part] == p.wanted[part] {
				if p.adopted == nil {
					p.adopted = Digests{}
				}
				p.adopted[part] = p.wanted[part]
			}
		}
	}
	ch.parts = slices.DeleteFunc(ch.parts, func(part Part) bool { return p.adopted[part] != "" })
}

// mayHaveFiled says that a filing's record may tell of one of the subject's parts as it is wanted. It is asked of every
// filing of a subject, so it reads no record.
func (p *pass) mayHaveFiled(f *v1alpha1.IcpFiling) bool {
	text := f.Annotations[v1alpha1.FiledAnnotation]
	return slices.ContainsFunc(p.change.parts, func(part Part) bool { return part.ofSubject() && strings.Contains(text, p.wanted[part]) })
}

// mayBeginChange says that nothing stands in the way of a change, or finds what does.
func (p *pass) mayBeginChange() bool {
	ch := &p.change
	if ch.refused = p.refusedChange(); ch.refused != "" {
		return false
	}
	if slices.ContainsFunc(ch.parts, Part.ofSubject) {
		if key, parts := p.differing(); key != "" {
			ch.differs = fmt.Sprintf("%s, a filing of the same subject, has other facts of it (%s): the subject is the same in all its filings; write the same into each", key, join(parts))
			return false
		}
		if leader := p.leader(); leader != "" {
			ch.follows = leader
			return false
		}
	}
	switch {
	case p.Filing.Spec.Suspend:
		ch.waits = "spec.suspend is true"
	case p.Provider.Problem != "":
		ch.waits = p.Provider.Message
	case p.blocked():
		ch.waits = "see condition PrerequisitesMet"
	case !p.Checked:
		ch.waits = "its facts are being checked"
	case p.waitsFor != "":
		ch.waits = fmt.Sprintf("one order of a subject is under way at a time: %s goes first", p.waitsFor)
	}
	return ch.waits == ""
}

// refusedChange says why a part cannot be changed, by which rule, and what to do instead; empty where all can, or where
// nothing is known of it.
func (p *pass) refusedChange() string {
	var words []string
	for _, part := range p.change.parts {
		if allowed, known, rule, remedy := p.Rules.ChangeAllowed(string(part), p.Filing.Spec.Subject.Province); known && !allowed {
			words = append(words, fmt.Sprintf("%s cannot be changed: %s %s; or put it back", part, remedy, rule))
		}
	}
	return strings.Join(words, "; ")
}

// leader is the filing of the subject that takes a change of the subject's facts to the bureau for all of them; empty
// where this one does. It is the one in force that comes first.
func (p *pass) leader() string {
	var leader *Other
	for i, o := range p.Subject {
		if p.sameFiled(o.Filing) && before(o.Filing, p.Filing) && (leader == nil || before(o.Filing, leader.Filing)) && mayLead(o.Filing) && p.needsToo(o.Filing) {
			leader = &p.Subject[i]
		}
	}
	if leader == nil {
		return ""
	}
	return p.named(*leader)
}

// mayLead says that nothing is known to stop a filing from taking a change to the bureau.
func mayLead(f *v1alpha1.IcpFiling) bool {
	if f.Spec.Suspend || slices.ContainsFunc(f.Status.Stages, func(st v1alpha1.StageStatus) bool { return st.State == v1alpha1.StageReturned }) {
		return false
	}
	current := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionInformationCurrent)
	return (current == nil || current.Reason != v1alpha1.ReasonChangeNotPossible) && !meta.IsStatusConditionFalse(f.Status.Conditions, v1alpha1.ConditionPrerequisitesMet)
}

// needsToo says that another filing of the subject, whose spec has the same facts of it, needs the same change of them. Its
// record is read only where it names a part as it is wanted.
func (p *pass) needsToo(other *v1alpha1.IcpFiling) bool {
	if slices.Contains(p.change.parts, PartSubjectPerson) {
		mine, theirs := p.Filing.Spec.Subject.ResponsiblePersonRef, other.Spec.Subject.ResponsiblePersonRef
		if other.Namespace != p.Filing.Namespace || mine == nil || theirs == nil || mine.Name != theirs.Name {
			return false
		}
	}
	if !p.mayHaveFiled(other) {
		return other.Annotations[v1alpha1.FiledAnnotation] != ""
	}
	record := RecordOf(other)
	if record == nil {
		return false
	}
	filed := record.Submitted
	if record.InForce != nil {
		filed = record.InForce
	}
	return !slices.ContainsFunc(p.change.parts, func(part Part) bool {
		return part.ofSubject() && part != PartSubjectPerson && p.wanted[part] == filed[part]
	})
}

// changedIn are the parts that an attempt of the history changes: those that the record tells of, else, once it is a later
// one, what is wanted now, and else what its own entries say: whether the server was verified again.
func (p *pass) changedIn(attempt []Decision) []Part {
	if p.record != nil {
		if parts := p.record.changes()[attempt[0].Attempt]; len(parts) > 0 {
			return parts
		}
	}
	if p.record != nil && p.record.Attempt < attempt[0].Attempt {
		if parts := p.wanted.changed(p.record.filed(p.s)); len(parts) > 0 {
			return parts
		}
	}
	if slices.ContainsFunc(attempt, func(d Decision) bool { return d.Stage == v1alpha1.StageProductVerification }) {
		return nil
	}
	return slices.DeleteFunc(Parts(), func(part Part) bool { return part == PartServer })
}
