package journey_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"github.com/onsi/gomega"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestHostsThatARouteTakesFromItsGatewaysListenersBeginTheThirtyDays(t *testing.T) {
	t.Parallel()
	deskFor(t, "listened", simulator.Options{Clock: now})
	gateway := &gatewayv1.Gateway{ObjectMeta: metav1.ObjectMeta{Namespace: "listened", Name: "edge"}}
	gateway.Spec.GatewayClassName = "edge"
	gateway.Spec.Listeners = []gatewayv1.Listener{{Name: "shop", Port: 80, Protocol: gatewayv1.HTTPProtocolType, Hostname: new(gatewayv1.Hostname("www.elsewhere.cn"))}}
	route := &gatewayv1.HTTPRoute{ObjectMeta: metav1.ObjectMeta{Namespace: "listened", Name: "whole"}}
	route.Spec.ParentRefs = []gatewayv1.ParentReference{{Name: "edge"}}
	for _, o := range []client.Object{gateway, route} {
		if err := admin.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	filing(t, "listened", "f", "listened.cn", with("listened"))
	f := eventually(t, "listened", "f", inForce)
	if ps := f.Status.PublicSecurity; ps != nil {
		t.Fatalf("opened at %s, and nothing listens for a host of the domain", ps.OpenedAt)
	}
	patch(t, gateway, `{"spec":{"listeners":[{"name":"shop","port":80,"protocol":"HTTP","hostname":"www.listened.cn"}]}}`)
	opened := eventually(t, "listened", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.Exposure).To(gomega.HaveField("ServedHosts", int32(1)))
		g.Expect(f.Status.PublicSecurity).To(gomega.HaveField("LastReminder", calendar.ReminderOpened))
	})
	if kept := opened.Annotations[v1alpha1.OpenedAtAnnotation]; kept != opened.Status.PublicSecurity.OpenedAt.UTC().Format(time.RFC3339) {
		t.Errorf("kept %s, opened at %s", kept, opened.Status.PublicSecurity.OpenedAt)
	}

	if err := admin.Delete(t.Context(), route); err != nil {
		t.Fatal(err)
	}
	eventually(t, "listened", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.Exposure).To(gomega.HaveField("ServedHosts", int32(0)))
		g.Expect(f.Status.PublicSecurity.OpenedAt).To(gomega.Equal(opened.Status.PublicSecurity.OpenedAt), "the deleted route is forgotten, the opening is not")
	})
}

func TestWhatEndsIsRemindedOfOnceAndNothingOfAPersonButTheDateIsTold(t *testing.T) {
	t.Parallel()
	deskFor(t, "ends", simulator.Options{Clock: now})
	today := now.Now()
	filing(t, "ends", "f", "ends.cn", with("ends"))
	eventually(t, "ends", "f", inForce)
	secret := sampleOf(t, samples, "Secret", "person-legal")
	secret.SetNamespace("ends")
	values := maps.Clone(marked)
	values[v1alpha1.PersonIDValidUntil] = calendar.Date(today.AddDate(0, 0, 50))
	body, err := json.Marshal(map[string]any{"stringData": values})
	if err != nil {
		t.Fatal(err)
	}
	patch(t, secret, string(body))
	ends, err := json.Marshal(map[string]any{"domain": map[string]any{"expiresAt": today.AddDate(0, 0, 20).UTC().Format(time.RFC3339)}})
	if err != nil {
		t.Fatal(err)
	}
	amend(t, "ends", "f", string(ends))
	want := map[string]string{"Domain": "30d", "SubjectPersonPaper": "60d"}
	eventually(t, "ends", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		got := map[string]string{}
		for _, d := range f.Status.Deadlines {
			if d.LastReminder != "" {
				got[d.Name] = d.LastReminder
			}
		}
		g.Expect(got).To(gomega.Equal(want))
	})
	var events eventsv1.EventList
	if err := admin.List(t.Context(), &events, client.InNamespace("ends")); err != nil {
		t.Fatal(err)
	}
	given := 0
	for _, e := range events.Items {
		if e.Reason == "DeadlineReminder" {
			given++
		}
	}
	if given != len(want) {
		t.Errorf("%d reminders given, want %d", given, len(want))
	}
	nothingTells(t, "ends")
}
