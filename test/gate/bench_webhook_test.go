package gate

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// webhookLabel selects the namespaces whose Ingresses the webhook of the benchmark judges.
const webhookLabel = "example.com/webhook"

// fastestWebhook is what the gate is measured against: a webhook on the same machine that finds the hosts of an Ingress in
// a map, and does nothing else. It keeps its connection open, needs no cluster, and answers by the smallest answer.
func fastestWebhook(b *testing.B, cluster client.Client, domains []string) {
	b.Helper()
	cleared := exposure.NewClearances(domains...)
	server := httptest.NewTLSServer(http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		var review struct {
			Request struct {
				UID    string               `json:"uid"`
				Object networkingv1.Ingress `json:"object"`
			} `json:"request"`
		}
		allowed := json.NewDecoder(request.Body).Decode(&review) == nil &&
			len(exposure.Read(&review.Request.Object).Blocked(cleared, exposure.Rules{})) == 0
		answer.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(answer).Encode(map[string]any{
			"apiVersion": admissionv1.SchemeGroupVersion.String(), "kind": "AdmissionReview",
			"response": map[string]any{"uid": review.Request.UID, "allowed": allowed},
		})
	}))
	b.Cleanup(server.Close)
	var authority bytes.Buffer
	if err := pem.Encode(&authority, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}); err != nil {
		b.Fatal(err)
	}
	none, fail := admissionregistrationv1.SideEffectClassNone, admissionregistrationv1.Fail
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "fastest"},
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name: "fastest.example.com", SideEffects: &none, FailurePolicy: &fail, AdmissionReviewVersions: []string{"v1"},
			ClientConfig:      admissionregistrationv1.WebhookClientConfig{URL: &server.URL, CABundle: authority.Bytes()},
			NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{webhookLabel: "true"}},
			Rules: []admissionregistrationv1.RuleWithOperations{{
				Operations: []admissionregistrationv1.OperationType{admissionregistrationv1.Create, admissionregistrationv1.Update},
				Rule:       admissionregistrationv1.Rule{APIGroups: []string{networkingv1.GroupName}, APIVersions: []string{"v1"}, Resources: []string{"ingresses"}},
			}},
		}},
	}
	if err := cluster.Create(b.Context(), configuration); err != nil {
		b.Fatal(err)
	}
}

// untilJudged waits until the webhook refuses an uncleared host.
func untilJudged(b *testing.B, cluster client.Client, namespace string) {
	b.Helper()
	err := wait.PollUntilContextTimeout(b.Context(), 50*time.Millisecond, 30*time.Second, true, func(ctx context.Context) (bool, error) {
		ingress := ingressFor("www.uncleared.cn")
		ingress.Namespace = namespace
		return cluster.Create(ctx, ingress, client.DryRunAll) != nil, nil
	})
	if err != nil {
		b.Fatal("the webhook never refused: ", err)
	}
}
