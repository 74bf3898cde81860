package notify_test

import (
	"context"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// file applies a filing whose Secrets are missing: its applicant must act.
func file(t *testing.T, namespace, domain string) {
	t.Helper()
	if err := apply(t.Context(), sampleFiling(t, namespace, domain)); err != nil {
		t.Fatal(err)
	}
}

func TestAWebhookThatFailsIsTriedAgainShownAndRecovers(t *testing.T) {
	t.Parallel()
	ns, broken, whole := namespace(t), newHook(t), newHook(t)
	broken.broken.Store(true)
	failing, beside := webhook(t, ns, "failing", broken), webhook(t, ns, "beside", whole)
	file(t, ns, "hook-fails.cn")

	n := notifierIs(t, failing, v1alpha1.ReasonSendFailed)
	if message := readyMessage(n); n.Status.Waiting != 1 || !strings.Contains(message, "HTTP 500") || strings.Contains(message, token) || strings.Contains(message, "127.0.0.1") {
		t.Errorf("%d wait; %s", n.Status.Waiting, message)
	}
	whole.gets(t, "hook-fails.cn") // another notifier does not wait for it
	notifierIs(t, beside, v1alpha1.ReasonNotifierReady)
	file(t, ns, "hook-fails-too.cn")
	whole.gets(t, "hook-fails-too.cn") // nor does another filing
	gomega.NewWithT(t).Eventually(broken.tries.Load).WithTimeout(within).Should(gomega.BeNumerically(">", 2), "tries")

	broken.broken.Store(false)
	if got, want := broken.gets(t, "hook-fails.cn"), whole.gets(t, "hook-fails.cn"); got.ID != want.ID || got.Data.Title != want.Data.Title {
		t.Errorf("it tells %+v, another notifier told %+v", got, want)
	}
	broken.gets(t, "hook-fails-too.cn")
	gomega.NewWithT(t).Eventually(func() int32 {
		return notifierIs(t, failing, v1alpha1.ReasonNotifierReady).Status.Waiting
	}).WithTimeout(within).Should(gomega.BeZero())
	var list eventsv1.EventList
	if err := admin.List(t.Context(), &list, client.InNamespace(ns)); err != nil {
		t.Fatal(err)
	}
	of := map[string]int{}
	for _, e := range list.Items {
		if e.Regarding.Kind == "FilingNotifier" && e.Regarding.Name == "failing" {
			of[e.Reason]++
		}
		if strings.Contains(e.Note, token) {
			t.Errorf("an Event tells the address: %s", e.Note)
		}
	}
	if of[v1alpha1.ReasonSendFailed] != 1 {
		t.Errorf("Events of the failure: %v, want one", of)
	}
}

func TestABadTemplateIsReportedAndWhatItHeldBackIsSent(t *testing.T) {
	t.Parallel()
	ns, h := namespace(t), newHook(t)
	n := webhook(t, ns, "words", h, func(s *v1alpha1.FilingNotifierSpec) {
		s.Templates = []v1alpha1.MessageTemplate{{Event: v1alpha1.EventActionRequired, Subject: "{{.Domain}}\n{{.Mobile}}"}}
	})
	file(t, ns, "bad-words.cn")
	bad := notifierIs(t, n, v1alpha1.ReasonTemplateInvalid)
	if message := readyMessage(bad); !strings.Contains(message, "spec.templates[0].subject:2:2") || !strings.Contains(message, "Mobile") {
		t.Errorf("it does not say where: %s", message)
	}
	if len(h.all()) > 0 {
		t.Error("something was sent all the same")
	}
	patch := []byte(`{"spec":{"templates":[{"event":"ActionRequired","subject":"mended: {{.Domain}}"}]}}`)
	if err := admin.Patch(t.Context(), bad, client.RawPatch("application/merge-patch+json", patch)); err != nil {
		t.Fatal(err)
	}
	if got := h.gets(t, "bad-words.cn"); got.Data.Title != "mended: bad-words.cn" {
		t.Errorf("it tells %+v", got)
	}
	notifierIs(t, n, v1alpha1.ReasonNotifierReady)
}

func TestANotifierHearsNothingOfAnotherNamespace(t *testing.T) {
	t.Parallel()
	one, other, own, all := namespace(t), namespace(t), newHook(t), newHook(t)
	webhook(t, one, "own", own)
	global := webhook(t, v1alpha1.OperatorNamespace, "all", all, func(s *v1alpha1.FilingNotifierSpec) {
		s.Namespaces.From, s.Events = v1alpha1.NamespacesAll, []v1alpha1.FilingEvent{v1alpha1.EventActionRequired}
	})
	t.Cleanup(func() { _ = admin.Delete(context.WithoutCancel(t.Context()), global) })
	file(t, other, "of-another.cn")
	all.gets(t, "of-another.cn")
	file(t, one, "of-its-own.cn")
	own.gets(t, "of-its-own.cn")
	for _, e := range own.all() {
		if e.Data.Namespace != one || strings.Contains(e.raw, other) {
			t.Errorf("it hears of another namespace: %s", e.raw)
		}
	}
	greedy := &v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: one, Name: "greedy"}}
	greedy.Spec.Namespaces.From = v1alpha1.NamespacesAll
	greedy.Spec.Webhook = &v1alpha1.WebhookChannel{SecretRef: v1alpha1.SecretReference{Name: "own"}}
	if err := admin.Create(t.Context(), greedy); !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), "icp-system") {
		t.Errorf("%v, want a refusal that names icp-system", err)
	}
}

func TestASecretOfAnotherTypeIsNotSentAndANewOneIsTriedAtOnce(t *testing.T) {
	t.Parallel()
	ns, h := namespace(t), newHook(t)
	create(t, secretOf(ns, "database", corev1.SecretTypeOpaque, map[string]string{"url": h.URL, "authorization": token}))
	n := &v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "thief"}}
	n.Spec.Webhook = &v1alpha1.WebhookChannel{SecretRef: v1alpha1.SecretReference{Name: "database"}}
	create(t, n)
	file(t, ns, "no-thief.cn")
	if message := readyMessage(notifierIs(t, n, v1alpha1.ReasonNotifierSecretInvalid)); !strings.Contains(message, "another type") || strings.Contains(message, token) {
		t.Errorf("it says %s", message)
	}
	if h.tries.Load() > 0 {
		t.Error("a Secret of another type was used")
	}
	patch := []byte(`{"spec":{"webhook":{"secretRef":{"name":"made-for-it"}}}}`)
	if err := admin.Patch(t.Context(), n, client.RawPatch("application/merge-patch+json", patch)); err != nil {
		t.Fatal(err)
	}
	gomega.NewWithT(t).Eventually(func() string { return readyMessage(notifierIs(t, n, v1alpha1.ReasonNotifierSecretInvalid)) }).
		WithTimeout(within).Should(gomega.ContainSubstring("there is no Secret made-for-it"))
	create(t, secretOf(ns, "made-for-it", v1alpha1.NotifierSecretType, map[string]string{"url": h.URL}))
	h.gets(t, "no-thief.cn")
	notifierIs(t, n, v1alpha1.ReasonNotifierReady)
}
