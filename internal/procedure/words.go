package procedure

import (
	"fmt"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func (p *pass) unconfirmedWords() string {
	if p.Failure != nil {
		return p.importWords() + "; it does not yet: " + p.Failure.Message
	}
	if p.c.Hand == ByOperator && !p.Persons.Known {
		return p.importWords() + "; it was not asked yet, since the Secrets of the responsible persons, by whom it knows the subject, are not both there"
	}
	return p.importWords()
}

// deletingWords says what the deletion waits for.
func (p *pass) deletingWords() string {
	switch {
	case !p.holds():
		return "the filing is being deleted; the gate is closed"
	case p.c.Hand == ByOperator && p.Failure != nil:
		return "the deletion waits until the provider has cancelled the filing (注销): " + p.Failure.Message + p.perhapsWords() + letGoWords
	case p.c.Hand == ByOperator && p.Provider.Problem != "":
		return "the deletion waits until the provider has cancelled the filing (注销), and it cannot be asked: " + p.Provider.Message + letGoWords
	case p.c.Hand == ByOperator && p.Filing.Spec.Suspend:
		return "the deletion waits until the provider has cancelled the filing (注销), and spec.suspend keeps the operator from asking it: set it to false" + letGoWords
	case p.c.Hand == ByOperator:
		return "the deletion waits until the provider has cancelled the filing (注销)" + letGoWords
	}
	return "the deletion waits until the filing is cancelled (注销) in the provider's console and an IcpReview on stage Approved with decision Cancelled says so" + letGoWords
}

// letGoWords is the way out of a deletion that waits.
const letGoWords = "; to let it go without, set spec.deletionPolicy to CloseExposure"

// againWords say when a refusal is tried again; nothing where nobody asks by itself.
func (p *pass) againWords() string {
	if p.askAgain().IsZero() || p.Filing.Spec.Suspend {
		return ""
	}
	return againWords
}

// perhapsWords says what to do about an order that was made with this filing's key, and with other facts.
func (p *pass) perhapsWords() string {
	if p.perhaps == nil || p.Failure == nil || p.Failure.Reason != v1alpha1.ReasonProviderRefused {
		return ""
	}
	return fmt.Sprintf("; order %s stands for %s, and was asked for with other facts than these: put the spec and its Secrets back as they were when it was made, and it is taken for this filing's; or have it cancelled at provider %s",
		p.perhaps.ID, p.Filing.Spec.Domain.Name, p.Provider.Name)
}

func (p *pass) foreignWords() string {
	return fmt.Sprintf("order %s of %s at provider %s was made for another filing, before this one: delete this filing, or have that order cancelled (a restored filing keeps its annotation %s)",
		p.foreign, p.Filing.Spec.Domain.Name, p.Provider.Name, v1alpha1.OrderAnnotation)
}

// anewWords say how to file anew.
func (p *pass) anewWords() string {
	w := fmt.Sprintf("to file anew, annotate the filing %s=%d", v1alpha1.ResubmitAnnotation, p.s.Attempt+1)
	if p.asksFor(p.s.Attempt + 1) {
		w += " (remove that annotation first: it is from before the end)"
	}
	return w
}

// endWords says why the filing is no longer in force; the stage Approved keeps it.
func (p *pass) endWords() string {
	st := p.s.stage(v1alpha1.StageApproved)
	w := fmt.Sprintf("the filing is %s", strings.ToLower(string(p.s.Ended)))
	if st.Reason != "" {
		w += ": " + st.Reason
	}
	if st.Message != "" {
		w += ": " + st.Message
	}
	return w
}

// returnedWords says why the order was sent back and what to do.
func (p *pass) returnedWords() string {
	for _, st := range p.s.Stages {
		if st.State != v1alpha1.StageReturned {
			continue
		}
		var remedies []string
		for reason := range strings.SplitSeq(st.Reason, ",") {
			words := reason
			if row, ok := p.Rules.ReturnReason(reason); ok {
				words += ": " + row.Remedy
				if len(row.Fields) > 0 {
					words += " (" + and(row.Fields) + ")"
				}
			}
			remedies = append(remedies, words)
		}
		w := fmt.Sprintf("returned at %s: %s", st.Name, strings.Join(remedies, "; "))
		if st.Reason == ReasonWithdrawn {
			w = "taken back by the applicant (撤回)"
		}
		if st.Message != "" {
			w += "; the reviewer says: " + st.Message
		}
		return fmt.Sprintf("%s; change the spec, and it is submitted again (where nothing in it must change: annotate the filing %s=%d)",
			w, v1alpha1.ResubmitAnnotation, p.s.Attempt+1)
	}
	return "returned"
}
