package controllers

import "sync"

// feedPositions is how far this process has read each provider's feed. The cursor in a FilingProvider's status stays
// behind it until everything before it has been worked through.
type feedPositions struct {
	mu sync.Mutex
	at map[string]string
}

// from is where to go on: where this process is, else where the last one was sure to be done.
func (p *feedPositions) from(provider, kept string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at, ok := p.at[provider]; ok {
		return at
	}
	return kept
}

func (p *feedPositions) set(provider, cursor string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.at == nil {
		p.at = map[string]string{}
	}
	p.at[provider] = cursor
}

func (p *feedPositions) forget(provider string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.at, provider)
}
