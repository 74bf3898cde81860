package board

import (
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// remindersOf are the last reminders that were given, by what they are of.
func remindersOf(f Frame, filing *v1alpha1.IcpFiling) []string {
	var list []string
	if ps := filing.Status.PublicSecurity; ps != nil && ps.LastReminder != "" {
		list = append(list, f.In(words.Deadline(procedure.DeadlinePublicSecurity).Capital())+f.Say(": ")+f.reminder(ps.LastReminder))
	}
	for _, d := range filing.Status.Deadlines {
		if d.LastReminder != "" {
			list = append(list, f.In(words.Deadline(d.Name).Capital())+f.Say(": ")+f.reminder(d.LastReminder))
		}
	}
	return list
}

// reminder says which one it was, by its name: 7d, or overdue-2026-12-31.
func (f Frame) reminder(name string) string {
	if date, ok := strings.CutPrefix(name, "overdue-"); ok {
		return f.Sayf("overdue, on %s", date)
	}
	if days, ok := strings.CutSuffix(name, "d"); ok {
		return f.Sayf("%s days before", days)
	}
	return Harmless(name)
}

// abnormal are the conditions of which nobody is glad.
var abnormal = map[string]bool{v1alpha1.ConditionStalled: true, v1alpha1.ConditionReconciling: true}

func conditionRow(f Frame, c metav1.Condition) ConditionRow {
	r := ConditionRow{
		Name: f.In(words.Condition(c.Type).Capital()), Type: c.Type, Reason: f.In(words.Reason(c.Type, c.Reason).Capital()),
		Since: f.Beijing(c.LastTransitionTime.Time), Stamp: f.Stamp(c.LastTransitionTime.Time),
	}
	good := c.Status == metav1.ConditionTrue != abnormal[c.Type]
	switch c.Status {
	case metav1.ConditionTrue:
		r.Status = f.Say("yes")
	case metav1.ConditionFalse:
		r.Status = f.Say("no")
	default:
		r.Status = f.Say("unknown")
	}
	switch {
	case c.Type == v1alpha1.ConditionStalled && c.Status == metav1.ConditionTrue:
		r.Tone = "bad"
	case good && !abnormal[c.Type]:
		r.Tone = "good"
	}
	if c.Message != "" {
		r.Detail = &Detail{c.Type, Harmless(c.Message)}
	}
	return r
}
