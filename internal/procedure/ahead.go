package procedure

import (
	"fmt"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// clocksDiffer is how far ahead of the operator's clock a person's may be.
const clocksDiffer = 5 * time.Minute

// setAhead sets aside what people have recorded with a time that is still to come: a wrong year, or another time zone. It
// would come after whatever is decided today, and keep it from counting. It counts when its time comes, if it still can.
// What ends a filing counts at once: its gate does not wait for a slip of the pen. What was recorded after the time that it gives is
// nothing that is to come, whatever the operator's own clock says by now: one that was set back takes nothing back.
func (p *pass) setAhead() {
	if p.Provider.Hand != ByPeople || p.Order == nil {
		return
	}
	kept := *p.Order
	kept.Attempt, kept.History = 1, nil
	for _, d := range p.Order.History {
		known := p.now
		if d.RecordedAt.After(known) {
			known = d.RecordedAt
		}
		switch early := d.At.After(known.Add(clocksDiffer)); {
		case early && d.endsFiling() && !d.RecordedAt.IsZero():
			d.At = d.RecordedAt
		case early:
			p.early = append(p.early, ignored(d, v1alpha1.ReasonStageNotActive, aheadOfTimeWords(d)))
			p.nextEarly = soonest(p.nextEarly, d.At)
			continue
		}
		kept.Attempt = max(kept.Attempt, d.Attempt)
		kept.History = append(kept.History, d)
	}
	p.Order = &kept
}

func aheadOfTimeWords(d Decision) string {
	return fmt.Sprintf("spec.decidedAt is %s in Beijing, which is still to come: it does not count before; if that is a mistake, record the decision again with the time at which it was taken",
		d.At.In(calendar.Beijing).Format("2006-01-02 15:04"))
}

// endsFiling says that a decision revokes or cancels a filing.
func (d Decision) endsFiling() bool {
	return d.Decision == v1alpha1.DecisionRevoked || d.Decision == v1alpha1.DecisionCancelled
}
