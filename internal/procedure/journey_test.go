package procedure

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// monday is when every journey begins: 09:00 in Beijing on a working day.
var monday = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// desk is a cluster with the filings whose journeys go side by side, one clock, and one transcript.
type desk struct {
	now      time.Time
	out      strings.Builder
	journeys []*journey
	// quiet writes nothing down.
	quiet  bool
	orders int
}

// failer is what a journey needs of a test, or of a property's check.
type failer interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// journey drives one filing through the procedure, as its controller would, and writes down what is to be seen.
type journey struct {
	*desk
	t      failer
	filing *v1alpha1.IcpFiling
	// facts that every pass is given; what a pass gathers is added.
	facts Facts
	// persons are what the Secrets of the responsible persons say. Empty Versions: one of them is missing.
	persons Persons
	// files is what the Secrets of the papers hold.
	files string
	order *Order
	// past are the domain's orders before that.
	past []*Order
	// typ is what the provider finds; empty: by the desk's other filings.
	typ v1alpha1.FilingType
	// refuses are the calls that the provider does not take.
	refuses map[Ask]*Failure
	// loses are the calls that the provider takes, and whose answers never come.
	loses map[Ask]bool
	// keys are the orders that were made, by the keys of the calls.
	keys  map[string]keyed
	asked map[Ask]int
	// effects counts the calls that the provider took, by what each was for.
	effects map[string]int
	// given are the reminders that were given, by deadline, date and name.
	given  map[string]bool
	events int
	// news says that the order has entries that no pass has read.
	news bool
	// known says that the provider knows it as filed, whatever the cluster has lost.
	known bool
	// gone says that the filing was deleted, and nothing held it.
	gone   bool
	last   Outcome
	before *v1alpha1.IcpFilingStatus
}

func newJourney(t failer, typ v1alpha1.FilingType, channel v1alpha1.Channel, nature v1alpha1.Nature, province v1alpha1.Province, hand Hand) *journey {
	t.Helper()
	set, err := rules.Lookup(rules.QuickStart)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{now: monday}
	j := d.add(t, "shop", "example.com")
	j.typ, j.filing.Spec.Channel, j.filing.Spec.Subject = typ, channel, subjectOf(nature, province)
	switch typ {
	case v1alpha1.AccessFiling:
		j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: j.number("1"), AccessProvider: v1alpha1.OtherProvider}
	case v1alpha1.NewWebsiteFiledElsewhere:
		j.filing.Spec.Existing.Subject = v1alpha1.ExistingFiling{Number: j.subjectNumber(), AccessProvider: v1alpha1.OtherProvider}
	case v1alpha1.NewWebsiteFiledHere:
		j.filing.Spec.Existing.Subject = v1alpha1.ExistingFiling{Number: j.subjectNumber(), AccessProvider: v1alpha1.ThisProvider}
	}
	j.facts = Facts{Provider: Provider{Name: "cloud", Hand: hand}, Rules: set, Checked: true}
	fmt.Fprintf(&j.out, "%s, %s, %s, %s, %s, filing rules %s\n", typ, channel, nature, province, hand, set.Name())
	return j
}

func subjectOf(nature v1alpha1.Nature, province v1alpha1.Province) v1alpha1.Subject {
	s := v1alpha1.Subject{Nature: nature, Province: province, ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "owner"}}
	if nature != v1alpha1.NatureIndividual {
		s.Name = "示例贸易有限公司"
		s.Certificate = &v1alpha1.Certificate{Type: v1alpha1.CertificateUSCC, Number: "91330100MA00000000"}
	}
	return s
}

// add makes a filing of a domain on the desk.
func (d *desk) add(t failer, name, domain string) *journey {
	j := &journey{desk: d, t: t, asked: map[Ask]int{}, effects: map[string]int{}, given: map[string]bool{}, refuses: map[Ask]*Failure{},
		files: "scans-1", persons: Persons{Subject: "owner-1", Website: "webmaster-1", Key: "key", Versions: "1"}}
	j.filing = &v1alpha1.IcpFiling{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name, Generation: 1, CreationTimestamp: metav1.NewTime(d.now)},
		Spec: v1alpha1.IcpFilingSpec{
			Account: v1alpha1.Account{Site: v1alpha1.SiteChina}, Domain: v1alpha1.Domain{Name: domain},
			Server:  v1alpha1.Server{Instance: &v1alpha1.Instance{ID: "server-1", Region: "cn-hangzhou"}},
			Website: v1alpha1.Website{Name: "示例商店", ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "webmaster"}},
		},
	}
	d.journeys = append(d.journeys, j)
	return j
}

