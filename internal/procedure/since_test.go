package procedure

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAFilingSaysSinceWhenItsProviderDoesNotAnswer(t *testing.T) {
	t.Parallel()
	j := fresh(t, ByOperator)
	said := func(f *Failure) string {
		t.Helper()
		facts := j.gather()
		facts.Failure = f
		o := Next(facts, j.now)
		j.keep(o)
		return meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionReady).Message
	}
	down := &Failure{Reason: v1alpha1.ReasonProviderUnavailable, Message: "find the order (example.com): Unreachable: dial: connection refused"}
	first := said(down)
	since := "; so since " + j.now.In(time.FixedZone("", 8*3600)).Format("2006-01-02 15:04") + " (Beijing time)"
	if !strings.HasSuffix(first, since) {
		t.Errorf("it says %q, want since when", first)
	}
	j.now = j.now.Add(3 * time.Hour)
	if again := said(down); again != first {
		t.Errorf("three hours later it says %q, before %q", again, first)
	}
	other := *down
	other.Message = "find the order (example.com): Timeout: no answer in time"
	if again := said(&other); !strings.HasSuffix(again, since) || !strings.Contains(again, "Timeout") {
		t.Errorf("it fails otherwise, and says %q; want why by now, and since when it does not answer", again)
	}
	if back := said(nil); strings.Contains(back, "since") {
		t.Errorf("it answers, and the filing says %q", back)
	}
	if later := said(down); strings.HasSuffix(later, since) {
		t.Errorf("it is down again, and the filing says %q", later)
	}
}
