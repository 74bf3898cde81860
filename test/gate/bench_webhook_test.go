package gate

import (
	"context"
	"encoding/json"
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
	at := webhookAt(b, func(request *admissionv1.AdmissionRequest) map[string]any {
		var ingress networkingv1.Ingress
		allowed := json.Unmarshal(request.Object.Raw, &ingress) == nil && len(exposure.Read(&ingress).Blocked(cleared, exposure.Rules{})) == 0
		return map[string]any{"uid": request.UID, "allowed": allowed}
	})
	none, fail := admissionregistrationv1.SideEffectClassNone, admissionregistrationv1.Fail
	configuration := &admissionregistrationv1.ValidatingWebhookConfiguration{
		ObjectMeta: metav1.ObjectMeta{Name: "fastest"},
		Webhooks: []admissionregistrationv1.ValidatingWebhook{{
			Name: "fastest.example.com", SideEffects: &none, FailurePolicy: &fail, AdmissionReviewVersions: []string{"v1"},
			ClientConfig:      at,
			NamespaceSelector: &metav1.LabelSelector{MatchLabels: map[string]string{webhookLabel: "true"}},
			Rules:             ingressWrites,
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
