package gate

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestTheOperatorAloneSaysForWhichDomainAReviewWasMade(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	decider := person(t, "decider", verbs("filingproviders", "mine", "decide"))
	review := inPlace(p, reviewOf("mine", v1alpha1.DecisionPassed, whoIs(p, decider)))
	names := func(domain string) client.Patch {
		return client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"annotations":{%q:%s}}}`, v1alpha1.ReviewDomainAnnotation, domain))
	}
	const says = "the operator alone writes icp.beian.dev/domain"
	forged := review.DeepCopy()
	forged.Annotations = note(v1alpha1.ReviewDomainAnnotation, "example.com")
	p.wantRefused(decider.Create(t.Context(), forged), says)
	p.must(decider.Create(t.Context(), review))
	for who, person := range map[string]client.Client{"who decided": decider, "a cluster admin": shared.admin} {
		t.Log("before it is written:", who)
		p.wantRefused(person.Patch(t.Context(), review.DeepCopy(), names(`"example.com"`)), says)
	}
	p.must(shared.operator.Patch(t.Context(), review.DeepCopy(), names(`"example.com"`)))
	for who, person := range map[string]client.Client{"who decided": decider, "a cluster admin": shared.admin} {
		t.Log("once it is written:", who)
		p.wantRefused(person.Patch(t.Context(), review.DeepCopy(), names(`"example.net"`)), says)
		p.wantRefused(person.Patch(t.Context(), review.DeepCopy(), names(`null`)), says)
		p.must(person.Patch(t.Context(), review.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"other":"label"}}}`))))
	}
	restored := review.DeepCopy()
	restored.Name, restored.ResourceVersion, restored.UID = "restored", "", ""
	restored.Spec.DecidedBy = whoIs(p, shared.admin)
	restored.Annotations = note(v1alpha1.ReviewDomainAnnotation, "example.com")
	p.must(shared.admin.Create(t.Context(), restored))
}
