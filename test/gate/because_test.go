package gate

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// pending makes these the filings that clear nothing in the namespace, as the operator does.
func (p place) pending(filings ...exposure.Pending) {
	p.Helper()
	var namespace corev1.Namespace
	p.must(shared.admin.Get(p.Context(), client.ObjectKey{Name: p.name}, &namespace))
	patch := client.MergeFrom(namespace.DeepCopy())
	if namespace.Annotations == nil {
		namespace.Annotations = map[string]string{}
	}
	for name, value := range admission.Change(namespace.Annotations, admission.Decode(namespace.Annotations),
		admission.EncodePending(filings, func(string) bool { return false })) {
		delete(namespace.Annotations, name)
		if value != nil {
			namespace.Annotations[name] = *value
		}
	}
	p.must(shared.operator.Patch(p.Context(), &namespace, patch))
}

var pendingHere = []exposure.Pending{
	{Domain: "example.com", Filing: "shop/example-com", Stage: "BureauReview"},
	{Domain: "example.com", Filing: "shop/second", Stage: "Preparation"},
	{Domain: "example.net", Filing: "shop/example-net", Stage: "Approved", Reason: "RegistryMismatch"},
	{Domain: "example.org.cn", Stage: "SmsVerification"},
}

// Whoever asks why is told the same by the policy that refuses, by the policy that parks, and by the matcher.
func TestTheGateSaysWhy(t *testing.T) {
	t.Parallel()
	for says, row := range map[string]struct {
		route client.Object
		// want is what is said; {} stands for the namespace.
		want string
	}{
		"the filing and its stage":                       {ingressFor("www.example.com"), "www.example.com: filing shop/example-com is at BureauReview"},
		"of a wildcard and of the domain itself":         {ingressFor("*.example.com", "example.com"), "*.example.com: filing shop/example-com is at BureauReview; example.com: filing shop/example-com is at BureauReview"},
		"why its gate is closed":                         {httpRouteFor("a.b.example.net"), "a.b.example.net: filing shop/example-net is at Approved (RegistryMismatch)"},
		"not the name of another namespace's filing":     {grpcRouteFor("www.example.org.cn"), "www.example.org.cn: a filing in another namespace is at SmsVerification"},
		"that there is none, and how to start one":       {tlsRouteFor("www.example.org"), "www.example.org: no filing covers it here: start one with an IcpFiling in namespace {}"},
		"nothing of a filing that ends the same":         {ingressFor("www.notexample.com"), "www.notexample.com: no filing covers it here: start one with an IcpFiling in namespace {}"},
		"that a host must be named":                      {ingressFor(""), "*: what names no host may serve every one: name its hosts"},
		"that a host must be named, or wait parked":      {httpRouteFor(), "*: " + exposure.NamesNoHostVia},
		"each host once, whatever its rules and aliases": {alias(ingressFor("www.example.com", "www.example.com"), "www.example.com www.example.net"), "www.example.com: filing shop/example-com is at BureauReview; www.example.net: filing shop/example-net is at Approved (RegistryMismatch)"},
		"what is not well formed, last":                  {alias(ingressFor("www.example.com"), "192.0.2.1,a_b.example.com,m.example.com"), "www.example.com: filing shop/example-com is at BureauReview; m.example.com: filing shop/example-com is at BureauReview; 192.0.2.1: not a host name: no filing can cover it; a_b.example.com: not a host name: no filing can cover it"},
		"the first few of very many":                     {ingressFor(repeat(200, func(i int) string { return []string{"a", "b", "c", "d", "e"}[i%5] + ".example.com" })...), "a.example.com: filing shop/example-com is at BureauReview; b.example.com: filing shop/example-com is at BureauReview; c.example.com: filing shop/example-com is at BureauReview; d.example.com: filing shop/example-com is at BureauReview; and others"},
		"of a Service with a public name":                {serviceFor(note(dnsName, "www.example.com")), "www.example.com: filing shop/example-com is at BureauReview"},
		"the beginning of an endless name":               {alias(ingressFor("www.example.com"), strings.Repeat("界", 300)), "www.example.com: filing shop/example-com is at BureauReview; " + strings.Repeat("界", 253) + ": not a host name: no filing can cover it"},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			deny, hold := newPlace(t, v1alpha1.GateDeny), newPlace(t, v1alpha1.GateHold)
			for _, p := range []place{deny, hold} {
				p.pending(pendingHere...)
				want := strings.ReplaceAll(row.want, "{}", p.name)
				route := inPlace(p, copied(row.route))
				read := exposure.Read(route)
				if got := read.Reasons(read.Blocked(exposure.NewClearances(), exposure.Rules{}), exposure.PendingFilings{Listed: pendingHere}); got != want {
					t.Errorf("the matcher says\n%s, want\n%s", got, want)
				}
				p.eventually("the API server has the pending filings", func() bool {
					return strings.Contains(told(p, inPlace(p, ingressFor("probe.example.com"))), "BureauReview")
				})
				if got := told(p, route); got != want {
					t.Errorf("in namespace %s the policy says\n%s, want\n%s", p.name, got, want)
				}
			}
		})
	}
}

