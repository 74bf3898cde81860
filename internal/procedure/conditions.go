package procedure

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// verdict is one condition in the making.
type verdict struct {
	status  metav1.ConditionStatus
	reason  string
	message string
}

func isTrue(reason, message string) verdict { return verdict{metav1.ConditionTrue, reason, message} }
func isFalse(reason, message string) verdict {
	return verdict{metav1.ConditionFalse, reason, message}
}

func isUnknown(reason, message string) verdict {
	return verdict{metav1.ConditionUnknown, reason, message}
}

// conditions computes every condition of a filing. A condition keeps its transition time while its status stays.
func (p *pass) conditions(status *v1alpha1.IcpFilingStatus, ps publicSecurity) []metav1.Condition {
	ready := p.ready(status)
	conditions := slices.Clone(p.status.Conditions)
	for _, x := range []struct {
		kind string
		v    verdict
	}{
		{v1alpha1.ConditionReady, ready},
		{v1alpha1.ConditionPrerequisitesMet, p.prerequisites()},
		{v1alpha1.ConditionSubmitted, p.submitted()},
		{v1alpha1.ConditionPreliminaryReviewPassed, p.passed(v1alpha1.StagePreliminaryReview)},
		{v1alpha1.ConditionSmsVerified, p.smsVerified()},
		{v1alpha1.ConditionBureauApproved, p.bureauApproved(status)},
		{v1alpha1.ConditionExposureAllowed, p.exposureAllowed(status, ps)},
		{v1alpha1.ConditionPublicSecurityRegistered, verdict{ps.holds, ps.reason, ps.message}},
		{v1alpha1.ConditionInformationCurrent, p.informationCurrent()},
		{v1alpha1.ConditionIcpLicensed, p.licensed()},
	} {
		if x.kind == v1alpha1.ConditionPrerequisitesMet && !p.Checked && meta.FindStatusCondition(conditions, x.kind) != nil {
			continue
		}
		p.set(&conditions, x.kind, x.v)
	}
	p.setRegistry(&conditions)
	p.setFooter(&conditions)
	p.setAbnormal(&conditions, ready)
	return conditions
}

func (p *pass) set(conditions *[]metav1.Condition, kind string, v verdict) {
	meta.SetStatusCondition(conditions, metav1.Condition{
		Type: kind, Status: v.status, Reason: v.reason, Message: v.message,
		ObservedGeneration: p.Filing.Generation, LastTransitionTime: *stamp(p.now),
	})
}

// stalling are the reasons of Ready that last until somebody changes something: kstatus's Failed. Under every other
// reason the filing is on its way: kstatus's InProgress.
var stalling = map[string]bool{
	v1alpha1.ReasonDomainConflict: true, v1alpha1.ReasonChannelNotAvailable: true, v1alpha1.ReasonReturned: true,
	v1alpha1.ReasonRevoked: true, v1alpha1.ReasonCancelled: true, v1alpha1.ReasonProviderRefused: true,
	v1alpha1.ReasonPrerequisitesNotMet: true,
}

// setAbnormal keeps kstatus's pair: each stands only while it is true.
func (p *pass) setAbnormal(conditions *[]metav1.Condition, ready verdict) {
	meta.RemoveStatusCondition(conditions, v1alpha1.ConditionReconciling)
	stalled := ready.status != metav1.ConditionTrue && stalling[ready.reason] && !p.missingSecret(ready.reason)
	if stalled {
		p.set(conditions, v1alpha1.ConditionStalled, isTrue(ready.reason, ready.message))
		return
	}
	meta.RemoveStatusCondition(conditions, v1alpha1.ConditionStalled)
	if ready.status == metav1.ConditionTrue || ready.reason == v1alpha1.ReasonSuspended {
		return
	}
	if before := meta.FindStatusCondition(p.status.Conditions, v1alpha1.ConditionReconciling); before != nil {
		*conditions = append(*conditions, *before)
	}
	p.set(conditions, v1alpha1.ConditionReconciling, isTrue(ready.reason, ready.message))
}

