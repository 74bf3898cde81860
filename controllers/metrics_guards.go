package controllers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/config/policy"
	"github.com/beian-dev/icp-operator/internal/metrics"
)

// guardsInstalled are the policies and bindings that are installed with this version of the operator, as the API server stores them.
func guardsInstalled() ([]client.Object, error) {
	files, err := fs.Glob(policy.Files, "*.yaml")
	if err != nil {
		return nil, err
	}
	var guards []client.Object
	for _, file := range files {
		data, err := policy.Files.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for document := range bytes.SplitSeq(data, []byte("\n---\n")) {
			guard, err := readGuard(document)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", file, err)
			}
			guards = append(guards, guard)
		}
	}
	return guards, nil
}

func readGuard(document []byte) (client.Object, error) {
	var of metav1.TypeMeta
	if err := yaml.Unmarshal(document, &of); err != nil {
		return nil, err
	}
	switch of.Kind {
	case "ValidatingAdmissionPolicy":
		guard := &admissionregistrationv1.ValidatingAdmissionPolicy{}
		err := yaml.Unmarshal(document, guard)
		guard.Spec.FailurePolicy = defaulted(guard.Spec.FailurePolicy, admissionregistrationv1.Fail)
		defaultMatch(guard.Spec.MatchConstraints)
		return guard, err
	case "ValidatingAdmissionPolicyBinding":
		guard := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}
		err := yaml.Unmarshal(document, guard)
		defaultMatch(guard.Spec.MatchResources)
		return guard, err
	}
	return nil, fmt.Errorf("a %s is no guard", of.Kind)
}

// defaultMatch fills in what the API server does.
func defaultMatch(match *admissionregistrationv1.MatchResources) {
	if match == nil {
		return
	}
	match.MatchPolicy = defaulted(match.MatchPolicy, admissionregistrationv1.Equivalent)
	match.NamespaceSelector = defaulted(match.NamespaceSelector, metav1.LabelSelector{})
	match.ObjectSelector = defaulted(match.ObjectSelector, metav1.LabelSelector{})
	for _, rules := range [][]admissionregistrationv1.NamedRuleWithOperations{match.ResourceRules, match.ExcludeResourceRules} {
		for i := range rules {
			rules[i].Scope = defaulted(rules[i].Scope, admissionregistrationv1.AllScopes)
		}
	}
}

func defaulted[T any](given *T, otherwise T) *T {
	if given == nil {
		return &otherwise
	}
	return given
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
