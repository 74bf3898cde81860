package procedure

import (
	"fmt"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// dearHistory is made to be dear to replay: half of it are ends, each of which is looked for a place for among all attempts.
func dearHistory(n int) []Decision {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	history := make([]Decision, n)
	for i := range history {
		history[i] = Decision{ID: fmt.Sprint(i), Attempt: 1, Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"X"}, At: at.Add(time.Hour)}
		if i >= n/2 {
			history[i].Attempt, history[i].Decision, history[i].Stage, history[i].At = int32(i-n/2+1), v1alpha1.DecisionReturned, v1alpha1.StagePreliminaryReview, at
		}
	}
	return history
}

// A provider that was taken over may write a history as it likes. Each pass reads all of it, and other filings wait for that. Five
// times as many entries as the protocol allows take a fraction of a second; when each end looked through the history for each
// attempt, they took minutes.
func TestAHistoryThatWasMadeToBeDearIsReadInTime(t *testing.T) {
	t.Parallel()
	begun := time.Now()
	moved := endsInTime(dearHistory(5000))
	if took := time.Since(begun); took > time.Minute {
		t.Errorf("it took %s", took)
	}
	if moved[0].Attempt != 2500 {
		t.Errorf("an end after all attempts counts for attempt %d", moved[0].Attempt)
	}
}
