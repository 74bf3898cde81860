package procedure

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Numbers and answers of these tests.
var (
	ours     = Numbers{"浙ICP备26000001号", "浙ICP备26000001号-1"}
	agrees   = RegistryAnswer{Finding: FoundFiled, SubjectNumber: ours.Subject, WebsiteNumber: ours.Website}
	nothing  = RegistryAnswer{Finding: FoundNothing}
	noAccess = RegistryAnswer{Finding: FoundNoAccess, SubjectNumber: ours.Subject, WebsiteNumber: ours.Website}
	failed   = RegistryAnswer{Why: "look up what is filed for 1 domains: Timeout: no answer in time"}
	hearing  = Hearing{Recheck: 10 * time.Minute, Stale: 72 * time.Hour}
)

func TestAnAnswerIsHeldAgainstTheFilingsNumbers(t *testing.T) {
	t.Parallel()
	filed := func(subject, website string) RegistryAnswer {
		return RegistryAnswer{Finding: FoundFiled, SubjectNumber: subject, WebsiteNumber: website}
	}
	tests := map[string]struct {
		of     Numbers
		answer RegistryAnswer
		want   string
	}{
		"the same numbers agree":                                     {ours, agrees, ""},
		"an answer without numbers agrees":                           {ours, filed("", ""), ""},
		"a domain that is not filed disagrees":                       {ours, nothing, v1alpha1.ReasonNotFound},
		"one that has no access disagrees":                           {ours, noAccess, v1alpha1.ReasonAccessMissing},
		"another subject's number disagrees":                         {ours, filed("京ICP备26000009号", "京ICP备26000009号-1"), v1alpha1.ReasonOtherSubject},
		"another subject is that before access is":                   {ours, RegistryAnswer{Finding: FoundNoAccess, SubjectNumber: "京ICP备26000009号"}, v1alpha1.ReasonOtherSubject},
		"the registry's own word for another subject":                {ours, RegistryAnswer{Finding: FoundOtherSubject}, v1alpha1.ReasonOtherSubject},
		"another website of the subject has another number":          {ours, filed(ours.Subject, "浙ICP备26000001号-2"), v1alpha1.ReasonOtherNumber},
		"the subject is taken from the website's number":             {Numbers{"", ours.Website}, filed("京ICP备26000009号", ""), v1alpha1.ReasonOtherSubject},
		"a claim without a subject is held against its number":       {Numbers{"", ours.Website}, agrees, ""},
		"a website's number alone is held against the registry's":    {Numbers{"", ours.Website}, filed("", "浙ICP备26000001号-2"), v1alpha1.ReasonOtherNumber},
		"nothing is held against a filing of which nothing is known": {Numbers{}, agrees, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			heard := Registered{}.Hear(test.of, test.answer, time.Unix(0, 0), hearing)
			if got := heard.Mismatch(); got != test.want {
				t.Errorf("mismatch %q, want %q", got, test.want)
			}
		})
	}
}

func TestAMismatchIsConfirmedByTheSameAnswerNotBeforeTheRecheck(t *testing.T) {
	t.Parallel()
	const minute = time.Minute
	type heard struct {
		after  time.Duration
		answer RegistryAnswer
	}
	tests := map[string]struct {
		heard []heard
		again bool
	}{
		"once is not enough":                               {[]heard{{0, nothing}}, false},
		"twice at once is once":                            {[]heard{{0, nothing}, {minute, nothing}}, false},
		"twice is enough":                                  {[]heard{{0, nothing}, {10 * minute, nothing}}, true},
		"a third look-up counts from the first":            {[]heard{{0, nothing}, {5 * minute, nothing}, {10 * minute, nothing}}, true},
		"an answer between that agrees begins anew":        {[]heard{{0, nothing}, {5 * minute, agrees}, {10 * minute, nothing}}, false},
		"another disagreement begins anew":                 {[]heard{{0, nothing}, {10 * minute, noAccess}}, false},
		"a failure between takes nothing back":             {[]heard{{0, nothing}, {5 * minute, failed}, {10 * minute, nothing}}, true},
		"a failure does not confirm":                       {[]heard{{0, nothing}, {10 * minute, failed}}, false},
		"failures alone confirm nothing":                   {[]heard{{0, failed}, {10 * minute, failed}, {20 * minute, failed}}, false},
		"an answer that agrees twice is no mismatch":       {[]heard{{0, agrees}, {10 * minute, agrees}}, false},
		"what was confirmed stays so while it is the same": {[]heard{{0, nothing}, {10 * minute, nothing}, {20 * minute, failed}, {30 * minute, nothing}}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var r Registered
			for _, h := range test.heard {
				r = r.Hear(ours, h.answer, time.Unix(0, 0).Add(h.after), hearing)
			}
			if r.Again != test.again {
				t.Errorf("confirmed: %t, want %t", r.Again, test.again)
			}
		})
	}
}

