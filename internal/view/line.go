package view

import (
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/words"
)

// line says in one line where a filing stands, who must act, and by when.
func line(v *Filing) words.Words {
	switch {
	case v.Standing == Ended && v.Deleting:
		return words.Reason(v1alpha1.ConditionReady, v1alpha1.ReasonDeleting)
	case v.Standing == Ended:
		return and(words.Stage(v.Stage), ": ", "：", because(v, v1alpha1.StageApproved))
	}
	says := words.Stage(v.Stage)
	for _, st := range v.Timeline {
		if st.State == v1alpha1.StageReturned {
			says = and(words.Words{English: "returned at " + st.Title.English, Chinese: "在“" + st.Title.Chinese + "”被退回"}, ": ", "：", because(v, st.Name))
		}
	}
	if v.Stage == v1alpha1.StageApproved && v.WebsiteNumber != "" {
		says = and(says, ", ", "，", words.Words{English: v.WebsiteNumber, Chinese: v.WebsiteNumber})
	}
	if v.Next == nil {
		return says
	}
	actor := words.Actor(v.Next.Actor)
	who := words.Words{English: "waits for " + actor.English, Chinese: "等待" + actor.Chinese}
	if v.Next.Person {
		who = words.Words{English: actor.English + " must act", Chinese: actor.Chinese + "须办理"}
	}
	return and(says, "; ", "；", by(who, v))
}

// by adds until when.
func by(who words.Words, v *Filing) words.Words {
	at, day, overdue := v.Next.Due, v.Next.Day, v.Next.Overdue
	if v.Next.Person && v.Deadline != nil {
		at, day, overdue = v.Deadline.At, v.Deadline.Day, v.Deadline.Overdue
	}
	when := When(at, day)
	switch {
	case at.IsZero():
		return who
	case overdue:
		return words.Words{English: who.English + ", overdue since " + when, Chinese: who.Chinese + "，已逾期（" + when + "）"}
	case v.Next.Late:
		return words.Words{English: who.English + ", expected by " + when + ", late", Chinese: who.Chinese + "，预计 " + when + " 完成，已超时"}
	case v.Next.Person:
		return words.Words{English: who.English + " by " + when, Chinese: who.Chinese + "，截止 " + when}
	}
	return words.Words{English: who.English + ", expected by " + when, Chinese: who.Chinese + "，预计 " + when + " 完成"}
}

// because are the reasons of a stage in words.
func because(v *Filing, name v1alpha1.StageName) words.Words {
	var list []words.Words
	for _, st := range v.Timeline {
		if st.Name == name {
			for _, r := range st.Reasons {
				list = append(list, r.Says)
			}
		}
	}
	return words.Join(list)
}

// and joins two texts, the second of which may be missing.
func and(a words.Words, english, chinese string, b words.Words) words.Words {
	if b.English == "" {
		return a
	}
	return words.Words{English: a.English + english + b.English, Chinese: a.Chinese + chinese + b.Chinese}
}

// When writes a time as people read it, in Beijing: a day (2026-12-24) or an hour (2026-12-24 15:04); "" for none.
func When(at time.Time, day bool) string {
	switch {
	case at.IsZero():
		return ""
	case day:
		return calendar.Date(at)
	}
	return at.In(calendar.Beijing).Format("2006-01-02 15:04")
}

// Lasts writes how long a stage has lasted, as people count: working days (工作日), within a day by the clock.
func (s Stage) Lasts() words.Words {
	switch {
	case s.Started.IsZero(), s.Lasted < time.Minute:
		return words.Words{}
	case s.WorkingDays == 1:
		return words.Words{English: "1 working day", Chinese: "1 个工作日"}
	case s.WorkingDays > 1:
		n := itoa(s.WorkingDays)
		return words.Words{English: n + " working days", Chinese: n + " 个工作日"}
	case s.Lasted >= time.Hour:
		n := itoa(int(s.Lasted / time.Hour))
		return words.Words{English: n + " h", Chinese: n + " 小时"}
	}
	n := itoa(int(s.Lasted / time.Minute))
	return words.Words{English: n + " min", Chinese: n + " 分钟"}
}
