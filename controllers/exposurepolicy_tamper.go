package controllers

import (
	"sync"

	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/metrics"
)

// inPlace is what the operator has seen in place of the gate's policies, by policyKey: what differs from it later, though it was
// still wanted, was somebody else's doing. It begins anew with the operator, which then cannot tell a new version's policies from
// changed ones, and says nothing.
type inPlace struct {
	mu   sync.Mutex
	seen map[string]client.Object
}

// stands notes that a policy is in place.
func (p *inPlace) stands(policy client.Object) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = map[string]client.Object{}
	}
	p.seen[policyKey(policy)] = policy
}

// gone notes that a policy is wanted no more.
func (p *inPlace) gone(policy client.Object) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.seen, policyKey(policy))
}

// stood tells whether a policy was in place as it is wanted now.
func (p *inPlace) stood(wanted client.Object) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	seen, known := p.seen[policyKey(wanted)]
	return known && samePolicy(wanted, seen)
}

// adopt takes what stands for what is wanted, where nothing is known: without an ExposurePolicy the operator leaves it as it is.
func (p *inPlace) adopt(there map[string]client.Object) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		p.seen = there
	}
}

// states counts what became of the policies; nil where none was seen yet.
func (p *inPlace) states(there map[string]client.Object) map[metrics.PolicyState]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seen == nil {
		return nil
	}
	states := map[metrics.PolicyState]int{}
	for key, seen := range p.seen {
		switch current, is := there[key]; {
		case !is:
			states[metrics.Missing]++
		case !samePolicy(seen, current):
			states[metrics.Changed]++
		default:
			states[metrics.InPlace]++
		}
	}
	return states
}
