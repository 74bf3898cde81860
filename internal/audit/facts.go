package audit

import (
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// Facts are what a cluster's routes would have served, and what decides over it. They are best read in this order: the routes
// first, then the namespaces, then the filings. What is approved meanwhile is then seen as waiting, never as served without a
// filing.
type Facts struct {
	// Routes of every gated kind.
	Routes []exposure.Route
	// Parents are the Gateways and ListenerSets that routes take hosts from, by exposure.Listeners.Key.
	Parents map[string]*exposure.Listeners
	// Namespaces that could be read, by name.
	Namespaces map[string]Namespace
	// Filings that could be read.
	Filings []Filing
	// AllFilings tells that there are no others.
	AllFilings bool
	// Settings are what the gate's policies were made of; SettingsKnown tells whether they could be read.
	Settings      admission.Settings
	SettingsKnown bool
	// NotSeen is what could not be read, or is not there to be read.
	NotSeen []NotSeen
}

// Namespace is what the gate knows of one.
type Namespace struct {
	Labels  map[string]string
	Cleared exposure.Cleared
	// full tells that filed domains had no room among its clearances.
	full bool
}

// NamespaceOf reads a Namespace's labels and annotations. They must not change afterwards.
func NamespaceOf(labels, annotations map[string]string) Namespace {
	return Namespace{Labels: labels, Cleared: admission.Stand(annotations), full: admission.DecodeOmitted(annotations) > 0}
}

// Filing is what is to be known of one.
type Filing struct {
	Namespace, Name string
	// Domain that is filed.
	Domain string
	// Stage that it is at, and why its gate is closed where the stage does not say it.
	Stage  v1alpha1.StageName
	Closed string
	// Number is the website's filing number (网站备案号).
	Number string
	// Next is the next thing that somebody must do; nil for nothing.
	Next *v1alpha1.NextAction
	// Clears tells that it is in force, and keeps that it is not known whether it is: what is cleared stays so.
	Clears, Keeps bool
	// in are the namespaces that it lets hosts be exposed in.
	in v1alpha1.ExposureNamespaces
}

// FilingOf reads an IcpFiling.
func FilingOf(f *v1alpha1.IcpFiling) Filing {
	return Filing{
		Namespace: f.Namespace, Name: f.Name, Domain: strings.ToLower(f.Spec.Domain.Name),
		Stage: procedure.StageOf(f), Closed: procedure.ClosedBecause(f), Number: f.Status.WebsiteNumber, Next: f.Status.NextAction,
		Clears: procedure.Clears(f), Keeps: procedure.KeepsCleared(f), in: f.Spec.Exposure.Namespaces,
	}
}

// letsIn tells whether hosts of its domain may be exposed in the namespace of a name and labels.
func (f *Filing) letsIn(namespace string, labels map[string]string) bool {
	return procedure.LetsIn(f.Namespace, f.in, namespace, labels)
}

// Key is the filing's namespace and name.
func (f *Filing) Key() string { return f.Namespace + "/" + f.Name }

// NotSeen is a part of the cluster that the findings say nothing of.
type NotSeen struct {
	// What could not be read: a resource and its group, as httproutes.gateway.networking.k8s.io.
	What string `json:"what"`
	// Namespace that it could not be read in; "" for all, or for what is in none.
	Namespace string `json:"namespace,omitempty"`
	// Reason why.
	Reason NotSeenReason `json:"reason"`
	// Detail of it, in English.
	Detail string `json:"detail,omitempty"`
}

// NotSeenReason is why something could not be read.
type NotSeenReason string

// Why something could not be read.
const (
	// NotInstalled: the API server does not serve the kind, so that there are no such routes.
	NotInstalled NotSeenReason = "NotInstalled"
	// NotPermitted: the user may not read it.
	NotPermitted NotSeenReason = "NotPermitted"
	// OtherNamespaces: the user may not read it in all namespaces, and one was looked at.
	OtherNamespaces NotSeenReason = "OtherNamespaces"
	// KindInvalid: an entry of the ExposurePolicy's routeKinds is wrong, and nothing stands for it.
	KindInvalid NotSeenReason = "KindInvalid"
)

// Hides tells whether there may be routes that were not seen.
func (n NotSeen) Hides() bool { return n.Reason != NotInstalled }

// WhatOf names a resource as NotSeen does.
func WhatOf(r schema.GroupVersionResource) string { return r.GroupResource().String() }
