package simulator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// FaultKind is a way to fail.
type FaultKind string

// Ways to fail.
const (
	// FaultStatus answers with a status in place of doing anything.
	FaultStatus FaultKind = "Status"
	// FaultDelay answers late.
	FaultDelay FaultKind = "Delay"
	// FaultDrop breaks the connection before anything is done.
	FaultDrop FaultKind = "Drop"
	// FaultDropAfterEffect does what is asked, and breaks the connection before the answer.
	FaultDropAfterEffect FaultKind = "DropAfterEffect"
	// FaultDuplicate does what is asked twice, as a network that repeats a request; of events, each comes twice.
	FaultDuplicate FaultKind = "Duplicate"
	// FaultWrongContentType does what is asked, and answers in HTML.
	FaultWrongContentType FaultKind = "WrongContentType"
	// FaultMalformed does what is asked, and cuts the answer off in its middle.
	FaultMalformed FaultKind = "Malformed"
	// FaultOversized does what is asked, and answers with more than the protocol allows.
	FaultOversized FaultKind = "Oversized"
	// FaultSlowBody does what is asked, and answers byte by byte, all of it after the delay.
	FaultSlowBody FaultKind = "SlowBody"
	// FaultReorderEvents gives the events of a page backwards.
	FaultReorderEvents FaultKind = "ReorderEvents"
	// FaultLoseEvents leaves the events of a page out, and nobody will hear of them again.
	FaultLoseEvents FaultKind = "LoseEvents"
)

var faultKinds = []FaultKind{
	FaultStatus, FaultDelay, FaultDrop, FaultDropAfterEffect, FaultDuplicate, FaultWrongContentType, FaultMalformed, FaultOversized,
	FaultSlowBody, FaultReorderEvents, FaultLoseEvents,
}

// FaultKinds lists the ways to fail.
func FaultKinds() []FaultKind { return slices.Clone(faultKinds) }

// OperationNames lists the operations of the protocol that may fail.
func (s *Simulator) OperationNames() []string {
	var names []string
	for _, item := range s.document.doc.Paths.Map() {
		for _, op := range item.Operations() {
			names = append(names, op.OperationID)
		}
	}
	slices.Sort(names)
	return names
}

// ofEvents says that a fault is one of the events feed.
func (f Fault) ofEvents() bool { return f.Kind == FaultReorderEvents || f.Kind == FaultLoseEvents }

// befalls says that a fault may befall a call of an operation.
func (f Fault) befalls(operation string) bool {
	return (f.Operation == "" || f.Operation == operation) && (!f.ofEvents() || operation == operationListEvents)
}

// operationListEvents is the feed's.
const operationListEvents = "listEvents"

// Fault fails the next calls of an operation.
type Fault struct {
	// Kind of failure.
	Kind FaultKind `json:"kind"`
	// Operation that fails, for example createOrder; empty: any.
	Operation string `json:"operation,omitempty"`
	// Times that it fails; default 1. Not for random faults.
	Times int `json:"times,omitempty"`
	// Status to answer with; default 503.
	Status int32 `json:"status,omitempty"`
	// Reason of the problem that goes with Status. Empty: no problem, but plain text, as from a proxy.
	Reason string `json:"reason,omitempty"`
	// RetryAfter to answer with.
	RetryAfter metav1.Duration `json:"retryAfter,omitzero"`
	// Delay of the answer.
	Delay metav1.Duration `json:"delay,omitzero"`
}

// RandomFaults fails calls by chance.
type RandomFaults struct {
	// Rate of the calls that fail, 0 to 1, of those that any of the faults may befall.
	Rate float64 `json:"rate"`
	// Seed of the chances; 0 keeps the one in use.
	Seed uint64 `json:"seed,omitempty"`
	// Faults to choose from; empty: one of each kind, delays of 50 ms.
	Faults []Fault `json:"faults,omitempty"`
}

// faults are those to come.
type faults struct {
	mu     sync.Mutex
	script []Fault
	random RandomFaults
	rand   *rand.Rand
}

func newFaults(seed uint64) *faults { return &faults{rand: rand.New(rand.NewPCG(seed, seed))} } //nolint:gosec // chance, no secret

// AddFault fails the next calls of an operation, after the faults that were added before.
func (s *Simulator) AddFault(f Fault) error {
	if err := f.check(); err != nil {
		return err
	}
	f.Times = max(f.Times, 1)
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.script = append(s.faults.script, f)
	return nil
}

// SetRandomFaults fails calls by chance, in place of what was set before.
func (s *Simulator) SetRandomFaults(r RandomFaults) error {
	if r.Rate < 0 || r.Rate > 1 {
		return fmt.Errorf("rate %g: give a share from 0 to 1", r.Rate)
	}
	for _, f := range r.Faults {
		if err := f.check(); err != nil {
			return err
		}
	}
	if len(r.Faults) == 0 {
		for _, kind := range faultKinds {
			r.Faults = append(r.Faults, Fault{Kind: kind, Delay: metav1.Duration{Duration: 50e6}})
		}
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.random = r
	if r.Seed != 0 {
		s.faults.rand = rand.New(rand.NewPCG(r.Seed, r.Seed)) //nolint:gosec // chance, no secret
	}
	return nil
}

// ClearFaults ends all failures.
func (s *Simulator) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.script, s.faults.random = nil, RandomFaults{}
}

// Faults are the scripted ones still to come, and the random ones.
func (s *Simulator) Faults() ([]Fault, RandomFaults) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	return slices.Clone(s.faults.script), s.faults.random
}

func (f Fault) check() error {
	if !slices.Contains(faultKinds, f.Kind) {
		return fmt.Errorf("fault kind %q is not known: give one of %v", f.Kind, faultKinds)
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return fmt.Errorf("status %d: give one from 200 to 599", f.Status)
	}
	return nil
}

// take is the fault that the next call of an operation suffers, if any: the script's first, else a random one.
func (f *faults) take(operation string) (Fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.script {
		if fault := f.script[i]; fault.befalls(operation) {
			if f.script[i].Times--; f.script[i].Times == 0 {
				f.script = slices.Delete(f.script, i, i+1)
			}
			return fault, true
		}
	}
	if f.random.Rate == 0 || f.rand.Float64() >= f.random.Rate {
		return Fault{}, false
	}
	possible := slices.DeleteFunc(slices.Clone(f.random.Faults), func(fault Fault) bool { return !fault.befalls(operation) })
	if len(possible) == 0 {
		return Fault{}, false
	}
	return possible[f.rand.IntN(len(possible))], true
}
