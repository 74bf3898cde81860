package registry

import (
	"context"
	"slices"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/provider"
)

// LookupOperation is what look-ups at a registry (备案查询) are called among the calls to its provider, whose operations are the
// methods of provider.Provider.
const LookupOperation = "RegistryLookup"

// Noted has the look-ups at a provider's registry noted under its name. One that the registry's pace did not let go out is none.
func Noted(name string, r Registry, notes ...provider.Note) Registry {
	return &noted{Registry: r, name: name, notes: notes}
}

type noted struct {
	Registry
	clock clock.RealClock
	name  string
	notes []provider.Note
}

// Lookup implements Registry.
func (n *noted) Lookup(ctx context.Context, domains []string) ([]Answer, error) {
	call := provider.Call{Provider: n.name, Operation: LookupOperation, Begun: n.clock.Now()}
	answers, err := n.Registry.Lookup(ctx, domains)
	call.Took, call.Err = n.clock.Since(call.Begun), err
	if err != nil || slices.ContainsFunc(answers, func(a Answer) bool { return !a.NotAsked }) {
		for _, tell := range n.notes {
			tell(ctx, call)
		}
	}
	return answers, err
}