// missingSecret says that the prerequisites lack only a Secret, which may be applied a moment later: no failure yet.
func (p *pass) missingSecret(reason string) bool {
	if reason != v1alpha1.ReasonPrerequisitesNotMet {
		return false
	}
	for _, f := range p.Findings {
		if f.Severity == rules.Error && f.Reason != ReasonSecretNotFound {
			return false
		}
	}
	return true
}

// Reasons of findings on the Secrets that a filing refers to.
const (
	// ReasonSecretNotFound: it is not there.
	ReasonSecretNotFound = "SecretNotFound"
	// ReasonSecretTypeRefused: it has another type than is asked for, and is not read.
	ReasonSecretTypeRefused = "SecretTypeRefused"
	// ReasonMaterialMissing: it holds no file under the key.
	ReasonMaterialMissing = "MaterialMissing"
)

func (p *pass) ready(status *v1alpha1.IcpFilingStatus) verdict {
	next := status.NextAction
	switch {
	case p.s.Ended != "":
		return isFalse(string(p.s.Ended), p.endWords()+"; "+p.anewWords())
	case p.deleting():
		return isFalse(v1alpha1.ReasonDeleting, p.deletingWords())
	case p.s.InForce():
		return isTrue(p.inForceReason(), fmt.Sprintf("filed as %s", status.WebsiteNumber))
	case p.Filing.Spec.Suspend:
		return isFalse(v1alpha1.ReasonSuspended, "spec.suspend is true: nothing is asked of the provider")
	case p.Provider.Problem != "":
		return isFalse(p.Provider.Problem, p.Provider.Message)
	case p.Rival != "":
		return isFalse(v1alpha1.ReasonDomainConflict, fmt.Sprintf("%s holds %s at provider %s: delete one of the two filings", p.Rival, p.Filing.Spec.Domain.Name, p.Provider.Name))
	case p.foreign != "":
		return isFalse(v1alpha1.ReasonDomainConflict, p.foreignWords()+p.againWords())
	case p.s.Imported:
		return isFalse(v1alpha1.ReasonImportUnconfirmed, p.unconfirmedWords())
	case p.blocked() && !p.s.Submitted():
		return isFalse(v1alpha1.ReasonPrerequisitesNotMet, "see condition PrerequisitesMet")
	case p.waits():
		return p.waiting()
	case p.determined.conflictOfDomain():
		return isFalse(v1alpha1.ReasonDomainConflict, p.determined.Message+p.againWords())
	case p.channelRefusal != "":
		return isFalse(v1alpha1.ReasonChannelNotAvailable, p.channelRefusal)
	case p.Failure != nil:
		return isFalse(p.Failure.Reason, p.Failure.Message+p.perhapsWords()+p.againWords()+p.sinceWords())
	case p.s.Returned:
		return isFalse(v1alpha1.ReasonReturned, p.returnedWords())
	case next != nil && next.Actor == v1alpha1.ActorOperator:
		return isFalse(v1alpha1.ReasonProgressing, fmt.Sprintf("%s: %s", status.Stage, next.Description))
	case next != nil && isPerson(next.Actor):
		return isFalse(v1alpha1.ReasonActionRequired, fmt.Sprintf("%s: %s must act: %s", status.Stage, next.Actor, next.Description))
	}
	return isFalse(v1alpha1.ReasonInReview, fmt.Sprintf("at stage %s", status.Stage))
}

// inForceReason tells a filing that was in force before it came here from one that was brought there.
func (p *pass) inForceReason() string {
	if p.s.Imported {
		return v1alpha1.ReasonImported
	}
	return v1alpha1.ReasonInForce
}

// waits says that the filing has not begun since another one of its subject goes first.
func (p *pass) waits() bool {
	return p.held && !p.s.InForce() || p.waitsFor != "" && !p.s.InForce() && !p.s.Imported && p.s.OrderID == "" && !p.begun() && p.s.Step() == v1alpha1.StageTypeDetermination
}

