package operator

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// The kinds stand in the one ExposurePolicy, so these tests do not run beside others.

func TestAFurtherKindIsRefusedInDenyAndParkedInHold(t *testing.T) {
	p := newPlaceOfOtherPolicy(t, v1alpha1.GateHold)
	kinds := map[string]v1alpha1.RouteKind{
		"by a field":       entry("sites", siteHosts, byClass()),
		"by an annotation": entry("pages", siteHosts, &v1alpha1.Park{Path: "/metadata/annotations/example.net~1class", Value: "icp-parked"}),
		"by a list":        entry("shops", siteHosts, &v1alpha1.Park{Path: "/spec/gateways", Value: "[icp-parked/none]"}),
	}
	for _, kind := range kinds {
		p.serve(kind.Resource)
	}
	p.permit("sites", "pages", "shops")
	p.kinds(v1alpha1.ReasonPoliciesInForce, v1alpha1.ReasonWatched, kinds["by a field"], kinds["by an annotation"], kinds["by a list"])
	defer p.none()
	for says, kind := range kinds {
		for what, object := range map[string]func(place) *unstructured.Unstructured{
			" that had a value": func(p place) *unstructured.Unstructured {
				return p.site(kind.Resource, "with", map[string]any{"hosts": []any{"www." + p.domain}, "class": "edge", "gateways": []any{"a/b", "c"}},
					map[string]string{"example.net/class": "edge", "other": "kept"})
			},
			" that had none": func(p place) *unstructured.Unstructured {
				return p.site(kind.Resource, "without", map[string]any{"hosts": []any{"www." + p.domain}}, nil)
			},
		} {
			t.Run(says+what, func(t *testing.T) {
				held, denied := newPlaceOfOtherPolicy(t, v1alpha1.GateHold), newPlaceOfOtherPolicy(t, v1alpha1.GateDeny)
				denied.untilRefused(object(denied))
				held.life(kind, object(held))
			})
		}
	}
}

// life takes an object through all that a route may live through, and applies its manifest again at every step.
func (p place) life(kind v1alpha1.RouteKind, manifest *unstructured.Unstructured) {
	p.Helper()
	p.Eventually(func() bool {
		probe := manifest.DeepCopy()
		err := p.admin.Create(p.Context(), probe, client.DryRunAll)
		switch {
		case apierrors.IsForbidden(err): // what refuses may be in force before what parks
		case err != nil && strings.Contains(err.Error(), "There can be a delay"): // policies that change objects learn of a new kind later
		default:
			p.must(err)
		}
		return probe.GetAnnotations()["icp.beian.dev/parked-hosts"] != ""
	}).WithTimeout(within).Should(BeTrue(), "hold parks it")
	watcher, done := p.watchKind(kind, manifest)
	defer done()
	_, err := p.apply(manifest)
	p.must(err)
	p.untilHeld(true, kind, manifest)
	p.untilUnchangedByApply(kind, manifest)

	filing := p.filing("shop", own)
	for range 2 {
		p.allow(filing, true)
		p.untilHeld(false, kind, manifest)
		now, _ := p.current(kind, manifest)
		p.Expect(asWritten(now)).To(Equal(asWritten(manifest)), "released as written")
		p.untilUnchangedByApply(kind, manifest)

		p.allow(filing, false)
		p.untilHeld(true, kind, manifest)
		p.untilUnchangedByApply(kind, manifest)
	}
	keptPromise(p.T, watcher, p.name)
}

// untilUnchangedByApply applies a manifest again: it conflicts with nothing and changes nothing.
func (p place) untilUnchangedByApply(kind v1alpha1.RouteKind, manifest *unstructured.Unstructured) {
	p.Helper()
	p.Eventually(func() bool { // the operator may still be writing to it
		before, _ := p.current(kind, manifest)
		after, err := p.apply(manifest)
		p.must(err)
		return after.GetResourceVersion() == before.GetResourceVersion()
	}).WithTimeout(within).Should(BeTrue())
}

