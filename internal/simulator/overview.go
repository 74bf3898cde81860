package simulator

import (
	"fmt"
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// Overview is an order as its keeper sees it.
type Overview struct {
	// Order in the protocol's words.
	Order protocol.Order `json:"order"`
	// Stage under way, or how the order ended.
	Stage string `json:"stage"`
	// InForce says that the filing is in force, whatever becomes of a change of it.
	InForce bool `json:"inForce,omitempty"`
	// WaitsFor is the task that somebody was asked for.
	WaitsFor protocol.Task `json:"waitsFor,omitempty"`
	// Manual says that the stage waits for a decision by hand.
	Manual bool `json:"manual,omitempty"`
	// Next is when the simulator takes the next step; zero where it waits for somebody.
	Next time.Time `json:"next,omitzero"`
	// Missing are the files that were not uploaded.
	Missing []string `json:"missing,omitempty"`
}

// Orders lists all orders, oldest first.
func (s *Simulator) Orders() []Overview {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	all := make([]Overview, 0, len(s.orders))
	for _, o := range s.orders {
		all = append(all, s.overview(o))
	}
	return all
}

// Order is one order.
func (s *Simulator) Order(id string) (Overview, bool) {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	o, ok := s.byID[id]
	if !ok {
		return Overview{}, false
	}
	return s.overview(o), true
}

// NewestOrder is the newest order of a domain, in whatever account.
func (s *Simulator) NewestOrder(domain string) (Overview, bool) {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	for _, o := range slices.Backward(s.byDomain[domain]) {
		return s.overview(o), true
	}
	return Overview{}, false
}

func (s *Simulator) overview(o *order) Overview {
	stand := s.stand(o)
	v := Overview{Order: o.view(), Stage: stand.where(), InForce: stand.inForce}
	if len(stand.requests) > 0 {
		v.WaitsFor = stand.requests[len(stand.requests)-1].task
	}
	v.Manual = stand.ended == "" && s.manual[stand.stage] && (stand.stage != protocol.StageApproved || len(stand.requests) > 0)
	v.Next, _, _ = s.next(o)
	for _, m := range o.missing() {
		v.Missing = append(v.Missing, fmt.Sprintf("%s/%d", m.kind, m.part))
	}
	return v
}