// beside adds another filing of the same subject at the same provider, of another domain.
func (j *journey) beside(name, domain string) *journey {
	other := j.add(j.t, name, domain)
	other.typ, other.facts = "", j.facts
	other.filing.Spec.Channel, other.filing.Spec.Subject = j.filing.Spec.Channel, *j.filing.Spec.Subject.DeepCopy()
	other.persons = j.persons
	return other
}

// after lets time pass, takes in what happened, and lets the procedure decide until it comes to rest. Meanwhile every
// filing is looked at when it asked for it.
func (j *journey) after(d time.Duration, what string, change func(*journey)) *journey {
	j.t.Helper()
	for then := j.now.Add(d); ; {
		wake := j.wakes(then)
		if wake == nil {
			j.now = then
			break
		}
		j.now = wake.last.LookAgain
		j.aside("the operator looks again", wake.settle)
	}
	j.filing = j.filing.DeepCopy()
	if change != nil {
		change(j)
	}
	j.head(what)
	j.settle()
	return j
}

// wakes is the filing of the desk that asked to be looked at before a time, the first of them.
func (d *desk) wakes(before time.Time) *journey {
	var first *journey
	for _, o := range d.journeys {
		at := o.last.LookAgain
		if !o.gone && at.After(d.now) && at.Before(before) && (first == nil || at.Before(first.last.LookAgain)) {
			first = o
		}
	}
	return first
}

// head begins what is written down of a moment.
func (d *desk) head(what string) {
	if !d.quiet {
		fmt.Fprintf(&d.out, "\n%s  %s\n", d.now.In(calendar.Beijing).Format("2006-01-02 15:04"), what)
	}
}

// aside writes a moment down only if something came of it.
func (d *desk) aside(what string, happens func()) {
	before := d.out.String()
	d.head(what)
	headed := d.out.Len()
	happens()
	if d.out.Len() == headed {
		d.out.Reset()
		d.out.WriteString(before)
	}
}

// settle lets every filing of the desk decide in turn, this one first, until none has anything to change.
func (j *journey) settle() {
	j.t.Helper()
	all := append([]*journey{j}, slices.DeleteFunc(slices.Clone(j.journeys), func(o *journey) bool { return o == j })...)
	for _, o := range all {
		o.before = &o.filing.Status
	}
	for range 4 + 4*len(all) {
		changed := false
		for _, o := range all {
			changed = o.pass() || changed
		}
		if changed {
			continue
		}
		for _, o := range all {
			o.show()
		}
		return
	}
	j.t.Fatalf("the procedure does not come to rest:\n%s", j.out.String())
}

// pass is one pass of the controller over the filing; it says whether it changed anything.
func (j *journey) pass() bool {
	j.t.Helper()
	if j.gone {
		return false
	}
	was := j.filing
	f := j.gather()
	for range 12 {
		f.Filing = j.filing
		o := Next(f, j.now)
		j.last = o
		switch o.Ask {
		case AskNothing:
			j.act(o)
			if f.Order != nil && f.News {
				j.news = false
			}
			return j.gone || !same(was, j.filing)
		case AskToPersist:
			j.persist(o)
		default:
			j.note("asks the provider: %s", o.Ask)
			j.asked[o.Ask]++
			j.provider(&f, o)
		}
	}
	j.t.Fatalf("%s: the procedure does not stop asking, of late %q at %s of attempt %d:\n%s", j.filing.Name, j.last.Ask, j.last.Status.Stage, j.last.Status.Attempt, j.out.String())
	return false
}

// same says that a pass left a filing as it was.
func same(a, b *v1alpha1.IcpFiling) bool {
	return maps.Equal(a.Annotations, b.Annotations) && slices.Equal(a.Finalizers, b.Finalizers) &&
		(reflect.DeepEqual(a.Status, b.Status) || equality.Semantic.DeepEqual(a.Status, b.Status))
}

// gather finds what the controller would: the other filings, and, as long as something is to be submitted or its Secrets
// were changed, what those say.
func (j *journey) gather() Facts {
	f := j.facts
	f.Filing = j.filing
	if f.Provider.Hand == ByPeople {
		f.Order = j.people()
	}
	f.News = j.news
	for _, o := range j.journeys {
		if o == j || o.gone {
			continue
		}
		other := Other{Filing: o.filing, Provider: o.facts.Provider.Name}
		if o.filing.Spec.Domain.Name == j.filing.Spec.Domain.Name {
			f.SameDomain = append(f.SameDomain, other)
		}
		if key := SubjectKey(j.filing); key != "" && SubjectKey(o.filing) == key {
			f.Subject = append(f.Subject, other)
		}
	}
	f.Rival = j.rival(f.SameDomain)
	record, submitted := RecordOf(j.filing), meta.IsStatusConditionTrue(j.filing.Status.Conditions, v1alpha1.ConditionSubmitted)
	changing := j.filing.Status.Stage == v1alpha1.StageChanging
	f.Persons = Persons{Versions: j.persons.Versions}
	if !submitted || record == nil || j.persons.Versions == "" || j.persons.Versions != record.Secrets || changing {
		f.Persons = j.persons
		f.Persons.Known = j.persons.Versions != ""
	}
	if record != nil && record.Files != nil && record.Files.Versions != j.files {
		f.Files = j.scanned()
	}
	changed := record.Concerns(Wanted(&j.filing.Spec, f.Persons, record)) || changing
	f.Checked = j.facts.Checked && (!submitted || j.filing.Status.ApprovedAt != nil && changed)
	return f
}

