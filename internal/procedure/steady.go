package procedure

import (
	"regexp"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// passing are the parts of a provider's words that are others each time: numbers, times, and names of requests.
var passing = regexp.MustCompile(`[0-9A-Fa-f]*[0-9][0-9A-Fa-f.:_+-]*`)

// steady keeps the words in which a failure was told before, where the provider says the same of the same facts, but for a
// time or the name of a request: else each asking would write a status, and each status written would be asked about.
func (p *pass) steady() {
	ready := meta.FindStatusCondition(p.status.Conditions, v1alpha1.ConditionReady)
	if p.Failure == nil || ready == nil || ready.Reason != p.Failure.Reason || ready.ObservedGeneration != p.Filing.Generation {
		return
	}
	before := strings.TrimSuffix(strings.TrimSuffix(ready.Message, againWords), p.perhapsWords())
	if before != p.Failure.Message && passing.ReplaceAllString(before, "") == passing.ReplaceAllString(p.Failure.Message, "") {
		failure := *p.Failure
		failure.Message = before
		p.Failure = &failure
	}
}
