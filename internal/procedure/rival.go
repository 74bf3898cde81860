package procedure

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Rival finds, among the filings of one domain at one provider, the one that holds the domain before mine does; nil
// where mine holds it. One whose gate is open counts before another in force, that before one submitted, that before an
// older one: age alone gives nobody a domain that another has filed, and what comes to be in force later closes nobody's
// gate.
func Rival(mine *v1alpha1.IcpFiling, others []v1alpha1.IcpFiling) *v1alpha1.IcpFiling {
	var rival *v1alpha1.IcpFiling
	for i := range others {
		other := &others[i]
		if other.Namespace == mine.Namespace && other.Name == mine.Name || ended(other) {
			continue
		}
		if other.Namespace != mine.Namespace && (rank(other) == 0 || rank(other) == rankSubmitted && isReturned(other)) {
			// Nobody holds a domain against another namespace by having asked first, or by what was returned to him.
			continue
		}
		if before(other, mine) && (rival == nil || before(other, rival)) {
			rival = other
		}
	}
	return rival
}

func ended(f *v1alpha1.IcpFiling) bool {
	return f.Status.Stage.Ended() || !f.DeletionTimestamp.IsZero()
}

func before(a, b *v1alpha1.IcpFiling) bool {
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra > rb
	}
	if ia, ib := importedBefore(a), importedBefore(b); ia != ib {
		return ib // what was taken to the bureau here is known better than what was in force before it came
	}
	if !a.CreationTimestamp.Equal(&b.CreationTimestamp) {
		return a.CreationTimestamp.Before(&b.CreationTimestamp)
	}
	if a.Namespace != b.Namespace {
		return a.Namespace < b.Namespace
	}
	return a.Name < b.Name
}

// The ranks of filings of one domain.
const (
	rankSubmitted = iota + 1
	rankInForce
	rankOpen
)

func rank(f *v1alpha1.IcpFiling) int {
	inForce := f.Status.ApprovedAt != nil && !ended(f)
	switch {
	case inForce && MayExpose(f):
		return rankOpen
	case inForce:
		return rankInForce
	case f.Status.OrderID != "", OwnOrder(f) != "", unread(f), meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionSubmitted):
		return rankSubmitted
	}
	return 0
}

// isReturned says that a filing's order was sent back, or taken back, and is under way nowhere.
func isReturned(f *v1alpha1.IcpFiling) bool {
	return slices.ContainsFunc(f.Status.Stages, func(st v1alpha1.StageStatus) bool { return st.State == v1alpha1.StageReturned })
}

// importedBefore says that a filing was in force before it came here. It is asked of every filing of a subject, so it finds
// the word in the record's text, which the operator alone writes, before it reads that.
func importedBefore(f *v1alpha1.IcpFiling) bool {
	if !strings.Contains(f.Annotations[v1alpha1.FiledAnnotation], `"imported":true`) {
		return false
	}
	record := RecordOf(f)
	return record != nil && record.Imported
}