// told creates a route as a dry run and returns why it is refused, or parked.
func told(p place, route client.Object) string {
	p.Helper()
	err := p.tenant.Create(p.Context(), copied(route), client.DryRunAll)
	if err == nil {
		created := copied(route)
		p.must(p.tenant.Create(p.Context(), created, client.DryRunAll))
		return created.GetAnnotations()[exposure.ParkedBecauseAnnotation]
	}
	if !apierrors.IsForbidden(err) {
		p.Fatal(err)
	}
	_, reason, _ := strings.Cut(err.Error(), "covers it there (")
	reason, _, _ = strings.Cut(reason, "); see the filings with: kubectl get icp -n "+p.name)
	return reason
}

func alias(ingress *networkingv1.Ingress, aliases string) *networkingv1.Ingress {
	ingress.Annotations = note(serverAlias, aliases)
	return ingress
}

// The operator touches a parked route whose filing has moved on; it takes no field from whoever applies the route.
func TestWhyFollowsTheStageAndIsInvisibleToWhoeverAppliesAManifest(t *testing.T) {
	t.Parallel()
	for name, manifest := range manifests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold)
			p.apply(manifest())
			p.wantTold(manifest(), "www.example.com: no filing covers it here: start one with an IcpFiling in namespace "+p.name)
			for _, stage := range []string{"Preparation", "BureauReview"} {
				p.pending(exposure.Pending{Domain: "example.com", Filing: "shop/example-com", Stage: stage})
				p.eventually("a touch refreshes it", func() bool {
					route, touched := p.touch(manifest())
					return touched && strings.HasSuffix(route.GetAnnotations()[exposure.ParkedBecauseAnnotation], stage)
				})
				p.wantTold(manifest(), "www.example.com: filing shop/example-com is at "+stage)
				p.wantSameApplied(manifest())
			}
			p.clear("example.com")
			p.touchUntil(manifest(), false)
			p.wantAsWritten(manifest())
		})
	}
}

func (p place) wantTold(manifest client.Object, want string) {
	p.Helper()
	if got := p.live(manifest).GetAnnotations()[exposure.ParkedBecauseAnnotation]; got != want {
		p.Errorf("the route says\n%s, want\n%s", got, want)
	}
}

func TestATenantCannotWriteWhyByTheStatus(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateHold)
	route := inPlace(p, ingressFor("www.example.com"))
	p.must(p.tenant.Create(t.Context(), route))
	p.must(merge(`{"metadata":{"annotations":{"icp.beian.dev/parked-because":"fine"}}}`, "status")(p, route))
	p.wantTold(route, "www.example.com: no filing covers it here: start one with an IcpFiling in namespace "+p.name)
	p.must(merge(`{"metadata":{"annotations":{"icp.beian.dev/parked-because":null}}}`)(p, route))
	p.wantTold(route, "www.example.com: no filing covers it here: start one with an IcpFiling in namespace "+p.name)
}
