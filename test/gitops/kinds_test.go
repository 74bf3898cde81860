package gitops

import (
	"fmt"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// kinds are objects of the operator's kinds, and what becomes of each in a pipeline.
var kinds = map[string]struct {
	manifest string
	want     verdict
}{
	"a provider by hand": {
		"kind: FilingProvider\nmetadata: {name: console}\nspec: {manual: {}}",
		verdict{"Healthy", "Current", "Current"},
	},
	"a provider that does not answer": {
		"kind: FilingProvider\nmetadata: {name: silent}\nspec: {http: {url: 'http://127.0.0.1:1/v1'}}",
		verdict{"Degraded", "InProgress", "InProgress"},
	},
	"a notifier that is able to send": {
		"kind: FilingNotifier\nmetadata: {name: able}\nspec: {events: [Revoked], webhook: {secretRef: {name: channel}}}",
		verdict{"Healthy", "Current", "Current"},
	},
	"a notifier without its Secret": {
		"kind: FilingNotifier\nmetadata: {name: unable}\nspec: {webhook: {secretRef: {name: nowhere}}}",
		verdict{"Degraded", "InProgress", "InProgress"},
	},
	"a review whose filing is not there": {
		review("early", "not-there", "ProductVerification", "Reported"),
		verdict{"Suspended", "Current", "Current"},
	},
	"a review that counts": {
		review("counts", "example-com", "ProductVerification", "Reported"),
		verdict{"Healthy", "Current", "Current"},
	},
	"a review of a stage that is not under way": {
		review("ahead", "example-com", "BureauReview", "Returned"),
		verdict{"Degraded", "Failed", "Current"},
	},
}

func review(name, filing, stage, decision string) string {
	return `kind: IcpReview
metadata: {name: ` + name + `}
spec:
  filingRef: {name: ` + filing + `}
  providerRef: {name: by-hand}
  attempt: 1
  stage: ` + stage + `
  decision: ` + decision + `
  reasons: ` + map[string]string{"Returned": "[WebsiteNameInvalid]", "Reported": "[]"}[decision] + `
  decidedAt: "$NOW"
  decidedBy: $ME`
}

// misled are filings at providers that no journey knows, by the reason of Ready that they come to.
var misled = map[string]struct {
	provider string
	want     verdict
}{
	v1alpha1.ReasonProviderNotFound: {"nobody", verdict{"Degraded", "InProgress", "InProgress"}},
	v1alpha1.ReasonMisconfigured:    {"without-token", verdict{"Degraded", "InProgress", "InProgress"}},
}

// mislead applies filings like one, each at one of those providers.
func (e example) mislead(filing *unstructured.Unstructured) {
	e.Helper()
	for reason, row := range misled {
		provider := row.provider
		other := filing.DeepCopy()
		other.SetName(provider)
		// Orders of one subject take turns.
		e.must(unstructured.SetNestedField(other.Object, cluster.CreditCode(len(provider)), "spec", "subject", "certificate", "number"))
		e.must(unstructured.SetNestedField(other.Object, provider, "spec", "providerRef", "name"))
		e.must(unstructured.SetNestedField(other.Object, provider+".cn", "spec", "domain", "name"))
		e.must(unstructured.SetNestedField(other.Object, "www."+provider+".cn", "spec", "website", "homepage"))
		e.must(e.admin.Create(e.Context(), other))
		e.Eventually(func() any { return conditionOf(e.live(other), "Ready")["reason"] }).WithTimeout(within).WithPolling(50 * time.Millisecond).
			Should(Equal(reason))
		e.untilJudgedAs(other, row.want)
	}
}

func TestEachKindOfTheOperatorsIsJudgedByWhatItSaysOfItself(t *testing.T) {
	t.Parallel()
	e := newExample(t, "flux")
	channel := &corev1.Secret{Type: v1alpha1.NotifierSecretType, StringData: map[string]string{"url": "https://hooks.example.com/filings"}}
	channel.Namespace, channel.Name = e.name, "channel"
	e.must(e.admin.Create(t.Context(), channel))
	tokenless := &v1alpha1.FilingProvider{Spec: v1alpha1.FilingProviderSpec{HTTP: &v1alpha1.HTTPProvider{
		URL: "http://127.0.0.1:1/v1", CredentialsSecretRef: &v1alpha1.SecretReference{Name: "nowhere"},
	}}}
	tokenless.Name = "without-token"
	e.must(e.admin.Create(t.Context(), tokenless))
	for _, manifest := range e.applied {
		if manifest.GetKind() == "IcpFiling" {
			e.must(e.admin.Create(t.Context(), manifest.DeepCopy()))
			e.mislead(manifest)
		}
	}
	e.filingAt("example-com", func(f *v1alpha1.IcpFiling) bool { return f.Status.Stage == v1alpha1.StageProductVerification })
	for name, row := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := e.place
			p.T, p.WithT = t, NewWithT(t)
			text := strings.NewReplacer("$NOW", time.Now().UTC().Format(time.RFC3339), "$ME", p.me()).Replace(row.manifest)
			object := &unstructured.Unstructured{}
			p.must(yaml.Unmarshal([]byte("apiVersion: icp.beian.dev/v1alpha1\n"+text), &object.Object))
			if object.GetKind() != "FilingProvider" {
				object.SetNamespace(p.name)
			}
			p.must(p.admin.Create(t.Context(), object))
			p.untilJudgedAs(object, row.want)
		})
	}
}

func TestAnExposurePolicyIsJudgedByWhetherTheGateIsAsItSays(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, false)
	p := place{T: t, WithT: NewWithT(t), world: w}
	policy := &unstructured.Unstructured{}
	policy.SetAPIVersion(v1alpha1.GroupVersion.String())
	policy.SetKind("ExposurePolicy")
	policy.SetName("default")
	p.untilJudgedAs(policy, verdict{"Healthy", "Current", "Current"})
	for _, step := range []struct {
		patch string
		want  verdict
	}{
		{`{"spec":{"defaultMode":"Hold"}}`, verdict{"Healthy", "Current", "Current"}},
		{`{"spec":{"routeKinds":[{"group":"example.net","version":"v1","resource":"sites","hosts":"object.spec.hosts"}]}}`, verdict{"Healthy", "Current", "Current"}},
		{`{"spec":{"routeKinds":[{"group":"example.net","version":"v1","resource":"sites","hosts":"no CEL"}]}}`, verdict{"Degraded", "Failed", "InProgress"}},
		{`{"spec":{"routeKinds":null}}`, verdict{"Healthy", "Current", "Current"}},
	} {
		p.must(w.admin.Patch(t.Context(), policy.DeepCopy(), client.RawPatch(types.MergePatchType, []byte(step.patch))))
		p.untilJudgedAs(policy, step.want)
	}
}

// untilJudgedAs waits until the three say of an object what they should, and Argo CD's check has words for it.
func (p place) untilJudgedAs(object *unstructured.Unstructured, want verdict) {
	p.Helper()
	judges, err := theJudges()
	p.must(err)
	message := ""
	p.Eventually(func() string {
		var got verdict
		var err error
		got, message, err = judges.judge(p.Context(), p.live(object))
		p.must(err)
		if got == want {
			return ""
		}
		return fmt.Sprintf("got %v, want %v: %s", got, want, message)
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(BeEmpty())
	if message == "" {
		p.Errorf("Argo CD says nothing of it")
	}
}
