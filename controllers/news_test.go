package controllers

import (
	"testing"

	"k8s.io/apimachinery/pkg/types"
)

// Filings that news is told of.
var (
	filingA = types.NamespacedName{Namespace: "shop", Name: "a"}
	filingB = types.NamespacedName{Namespace: "shop", Name: "b"}
)

// worksThrough is a pass over a filing that has news.
func worksThrough(t *testing.T, n *News, filing types.NamespacedName) {
	t.Helper()
	seq, ok := n.Of("cloud", filing)
	if !ok {
		t.Fatalf("no news of %s", filing)
	}
	n.Done("cloud", filing, seq)
}

func wantSafe(t *testing.T, n *News, want string) {
	t.Helper()
	if cursor, ok := n.Safe("cloud"); cursor != want || ok != (want != "") {
		t.Errorf("safe at %q, %v; want %q", cursor, ok, want)
	}
}

func TestTheSafeCursorNeverPassesNewsThatIsNotWorkedThrough(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "1", filingA)
	n.Tell("cloud", "2", filingB)
	n.Tell("cloud", "3", filingA)
	wantSafe(t, n, "")
	worksThrough(t, n, filingB)
	wantSafe(t, n, "")
	worksThrough(t, n, filingA)
	wantSafe(t, n, "3")
	wantSafe(t, n, "")
}

func TestAnEventWaitsForEveryFilingOfItsDomain(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "1", filingA, filingB)
	worksThrough(t, n, filingA)
	if _, ok := n.Of("cloud", filingB); !ok {
		t.Error("the other filing's news is gone with the first one's pass")
	}
	wantSafe(t, n, "")
	worksThrough(t, n, filingB)
	wantSafe(t, n, "1")
}

func TestAnEventOfNobodysOrderHoldsNoCursorBack(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "1")
	wantSafe(t, n, "1")
}

func TestTheNewsOfAFilingThatIsGoneHoldsNoCursorBack(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "1", filingA)
	n.Tell("cloud", "2", filingB)
	n.Forget(filingA)
	wantSafe(t, n, "1")
}

func TestNoCursorOfAFeedIsKeptThatIsReadFromAnotherPlaceNow(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "1", filingA)
	n.Begin("cloud")
	if _, ok := n.Of("cloud", filingA); !ok {
		t.Error("the order is not read any more")
	}
	worksThrough(t, n, filingA)
	wantSafe(t, n, "")
}

func TestNewsThatCameDuringAPassIsStillNewsAfterIt(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "1", filingA)
	seq, _ := n.Of("cloud", filingA)
	n.Tell("cloud", "2", filingA)
	n.Done("cloud", filingA, seq)
	if _, ok := n.Of("cloud", filingA); !ok {
		t.Error("the second event is lost: the pass that ended began before it")
	}
	if cursor, _ := n.Safe("cloud"); cursor == "2" {
		t.Error("the cursor passed an event that nobody worked through")
	}
}

func TestOneProvidersNewsIsNoneOfAnothers(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "1", filingA)
	if _, ok := n.Of("desk", filingA); ok {
		t.Error("the desk has news that the cloud told")
	}
}
