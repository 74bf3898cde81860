package operator

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// A tenant writes without a pause while the mode of the namespace and what is cleared in it change: some write is judged by what
// was so a moment before. The watcher of every version judges each; and in the end nothing stays open.
func TestWhatIsWrittenWhileModeAndClearanceChangeIsShutInTheEnd(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	filing := p.filing("shop", own)
	var routes []client.Object
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writing sync.WaitGroup
	for i, host := range []string{"www." + p.domain, "www.not-" + p.domain, "*." + p.domain} {
		name := fmt.Sprint("web-", i)
		routes = append(routes, p.ingress(name, host), p.httpRoute(name, host))
		writing.Go(func() { p.rewrite(ctx, func() client.Object { return p.ingress(name, host) }) })
		writing.Go(func() { p.rewrite(ctx, func() client.Object { return p.httpRoute(name, host) }) })
	}
	for range 5 {
		p.label(p.name, v1alpha1.GateLabel, v1alpha1.GateOff)
		p.allow(filing, true)
		p.untilCleared(p.name, p.domain)
		p.label(p.name, v1alpha1.GateLabel, v1alpha1.GateHold)
		p.allow(filing, false)
		p.untilCleared(p.name)
	}
	p.Eventually(func() int { // each was written by then
		n := 0
		for _, route := range routes {
			if p.admin.Get(t.Context(), client.ObjectKeyFromObject(route), route.DeepCopyObject().(client.Object)) == nil {
				n++
			}
		}
		return n
	}).WithTimeout(within).Should(Equal(len(routes)))
	stop()
	writing.Wait()
	p.untilParked(true, routes...)
}

// rewrite creates and replaces a route as its manifest has it, again and again, until ctx ends.
func (p place) rewrite(ctx context.Context, manifest func() client.Object) {
	for ctx.Err() == nil {
		route := manifest()
		err := p.admin.Create(ctx, route)
		if apierrors.IsAlreadyExists(err) {
			live := manifest()
			if err = p.admin.Get(ctx, client.ObjectKeyFromObject(live), live); err == nil {
				route.SetResourceVersion(live.GetResourceVersion())
				err = p.admin.Update(ctx, route)
			}
		}
		if err != nil && ctx.Err() == nil && !apierrors.IsForbidden(err) && !apierrors.IsConflict(err) {
			p.Errorf("writing %T: %v", route, err)
			return
		}
	}
}

// A filing that lets many namespaces in, and that somebody changes without a pause, costs each of them a write in a few seconds:
// where it stands is told, and nothing is opened or closed by that.
func TestAFilingThatIsChangedWithoutAPauseCostsOtherNamespacesLittle(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	team := map[string]string{"team": p.name}
	var others []string
	for i := range 5 {
		other := newNamespace(fmt.Sprintf("%s-other-%d", p.name, i), v1alpha1.GateHold)
		other.Labels["team"] = p.name
		p.must(p.admin.Create(t.Context(), other))
		others = append(others, other.Name)
	}
	filing := p.filing("shop", v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchLabels: team}})
	begun := time.Now()
	stages := []v1alpha1.StageName{v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview}
	for i := range 300 {
		before := filing.DeepCopy()
		filing.Status.Stage = stages[i%len(stages)]
		p.must(p.operator.Status().Patch(t.Context(), filing, client.MergeFrom(before)))
	}
	for _, name := range others {
		p.Eventually(func() string {
			var other corev1.Namespace
			p.must(p.admin.Get(t.Context(), client.ObjectKey{Name: name}, &other))
			for _, pending := range admission.DecodePending(other.Annotations).Listed {
				return pending.Stage
			}
			return ""
		}).WithTimeout(within).Should(Equal(string(v1alpha1.StageBureauReview)), name)
	}
	// One when the namespace is first seen, one a few seconds at most, and one for the end.
	most := 2 + int(time.Since(begun)/(5*time.Second))
	for _, name := range others {
		writes, err := p.plane.Writes(func(w cluster.Write) bool {
			return w.By() == operatorUser && w.UserAgent == "icp-operator" && w.Resource == "namespaces" && w.Name == name
		})
		p.must(err)
		if len(writes) == 0 || len(writes) > most {
			t.Errorf("namespace %s was written %d times in %s, want 1 to %d", name, len(writes), time.Since(begun).Round(time.Second), most)
		}
	}
}
