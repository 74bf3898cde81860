package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// journey watches the sample filing and its routes, and prints what changes.
type journey struct {
	config *rest.Config
	from   time.Time
	begun  time.Time
	done   time.Time
	filing v1alpha1.IcpFiling
	routes map[string]string
	writes map[string]bool
}

// walk applies the samples and returns once the filing is approved, its routes are released and the public-security
// deadline runs.
func (j *journey) walk(ctx context.Context, root, url string, failed <-chan error) error {
	scheme := runtime.NewScheme()
	if err := errors.Join(clientgoscheme.AddToScheme(scheme), gatewayv1.Install(scheme), v1alpha1.AddToScheme(scheme)); err != nil {
		return err
	}
	c, err := client.NewWithWatch(j.config, client.Options{Scheme: scheme})
	if err != nil {
		return err
	}
	j.routes, j.writes = map[string]string{}, map[string]bool{}
	objects, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	if err != nil {
		return err
	}
	namespaces := slices.IndexFunc(objects, func(o *unstructured.Unstructured) bool { return o.GetKind() != "Namespace" })
	if err := applyAll(ctx, c, objects[:namespaces], url); err != nil {
		return err
	}
	if err := gateAnswers(ctx, c, failed); err != nil {
		return err
	}
	say("the gate is in force after %s; applying config/samples", time.Since(j.from).Round(100*time.Millisecond))
	j.begun = time.Now()
	if err := applyAll(ctx, c, objects[namespaces:], url); err != nil {
		return err
	}
	events, stop, err := j.watch(ctx, c)
	if err != nil {
		return err
	}
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case err := <-failed:
			return err
		case e, ok := <-events:
			if !ok {
				return errors.New("a watch ended: is the API server still there?")
			}
			j.see(e.Object)
			if j.complete() {
				j.done = time.Now()
				return nil
			}
		}
	}
}