func isPerson(a v1alpha1.Actor) bool {
	return a == v1alpha1.ActorApplicant || a == v1alpha1.ActorSubjectResponsiblePerson || a == v1alpha1.ActorWebsiteResponsiblePerson
}

func (p *pass) prerequisites() verdict {
	var errs, warnings []string
	reason := ""
	for _, f := range p.Findings {
		if f.Severity == rules.Error {
			errs = append(errs, f.Field+": "+f.Message)
			if reason == "" {
				reason = f.Reason
			}
		} else {
			warnings = append(warnings, "warning: "+f.Field+": "+f.Message)
		}
	}
	if p.Provider.Problem != "" && p.Provider.Name == "" {
		return isFalse(p.Provider.Problem, p.Provider.Message)
	}
	words := clip(strings.Join(append(errs, warnings...), "; "))
	if reason != "" {
		return isFalse(reason, words)
	}
	if words == "" {
		words = "every check of the filing rules " + p.Rules.Name() + " holds"
	}
	return isTrue(v1alpha1.ReasonMet, words)
}

func (p *pass) submitted() verdict {
	switch {
	case p.s.Ended == v1alpha1.StageCancelled && p.s.ApprovedAt.IsZero():
		return isFalse(v1alpha1.ReasonWithdrawn, "the order was given up")
	case p.s.Imported && p.s.InForce() && !p.s.c.Change:
		return isTrue(v1alpha1.ReasonImported, "filed before it came here")
	case p.s.Submitted() || p.s.InForce():
		return isTrue(v1alpha1.ReasonSubmitted, fmt.Sprintf("order %s, attempt %d", p.s.OrderID, p.s.Attempt))
	case p.s.Returned && p.s.stage(v1alpha1.StageConfirmation).Reason == ReasonWithdrawn:
		return isFalse(v1alpha1.ReasonWithdrawn, "the order was taken back from review; it can be submitted again")
	case p.s.Returned:
		return isFalse(v1alpha1.ReasonReturned, "the order was returned")
	case p.orderUnread():
		return isUnknown(v1alpha1.ReasonLookupFailed, p.unreadWords())
	}
	return isFalse(v1alpha1.ReasonNotConfirmed, "the order has not been confirmed")
}

func (p *pass) passed(stage v1alpha1.StageName) verdict {
	st := p.s.stage(stage)
	switch st.State {
	case v1alpha1.StageDone:
		return isTrue(v1alpha1.ReasonPassed, "")
	case v1alpha1.StageReturned:
		return isFalse(v1alpha1.ReasonReturned, st.Reason)
	case v1alpha1.StageSkipped:
		if p.s.InForce() {
			return isTrue(st.Reason, st.Message)
		}
	}
	return isFalse(v1alpha1.ReasonPending, "")
}

func (p *pass) smsVerified() verdict {
	st := p.s.stage(v1alpha1.StageSmsVerification)
	switch st.State {
	case v1alpha1.StageDone:
		return isTrue(v1alpha1.ReasonVerified, "")
	case v1alpha1.StageSkipped:
		return isTrue(v1alpha1.ReasonNotRequired, st.Message)
	case v1alpha1.StageActive:
		words := "the persons named in the order must answer the ministry's SMS"
		if st.Message != "" {
			words += "; " + st.Message
		}
		if p.smsWindowClosed() {
			return isFalse(v1alpha1.ReasonExpired, fmt.Sprintf("the window closed on %s; what was not answered in time returns the order", calendar.Date(st.DueAt.Time)))
		}
		return isFalse(v1alpha1.ReasonWaiting, words)
	case v1alpha1.StageReturned:
		if slices.Contains(strings.Split(st.Reason, ","), rules.ReasonSmsExpired) {
			return isFalse(v1alpha1.ReasonExpired, st.Reason)
		}
		return isFalse(v1alpha1.ReasonReturned, st.Reason)
	}
	return isFalse(v1alpha1.ReasonPending, "")
}