func TestAFurtherKindThatCannotBeParkedIsRefusedInHoldAndToldWhenItsClearanceGoes(t *testing.T) {
	p := newPlaceOfOtherPolicy(t, v1alpha1.GateHold)
	p.serve("cards")
	p.permit("cards")
	kind := entry("cards", siteHosts, nil)
	p.kinds(v1alpha1.ReasonPoliciesInForce, v1alpha1.ReasonWatched, kind)
	defer p.none()
	card := p.site("cards", "card", map[string]any{"hosts": []any{"www." + p.domain}}, nil)
	p.untilRefused(card)

	filing := p.filing("shop", own)
	p.allow(filing, true)
	p.untilCleared(p.name, p.domain)
	watcher, done := p.watchKind(kind, card)
	defer done()
	p.Eventually(func() error { return p.admin.Create(p.Context(), card.DeepCopy()) }).WithTimeout(within).Should(Succeed())
	before := *p.status().Routes
	p.allow(filing, false)
	p.Eventually(func() []string { return p.told(card) }).WithTimeout(within).Should(ContainElement("Uncovered"))
	p.Eventually(func() int32 { return p.status().Routes.Uncovered }).WithTimeout(within).Should(Equal(before.Uncovered + 1))
	p.untilRefused(p.site("cards", "other", card.Object["spec"].(map[string]any), nil))
	p.must(watcher.CatchUp(p.Context(), p.admin, p.name))
	p.Expect(watcher.Broken(p.name)).To(BeEmpty()) // what is there stays, which is no write
}

func TestAKindThatIsWrongLeavesWhatStoodForIt(t *testing.T) {
	p, denied := newPlaceOfOtherPolicy(t, v1alpha1.GateHold), newPlaceOfOtherPolicy(t, v1alpha1.GateDeny)
	p.serve("posts")
	p.permit("posts")
	good := entry("posts", siteHosts, byClass())
	p.kinds(v1alpha1.ReasonPoliciesInForce, v1alpha1.ReasonWatched, good)
	defer p.none()
	denied.untilRefused(denied.site("posts", "post", map[string]any{"hosts": []any{denied.domain}}, nil))
	exempt := []any{"web.corp.internal"}

	for says, wrong := range map[string]struct{ hosts, want string }{
		"that is no CEL":                           {"object.spec.[", "hosts is no CEL expression over object"},
		"that the API server refuses":              {"object.spec.hosts.map(h, h + variables.none)", "undeclared reference"},
		"that names a field that the schema lacks": {"[object.spec.hostname]", "undefined field 'hostname'"},
	} {
		t.Run("an expression "+says, func(t *testing.T) {
			p := place{T: t, WithT: NewWithT(t), world: p.world, name: p.name, domain: p.domain}
			for _, domains := range [][]string{{"corp.internal"}, nil} {
				p.policy(v1alpha1.ExposurePolicySpec{ExemptDomains: domains, RouteKinds: []v1alpha1.RouteKind{entry("posts", wrong.hosts, byClass())}})
				message := p.untilReason(v1alpha1.ConditionReady, v1alpha1.ReasonRouteKindsInvalid).Message
				p.Expect(message).To(And(ContainSubstring("posts."+kindsGroup), ContainSubstring(wrong.want)))
				p.Expect(len(message)).To(BeNumerically("<", 2100))
				p.Eventually(func() bool {
					return apierrors.IsForbidden(denied.admin.Create(p.Context(), denied.site("posts", "internal", map[string]any{"hosts": exempt}, nil), client.DryRunAll))
				}).WithTimeout(within).Should(Equal(domains == nil), "exempt domains %v, which have nothing to do with it, take effect", domains)
				denied.untilRefused(denied.site("posts", "post", map[string]any{"hosts": []any{denied.domain}}, nil))
			}
		})
	}

	t.Run("and is parked and released as before, by an operator that was restarted", func(t *testing.T) {
		p.must(p.running.end())
		p.restart()
		p.life(good, p.site("posts", "post", map[string]any{"hosts": []any{p.domain}}, nil))
	})
	t.Run("another way of parking waits until the kind was out of routeKinds", func(t *testing.T) {
		p.policy(v1alpha1.ExposurePolicySpec{RouteKinds: []v1alpha1.RouteKind{entry("posts", siteHosts, &v1alpha1.Park{Path: "/spec/gateways", Value: "[none]"})}})
		p.Expect(p.untilReason(v1alpha1.ConditionReady, v1alpha1.ReasonRouteKindsInvalid).Message).To(ContainSubstring("take the kind out of routeKinds"))
	})
}

func TestAKindThatIsNotServedIsGatedWhenItComes(t *testing.T) {
	p, denied := newPlaceOfOtherPolicy(t, v1alpha1.GateHold), newPlaceOfOtherPolicy(t, v1alpha1.GateDeny)
	p.permit("notes")
	kind := entry("notes", siteHosts, byClass())
	p.kinds(v1alpha1.ReasonPoliciesInForce, v1alpha1.ReasonRouteKindNotServed, kind)
	defer p.none()
	p.serve("notes")
	denied.untilRefused(denied.site("notes", "note", map[string]any{"hosts": []any{denied.domain}}, nil))
	p.untilReason(v1alpha1.ConditionRouteKindsWatched, v1alpha1.ReasonWatched)
	p.life(kind, p.site("notes", "note", map[string]any{"hosts": []any{p.domain}}, nil))
}

