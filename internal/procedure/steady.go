package procedure

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// passing are the parts of a provider's words that are others each time: numbers, times, and names of requests.
var passing = regexp.MustCompile(`[0-9A-Fa-f]*[0-9][0-9A-Fa-f.:_+-]*`)

// sincePattern is how sinceWords end a message.
var sincePattern = regexp.MustCompile(`; so since [0-9-]+ [0-9:]+ \(Beijing time\)$`)

// sinceWords say since when a provider does not answer: the transition time of Ready tells only since when a filing is not.
func (p *pass) sinceWords() string {
	if p.Failure == nil || p.Failure.Reason != v1alpha1.ReasonProviderUnavailable {
		return ""
	}
	if ready := meta.FindStatusCondition(p.status.Conditions, v1alpha1.ConditionReady); ready != nil && ready.Reason == p.Failure.Reason {
		if words := sincePattern.FindString(ready.Message); words != "" {
			return words
		}
	}
	return "; so since " + p.now.In(calendar.Beijing).Format("2006-01-02 15:04") + " (Beijing time)"
}

// steady keeps the words in which a failure was told before, where the provider says the same of the same facts, but for a
// time or the name of a request: else each asking would write a status, and each status written would be asked about.
func (p *pass) steady() {
	ready := meta.FindStatusCondition(p.status.Conditions, v1alpha1.ConditionReady)
	if p.Failure == nil || ready == nil || ready.Reason != p.Failure.Reason || ready.ObservedGeneration != p.Filing.Generation {
		return
	}
	before := sincePattern.ReplaceAllString(ready.Message, "")
	before = strings.TrimSuffix(strings.TrimSuffix(before, againWords), p.perhapsWords())
	if before != p.Failure.Message && passing.ReplaceAllString(before, "") == passing.ReplaceAllString(p.Failure.Message, "") {
		failure := *p.Failure
		failure.Message = before
		p.Failure = &failure
	}
}
