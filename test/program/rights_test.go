package program

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/agenda/serve"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// given are the rights of the operator's own roles: not those of kinds of route that others add, for which there are none.
func given(t *testing.T) []right {
	t.Helper()
	objects, err := cluster.Kustomize(filepath.Join(root, "config", "rbac"))
	if err != nil {
		t.Fatal(err)
	}
	var all []right
	for _, o := range objects {
		if kind := o.GetKind(); kind != "ClusterRole" && kind != "Role" || o.GetName() != "icp-operator" {
			continue
		}
		var role rbacv1.ClusterRole // a Role's rules are the same
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, &role); err != nil {
			t.Fatal(err)
		}
		for _, rule := range role.Rules {
			for _, group := range rule.APIGroups {
				for _, resource := range rule.Resources {
					for _, verb := range rule.Verbs {
						all = append(all, right{o.GetKind() + " " + o.GetName(), verb, group, resource})
					}
				}
			}
		}
	}
	return all
}

// needs tells that a right is needed, by another that was seen to be used: what is watched is listed first where an API server
// does not stream what there is (WatchList, before Kubernetes 1.34), and an Event is patched when it repeats of one version of
// an object.
func needs(have, used right) bool {
	of := map[string]string{"list": "watch"}[have.Verb]
	if have.Resource == "events" && have.Verb == "patch" {
		of = "create"
	}
	have.Verb = of
	return of != "" && have == used
}

// A right that the operator has and never uses is one that only an intruder would use. What is here makes it use each.
func TestTheOperatorUsesEveryRightThatItHasAndIsRefusedNone(t *testing.T) {
	const ns, domain = "rights", "rights.cn"
	openDesk(t, ns, simulator.Options{Delay: 200 * time.Millisecond})
	create(t,
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "hook"}, Type: v1alpha1.NotifierSecretType, StringData: map[string]string{"url": hook(t)}},
		&v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "hook"}, Spec: v1alpha1.FilingNotifierSpec{
			Webhook: &v1alpha1.WebhookChannel{SecretRef: v1alpha1.SecretReference{Name: "hook"}},
		}},
	)
	routes, err := os.ReadFile(filepath.Join("testdata", "routes.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Decode(routes)
	if err == nil {
		err = plane.ApplyObjects(t.Context(), objects...)
	}
	if err != nil {
		t.Fatal(err)
	}
	filing := file(t, ns, domain, 1)
	review(t, filing)
	meddle(t)
	askForACalendar(t, ns)

	granted := given(t)
	if len(granted) < 50 {
		t.Fatalf("only %d rights were found", len(granted))
	}
	var refused []request
	gomega.NewWithT(t).Eventually(func() []right {
		unused := slices.Clone(granted)
		refused = nil
		for _, r := range requests(t) {
			if r.by == "" {
				refused = append(refused, r)
			}
			unused = slices.DeleteFunc(unused, func(have right) bool { return have == r.right || needs(have, r.right) })
		}
		return unused
	}).WithTimeout(within).WithPolling(500*time.Millisecond).Should(gomega.BeEmpty(), "rights that the operator has not used: take their markers away, or have this test make it use them")
	if len(refused) > 0 {
		t.Errorf("the operator was refused: %v", refused)
	}
}

// review makes one, which does not count, since the filing's provider answers for itself.
func review(t *testing.T, filing *v1alpha1.IcpFiling) {
	t.Helper()
	create(t, &v1alpha1.IcpReview{ObjectMeta: metav1.ObjectMeta{Namespace: filing.Namespace, Name: "seen"}, Spec: v1alpha1.IcpReviewSpec{
		FilingRef: v1alpha1.FilingReference{Name: filing.Name, Domain: filing.Spec.Domain.Name}, ProviderRef: *filing.Spec.ProviderRef, Attempt: 1, Stage: "PreliminaryReview",
		Decision: v1alpha1.DecisionPassed, DecidedBy: "admin", DecidedAt: metav1.Now(),
	}})
}

// meddle changes one of the gate's policies of each kind, and makes one of each that is none of them.
func meddle(t *testing.T) {
	t.Helper()
	for _, list := range []client.ObjectList{
		&admissionregistrationv1.ValidatingAdmissionPolicyList{}, &admissionregistrationv1.ValidatingAdmissionPolicyBindingList{},
		&admissionregistrationv1.MutatingAdmissionPolicyList{}, &admissionregistrationv1.MutatingAdmissionPolicyBindingList{},
	} {
		meddleWith(t, list)
	}
}

func meddleWith(t *testing.T, list client.ObjectList) {
	t.Helper()
	if err := admin.List(t.Context(), list, client.MatchingLabels(admission.PolicyLabels())); err != nil {
		t.Fatal(err)
	}
	var policy client.Object
	switch l := list.(type) {
	case *admissionregistrationv1.ValidatingAdmissionPolicyList:
		policy = &l.Items[0]
	case *admissionregistrationv1.ValidatingAdmissionPolicyBindingList:
		policy = &l.Items[0]
	case *admissionregistrationv1.MutatingAdmissionPolicyList:
		policy = &l.Items[0]
	case *admissionregistrationv1.MutatingAdmissionPolicyBindingList:
		policy = &l.Items[0]
	}
	before, _ := policy.DeepCopyObject().(client.Object)
	stray, is := policy.DeepCopyObject().(client.Object)
	if !is {
		t.Fatalf("%T is no object", policy)
	}
	stray.SetName("stray-" + policy.GetName())
	stray.SetResourceVersion("")
	stray.SetUID("")
	switch p := policy.(type) {
	case *admissionregistrationv1.ValidatingAdmissionPolicy:
		p.Spec.Validations = p.Spec.Validations[:1]
		p.Spec.Validations[0].Expression = "true"
	case *admissionregistrationv1.ValidatingAdmissionPolicyBinding:
		p.Spec.ValidationActions = []admissionregistrationv1.ValidationAction{admissionregistrationv1.Warn}
	case *admissionregistrationv1.MutatingAdmissionPolicy:
		p.Spec.MatchConditions = append(p.Spec.MatchConditions, admissionregistrationv1.MatchCondition{Name: "meddled", Expression: "false"})
	case *admissionregistrationv1.MutatingAdmissionPolicyBinding:
		p.Spec.MatchResources = &admissionregistrationv1.MatchResources{ObjectSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"meddled": "true"}}}
	}
	create(t, stray)
	if err := admin.Patch(t.Context(), policy, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

// askForACalendar asks an operator for a feed, with a token that may not read it: the API server judges both.
func askForACalendar(t *testing.T, namespace string) {
	t.Helper()
	anybody, err := plane.TokenConfig(t.Context(), "default", "default")
	if err != nil {
		t.Fatal(err)
	}
	gomega.NewWithT(t).Eventually(func() string {
		status, said := running.alive[0].get(t.Context(), "calendar", serve.Path+"?namespace="+namespace, func(r *http.Request) {
			r.SetBasicAuth("calendar", anybody.BearerToken)
		})
		return http.StatusText(status) + " " + strings.TrimSpace(said)
	}).WithTimeout(within).Should(gomega.HavePrefix("Forbidden"))
}