func TestARepeatedAnswerIsNoNews(t *testing.T) {
	t.Parallel()
	for _, answer := range []RegistryAnswer{agrees, failed} {
		once := Registered{}.Hear(ours, answer, time.Unix(0, 0), hearing)
		again := once.Hear(ours, RegistryAnswer{Finding: answer.Finding, SubjectNumber: answer.SubjectNumber, WebsiteNumber: answer.WebsiteNumber, Why: answer.Why + " at another port"}, time.Unix(3600, 0), hearing)
		if diff := cmp.Diff(once, again); diff != "" {
			t.Errorf("heard again (-once +again):\n%s", diff)
		}
	}
	other := Registered{}.Hear(ours, nothing, time.Unix(0, 0), hearing).Hear(Numbers{"x", "y"}, nothing, time.Unix(3600, 0), hearing)
	if other.Again || other.Of != (Numbers{"x", "y"}) {
		t.Errorf("what was heard of other numbers counts: %+v", other)
	}
}

// askingJourney is a journey whose provider has a registry.
type askingJourney struct {
	*journey
	heard Registered
}

func asking(t *testing.T, hand Hand, shut bool) *askingJourney {
	t.Helper()
	a := &askingJourney{journey: fresh(t, hand)}
	a.facts.Registry = &Registry{Close: shut}
	return a
}

// hears lets the registry answer about the numbers that it is asked for, some time later.
func (a *askingJourney) hears(after time.Duration, answer RegistryAnswer) {
	a.t.Helper()
	of, asked := AsksRegistry(a.filing)
	if !asked {
		a.t.Fatal("the registry is not asked about the filing")
	}
	a.heard = a.heard.Hear(of, answer, a.now.Add(after), hearing)
	a.facts.Registry = &Registry{Close: a.facts.Registry.Close, Seen: a.heard}
	a.after(after, "", nil)
}

// restarts forgets what the process has heard.
func (a *askingJourney) restarts() {
	a.t.Helper()
	a.heard = Registered{}
	a.facts.Registry = &Registry{Close: a.facts.Registry.Close}
	a.after(time.Minute, "", nil)
}

func (a *askingJourney) is(kind string, status metav1.ConditionStatus, reason string, words ...string) {
	a.t.Helper()
	c := meta.FindStatusCondition(a.filing.Status.Conditions, kind)
	if c == nil || c.Status != status || c.Reason != reason {
		a.t.Fatalf("%s is %+v, want %s %s", kind, c, status, reason)
	}
	for _, w := range words {
		if !strings.Contains(c.Message, w) {
			a.t.Errorf("%s says %q, not %q", kind, c.Message, w)
		}
	}
}

func (a *askingJourney) gate(reason string) {
	a.t.Helper()
	status := metav1.ConditionFalse
	if reason == v1alpha1.ReasonApproved {
		status = metav1.ConditionTrue
	}
	a.is(v1alpha1.ConditionExposureAllowed, status, reason)
}

// inForce is a filing in force with a provider that has a registry.
func inForceAsking(t *testing.T, shut bool) *askingJourney {
	t.Helper()
	a := asking(t, ByPeople, shut)
	a.after(0, "", nil)
	toReview(a.journey)
	approve(a.journey)
	return a
}

func TestOnlyAMismatchHeardTwiceClosesTheGateAndAgreementOpensIt(t *testing.T) {
	t.Parallel()
	for _, answer := range []RegistryAnswer{nothing, noAccess, {Finding: FoundOtherSubject}, {Finding: FoundFiled, SubjectNumber: "京ICP备26000009号"}} {
		a := inForceAsking(t, true)
		a.gate(v1alpha1.ReasonApproved)
		a.hears(time.Hour, agrees)
		a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionTrue, v1alpha1.ReasonVerified, ours.Website)
		a.hears(time.Hour, answer)
		reason := a.heard.Mismatch()
		a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionFalse, reason, "heard once")
		a.gate(v1alpha1.ReasonApproved)
		a.hears(time.Hour, answer)
		a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionFalse, reason, "the gate is closed")
		a.gate(v1alpha1.ReasonRegistryMismatch)
		a.is(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonInForce)
		a.hears(time.Hour, agrees)
		a.gate(v1alpha1.ReasonApproved)
		if kept := a.filing.Annotations[v1alpha1.RegistryAnnotation]; kept != "" {
			t.Errorf("once the registry agrees again, %s is kept", kept)
		}
	}
}

