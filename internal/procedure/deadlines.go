package procedure

import (
	"fmt"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Tasks of what ends by itself, and of the ICP licence (ICP许可).
const (
	// TaskRenew: renew what ends.
	TaskRenew = "Renew"
	// TaskObtainLicence: apply for an ICP licence.
	TaskObtainLicence = "ObtainIcpLicence"
)

// deadline is a day on which something ends that the filing stands on.
type deadline struct {
	// name of it in the status.
	name string
	// date of its last day (YYYY-MM-DD, Beijing time).
	date string
	row  rules.ExpiryRow
	// who is what the row's {who} or {category} stands for, and secret what {secret} does.
	who, secret string
}

// deadlines are the days on which what a filing stands on ends, as far as they are known, in a fixed order.
func (p *pass) deadlines() []deadline {
	spec := &p.Filing.Spec
	var list []deadline
	add := func(e rules.Expiry, name, date, who, secret string) {
		if date != "" {
			list = append(list, deadline{name, date, p.Rules.Expiry(e), who, secret})
		}
	}
	add(rules.ExpiryDomain, string(rules.ExpiryDomain), dateOf(spec.Domain.ExpiresAt), "", "")
	if spec.Server.Instance != nil {
		add(rules.ExpiryServer, string(rules.ExpiryServer), dateOf(spec.Server.Instance.ExpiresAt), "", "")
	}
	if spec.Subject.Certificate != nil {
		add(rules.ExpiryCertificate, string(rules.ExpiryCertificate), dateOf(spec.Subject.Certificate.ExpiresAt), "", "")
	}
	subject, website := secretName(spec.Subject.ResponsiblePersonRef), secretName(spec.Website.ResponsiblePersonRef)
	add(rules.ExpiryPersonPaper, "SubjectPersonPaper", p.Persons.SubjectPaperEnds, "subject's responsible person", subject)
	if website != subject {
		add(rules.ExpiryPersonPaper, "WebsitePersonPaper", p.Persons.WebsitePaperEnds, "website's responsible person", website)
	}
	for _, a := range spec.PreApprovals {
		add(rules.ExpiryPreApproval, string(rules.ExpiryPreApproval)+string(a.Category), dateOf(a.ExpiresAt), string(a.Category), "")
	}
	add(rules.ExpiryLicense, string(rules.ExpiryLicense), dateOf(spec.IcpLicense.ExpiresAt), "", "")
	return list
}

func dateOf(t *metav1.Time) string {
	if t == nil {
		return ""
	}
	return calendar.Date(t.Time)
}

func secretName(ref *v1alpha1.SecretReference) string {
	if ref == nil {
		return ""
	}
	return ref.Name
}

// expiries is what a pass finds of the days on which what the filing stands on ends.
type expiries struct {
	status    []v1alpha1.DeadlineStatus
	reminders []Reminder
	// kept is what the annotation is to hold.
	kept      string
	actions   []*v1alpha1.NextAction
	lookAgain time.Time
}

// expiries finds, of a filing in force, what ends when, and of what people are to be reminded. Before that the
// prerequisites are checked, and say it.
func (p *pass) expiries() expiries {
	var x expiries
	before := p.Filing.Annotations[v1alpha1.DeadlinesAnnotation]
	if !p.s.InForce() {
		x.kept = before
		return x
	}
	given := readGiven(before)
	var kept []string
	for _, d := range p.deadlines() {
		last := given[d.name+"="+d.date]
		if r := p.due(d, last); r != nil {
			x.reminders, last = append(x.reminders, *r), r.Name
		}
		if last != "" {
			kept = append(kept, d.name+"="+d.date+"/"+last)
		}
		x.status = append(x.status, v1alpha1.DeadlineStatus{Name: d.name, Date: d.date, LastReminder: last})
		if a := p.renew(d); a != nil {
			x.actions = append(x.actions, a)
		}
		next, _ := p.Reminding.Expiry.Next(d.term(), p.now)
		x.lookAgain = soonest(x.lookAgain, p.lookAt(next, d.soon()))
	}
	x.kept = strings.Join(kept, " ")
	if len(x.reminders) == 0 {
		x.kept = before // what is over is left out when there is something to write anyway
	}
	return x
}

// readGiven reads which reminders were given last: "Domain=2027-03-01/30d Server=2027-01-01/7d".
func readGiven(annotation string) map[string]string {
	given := map[string]string{}
	for entry := range strings.FieldsSeq(annotation) {
		if deadline, reminder, ok := strings.Cut(entry, "/"); ok {
			given[deadline] = reminder
		}
	}
	return given
}

func (d deadline) term() calendar.Term {
	day, err := calendar.ParseDate(d.date)
	if err != nil {
		return calendar.Term{} // dates are made by dateOf, or were parsed before
	}
	return calendar.Term{DueAt: calendar.EndOfDay(day)}
}

// soon is from when on the deadline is among what is to be done next: it goes with a reminder, so as to be written with it.
func (d deadline) soon() time.Time {
	return calendar.ReminderTime(calendar.AddDays(d.term().DueAt, -soonDays))
}

// due is the reminder of a deadline that is to be given now; nil for none.
func (p *pass) due(d deadline, last string) *Reminder {
	term := d.term()
	term.LastIsOwn = true // it is kept with the date
	r, ok := p.Reminding.Expiry.Due(term, last, p.now)
	if !ok {
		return nil
	}
	known := last != "" || slices.ContainsFunc(p.status.Deadlines, func(s v1alpha1.DeadlineStatus) bool { return s.Name == d.name && s.Date == d.date })
	verb := fmt.Sprintf("ends on %s: %s left", d.date, days(r.DaysLeft))
	if r.DaysLeft < 0 {
		verb = fmt.Sprintf("ended on %s (%s ago)", d.date, days(-r.DaysLeft))
	}
	return &Reminder{Deadline: d.name, Date: d.date, Name: r.Name, Overdue: r.DaysLeft < 0,
		Message: fmt.Sprintf("%s: %s %s; %s; %s", p.Filing.Spec.Domain.Name, d.fill(d.row.English), verb, d.fill(d.row.Renew), d.row.Lost) + missedWords(r, known)}
}

// renew is what is to be done about a deadline that is near or has passed; nil where there is time.
func (p *pass) renew(d deadline) *v1alpha1.NextAction {
	if p.now.Before(d.soon()) {
		return nil
	}
	words := fmt.Sprintf("%s ends on %s: %s; %s.", d.fill(d.row.English), d.date, d.fill(d.row.Renew), d.row.Lost)
	return withDate(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: TaskRenew + d.name, Where: OutsideCluster,
		Description: clipped(strings.ToUpper(words[:1]) + words[1:])}, stamp(d.term().DueAt))
}

