package procedure

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAFilingSaysWhereThereIsNoRoomForItsDomainAndStaysInForce(t *testing.T) {
	t.Parallel()
	j := anEnterprise(t, "Guangdong", ByPeople)
	j.quiet = true
	j.straight()
	for _, row := range []struct {
		name   string
		room   Room
		status metav1.ConditionStatus
		reason string
		says   string
	}{
		{"its only namespace is full", Room{LetIn: 1, Full: 1, First: "shop"}, "False", v1alpha1.ReasonNamespaceFull, "namespace shop has no room"},
		{"it has room again", Room{LetIn: 1}, "True", v1alpha1.ReasonApproved, "may be exposed"},
		{"one of several is full", Room{LetIn: 3, Full: 1, First: "blog"}, "True", v1alpha1.ReasonSomeNamespacesFull, "1 of the 3 namespaces that are let in have no room for it among their clearances (blog)"},
		{"all of several are full", Room{LetIn: 3, Full: 3, First: "blog"}, "False", v1alpha1.ReasonNamespaceFull, "none of the 3 namespaces that are let in has room"},
		{"another shard works on some of several", Room{LetIn: 2, Elsewhere: 3, FirstElsewhere: "club"}, "True", v1alpha1.ReasonSomeNamespacesElsewhere, "3 of the namespaces that are let in are another shard's"},
		{"it lets no namespace in", Room{}, "True", v1alpha1.ReasonApproved, "may be exposed"},
	} {
		j.after(time.Hour, "", func(j *journey) { j.facts.Room = row.room })
		got := j.cond(v1alpha1.ConditionExposureAllowed)
		if got.Reason != row.reason || got.Status != row.status || !strings.Contains(got.Message, row.says) {
			t.Errorf("%s: %s %s: %s", row.name, got.Status, got.Reason, got.Message)
		}
		if got := j.cond(v1alpha1.ConditionReady).Status; got != "True" {
			t.Errorf("%s: it is in force, and Ready is %s", row.name, got)
		}
		if !MayExpose(j.filing) {
			t.Errorf("%s: it no longer asks for room", row.name)
		}
	}
}
