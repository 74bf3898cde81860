package procedure

import (
	"cmp"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// MayExpose says, of a filing's written status, that hosts of its domain may be exposed wherever there is room for it.
func MayExpose(f *v1alpha1.IcpFiling) bool {
	allowed := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	return allowed != nil && (allowed.Status == metav1.ConditionTrue || allowed.Reason == v1alpha1.ReasonNamespaceFull)
}

// Clears tells whether a filing clears its domain anywhere: its gate is open, or would be if there were room, and it is not
// being deleted.
func Clears(f *v1alpha1.IcpFiling) bool {
	return f.DeletionTimestamp.IsZero() && MayExpose(f)
}

// KeepsCleared tells whether a filing keeps the clearances that stand: whether it is in force is not known now, since its status
// was lost and its provider has not answered. It opens nothing.
func KeepsCleared(f *v1alpha1.IcpFiling) bool {
	if !f.DeletionTimestamp.IsZero() || OwnOrder(f) == "" && f.Annotations[v1alpha1.FiledAnnotation] == "" {
		return false
	}
	allowed := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	return allowed == nil || allowed.Status == metav1.ConditionUnknown
}

// Falls tells whether a filing that clears its domain no longer does by what was decided of it, for good or for now.
func Falls(f, decided *v1alpha1.IcpFiling) bool {
	return Clears(f) && !Clears(decided) && !KeepsCleared(decided)
}

// ReadsOrder tells whether the order of a filing may have changed at its provider, so that it is worth reading: of one under way, unless
// it is suspended, and of one in force.
func ReadsOrder(f *v1alpha1.IcpFiling) bool {
	if f.Status.OrderID == "" || f.Status.Stage.Ended() {
		return false
	}
	return !f.Spec.Suspend || f.Status.ApprovedAt != nil
}

// ClosedBecause is the reason why a filing's gate is closed; "" where the stage that it is at says it.
func ClosedBecause(f *v1alpha1.IcpFiling) string {
	allowed := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	if allowed == nil || allowed.Status == metav1.ConditionTrue || allowed.Reason == v1alpha1.ReasonNotApproved || allowed.Reason == string(StageOf(f)) {
		return ""
	}
	return allowed.Reason
}

// StageOf is the stage that a filing is at.
func StageOf(f *v1alpha1.IcpFiling) v1alpha1.StageName {
	return cmp.Or(f.Status.Stage, v1alpha1.StagePreparation)
}

// LetsIn tells whether a filing of a namespace lets hosts of its domain be exposed in the namespace of a name and labels: always in its
// own. A selector that cannot be read lets no other in.
func LetsIn(own string, in v1alpha1.ExposureNamespaces, namespace string, labelled map[string]string) bool {
	if own == namespace || in.From == v1alpha1.NamespacesAll {
		return true
	}
	if in.From != v1alpha1.NamespacesSelector {
		return false
	}
	selector, err := metav1.LabelSelectorAsSelector(in.Selector)
	return err == nil && selector.Matches(labels.Set(labelled))
}
