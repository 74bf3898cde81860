// Package registry asks who is filed (备案查询): a server of the filing provider protocol, or a cloud's own filing API.
// What the answers mean for a filing package procedure decides.
package registry

import (
	"context"
	"time"

	"github.com/beian-dev/icp-operator/internal/procedure"
)

// Registry looks up what is filed. Its methods may block on the network and are bounded by their context.
type Registry interface {
	// Lookup asks about domains, each once, and gives an answer for each, in their order. An error is one of the whole
	// look-up, nothing of which was answered; it is of type *provider.Error, so that RetryAfterOf tells how long the
	// registry asks to be left alone. What could not be asked within the pace is NotAsked, and to be asked again.
	Lookup(ctx context.Context, domains []string) ([]Answer, error)
	// Batch is the most domains that one call takes.
	Batch() int
}

// Answer is what a registry said of one domain.
type Answer struct {
	// Domain that was asked about.
	Domain string
	// NotAsked says that the pace did not allow to ask about it; nothing else is set then.
	NotAsked bool
	// RegistryAnswer is what was said; FoundUnknown, and why, where nothing was.
	procedure.RegistryAnswer
}

// Pace is asked before each call on the wire whether it may be made now. It counts the call as made where it may.
type Pace interface {
	// Take takes a call.
	Take() bool
}

// MostAtOnce is the most domains that any registry's call takes.
const MostAtOnce = 100

// Timeout bounds one call on the wire.
const Timeout = 10 * time.Second

// free is a pace without limits.
type free struct{}

// Take implements Pace.
func (free) Take() bool { return true }

func paceOr(p Pace) Pace {
	if p == nil {
		return free{}
	}
	return p
}

// notAsked are the answers of domains that the pace did not allow to ask about.
func notAsked(domains []string) []Answer {
	answers := make([]Answer, len(domains))
	for i, domain := range domains {
		answers[i] = Answer{Domain: domain, NotAsked: true}
	}
	return answers
}

// unknown is an answer of which nothing is known, and why.
func unknown(domain, why string) Answer {
	return Answer{Domain: domain, RegistryAnswer: procedure.RegistryAnswer{Why: why}}
}
