package gate

import (
	"context"
	"testing"
	"time"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// leastLabel selects the namespaces whose Ingresses the least policies judge: by the name of one.
const leastLabel = "example.com/least"

// Nothing that a policy could look up is cheaper than what the least policies do. least-deny looks at each host, by a validation
// with a message of its own, as every refusal that names a host needs; least-hold is a mutation that finds nothing to do, and
// says so by a test that fails, which spares the API server making the object anew. No
// layout of the clearances can bring deny and hold below what these two add.
const (
	leastDeny = "least-deny"
	leastHold = "least-hold"
)

// leastPolicies makes both, and waits until they judge.
func leastPolicies(b *testing.B, cluster client.Client) {
	b.Helper()
	fail := admissionregistrationv1.Fail
	const passes = "object.spec.rules.all(r, r.host != 'uncleared.example.cn')"
	rules := &admissionregistrationv1.MatchResources{ResourceRules: []admissionregistrationv1.NamedRuleWithOperations{{
		RuleWithOperations: admissionregistrationv1.RuleWithOperations{
			Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update},
			Rule:       admissionregistrationv1.Rule{APIGroups: []string{networkingv1.GroupName}, APIVersions: []string{"v1"}, Resources: []string{"ingresses"}},
		},
	}}}
	of := func(name string) *admissionregistrationv1.MatchResources {
		return &admissionregistrationv1.MatchResources{NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{leastLabel: name}}}
	}
	for _, o := range []client.Object{
		&admissionregistrationv1.ValidatingAdmissionPolicy{
			ObjectMeta: metav1.ObjectMeta{Name: leastDeny},
			Spec: admissionregistrationv1.ValidatingAdmissionPolicySpec{FailurePolicy: &fail, MatchConstraints: rules,
				Validations: []admissionregistrationv1.Validation{{Expression: passes, MessageExpression: passes + " ? '' : 'it is uncleared.example.cn'"}}},
		},
		&admissionregistrationv1.ValidatingAdmissionPolicyBinding{
			ObjectMeta: metav1.ObjectMeta{Name: leastDeny},
			Spec: admissionregistrationv1.ValidatingAdmissionPolicyBindingSpec{PolicyName: leastDeny, MatchResources: of(leastDeny),
				ValidationActions: []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny}},
		},
		&admissionregistrationv1.MutatingAdmissionPolicy{
			ObjectMeta: metav1.ObjectMeta{Name: leastHold},
			Spec: admissionregistrationv1.MutatingAdmissionPolicySpec{FailurePolicy: &fail, MatchConstraints: rules,
				ReinvocationPolicy: admissionregistrationv1.NeverReinvocationPolicy,
				Mutations: []admissionregistrationv1.Mutation{{PatchType: admissionregistrationv1.PatchTypeJSONPatch,
					JSONPatch: &admissionregistrationv1.JSONPatch{Expression: passes + ` ? [JSONPatch{op: "test", path: "/kind", value: ""}] : [JSONPatch{op: "add", path: "/spec/ingressClassName", value: "least"}]`}}}},
		},
		&admissionregistrationv1.MutatingAdmissionPolicyBinding{
			ObjectMeta: metav1.ObjectMeta{Name: leastHold},
			Spec:       admissionregistrationv1.MutatingAdmissionPolicyBindingSpec{PolicyName: leastHold, MatchResources: of(leastHold)},
		},
	} {
		if err := cluster.Create(b.Context(), o); err != nil {
			b.Fatal(err)
		}
	}
}

// newLeastVariant is a namespace on the control plane without the gate in which one of the least policies judges.
func newLeastVariant(b *testing.B, name, policy string, ungated client.Client, domains []string, hosts int) benchVariant {
	b.Helper()
	variant := newVariant(b, name, ungated, v1alpha1.GateOff, domains, hosts, leastLabel, policy)
	judged := func(ctx context.Context) bool {
		ingress := ingressFor("uncleared.example.cn")
		ingress.Namespace = variant.ingress.Namespace
		return ungated.Create(ctx, ingress, client.DryRunAll) != nil || ingress.Spec.IngressClassName != nil
	}
	err := wait.PollUntilContextTimeout(b.Context(), 50*time.Millisecond, time.Minute, true, func(ctx context.Context) (bool, error) { return judged(ctx), nil })
	if err != nil {
		b.Fatal(policy, " never judged: ", err)
	}
	return variant
}
