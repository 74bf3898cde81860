package controllers

import (
	"slices"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
)

// registryHealth is whether a provider's registry answers. Zero: it was not asked yet.
type registryHealth struct {
	// reason of the condition RegistryReady.
	reason string
	// fault tells apart the failures of one reason.
	fault string
	// message is what the first of equal failures said: they differ in times and ports, and each would be a write.
	message string
}

// healthOf is what is known of a provider's registry.
func (l *Lookups) healthOf(name string) registryHealth {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.health[name]
}

// judge takes in how a call to a provider's registry went. Where the pace let no call through, nothing is known.
func (l *Lookups) judge(name string, answers []registry.Answer, err error) {
	if err == nil && !slices.ContainsFunc(answers, func(a registry.Answer) bool { return !a.NotAsked }) {
		return
	}
	h := registryHealth{reason: v1alpha1.ReasonAvailable, message: "the registry answers"}
	if err != nil {
		failure := failureOf(provider.Unquoted(err))
		h = registryHealth{failure.Reason, provider.ReasonOf(err), failure.Message}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if have := l.health[name]; have.reason != h.reason || have.fault != h.fault {
		l.health[name] = h
	}
}

// setRegistryReady says on a provider whether its registry answers.
func (r *FilingProviderReconciler) setRegistryReady(status *v1alpha1.FilingProviderStatus, fp *v1alpha1.FilingProvider) {
	h := r.Lookups.healthOf(fp.Name)
	switch {
	case fp.Spec.Registry == nil:
		meta.RemoveStatusCondition(&status.Conditions, v1alpha1.ConditionRegistryReady)
	case h.reason == v1alpha1.ReasonAvailable:
		r.set(status, fp, v1alpha1.ConditionRegistryReady, metav1.ConditionTrue, h.reason, h.message)
	case h.reason != "":
		r.set(status, fp, v1alpha1.ConditionRegistryReady, metav1.ConditionFalse, h.reason, h.message)
	}
}
