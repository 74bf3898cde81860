package controllers

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/config/policy"
	"github.com/beian-dev/icp-operator/internal/metrics"
)

// guardsInstalled are the policies and bindings that are installed with this version of the operator.
func guardsInstalled() ([]client.Object, error) {
	installed, err := policy.Read()
	if err != nil {
		return nil, err
	}
	var guards []client.Object
	for _, guard := range installed.Policies {
		guards = append(guards, guard)
	}
	for _, binding := range installed.Bindings {
		guards = append(guards, binding)
	}
	return guards, nil
}

// countGuards counts what became of the guards. Those of another version of the operator are changed ones, too: it is this one that
// relies on them.
func (g *gateState) countGuards(ctx context.Context) (map[metrics.PolicyState]int, error) {
	states := map[metrics.PolicyState]int{}
	for _, guard := range g.guards {
		var current client.Object = &admissionregistrationv1.ValidatingAdmissionPolicy{}
		if _, binding := guard.(*admissionregistrationv1.ValidatingAdmissionPolicyBinding); binding {
			current = &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}
		}
		err := g.cache.Get(ctx, client.ObjectKeyFromObject(guard), current)
		switch {
		case apierrors.IsNotFound(err):
			states[metrics.Missing]++
		case err != nil:
			return nil, fmt.Errorf("reading guard %s: %w", guard.GetName(), err)
		case essence(guard) != essence(current):
			states[metrics.Changed]++
		default:
			states[metrics.InPlace]++
		}
	}
	return states, nil
}

// essence is a policy's spec without how its lines are broken: whatever renders manifests (kustomize, helm) may break them anew.
func essence(policy client.Object) string {
	spec, err := json.Marshal(policySpec(policy))
	if err != nil { // which a typed spec does not cause
		return err.Error()
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(string(spec), `\n`, " ")), " ")
}
