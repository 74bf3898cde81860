package metrics

import (
	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
)

// Gate is what stands of the gate.
type Gate struct {
	// Routes of each namespace that is gated, by its name; nil where they were not counted yet.
	Routes map[string]NamespaceRoutes
	// Policies says how many there are, of each part and in each state; nil where it is not known which there should be.
	Policies map[Part]map[PolicyState]int
}

// NamespaceRoutes counts the routes of a namespace.
type NamespaceRoutes struct {
	// Mode of the gate there.
	Mode string
	// Counts of the routes, as the ExposurePolicy's status adds them up.
	Counts v1alpha1.RouteCounts
}

// Part says who keeps a policy.
type Part string

// Parts.
const (
	// PartGate is what the operator makes of the ExposurePolicy, and puts right.
	PartGate Part = "gate"
	// PartGuard is what is installed with the operator (config/policy), which it cannot put right.
	PartGuard Part = "guard"
)

// PolicyState is what became of a policy.
type PolicyState string

// What became of a policy.
const (
	// InPlace: as it should be.
	InPlace PolicyState = "in_place"
	// Missing: not there.
	Missing PolicyState = "missing"
	// Changed: there, and not as it should be.
	Changed PolicyState = "changed"
)

// Verdicts of routes, as the ExposurePolicy's status names them.
const (
	verdictServed    = "served"
	verdictParked    = "parked"
	verdictUncovered = "uncovered"
)

// Tell tells the gate. Every mode and verdict has a series, so that what is not there is 0.
func (g Gate) Tell(emit Emit) {
	sums := map[string]v1alpha1.RouteCounts{}
	for name, of := range g.Routes {
		sum := sums[of.Mode]
		sum.Served += of.Counts.Served
		sum.Parked += of.Counts.Parked
		sum.Uncovered += of.Counts.Uncovered
		sums[of.Mode] = sum
		if of.Counts.Uncovered > 0 {
			emit.tell(GateUncovered, float64(of.Counts.Uncovered), name, of.Mode)
		}
	}
	for _, mode := range admission.GatedModes() {
		if g.Routes == nil {
			break // 0 would be a statement
		}
		emit.tell(GateRoutes, float64(sums[mode].Served), mode, verdictServed)
		emit.tell(GateRoutes, float64(sums[mode].Parked), mode, verdictParked)
		emit.tell(GateRoutes, float64(sums[mode].Uncovered), mode, verdictUncovered)
	}
	for part, states := range g.Policies {
		for _, state := range []PolicyState{InPlace, Missing, Changed} {
			emit.tell(GatePolicies, float64(states[state]), string(part), string(state))
		}
	}
}
