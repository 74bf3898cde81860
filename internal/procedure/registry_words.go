package procedure

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// Registry is what a pass knows of the provider's registry.
type Registry struct {
	// Close says that a confirmed mismatch closes the gate.
	Close bool
	// Seen is what it said of the filing's domain, as far as this process has heard.
	Seen Registered
}

// setRegistry sets RegistryVerified, where the registry is asked about the filing, and takes it away where it is not. As
// long as this process has heard nothing, what the status says stands.
func (p *pass) setRegistry(conditions *[]metav1.Condition) {
	numbers, asked := p.registryNumbers()
	if p.Registry == nil || !asked {
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionRegistryVerified)
		return
	}
	seen := p.Registry.Seen
	if seen.Of != numbers {
		seen = Registered{}
	}
	before := meta.FindStatusCondition(p.status.Conditions, v1alpha1.ConditionRegistryVerified)
	switch {
	case !seen.Since.IsZero():
		p.set(conditions, v1alpha1.ConditionRegistryVerified, p.registryVerdict(seen))
	case p.registry.Mismatch != nil:
		p.set(conditions, v1alpha1.ConditionRegistryVerified, p.mismatchVerdict(p.registry.Mismatch.Reason, true, seen))
	case seen.Why != "" && (before == nil || seen.Stale || before.Status == metav1.ConditionUnknown):
		p.set(conditions, v1alpha1.ConditionRegistryVerified, verdict{metav1.ConditionUnknown, v1alpha1.ReasonLookupFailed, clip(p.failingWords(seen))})
	}
}

// registryVerdict is the condition where this process has heard an answer.
func (p *pass) registryVerdict(seen Registered) verdict {
	if reason := seen.Mismatch(); reason != "" {
		return p.mismatchVerdict(reason, seen.Again || p.registry.Mismatch != nil && p.registry.Mismatch.Reason == reason, seen)
	}
	words := fmt.Sprintf("the registry says that %s is filed", p.Filing.Spec.Domain.Name)
	if seen.Answer.WebsiteNumber != "" {
		words += " as " + seen.Answer.WebsiteNumber
	} else if !p.s.InForce() {
		words += "; it tells no number, so that somebody must compare it"
	}
	switch {
	case seen.Stale:
		return verdict{metav1.ConditionUnknown, v1alpha1.ReasonLookupFailed, clip(p.failingWords(seen) + "; before that " + words)}
	case seen.Why != "":
		words += "; " + p.failingWords(seen)
	}
	return isTrue(v1alpha1.ReasonVerified, clip(words))
}

// mismatchVerdict is the condition where the registry disagrees; a failed look-up takes nothing of that back.
func (p *pass) mismatchVerdict(reason string, confirmed bool, seen Registered) verdict {
	words := p.mismatchWords(reason, seen)
	switch {
	case !confirmed:
		words += "; heard once, and asked again before it counts"
	case p.registryCloses():
		words += "; heard twice: the gate is closed (onMismatch: Close)"
	default:
		words += "; heard twice"
	}
	if seen.Why != "" {
		words += "; " + p.failingWords(seen)
	}
	return isFalse(reason, clip(words))
}

// mismatchWords says in which way the registry disagrees, and how to put it right.
func (p *pass) mismatchWords(reason string, seen Registered) string {
	domain := p.Filing.Spec.Domain.Name
	switch reason {
	case v1alpha1.ReasonNotFound:
		return fmt.Sprintf("the registry knows no filing of %s: ask provider %s whether it was cancelled (注销), and file anew if so", domain, p.Provider.Name)
	case v1alpha1.ReasonAccessMissing:
		return fmt.Sprintf("the registry says that %s is filed without access through provider %s (未接入, 空壳): make an access filing (接入备案) with it", domain, p.Provider.Name)
	case v1alpha1.ReasonOtherNumber:
		return fmt.Sprintf("the registry says that %s is filed as %s: correct the number that is shown (an IcpReview, or spec.existing.website.number)", domain, seen.Answer.WebsiteNumber)
	}
	words := fmt.Sprintf("the registry says that %s is filed under another subject (主体)", domain)
	if seen.Answer.SubjectNumber != "" {
		words += ", " + seen.Answer.SubjectNumber
	}
	return words + ": its holder must cancel that filing first, or correct the numbers of this one"
}

func (p *pass) failingWords(seen Registered) string {
	return fmt.Sprintf("look-ups fail since %s: %s", calendar.Date(seen.FailingSince), seen.Why)
}

// registryCloses says that a mismatch closes the gate: heard twice, of a kind that leaves the domain without a filing, and
// the provider says so. No failed look-up is among that.
func (p *pass) registryCloses() bool {
	m := p.registry.Mismatch
	return p.Registry != nil && p.Registry.Close && m != nil && closing[m.Reason]
}

func (p *pass) closedWords() string {
	return fmt.Sprintf("the provider's registry disagrees since %s (%s, see condition RegistryVerified); the gate opens again as soon as it agrees",
		calendar.Date(p.registry.Mismatch.Since), p.registry.Mismatch.Reason)
}