func (d deadline) fill(words string) string {
	return strings.NewReplacer("{who}", d.who, "{category}", d.who, "{secret}", d.secret).Replace(words)
}

// firstDue is what people must do after approval: what is due first, and first of all what has a date.
func firstDue(actions ...*v1alpha1.NextAction) *v1alpha1.NextAction {
	var first *v1alpha1.NextAction
	for _, a := range actions {
		switch {
		case a == nil:
		case first == nil, isPerson(a.Actor) && !isPerson(first.Actor):
			first = a
		case isPerson(a.Actor) == isPerson(first.Actor) && a.DueAt != nil && (first.DueAt == nil || a.DueAt.Before(first.DueAt)):
			first = a
		}
	}
	return first
}

// licence is what a commercial website lacks (ICP许可): an application for its licence, from approval on.
func (p *pass) licence() *v1alpha1.NextAction {
	if !p.s.InForce() || !p.Filing.Spec.Website.Commercial || p.Filing.Spec.IcpLicense.Number != "" {
		return nil
	}
	return &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: TaskObtainLicence, Where: AtLocalAuthority, Description: licenceWords}
}

const licenceWords = "A commercial website needs an ICP licence (ICP许可): apply to the local authority (the access provider can help with its " +
	"qualifications and the access agreement), then set spec.icpLicense.number and expiresAt."

// licensed is the condition of the ICP licence.
func (p *pass) licensed() verdict {
	licence := p.Filing.Spec.IcpLicense
	switch {
	case !p.Filing.Spec.Website.Commercial:
		return isTrue(v1alpha1.ReasonNotRequired, "the website is not commercial")
	case licence.Number != "" && licence.ExpiresAt != nil && !licence.ExpiresAt.After(p.now):
		return isFalse(v1alpha1.ReasonExpired, fmt.Sprintf("%s ended on %s: renew it and set spec.icpLicense.expiresAt", licence.Number, dateOf(licence.ExpiresAt)))
	case licence.Number != "":
		return isTrue(v1alpha1.ReasonLicensed, licence.Number+licenceNumberWords(licence.Number))
	case !p.s.InForce():
		return isFalse(v1alpha1.ReasonMissing, "a commercial website needs an ICP licence once its filing is approved")
	}
	return isFalse(v1alpha1.ReasonMissing, licenceWords)
}

// licenceNumberWords warn of a licence's number that looks odd; odd ones are in force, too.
func licenceNumberWords(number string) string {
	if _, err := rules.ParseLicenceNumber(number); err != nil {
		return "; warning: the number has no known form, usual are 京ICP证030173号 and 浙B2-20090059: check it against the licence"
	}
	return ""
}

// licenceEnds is when the licence ends; zero where that is not known.
func (p *pass) licenceEnds() time.Time {
	if p.Filing.Spec.IcpLicense.ExpiresAt == nil {
		return time.Time{}
	}
	return p.Filing.Spec.IcpLicense.ExpiresAt.Time
}
