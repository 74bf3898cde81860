package cluster

import (
	"fmt"
	"testing"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Each time round, the policy that was written just before refuses at the very first request after.
func TestAPolicyThatWasWrittenBeforeIsInForceAndOneThatWasDeletedIsNot(t *testing.T) {
	t.Parallel()
	ctx, namespace := t.Context(), newNamespace(t)
	c, err := client.New(shared.Config(), client.Options{})
	if err != nil {
		t.Fatal(err)
	}
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
	var left admissionregistrationv1.ValidatingAdmissionPolicyList
	if err := c.List(ctx, &left); err != nil || len(left.Items) > 0 {
		t.Errorf("%d policies are left (%v)", len(left.Items), err)
	}
}
