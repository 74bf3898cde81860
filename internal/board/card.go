package board

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// soon is how near a deadline is that is shown as near.
const soon = 7 * 24 * time.Hour

// row is a filing with what its place in a list depends on.
type row struct {
	filing *v1alpha1.IcpFiling
	brief  view.Filing
}

func compareRows(a, b *row) int { return view.Compare(a.brief, b.brief) }

func (r *row) is(which string, now time.Time) bool {
	switch which {
	case WhichOverdue:
		return r.brief.Standing == view.Overdue
	case WhichSoon:
		return dueSoon(r.brief, now)
	case WhichPeople:
		return r.brief.Standing == view.Overdue || r.brief.Standing == view.ToAct
	case WhichStuck:
		return meta.IsStatusConditionTrue(r.filing.Status.Conditions, v1alpha1.ConditionStalled)
	}
	return true
}

func dueSoon(v view.Filing, now time.Time) bool {
	return v.Deadline != nil && !v.Deadline.Overdue && v.Deadline.At.Before(now.Add(soon))
}

// Card is a filing in a list.
type Card struct {
	Domain, Href, Key, Who string
	Due                    *Due
	Marks                  []Mark
}

func cards(f Frame, rows []*row) []Card {
	list := make([]Card, len(rows))
	for i, r := range rows {
		v := r.brief
		c := Card{Domain: Harmless(v.Domain), Href: f.filing(v.Namespace, v.Name), Key: v.Namespace + "/" + v.Name, Marks: marks(f, r.filing, v)}
		if v.Next != nil {
			c.Who = f.In(words.Actor(v.Next.Actor).Capital())
			c.Due = dueOf(f, v.Next.Due, v.Next.Day, v.Next.Person)
		}
		if v.Deadline != nil {
			c.Due = dueOf(f, v.Deadline.At, v.Deadline.Day, true)
		}
		list[i] = c
	}
	return list
}

// marks are what is to be seen of a filing at once.
func marks(f Frame, filing *v1alpha1.IcpFiling, v view.Filing) []Mark {
	var list []Mark
	add := func(says, tone string) { list = append(list, Mark{says, tone}) }
	returned := false
	for _, st := range filing.Status.Stages {
		returned = returned || st.State == v1alpha1.StageReturned
	}
	if returned {
		add(f.Say("Returned"), "bad")
	}
	switch {
	case v.Standing == view.Overdue:
		add(f.Say("Overdue"), "bad")
	case dueSoon(v, f.Now):
		add(f.Say("Due soon"), "warn")
	}
	if c := meta.FindStatusCondition(filing.Status.Conditions, v1alpha1.ConditionStalled); c != nil && c.Status == "True" && !returned {
		add(f.In(words.Reason(c.Type, c.Reason).Capital()), "bad")
	}
	if filing.Spec.Suspend {
		add(f.Say("Suspended"), "warn")
	}
	if v.Deleting {
		add(f.Say("Being deleted"), "warn")
	}
	if v.Attempt > 1 {
		add(f.Sayf("Attempt %s", f.Number(int(v.Attempt))), "")
	}
	return list
}
