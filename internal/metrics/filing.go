package metrics

import (
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// otherReason stands for a reason that is in no table: whoever decides may give any, and a label would tell all of them.
const otherReason = "Other"

// Filing tells a filing by its status, but for how long its stages took: see Durations.
func Filing(f *v1alpha1.IcpFiling, emit Emit) {
	namespace, name := f.Namespace, f.Name
	emit.tell(FilingInfo, 1, namespace, name, f.Spec.Domain.Name, f.Status.Provider, string(f.Status.FilingType))
	emit.tell(FilingStage, 1, namespace, name, string(procedure.StageOf(f)))
	if since := stageSince(f); !since.IsZero() {
		emit.tell(FilingStageChanged, unix(since), namespace, name)
	}
	for i := range f.Status.Conditions {
		c := &f.Status.Conditions[i]
		reason := c.Reason
		if _, known := words.KnownReason(c.Type, reason); !known {
			reason = otherReason
		}
		emit.tell(FilingCondition, 1, namespace, name, c.Type, status(c), reason)
	}
	dates(f, emit)
}

// dates tells the dates of a filing, the earliest of those that have one name: two values of one series would spoil the scrape.
func dates(f *v1alpha1.IcpFiling, emit Emit) {
	all := agenda.Bare(f)
	for i := range all {
		d := &all[i]
		of := ExpectedEnd
		if d.Deadline {
			of = Deadline
		}
		if slices.ContainsFunc(all[:i], func(e agenda.Date) bool { return e.Kind == d.Kind && e.Name == d.Name }) {
			continue
		}
		emit.tell(of, unix(d.At), f.Namespace, f.Name, string(d.Kind), d.Name, string(d.Actor))
	}
}

// stageSince is when a filing came to its stage, or was returned to it; zero where its status does not say it.
func stageSince(f *v1alpha1.IcpFiling) time.Time {
	stage := procedure.StageOf(f)
	for i := range f.Status.Stages {
		st := &f.Status.Stages[i]
		switch {
		case stage == v1alpha1.StageChanging && st.StartedAt != nil:
			return st.StartedAt.Time // of the first step of the change
		case st.Name != stage:
		case st.State == v1alpha1.StageReturned && st.FinishedAt != nil:
			return st.FinishedAt.Time
		case st.StartedAt != nil:
			return st.StartedAt.Time
		}
	}
	if stage == v1alpha1.StageApproved && f.Status.ApprovedAt != nil {
		return f.Status.ApprovedAt.Time // while a change that was given up is still with the provider
	}
	return time.Time{}
}

// Provider tells a provider by its status.
func Provider(p *v1alpha1.FilingProvider, emit Emit) {
	emit.tell(ProviderInfo, 1, p.Name, p.Status.Kind)
	for i := range p.Status.Conditions {
		c := &p.Status.Conditions[i]
		emit.tell(ProviderCondition, 1, p.Name, c.Type, status(c), c.Reason)
	}
}

// Notifier tells a notifier by its status.
func Notifier(n *v1alpha1.FilingNotifier, emit Emit) {
	emit.tell(NotifierInfo, 1, n.Namespace, n.Name, n.Status.Channel)
	emit.tell(NotifierWaiting, float64(n.Status.Waiting), n.Namespace, n.Name)
	for i := range n.Status.Conditions {
		c := &n.Status.Conditions[i]
		emit.tell(NotifierCondition, 1, n.Namespace, n.Name, c.Type, status(c), c.Reason)
	}
}

// ExposurePolicy tells the ExposurePolicy by its status, but for the routes: see Gate.
func ExposurePolicy(p *v1alpha1.ExposurePolicy, emit Emit) {
	for i := range p.Status.Conditions {
		c := &p.Status.Conditions[i]
		emit.tell(ExposurePolicyCondition, 1, c.Type, status(c), c.Reason)
	}
}

// status is a condition's as kube-state-metrics writes it.
func status(c *metav1.Condition) string { return strings.ToLower(string(c.Status)) }

func unix(t time.Time) float64 { return float64(t.Unix()) }
