package gate

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	networkingv1 "k8s.io/api/networking/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ingressWrites are what the tests' webhooks are asked about.
var ingressWrites = []admissionregistrationv1.RuleWithOperations{{
	Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update},
	Rule:       admissionregistrationv1.Rule{APIGroups: []string{networkingv1.GroupName}, APIVersions: []string{"v1"}, Resources: []string{"ingresses"}},
}}

// webhookAt serves an admission webhook, which answers as a function says, and tells the API server where.
func webhookAt(tb testing.TB, answer func(*admissionv1.AdmissionRequest) map[string]any) admissionregistrationv1.WebhookClientConfig {
	tb.Helper()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var review admissionv1.AdmissionReview
		if err := json.NewDecoder(r.Body).Decode(&review); err != nil || review.Request == nil {
			http.Error(w, "no review", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{
			"apiVersion": admissionv1.SchemeGroupVersion.String(), "kind": "AdmissionReview", "response": answer(review.Request),
		})
	}))
	tb.Cleanup(server.Close)
	var authority bytes.Buffer
	if err := pem.Encode(&authority, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}); err != nil {
		tb.Fatal(err)
	}
	return admissionregistrationv1.WebhookClientConfig{URL: &server.URL, CABundle: authority.Bytes()}
}

// Mutating webhooks are asked after the policies that park, which are not asked again. What they add is refused, and what is
// parked stays so.
func TestAHostThatAWebhookAddsBehindTheGateIsNotServed(t *testing.T) {
	t.Parallel()
	for mode, says := range map[string]string{
		v1alpha1.GateDeny: "evil.cn: no filing covers it here",
		v1alpha1.GateHold: "changed after the exposure gate had looked at it",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, mode, "example.com")
			none, fail := admissionregistrationv1.SideEffectClassNone, admissionregistrationv1.Fail
			patched := []byte(`[{"op":"add","path":"/spec/rules/-","value":` + evilRule + `}]`)
			webhook := &admissionregistrationv1.MutatingWebhookConfiguration{
				ObjectMeta: metav1.ObjectMeta{Name: "adds-" + p.name},
				Webhooks: []admissionregistrationv1.MutatingWebhook{{
					Name: "adds.example.com", SideEffects: &none, FailurePolicy: &fail, AdmissionReviewVersions: []string{"v1"}, Rules: ingressWrites,
					ClientConfig: webhookAt(t, func(request *admissionv1.AdmissionRequest) map[string]any {
						return map[string]any{"uid": request.UID, "allowed": true, "patchType": admissionv1.PatchTypeJSONPatch, "patch": patched}
					}),
					NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"kubernetes.io/metadata.name": p.name}},
				}},
			}
			p.must(shared.admin.Create(t.Context(), webhook))
			t.Cleanup(func() { _ = shared.admin.Delete(context.Background(), webhook) })
			var refused error
			p.eventually("the webhook's host is refused", func() bool {
				route := ingressFor("www.example.com")
				p.in(route)
				if refused = p.tenant.Create(t.Context(), route); refused == nil {
					_ = deleted(p, route) // before the webhook was known
				}
				return apierrors.IsForbidden(refused) && strings.Contains(refused.Error(), says)
			})
			if mode == v1alpha1.GateHold {
				waits := ingressFor("www.not-filed.cn")
				p.in(waits)
				p.must(p.tenant.Create(t.Context(), waits))
				p.wantParked(waits, true)
			}
		})
	}
}
