package procedure

import (
	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Rival finds, among the filings of one domain at one provider, the one that holds the domain before mine does; nil
// where mine holds it. One in force counts before one submitted, that before an older one: age alone gives nobody a
// domain that another has filed.
func Rival(mine *v1alpha1.IcpFiling, others []v1alpha1.IcpFiling) *v1alpha1.IcpFiling {
	var rival *v1alpha1.IcpFiling
	for i := range others {
		other := &others[i]
		if other.Namespace == mine.Namespace && other.Name == mine.Name || ended(other) {
			continue
		}
		if rank(other) == 0 && other.Namespace != mine.Namespace {
			// Nobody holds a domain against another namespace by having asked first.
			continue
		}
		if before(other, mine) && (rival == nil || before(other, rival)) {
			rival = other
		}
	}
	return rival
}

func ended(f *v1alpha1.IcpFiling) bool {
	return f.Status.Stage == v1alpha1.StageRevoked || f.Status.Stage == v1alpha1.StageCancelled || !f.DeletionTimestamp.IsZero()
}

func before(a, b *v1alpha1.IcpFiling) bool {
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra > rb
	}
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}
	if a.Namespace != b.Namespace {
		return a.Namespace < b.Namespace
	}
	return a.Name < b.Name
}

func rank(f *v1alpha1.IcpFiling) int {
	switch {
	case f.Status.ApprovedAt != nil && !ended(f):
		return 2
	case f.Status.OrderID != "", f.Annotations[v1alpha1.OrderAnnotation] != "", unread(f), meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionSubmitted):
		return 1
	}
	return 0
}
