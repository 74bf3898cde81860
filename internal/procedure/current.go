package procedure

import (
	"fmt"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// informationCurrent says whether the filed facts are those of the spec and its Secrets, and what becomes of it where
// they are not.
func (p *pass) informationCurrent() verdict {
	ch, rec := &p.change, p.record
	switch {
	case p.s.Ended != "" || rec == nil:
		return p.nothingCurrent()
	case p.s.Changing() && p.s.Returned:
		return isFalse(v1alpha1.ReasonChanging, "the change filing was returned; the old facts are in force: "+p.returnedWords())
	case p.s.InReview() && p.s.Changing() && len(ch.parts) == 0:
		return isFalse(v1alpha1.ReasonChanging, fmt.Sprintf("the spec is as what is in force, and a change is under review: annotate the filing %s=%d to take it back", v1alpha1.WithdrawAnnotation, p.s.Attempt))
	case p.s.Changing():
		return isFalse(v1alpha1.ReasonChanging, fmt.Sprintf("a change filing (变更备案) of %s is at %s; the old facts are in force until it passes", and(ch.parts), p.s.Step()))
	case ch.refused != "":
		return isFalse(v1alpha1.ReasonChangeNotPossible, ch.refused)
	case ch.differs != "":
		return isFalse(v1alpha1.ReasonSubjectFactsDiffer, ch.differs)
	case ch.follows != "":
		return isFalse(v1alpha1.ReasonChanging, fmt.Sprintf("%s takes the change of %s to the bureau, for all filings of the subject; the old facts are in force until it passes", ch.follows, and(ch.parts)))
	case len(ch.parts) > 0:
		return isFalse(v1alpha1.ReasonChangeFilingNeeded, fmt.Sprintf("not as filed: %s; a change filing (变更备案) is needed, and waits: %s", and(ch.parts), ch.waits))
	}
	if key, parts := p.differing(); key != "" {
		return isFalse(v1alpha1.ReasonSubjectFactsDiffer, fmt.Sprintf("%s, a filing of the same subject, has other facts of it (%s)", key, and(parts)))
	}
	if differs := p.filedElsewhereDiffers(); differs != "" {
		return isFalse(v1alpha1.ReasonFiledFactsDiffer, differs)
	}
	if rec.Assumed {
		return isUnknown(v1alpha1.ReasonFactsNotSeen, "the filing was approved before this IcpFiling was made, and which facts were filed is not recorded: compare them with what the provider's console shows, and file a change of what differs; the next change filing settles it")
	}
	if !p.s.InForce() && rec.Differs(p.wanted) {
		return isFalse(v1alpha1.ReasonPending, "what is wanted is no longer what was submitted: it goes with the next attempt")
	}
	switch {
	case p.s.InForce():
		return isTrue(v1alpha1.ReasonCurrent, "the facts are as they are filed")
	case p.s.Submitted():
		return isTrue(v1alpha1.ReasonCurrent, "the facts are as they were submitted")
	}
	return isUnknown(v1alpha1.ReasonPending, "nothing is filed")
}

// nothingCurrent says that nothing is filed, or, in time, that what is to be filed is not as it is filed elsewhere.
func (p *pass) nothingCurrent() verdict {
	if differs := p.filedElsewhereDiffers(); differs != "" && p.s.Ended == "" {
		return isFalse(v1alpha1.ReasonFiledFactsDiffer, differs)
	}
	return isUnknown(v1alpha1.ReasonPending, "nothing is filed")
}

// filedElsewhereDiffers says that an access filing's subject has another name or certificate than in the filing that it
// adds access to: that must be changed at the old provider first.
func (p *pass) filedElsewhereDiffers() string {
	if p.determined.Type != v1alpha1.AccessFiling || p.s.InForce() {
		return ""
	}
	for _, o := range p.SameDomain {
		if !inForce(o.Filing) || o.Provider == p.Provider.Name {
			continue
		}
		theirs := PartsOf(&o.Filing.Spec)
		for _, part := range []Part{PartName, PartCertificate} {
			if theirs[part] != p.wanted[part] {
				return fmt.Sprintf("%s filed the domain through provider %s under another %s of the subject: change it there first", p.named(o), o.Provider, strings.ToLower(string(part)))
			}
		}
	}
	return ""
}

// smsWindowEnds is when the window of an SMS that was sent closes; zero where none is open.
func (p *pass) smsWindowEnds() time.Time {
	st := p.s.stage(v1alpha1.StageSmsVerification)
	if st.State != v1alpha1.StageActive {
		return time.Time{}
	}
	for _, t := range st.Tasks {
		if t.DueAt != nil && t.DueAt.After(p.now) {
			return t.DueAt.Time
		}
	}
	return time.Time{}
}

// smsWindowClosed says that the SMS was sent, and that nobody said in time that it was answered.
func (p *pass) smsWindowClosed() bool {
	st := p.s.stage(v1alpha1.StageSmsVerification)
	for _, t := range st.Tasks {
		if st.State == v1alpha1.StageActive && t.DueAt != nil && !t.DueAt.After(p.now) {
			return true
		}
	}
	return false
}

// soonest is the earliest of the times that there are.
func soonest(times ...time.Time) time.Time {
	var first time.Time
	for _, t := range times {
		if !t.IsZero() && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}