func (p *pass) bureauApproved(status *v1alpha1.IcpFilingStatus) verdict {
	switch {
	case p.s.Ended == v1alpha1.StageRevoked:
		return isFalse(v1alpha1.ReasonRevoked, p.endWords())
	case p.s.InForce() && p.s.Imported:
		return isTrue(v1alpha1.ReasonImported, fmt.Sprintf("subject %s, website %s", status.SubjectNumber, status.WebsiteNumber))
	case p.s.InForce():
		return isTrue(v1alpha1.ReasonApproved, fmt.Sprintf("subject %s, website %s", status.SubjectNumber, status.WebsiteNumber))
	case p.s.Ended == v1alpha1.StageCancelled:
		return isFalse(v1alpha1.ReasonCancelled, p.endWords())
	case p.orderUnread():
		return isUnknown(v1alpha1.ReasonLookupFailed, p.unreadWords())
	}
	return p.passed(v1alpha1.StageBureauReview)
}

func (p *pass) exposureAllowed(status *v1alpha1.IcpFilingStatus, ps publicSecurity) verdict {
	switch {
	case p.s.InForce() && p.deleting():
		return isFalse(v1alpha1.ReasonDeleting, "the filing is being deleted")
	case p.s.InForce() && p.Rival != "":
		return isFalse(v1alpha1.ReasonDomainConflict, p.Rival+" holds the domain")
	case p.s.InForce() && p.registryCloses():
		return isFalse(v1alpha1.ReasonRegistryMismatch, p.closedWords())
	case p.s.InForce() && ps.closed:
		return isFalse(v1alpha1.ReasonPublicSecurityOverdue, ps.message)
	case p.s.InForce() && p.Room.Full > 0:
		return p.full()
	case p.s.InForce() && p.Room.Elsewhere > 0:
		return isTrue(v1alpha1.ReasonSomeNamespacesElsewhere, fmt.Sprintf("hosts of the domain may be exposed, but %d of the namespaces that are let in are another shard's, whose "+
			"operator does not know of this filing and clears nothing for it (%s): file the domain there, too, or have one shard work on all of them", p.Room.Elsewhere, p.Room.FirstElsewhere))
	case p.s.InForce():
		return isTrue(v1alpha1.ReasonApproved, "hosts of the domain may be exposed")
	case p.s.Ended == v1alpha1.StageRevoked:
		return isFalse(v1alpha1.ReasonRevoked, p.endWords())
	case p.s.Ended == v1alpha1.StageCancelled:
		return isFalse(v1alpha1.ReasonCancelled, p.endWords())
	case p.orderUnread():
		return isUnknown(v1alpha1.ReasonLookupFailed, p.unreadWords()+"; the gate stays as it is")
	}
	return isFalse(v1alpha1.ReasonNotApproved, fmt.Sprintf("the gate opens when the bureau approves; the filing is at %s", status.Stage))
}

// full says where there is no room for the domain. It is allowed as long as one namespace has room: its routes there are served.
func (p *pass) full() verdict {
	room := p.Room
	switch {
	case room.LetIn == 1:
		return isFalse(v1alpha1.ReasonNamespaceFull, fmt.Sprintf("namespace %s has no room for the domain among its clearances: move the filing "+
			"with its routes to another namespace, or take large annotations off this one", room.First))
	case room.Full == room.LetIn:
		return isFalse(v1alpha1.ReasonNamespaceFull, fmt.Sprintf("none of the %d namespaces that are let in has room for the domain among its clearances (%s): "+
			"let in fewer or others by spec.exposure.namespaces, or take large annotations off these", room.LetIn, room.First))
	}
	return isTrue(v1alpha1.ReasonSomeNamespacesFull, fmt.Sprintf("hosts of the domain may be exposed, but %d of the %d namespaces that are let in have no room for it "+
		"among their clearances (%s): see kubectl get exposurepolicy default, condition ClearancesComplete", room.Full, room.LetIn, room.First))
}
