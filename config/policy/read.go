package policy

import (
	"bytes"
	"fmt"
	"io/fs"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// Guards are the policies that are installed with the operator, and their bindings.
type Guards struct {
	Policies []*admissionregistrationv1.ValidatingAdmissionPolicy
	Bindings []*admissionregistrationv1.ValidatingAdmissionPolicyBinding
}

// Read reads Files, as the API server stores what is in them: with its defaults.
func Read() (Guards, error) {
	var all Guards
	files, err := fs.Glob(Files, "*.yaml")
	if err != nil {
		return all, err
	}
	for _, file := range files {
		data, err := Files.ReadFile(file)
		if err != nil {
			return all, err
		}
		for document := range bytes.SplitSeq(data, []byte("\n---\n")) {
			if err := all.add(document); err != nil {
				return all, fmt.Errorf("%s: %w", file, err)
			}
		}
	}
	return all, nil
}

func (g *Guards) add(document []byte) error {
	var of metav1.TypeMeta
	if err := yaml.Unmarshal(document, &of); err != nil {
		return err
	}
	switch of.Kind {
	case "ValidatingAdmissionPolicy":
		guard := &admissionregistrationv1.ValidatingAdmissionPolicy{}
		if err := yaml.UnmarshalStrict(document, guard); err != nil {
			return err
		}
		guard.Spec.FailurePolicy = defaulted(guard.Spec.FailurePolicy, admissionregistrationv1.Fail)
		defaultMatch(guard.Spec.MatchConstraints)
		g.Policies = append(g.Policies, guard)
	case "ValidatingAdmissionPolicyBinding":
		guard := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}
		if err := yaml.UnmarshalStrict(document, guard); err != nil {
			return err
		}
		defaultMatch(guard.Spec.MatchResources)
		g.Bindings = append(g.Bindings, guard)
	default:
		return fmt.Errorf("a %s is no guard", of.Kind)
	}
	return nil
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