func TestAMismatchWarnsWhereTheProviderSaysSoAndAnotherNumberAlwaysDoes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		shut   bool
		answer RegistryAnswer
		reason string
	}{
		"onMismatch: Warn":                   {false, nothing, v1alpha1.ReasonNotFound},
		"another number of the same subject": {true, RegistryAnswer{Finding: FoundFiled, SubjectNumber: ours.Subject, WebsiteNumber: "浙ICP备26000001号-7"}, v1alpha1.ReasonOtherNumber},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := inForceAsking(t, test.shut)
			for range 3 {
				a.hears(time.Hour, test.answer)
				a.gate(v1alpha1.ReasonApproved)
			}
			a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionFalse, test.reason, "heard twice")
		})
	}
}

func TestAFailedLookUpNeitherClosesNorOpensTheGate(t *testing.T) {
	t.Parallel()
	a := inForceAsking(t, true)
	a.hears(time.Hour, failed)
	a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionUnknown, v1alpha1.ReasonLookupFailed, "look-ups fail since")
	a.gate(v1alpha1.ReasonApproved)
	a.hears(time.Hour, agrees)
	a.hears(time.Hour, failed)
	a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionTrue, v1alpha1.ReasonVerified, "look-ups fail since")
	a.hears(73*time.Hour, failed)
	a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionUnknown, v1alpha1.ReasonLookupFailed, "before that")
	a.gate(v1alpha1.ReasonApproved)
	a.hears(time.Hour, nothing)
	a.hears(time.Hour, failed)
	a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionFalse, v1alpha1.ReasonNotFound, "heard once")
	a.gate(v1alpha1.ReasonApproved)
	a.hears(time.Hour, nothing)
	a.hears(time.Hour, failed)
	a.hears(100*time.Hour, failed)
	a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionFalse, v1alpha1.ReasonNotFound, "the gate is closed", "look-ups fail since")
	a.gate(v1alpha1.ReasonRegistryMismatch)
}

func TestAConfirmedMismatchOutlivesARestartALostStatusAndTheProvidersObject(t *testing.T) {
	t.Parallel()
	a := inForceAsking(t, true)
	a.hears(time.Hour, nothing)
	a.hears(time.Hour, nothing)
	a.gate(v1alpha1.ReasonRegistryMismatch)
	before := a.filing.Status.DeepCopy()
	a.restarts()
	if diff := cmp.Diff(before, &a.filing.Status); diff != "" {
		t.Errorf("a restart changes the status (-before +after):\n%s", diff)
	}
	a.filing.Status = v1alpha1.IcpFilingStatus{}
	a.restarts()
	a.is(v1alpha1.ConditionRegistryVerified, metav1.ConditionFalse, v1alpha1.ReasonNotFound)
	a.gate(v1alpha1.ReasonRegistryMismatch)
	a.hears(time.Hour, failed)
	a.gate(v1alpha1.ReasonRegistryMismatch)

	f := a.facts
	f.Filing, f.Order, f.Registry = a.filing, nil, nil
	f.Provider = Provider{Problem: v1alpha1.ReasonProviderNotFound, Message: "there is no FilingProvider"}
	o := Next(f, a.now)
	if c := meta.FindStatusCondition(o.Status.Conditions, v1alpha1.ConditionExposureAllowed); c.Reason != v1alpha1.ReasonRegistryMismatch {
		t.Errorf("without the provider's object the gate is %s %s", c.Status, c.Reason)
	}

	a.hears(time.Hour, agrees)
	a.gate(v1alpha1.ReasonApproved)
}

func TestAProviderWithoutARegistryLetsGoOfWhatItSaid(t *testing.T) {
	t.Parallel()
	a := inForceAsking(t, true)
	a.hears(time.Hour, nothing)
	a.hears(time.Hour, nothing)
	a.facts.Registry = nil
	a.after(time.Hour, "", nil)
	a.gate(v1alpha1.ReasonApproved)
	if c := meta.FindStatusCondition(a.filing.Status.Conditions, v1alpha1.ConditionRegistryVerified); c != nil {
		t.Errorf("there is still %+v", c)
	}
}

