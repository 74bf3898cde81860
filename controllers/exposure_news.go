package controllers

import (
	"context"
	"strings"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// maxFilingsTold bounds how many filings an Event names: its note has room for 1,024 bytes.
const maxFilingsTold = 3

// tellParked tells, on a route, which hosts keep it parked, and where their filings stand.
func (w routeWaker) tellParked(ctx context.Context, o client.Object, route exposure.Route) {
	w.events.Eventf(o, nil, corev1.EventTypeWarning, "Parked", "Park", "not served, for it is not cleared: %s; %s",
		shortened(o.GetAnnotations()[exposure.ParkedHostsAnnotation]),
		w.filingsOf(ctx, route, "no filing lets it be served here: start one with an IcpFiling in namespace "+route.Namespace))
}

// tellReleased tells, on a route, that it may be served, and by which filings.
func (w routeWaker) tellReleased(ctx context.Context, o client.Object, route exposure.Route) {
	w.events.Eventf(o, nil, corev1.EventTypeNormal, "Released", "Release", "may be served: %s; %s",
		shortened(strings.Join(route.Hosts, ",")), w.filingsOf(ctx, route, "it needs no filing here"))
}

// tellUncovered tells, on an object that cannot be parked, that it is served though it may not be.
func (r *ExposureReconciler) tellUncovered(o client.Object, v verdict) {
	r.Events.Eventf(o, nil, corev1.EventTypeWarning, "Uncovered", "Park",
		"is served though it is not cleared, and cannot be parked: %s; take the host off it, or the object away, until its domain is filed",
		shortened(exposure.JoinBlocked(v.blocked)))
}

// filingsOf says where the filings stand that cover a host of the route and let its namespace in; it names those of the
// namespace. An Event is made once: it asks the filings themselves, of which the Namespace may hear a moment later.
func (w routeWaker) filingsOf(ctx context.Context, route exposure.Route, none string) string {
	var namespace corev1.Namespace
	if err := w.reader.Get(ctx, client.ObjectKey{Name: route.Namespace}, &namespace); err != nil {
		return none
	}
	var told []string
	for _, domain := range route.DomainKeys() {
		var filings v1alpha1.IcpFilingList
		if err := w.reader.List(ctx, &filings, client.MatchingFields{indexDomain: domain}); err != nil {
			ctrl.LoggerFrom(ctx).Error(err, "finding the filings of a domain", "domain", domain)
			continue
		}
		for i := range filings.Items {
			if filing := &filings.Items[i]; admits(filing, &namespace) && len(told) < maxFilingsTold {
				told = append(told, domain+": "+pendingOf(w.falls.decided(filing), route.Namespace).String())
			}
		}
	}
	if len(told) == 0 {
		return none
	}
	return strings.Join(told, ", ")
}

// shortened cuts a list of hosts to what an Event has room for.
func shortened(hosts string) string {
	const most = 300
	if len(hosts) <= most {
		return hosts
	}
	return hosts[:most] + "…"
}
