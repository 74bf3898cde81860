package simulator

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// keptRequests is how many of the latest requests are kept one by one.
const keptRequests = 1000

// Request is one that came in. Nothing personal is in it.
type Request struct {
	// At is when it was answered.
	At time.Time `json:"at"`
	// Operation of the protocol, for example createOrder.
	Operation string `json:"operation"`
	// Status answered; 0 where the connection was dropped.
	Status int `json:"status"`
	// OrderID in its path.
	OrderID string `json:"orderID,omitempty"`
	// Key is its idempotency key.
	Key string `json:"key,omitempty"`
}

// History is what came in so far.
type History struct {
	// Total of all requests.
	Total int `json:"total"`
	// Operations counts the requests of each operation.
	Operations map[string]int `json:"operations"`
	// Statuses counts the answers of each status; 0 for dropped connections.
	Statuses map[int]int `json:"statuses"`
	// RepeatedKeys counts the requests whose idempotency key had come before.
	RepeatedKeys int `json:"repeatedKeys"`
	// Duplicates are the domains for which a second order was asked for while one stood.
	Duplicates []Duplicate `json:"duplicates"`
	// Latest requests, oldest first.
	Latest []Request `json:"latest"`
}

// Duplicate is a domain for which a second order was asked for. It was refused; that it was asked for is a fault of the
// client's.
type Duplicate struct {
	// Account at the provider.
	Account string `json:"account"`
	// Domain to be filed.
	Domain string `json:"domain"`
	// Refused counts the refusals.
	Refused int `json:"refused"`
}

// requests is the history of what came in.
type requests struct {
	mu         sync.Mutex
	total      int
	operations map[string]int
	statuses   map[int]int
	keys       map[string]bool
	repeated   int
	duplicates map[[2]string]int
	latest     []Request
}

func newRequests() *requests {
	r := &requests{}
	r.reset()
	return r
}

func (r *requests) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total, r.repeated, r.latest = 0, 0, nil
	r.operations, r.statuses = map[string]int{}, map[int]int{}
	r.keys, r.duplicates = map[string]bool{}, map[[2]string]int{}
}

func (r *requests) note(q Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.total++
	r.operations[q.Operation]++
	r.statuses[q.Status]++
	if q.Key != "" {
		if r.keys[q.Key] {
			r.repeated++
		}
		r.keys[q.Key] = true
	}
	r.latest = append(r.latest, q)
	if extra := len(r.latest) - keptRequests; extra > 0 {
		r.latest = slices.Delete(r.latest, 0, extra)
	}
}

func (r *requests) refusedDuplicate(account, domain string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.duplicates[[2]string{account, domain}]++
}

// Requests is the history of what came in.
func (s *Simulator) Requests() History {
	r := s.requests
	r.mu.Lock()
	defer r.mu.Unlock()
	h := History{
		Total: r.total, Operations: maps.Clone(r.operations), Statuses: maps.Clone(r.statuses),
		RepeatedKeys: r.repeated, Duplicates: []Duplicate{}, Latest: slices.Clone(r.latest),
	}
	for who, n := range r.duplicates {
		h.Duplicates = append(h.Duplicates, Duplicate{Account: who[0], Domain: who[1], Refused: n})
	}
	slices.SortFunc(h.Duplicates, func(a, b Duplicate) int { return strings.Compare(a.Domain+a.Account, b.Domain+b.Account) })
	return h
}

// ForgetRequests begins the history anew.
func (s *Simulator) ForgetRequests() { s.requests.reset() }