func TestWhatHasEndedIsNotAskedAboutAndWhatIsInForceIsThoughSuspended(t *testing.T) {
	t.Parallel()
	a := inForceAsking(t, true)
	a.hears(time.Hour, nothing)
	a.hears(time.Hour, nothing)
	suspended := a.filing.DeepCopy()
	suspended.Spec.Suspend = true
	if _, is := AsksRegistry(suspended); !is {
		t.Error("a filing in force that is suspended is not asked about")
	}
	claim := claims(t, ByOperator)
	if _, is := AsksRegistry(claim.filing); !is {
		t.Fatal("an import is not asked about")
	}
	claim.filing.Spec.Suspend = true
	if _, is := AsksRegistry(claim.filing); is {
		t.Error("a suspended filing that is not in force is asked about")
	}
	a.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked))
	a.gate(v1alpha1.ReasonRevoked)
	if _, is := AsksRegistry(a.filing); is || a.filing.Annotations[v1alpha1.RegistryAnnotation] != "" {
		t.Errorf("a revoked filing is asked about: %t; %q is kept", is, a.filing.Annotations[v1alpha1.RegistryAnnotation])
	}
	if c := meta.FindStatusCondition(a.filing.Status.Conditions, v1alpha1.ConditionRegistryVerified); c != nil {
		t.Errorf("there is still %+v", c)
	}
	if _, is := AsksRegistry(fresh(t, ByPeople).filing); is {
		t.Error("a filing that is being prepared is asked about")
	}
}

// claims is a filing that says that it was filed before, as ours.
func claims(t *testing.T, hand Hand) *askingJourney {
	t.Helper()
	a := asking(t, hand, true)
	a.filing.Spec.Existing = v1alpha1.Existing{
		Subject: v1alpha1.ExistingFiling{Number: ours.Subject, AccessProvider: v1alpha1.ThisProvider},
		Website: v1alpha1.ExistingFiling{Number: ours.Website, AccessProvider: v1alpha1.ThisProvider},
	}
	if hand == ByOperator {
		a.refuses[AskImport] = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "not filed here"}
	}
	a.after(0, "", nil)
	a.is(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonImportUnconfirmed)
	return a
}

func TestAnImportIsConfirmedByTheRegistryNumberForNumberOrNotAtAll(t *testing.T) {
	t.Parallel()
	with := func(change func(*RegistryAnswer)) RegistryAnswer {
		a := agrees
		change(&a)
		return a
	}
	tests := map[string]struct {
		hand      Hand
		answer    RegistryAnswer
		confirmed bool
		condition string
	}{
		"the same numbers confirm it":                         {ByPeople, agrees, true, v1alpha1.ReasonVerified},
		"a registry without a subject does":                   {ByPeople, with(func(a *RegistryAnswer) { a.SubjectNumber = "" }), true, v1alpha1.ReasonVerified},
		"a registry without numbers does not":                 {ByPeople, RegistryAnswer{Finding: FoundFiled}, false, v1alpha1.ReasonVerified},
		"another number does not":                             {ByPeople, with(func(a *RegistryAnswer) { a.WebsiteNumber = "浙ICP备26000001号-9" }), false, v1alpha1.ReasonOtherNumber},
		"another subject does not":                            {ByPeople, with(func(a *RegistryAnswer) { a.SubjectNumber = "京ICP备26000009号" }), false, v1alpha1.ReasonOtherSubject},
		"access elsewhere does not":                           {ByPeople, noAccess, false, v1alpha1.ReasonAccessMissing},
		"no filing does not":                                  {ByPeople, nothing, false, v1alpha1.ReasonNotFound},
		"a failure does not":                                  {ByPeople, failed, false, v1alpha1.ReasonLookupFailed},
		"over the protocol the provider's own word is needed": {ByOperator, agrees, false, v1alpha1.ReasonVerified},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := claims(t, test.hand)
			a.hears(time.Minute, test.answer)
			if c := a.cond(v1alpha1.ConditionRegistryVerified); c == nil || c.Reason != test.condition {
				t.Errorf("RegistryVerified is %+v, want %s", c, test.condition)
			}
			if !test.confirmed {
				a.is(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonImportUnconfirmed)
				a.gate(v1alpha1.ReasonNotApproved)
				return
			}
			a.is(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonImported)
			a.gate(v1alpha1.ReasonApproved)
			approved := a.filing.Status.ApprovedAt
			a.restarts()
			a.filing.Status = v1alpha1.IcpFilingStatus{}
			a.restarts()
			a.is(v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonImported)
			if !a.filing.Status.ApprovedAt.Equal(approved) || a.filing.Status.WebsiteNumber != ours.Website {
				t.Errorf("approved at %s as %s, and at %s before", a.filing.Status.ApprovedAt, a.filing.Status.WebsiteNumber, approved)
			}
			a.after(time.Hour, "", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked))
			a.gate(v1alpha1.ReasonRevoked)
		})
	}
}

func TestWhatTheRegistrySaidOfAnEarlierClaimConfirmsNoOther(t *testing.T) {
	t.Parallel()
	a := claims(t, ByPeople)
	a.heard = a.heard.Hear(Numbers{ours.Subject, "浙ICP备26000001号-9"}, agrees, a.now, hearing)
	a.facts.Registry = &Registry{Seen: a.heard}
	a.after(time.Minute, "", nil)
	a.is(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonImportUnconfirmed)
}