func TestAKindThatDoesNotFitIsGatedOnceItsDefinitionIsAnother(t *testing.T) {
	p := newPlaceOfOtherPolicy(t, v1alpha1.GateHold)
	p.serveWith("signs", "class")
	p.permit("signs")
	kind := entry("signs", siteHosts, byClass())
	p.policy(v1alpha1.ExposurePolicySpec{DefaultMode: v1alpha1.ModeOff, RouteKinds: []v1alpha1.RouteKind{kind}})
	defer p.none()
	p.Expect(p.untilReason(v1alpha1.ConditionReady, v1alpha1.ReasonRouteKindsInvalid).Message).To(ContainSubstring("undefined field 'hosts'"))
	p.serveWith("signs", "class", "hosts")
	p.untilReason(v1alpha1.ConditionReady, v1alpha1.ReasonPoliciesInForce)
	p.life(kind, p.site("signs", "sign", map[string]any{"hosts": []any{p.domain}}, nil))
}

func TestAKindThatTheOperatorMayNotReadIsToldWithWhatToDo(t *testing.T) {
	p, denied := newPlaceOfOtherPolicy(t, v1alpha1.GateHold), newPlaceOfOtherPolicy(t, v1alpha1.GateDeny)
	p.serve("leaves")
	kind := entry("leaves", siteHosts, byClass())
	p.kinds(v1alpha1.ReasonPoliciesInForce, v1alpha1.ReasonRouteKindNotPermitted, kind)
	defer p.none()
	p.Expect(p.untilReason(v1alpha1.ConditionRouteKindsWatched, v1alpha1.ReasonRouteKindNotPermitted).Message).To(
		And(ContainSubstring("list and watch and patch leaves."+kindsGroup), ContainSubstring("icp.beian.dev/aggregate-to-operator")))
	denied.untilRefused(denied.site("leaves", "leaf", map[string]any{"hosts": []any{denied.domain}}, nil))
	p.permit("leaves")
	p.life(kind, p.site("leaves", "leaf", map[string]any{"hosts": []any{p.domain}}, nil))
	p.untilReason(v1alpha1.ConditionRouteKindsWatched, v1alpha1.ReasonWatched)

	p.forbid("leaves")
	p.Expect(p.untilReason(v1alpha1.ConditionRouteKindsWatched, v1alpha1.ReasonRouteKindNotPermitted).Message).To(
		ContainSubstring("list and watch and patch leaves." + kindsGroup))
	p.permit("leaves")
	p.untilReason(v1alpha1.ConditionRouteKindsWatched, v1alpha1.ReasonWatched)
	again := newPlaceOfOtherPolicy(t, v1alpha1.GateHold)
	again.life(kind, again.site("leaves", "leaf", map[string]any{"hosts": []any{again.domain}}, nil))
}

func TestAKindThatIsTakenOutReleasesWhatItHadParked(t *testing.T) {
	p := newPlaceOfOtherPolicy(t, v1alpha1.GateHold)
	p.serve("stalls")
	p.permit("stalls")
	kind := entry("stalls", siteHosts, byClass())
	manifest := p.site("stalls", "stall", map[string]any{"hosts": []any{p.domain}, "class": "edge"}, nil)
	for range 2 { // and put in anew
		p.kinds(v1alpha1.ReasonPoliciesInForce, v1alpha1.ReasonWatched, kind)
		p.Eventually(func() error { // what refuses may be in force before what parks
			_, err := p.apply(manifest)
			return err
		}).WithTimeout(within).Should(Succeed())
		p.untilHeld(true, kind, manifest)

		p.must(p.running.end())
		p.policyWhileDown(v1alpha1.ExposurePolicySpec{DefaultMode: v1alpha1.ModeOff})
		p.restart() // which knows of the kind by its policies alone
		p.untilHeld(false, kind, manifest)
		p.untilReason(v1alpha1.ConditionRouteKindsWatched, "")
		now, _ := p.current(kind, manifest)
		p.Expect(now.GetAnnotations()).To(BeEmpty(), "%v", now.Object)
		p.Expect(asWritten(now)).To(Equal(asWritten(manifest)))
		p.untilUnchangedByApply(kind, manifest)
	}
}

// policyWhileDown sets the spec of the ExposurePolicy while the operator does not run.
func (p place) policyWhileDown(spec v1alpha1.ExposurePolicySpec) {
	p.Helper()
	policy := &v1alpha1.ExposurePolicy{}
	p.must(p.admin.Get(p.Context(), client.ObjectKey{Name: "default"}, policy))
	policy.Spec = spec
	p.must(p.admin.Update(p.Context(), policy))
}