// scanned is what is known of the files once they were read.
func (j *journey) scanned() Files { return Files{Versions: j.files, Content: j.files, Key: "key"} }

func (j *journey) rival(sameDomain []Other) string {
	var here []v1alpha1.IcpFiling
	for _, o := range sameDomain {
		if o.Provider == j.facts.Provider.Name {
			here = append(here, *o.Filing)
		}
	}
	if r := Rival(j.filing, here); r != nil {
		return r.Namespace + "/" + r.Name
	}
	return ""
}

// keep is what the controller does with an outcome.
func (j *journey) keep(o Outcome) { j.act(o) }

// persist keeps in the annotations what is to be kept there, holds the filing, and writes its status.
func (j *journey) persist(o Outcome) {
	j.write(o)
	annotate := func(name, value string) {
		if value != "" {
			j.filing.Annotations = maps.Clone(j.filing.Annotations)
			metav1.SetMetaDataAnnotation(&j.filing.ObjectMeta, name, value)
		}
	}
	annotate(v1alpha1.OrderAnnotation, o.OrderID)
	annotate(v1alpha1.FiledAnnotation, o.Filed)
	for name, value := range map[string]*string{v1alpha1.RegistryAnnotation: o.Registry, v1alpha1.FinalWarningAnnotation: o.FinalWarning} {
		if value != nil {
			j.filing.Annotations = maps.Clone(j.filing.Annotations)
			delete(j.filing.Annotations, name)
			annotate(name, *value)
		}
	}
	if !o.OpenedAt.IsZero() {
		annotate(v1alpha1.OpenedAtAnnotation, o.OpenedAt.Format(time.RFC3339))
	}
	annotate(v1alpha1.RemindersAnnotation, o.LastReminder)
	annotate(v1alpha1.DeadlinesAnnotation, o.Deadlines)
	for _, r := range o.Reminders {
		key := r.Deadline + " " + r.Date + " " + r.Name
		if j.given[key] {
			j.t.Fatalf("%s: reminder %s was given before:\n%s", j.filing.Name, key, j.out.String())
		}
		j.given[key] = true
		j.note("reminder %s %s: %s", r.Deadline, r.Name, r.Message)
	}
	if o.Hold && j.filing.DeletionTimestamp.IsZero() {
		j.filing.Finalizers = []string{v1alpha1.CancelFinalizer}
	}
}

// act keeps what is to be kept, and lets go of the filing where nothing holds it.
func (j *journey) act(o Outcome) {
	j.persist(o)
	if !o.Hold {
		j.filing.Finalizers = nil
	}
	if !j.filing.DeletionTimestamp.IsZero() && len(j.filing.Finalizers) == 0 {
		j.gone = true
		j.note("the filing is gone")
	}
}

// write gives the filing its status. What was read before keeps what it had.
func (j *journey) write(o Outcome) {
	written := *j.filing
	written.Status = o.Status
	written.Status.ObservedGeneration = written.Generation
	j.filing = &written
	j.keepState()
}

// remove deletes the filing: it goes at once, unless it is held.
func (j *journey) remove() {
	if len(j.filing.Finalizers) == 0 {
		j.gone = true
		return
	}
	now := metav1.NewTime(j.now)
	j.filing.DeletionTimestamp = &now
}

// edit changes the spec.
func (j *journey) edit(change func(*v1alpha1.IcpFilingSpec)) {
	j.filing.Generation++
	change(&j.filing.Spec)
}

func edited(change func(*v1alpha1.IcpFilingSpec)) func(*journey) {
	return func(j *journey) { j.edit(change) }
}

func annotated(name, value string) func(*journey) {
	return func(j *journey) { metav1.SetMetaDataAnnotation(&j.filing.ObjectMeta, name, value) }
}

func (j *journey) stage() v1alpha1.StageName { return j.filing.Status.Stage }

func (j *journey) byPeople() bool { return j.facts.Provider.Hand == ByPeople }
