package journey_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// namespace makes one in mode hold, with the samples' people and materials in it.
func namespace(t *testing.T, name string, kinds ...string) {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold}}}
	if err := admin.Create(t.Context(), ns); err != nil {
		t.Fatal(err)
	}
	for _, secret := range kinds {
		applySecret(t, name, secret)
	}
}

func applySecret(t *testing.T, ns, name string) {
	t.Helper()
	o := sampleOf(t, samples, "Secret", name)
	o.SetNamespace(ns)
	applyTo(t, o)
}

// filing applies the sample filing for another domain, in another namespace, with changes.
func filing(t *testing.T, ns, name, domain string, changes map[string]string) {
	t.Helper()
	o := sampleOf(t, samples, "IcpFiling", "example-com")
	o.SetNamespace(ns)
	o.SetName(name)
	set := func(path, value string) {
		if err := unstructured.SetNestedField(o.Object, value, strings.Split(path, ".")...); err != nil {
			t.Fatal(err)
		}
	}
	set("spec.domain.name", domain)
	set("spec.website.homepage", "www."+domain)
	// A subject of its own: a provider takes one order of a subject at a time.
	set("spec.subject.certificate.number", creditCode(t))
	for path, value := range changes {
		set(path, value)
	}
	applyTo(t, o)
}

var creditCodes atomic.Int32

// creditCode makes up a unified social credit code that no other test uses; its check digits are right.
func creditCode(t *testing.T) string {
	t.Helper()
	body := fmt.Sprintf("91330106MA2%05d", creditCodes.Add(1))
	for _, organization := range "0123456789X" {
		for _, check := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
			code := body + string(organization) + string(check)
			if parsed, err := rules.ParseCreditCode(code); err == nil && parsed.Odd == "" {
				return code
			}
		}
	}
	t.Fatalf("no check digits fit %s", body)
	return ""
}

var everySecret = []string{"person-legal", "person-web", "shop-materials"}

func TestAMissingSecretIsNamedAndTheFilingGoesOnOnceItIsThere(t *testing.T) {
	t.Parallel()
	namespace(t, "late-secret", "person-legal", "shop-materials")
	filing(t, "late-secret", "late", "late-secret.cn", nil)
	f := eventually(t, "late-secret", "late", hasReason(v1alpha1.ConditionPrerequisitesMet, "SecretNotFound"))
	c := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionPrerequisitesMet)
	if !strings.Contains(c.Message, "person-web") || !strings.Contains(c.Message, "icp.beian.dev/person") {
		t.Errorf("the message does not name the Secret and its type: %s", c.Message)
	}
	if meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionStalled) {
		t.Error("a Secret that may come a moment later is no failure yet")
	}
	applySecret(t, "late-secret", "person-web")
	eventually(t, "late-secret", "late", isReady)
}

func TestASecretOfAnotherTypeIsRefusedAndNothingOfItShown(t *testing.T) {
	t.Parallel()
	namespace(t, "wrong-type", "person-legal", "shop-materials")
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "wrong-type", Name: "person-web"},
		StringData: map[string]string{"name": "marked-value"}}
	if err := admin.Create(t.Context(), secret); err != nil {
		t.Fatal(err)
	}
	filing(t, "wrong-type", "wrong", "wrong-type.cn", nil)
	f := eventually(t, "wrong-type", "wrong", hasReason(v1alpha1.ConditionPrerequisitesMet, "SecretTypeRefused"))
	for _, c := range f.Status.Conditions {
		if strings.Contains(c.Message, "marked-value") {
			t.Errorf("condition %s shows what the Secret holds", c.Type)
		}
	}
}

func TestTheAppDoesNotTakeAnAccessFilingWhichTheTypeAloneTells(t *testing.T) {
	t.Parallel()
	byHand(t)
	o := sampleOf(t, samples+"/types", "IcpFiling", "example-cn")
	o.SetName("by-app")
	namespace(t, "by-app", everySecret...)
	o.SetNamespace("by-app")
	for path, value := range map[string]string{
		"spec.channel": "App", "spec.domain.name": "by-app.cn", "spec.website.homepage": "www.by-app.cn",
		"spec.existing.subject.number": "浙ICP备25000004号", "spec.existing.website.number": "浙ICP备25000004号-1",
		"spec.subject.certificate.number": creditCode(t), "spec.providerRef.name": "by-hand",
	} {
		if err := unstructured.SetNestedField(o.Object, value, strings.Split(path, ".")...); err != nil {
			t.Fatal(err)
		}
	}
	applyTo(t, o)
	f := eventually(t, "by-app", "by-app", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonChannelNotAvailable))
	if f.Status.NextAction == nil || f.Status.NextAction.Task != "ChangeChannel" || !strings.Contains(f.Status.NextAction.Description, "spec.channel to PC") {
		t.Errorf("next action %+v, want what to change", f.Status.NextAction)
	}
	patch(t, o, `{"spec":{"channel":"PC"}}`)
	eventually(t, "by-app", "by-app", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.Stage).To(gomega.Equal(v1alpha1.StageProductVerification))
	})
}

func TestADomainBelowAPublicSuffixOfOthersIsNamedAsAPrerequisite(t *testing.T) {
	t.Parallel()
	namespace(t, "below", everySecret...)
	filing(t, "below", "below", "www.below.com.cn", nil)
	f := eventually(t, "below", "below", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(meta.IsStatusConditionFalse(f.Status.Conditions, v1alpha1.ConditionPrerequisitesMet)).To(gomega.BeTrue())
	})
	c := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionPrerequisitesMet)
	if !strings.Contains(c.Message, "below.com.cn") {
		t.Errorf("the message does not name the registrable domain: %s", c.Message)
	}
}

func TestASecondFilingOfADomainSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	for _, ns := range []string{"first-come", "second-come"} {
		namespace(t, ns, everySecret...)
	}
	filing(t, "first-come", "mine", "contested.cn", nil)
	eventually(t, "first-come", "mine", isReady)
	filing(t, "second-come", "also", "contested.cn", nil)
	f := eventually(t, "second-come", "also", hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonDomainConflict))
	if f.Status.OrderID != "" || meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionExposureAllowed) {
		t.Errorf("the second filing took over order %q", f.Status.OrderID)
	}
}

func TestTwoFilingsOfOneSubjectTakeTurnsAndTheSecondIsDeterminedAfresh(t *testing.T) {
	t.Parallel()
	namespace(t, "turns", everySecret...)
	tell(t, sim, "turns", "one")
	tell(t, sim, "turns", "two")
	code := creditCode(t)
	filing(t, "turns", "one", "turns-one.cn", map[string]string{"spec.subject.certificate.number": code})
	filing(t, "turns", "two", "turns-two.cn", map[string]string{"spec.subject.certificate.number": code})
	types := map[v1alpha1.FilingType]int{}
	for _, name := range []string{"one", "two"} {
		types[eventually(t, "turns", name, isReady).Status.FilingType]++
	}
	if types[v1alpha1.FirstFiling] != 1 || types[v1alpha1.NewWebsiteFiledHere] != 1 {
		t.Errorf("types %v, want one first filing, then a new website of the subject that is filed here", types)
	}
}
