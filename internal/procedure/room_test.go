package procedure

import (
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAFilingWhoseNamespaceHasNoRoomSaysSoAndStaysInForce(t *testing.T) {
	t.Parallel()
	j := anEnterprise(t, "Guangdong", ByPeople)
	j.quiet = true
	j.straight()
	for _, row := range []struct {
		full   bool
		reason string
	}{{true, v1alpha1.ReasonNamespaceFull}, {false, v1alpha1.ReasonApproved}} {
		j.after(time.Hour, "", func(j *journey) { j.facts.NoRoom = row.full })
		if got := j.cond(v1alpha1.ConditionExposureAllowed); got.Reason != row.reason || (got.Status == "True") == row.full {
			t.Errorf("no room: %v, got %s %s", row.full, got.Status, got.Reason)
		}
		if got := j.cond(v1alpha1.ConditionReady).Status; got != "True" {
			t.Errorf("it is in force, and Ready is %s", got)
		}
		if !MayExpose(j.filing) {
			t.Error("it no longer asks for room")
		}
	}
}
