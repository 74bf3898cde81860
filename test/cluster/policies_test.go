package cluster

import (
	"fmt"
	"slices"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Each time round, the policy that was written just before refuses at the very first request after. It runs by itself: it looks
// at all policies there are.
func TestAPolicyThatWasWrittenBeforeIsInForceAndOneThatWasDeletedIsNot(t *testing.T) { //nolint:paralleltest // see above
	ctx, namespace := t.Context(), newNamespace(t)
	c, err := client.New(shared.Config(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := policyNames(t, c)
	for i := range 3 {
		name := fmt.Sprintf("refuses-%s-%d", namespace, i)
		policies := lastPolicies(name)
		for _, object := range policies {
			if err := c.Create(ctx, object); err != nil {
				t.Fatal(err)
			}
		}
		try := func() error {
			if err := PoliciesInForce(ctx, c); err != nil {
				t.Fatal(err)
			}
			return c.Create(ctx, &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}, client.DryRunAll)
		}
		if err := try(); !apierrors.IsInvalid(err) && !apierrors.IsForbidden(err) {
			t.Errorf("a policy that was written before: %v, want a refusal", err)
		}
		for _, object := range policies {
			if err := c.Delete(ctx, object); err != nil {
				t.Fatal(err)
			}
		}
		if err := try(); err != nil {
			t.Errorf("a policy that was deleted before: %v", err)
		}
	}
	if left := policyNames(t, c); !slices.Equal(left, before) {
		t.Errorf("policies are left: %v, before there were %v", left, before)
	}
}

func policyNames(t *testing.T, c client.Client) []string {
	t.Helper()
	var all admissionregistrationv1.ValidatingAdmissionPolicyList
	if err := c.List(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	names := make([]string, 0, len(all.Items))
	for i := range all.Items {
		names = append(names, all.Items[i].Name)
	}
	return slices.Sorted(slices.Values(names))
}
