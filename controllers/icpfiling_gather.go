package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// gather reads everything that a pass decides by.
func (r *IcpFilingReconciler) gather(ctx context.Context, filing *v1alpha1.IcpFiling) (*work, error) {
	w := &work{filing: filing}
	w.facts.Filing = filing
	fp, facts, err := providerOf(ctx, r.Client, filing)
	if err != nil {
		return nil, err
	}
	if fp != nil && facts.Problem == "" && !r.Shard.takes(fp) {
		facts.Problem = v1alpha1.ReasonProviderNotAllowed
		facts.Message = fmt.Sprintf("people take the filings of FilingProvider %s to it, and it is another shard's (its label %s): name one of this namespace's shard", fp.Name, v1alpha1.ShardLabel)
	}
	w.fp, w.facts.Provider = fp, facts
	if err := r.gatherRules(w); err != nil {
		return nil, err
	}
	if err := r.gatherOthers(ctx, w); err != nil {
		return nil, err
	}
	if err := r.gatherFindings(ctx, w); err != nil {
		return nil, err
	}
	if err := r.gatherFiles(ctx, w); err != nil {
		return nil, err
	}
	if err := r.gatherReviews(ctx, w); err != nil {
		return nil, err
	}
	if err := r.gatherNamespace(ctx, w); err != nil {
		return nil, err
	}
	if err := r.gatherRoom(ctx, w); err != nil {
		return nil, err
	}
	if err := r.gatherReminding(ctx, w); err != nil {
		return nil, err
	}
	r.gatherRegistry(w)
	w.facts.Footer = r.Pages.Of(client.ObjectKeyFromObject(filing))
	r.gatherNews(w)
	return w, r.gatherRoutes(ctx, w)
}

// gatherNews finds whether the order is to be read. It is whenever the spec was written: while it was suspended, news was
// put aside.
func (r *IcpFilingReconciler) gatherNews(w *work) {
	key, name := client.ObjectKeyFromObject(w.filing), w.facts.Provider.Name
	if once := r.Shard.readsOnce(key); w.filing.Status.OrderID != "" && (once || w.filing.Generation != w.filing.Status.ObservedGeneration) {
		r.News.Ask(name, key)
	}
	w.newsSeq, w.facts.News = r.News.Of(name, key)
}

// gatherRules finds the rule set that the provider asks for, else the current one.
func (r *IcpFilingReconciler) gatherRules(w *work) error {
	name := ""
	if w.fp != nil {
		name = w.fp.Spec.RuleSet
	}
	book := r.Rules.On(r.Clock.Now())
	set, err := book.Lookup(name)
	if err == nil {
		w.facts.Rules = set
		return nil
	}
	if w.facts.Provider.Problem == "" {
		w.facts.Provider.Problem = v1alpha1.ReasonMisconfigured
		w.facts.Provider.Message = fmt.Sprintf("FilingProvider %s: spec.ruleSet: %v", w.fp.Name, err)
	}
	w.facts.Rules, err = book.Lookup("")
	return err
}

// gatherRegistry takes what the provider's registry has said, where it has one.
func (r *IcpFilingReconciler) gatherRegistry(w *work) {
	if w.fp == nil || w.fp.Spec.Registry == nil {
		return
	}
	w.facts.Registry = &procedure.Registry{
		Close: w.fp.Spec.Registry.OnMismatch == v1alpha1.OnMismatchClose,
		Seen:  r.Lookups.Of(client.ObjectKeyFromObject(w.filing), w.fp.Name),
	}
}

// gatherNamespace finds whether the namespace of a filing that is being deleted goes with it.
func (r *IcpFilingReconciler) gatherNamespace(ctx context.Context, w *work) error {
	if w.filing.DeletionTimestamp.IsZero() {
		return nil
	}
	var ns corev1.Namespace
	if err := r.Get(ctx, client.ObjectKey{Name: w.filing.Namespace}, &ns); err != nil {
		return fmt.Errorf("reading namespace %s: %w", w.filing.Namespace, err)
	}
	w.facts.NamespaceEnding = !ns.DeletionTimestamp.IsZero()
	return nil
}

// gatherRoutes counts the hosts of the domain on the routes of the namespaces that the filing lets in.
func (r *IcpFilingReconciler) gatherRoutes(ctx context.Context, w *work) error {
	domain := w.filing.Spec.Domain.Name
	routes, err := r.Routes.ofDomain(ctx, domain)
	if err != nil {
		return err
	}
	listening, err := r.Routes.listening(ctx, domain)
	if err != nil {
		return err
	}
	routes, err = r.letIn(ctx, w.filing, append(routes, listening...))
	if err != nil {
		return err
	}
	w.facts.Hosts = countHosts(domain, routes)
	return nil
}

// countHosts counts the distinct hosts of a domain that routes serve, and those that are on parked routes only.
func countHosts(domain string, routes []exposure.Route) v1alpha1.ExposureStatus {
	served, held := map[string]bool{}, map[string]bool{}
	for _, route := range routes {
		for _, host := range route.HostsWithin(domain) {
			if route.Exposes() {
				served[host] = true
			} else {
				held[host] = true
			}
		}
	}
	for host := range served {
		delete(held, host)
	}
	return v1alpha1.ExposureStatus{ServedHosts: int32(len(served)), HeldHosts: int32(len(held))} //nolint:gosec // hosts are few
}

func (r *IcpFilingReconciler) letIn(ctx context.Context, filing *v1alpha1.IcpFiling, routes []exposure.Route) ([]exposure.Route, error) {
	var kept []exposure.Route
	for _, route := range routes {
		in, err := letsIn(ctx, r.Client, filing, route.Namespace)
		if err != nil {
			return nil, err
		}
		if in {
			kept = append(kept, route)
		}
	}
	return kept, nil
}