// gateAnswers waits until the API server, asked by dry runs, refuses a host that is not filed in the namespace that
// denies, and parks it in the one that holds: it takes the operator's policies up within a second or two, one by one.
func gateAnswers(ctx context.Context, c client.Client, failed <-chan error) error {
	for {
		in, err := cluster.GateInForce(ctx, c, "strict", "shop")
		if err != nil {
			return fmt.Errorf("try the gate with a dry run: %w", err)
		}
		if in {
			return nil
		}
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			return fmt.Errorf("the gate does not answer: %w", context.Cause(ctx))
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// applyAll applies objects as `kubectl apply --server-side` does, the provider with the simulator's address.
func applyAll(ctx context.Context, c client.Client, objects []*unstructured.Unstructured, url string) error {
	for _, o := range objects {
		if o.GetKind() == "FilingProvider" {
			if err := unstructured.SetNestedField(o.Object, url, "spec", "http", "url"); err != nil {
				return err
			}
		}
		if err := c.Apply(ctx, client.ApplyConfigurationFromUnstructured(o), client.FieldOwner("kubectl"), client.ForceOwnership); err != nil {
			return fmt.Errorf("apply %s %s/%s of config/samples: %w", o.GetKind(), o.GetNamespace(), o.GetName(), err)
		}
	}
	return nil
}

// watch follows filings and routes of the sample's namespace in one channel.
func (j *journey) watch(ctx context.Context, c client.WithWatch) (<-chan watch.Event, func(), error) {
	merged := make(chan watch.Event)
	var watches []watch.Interface
	stop := func() {
		for _, w := range watches {
			w.Stop()
		}
	}
	for _, list := range []client.ObjectList{&v1alpha1.IcpFilingList{}, &networkingv1.IngressList{}, &gatewayv1.HTTPRouteList{}} {
		w, err := c.Watch(ctx, list, client.InNamespace("shop"))
		if err != nil {
			stop()
			return nil, nil, fmt.Errorf("watch %T: %w", list, err)
		}
		watches = append(watches, w)
		go func() {
			for e := range w.ResultChan() {
				select {
				case merged <- e:
				case <-ctx.Done():
				}
			}
		}()
	}
	return merged, stop, nil
}

func (j *journey) see(o runtime.Object) {
	switch o := o.(type) {
	case *v1alpha1.IcpFiling:
		if o.Name == "example-com" {
			j.seeFiling(o)
		}
	case *networkingv1.Ingress:
		j.seeRoute(exposure.Read(o), "Ingress")
	case *gatewayv1.HTTPRoute:
		j.seeRoute(exposure.Read(o), "HTTPRoute")
	}
}

func (j *journey) seeRoute(r exposure.Route, kind string) {
	state := "served"
	if r.Parked {
		state = "parked"
	}
	name := kind + " " + r.Name
	if j.routes[name] == state {
		return
	}
	j.routes[name] = state
	j.print("%-30s %s: %s", name, state, strings.Join(r.Hosts, ", "))
}

func (j *journey) seeFiling(f *v1alpha1.IcpFiling) {
	j.writes[f.ResourceVersion] = true
	before := j.filing.Status
	j.filing = *f
	s := &f.Status
	for _, st := range s.Stages {
		if st.State == v1alpha1.StageSkipped && !hasState(before.Stages, st) {
			j.print("%-30s %s (%s): %s", st.Name, "skipped", rules.Chinese(st.Name), st.Message)
		}
	}
	if s.Stage != before.Stage && s.Stage != "" {
		j.print("%-30s %s%s", s.Stage, rules.Chinese(s.Stage), j.next())
	} else if next := j.next(); next != "" && (before.NextAction == nil || s.NextAction.Task != before.NextAction.Task) {
		j.print("%-30s %s", "", strings.TrimPrefix(next, "; "))
	}
}

func hasState(stages []v1alpha1.StageStatus, want v1alpha1.StageStatus) bool {
	for _, st := range stages {
		if st.Name == want.Name {
			return st.State == want.State
		}
	}
	return false
}

func (j *journey) next() string {
	next := j.filing.Status.NextAction
	if next == nil {
		return ""
	}
	s := fmt.Sprintf("; next: %s, %s", next.Actor, next.Task)
	if next.DueDate != "" {
		s += " by " + next.DueDate
	}
	return s
}

func (j *journey) print(format string, args ...any) {
	fmt.Printf("%6.1fs  %s\n", time.Since(j.begun).Seconds(), strings.TrimRight(fmt.Sprintf(format, args...), " "))
}

func (j *journey) complete() bool {
	s := &j.filing.Status
	return s.Stage == v1alpha1.StageApproved && meta.IsStatusConditionTrue(s.Conditions, v1alpha1.ConditionReady) &&
		len(j.routes) == 2 && j.routes["Ingress web"] == "served" && j.routes["HTTPRoute api"] == "served" &&
		s.PublicSecurity != nil && s.PublicSecurity.DueDate != "" && s.Exposure != nil && s.Exposure.ServedHosts == 2
}

// last says how far the filing came, where it did not come to its end.
func (j *journey) last() string {
	ready := meta.FindStatusCondition(j.filing.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil {
		return "the filing has no status yet: is the operator running?"
	}
	return fmt.Sprintf("the filing is at %s: %s: %s; routes: %v", j.filing.Status.Stage, ready.Reason, ready.Message, j.routes)
}

func (j *journey) summary(simulated time.Duration) {
	s := &j.filing.Status
	walked := j.done.Sub(j.begun)
	fmt.Println()
	say("%s is filed as %s; its routes are released; public security has until the end of %s, Beijing time",
		j.filing.Spec.Domain.Name, s.WebsiteNumber, s.PublicSecurity.DueDate)
	say("%.1f s from start to approved and released; %.1f s of it the journey, of which the simulated people, provider and bureau took %.1f s, the operator %.1f s (its feed is asked once a second)",
		j.done.Sub(j.from).Seconds(), walked.Seconds(), simulated.Seconds(), (walked - simulated).Seconds())
	say("%d versions of the filing were seen, its creation included", len(j.writes))
}
