package notify_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

func unix(d, hour int) string { return fmt.Sprint(day(d, hour).Unix()) }

func TestWhatIsToldFollowsFromTheStatus(t *testing.T) {
	t.Parallel()
	smsTask := v1alpha1.TaskStatus{Name: "VerifySmsBySubjectPerson", Actor: v1alpha1.ActorSubjectResponsiblePerson}
	answered := smsTask
	answered.DoneAt = at(6, 12)
	due := calendar.Date(calendar.PublicSecurityDeadline(day(9, 8)))
	for name, test := range map[string]struct {
		filing *v1alpha1.IcpFiling
		keys   []string
		since  time.Time
	}{
		"nothing of a filing whose status was lost":  {filing: filing("")},
		"nothing while the bureau reviews it":        {filing: filing(v1alpha1.StageBureauReview, nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorBureau, Task: "BureauReview"}))},
		"a return, and no action that says the same": {returnedFiling(), []string{"Returned/1/PreliminaryReview"}, day(5, 10)},
		"an SMS that must be answered":               {smsFiling(smsTask), []string{"SmsWindowOpen/1/" + unix(7, 9)}, day(6, 9)},
		"no SMS that was answered": {filing: filing(v1alpha1.StageSmsVerification, func(f *v1alpha1.IcpFiling) {
			f.Status.Stages = smsFiling(answered).Status.Stages
			f.Status.NextAction = &v1alpha1.NextAction{Actor: v1alpha1.ActorProvider, Task: string(v1alpha1.StageSmsVerification)}
		})},
		"what a reviewer asks for, since it was asked for": {
			askedFor(at(6, 15)), []string{"ActionRequired/1/PreliminaryReview/Supplement/" + unix(6, 15)}, day(6, 15)},
		"an action of no stage, since nobody knows when": {
			filing: filing(v1alpha1.StagePreparation, nextIs(v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: "PutProviderRight"})),
			keys:   []string{"ActionRequired/1/Preparation/PutProviderRight"}},
		"an approval": {approvedFiling(), []string{"Approved/1/" + unix(8, 12)}, day(8, 12)},
		"the approval of a change": {approvedFiling(attemptIs(2), func(f *v1alpha1.IcpFiling) { f.Status.Stages[0].FinishedAt = at(20, 9) }),
			[]string{"Approved/2/" + unix(20, 9)}, day(20, 9)},
		"no approval of a change that was given up": {
			filing: approvedFiling(attemptIs(2), func(f *v1alpha1.IcpFiling) { f.Status.Stages[0].State = v1alpha1.StagePending })},
		"no approval while a change is under way": {filing: approvedFiling(func(f *v1alpha1.IcpFiling) { f.Status.Stage = v1alpha1.StageChanging })},
		"a filing that was in force before it came here": {approvedFiling(func(f *v1alpha1.IcpFiling) {
			f.Status.Stages[0] = v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageSkipped, Reason: v1alpha1.ReasonImported}
		}), []string{"Approved/1/" + unix(8, 12)}, day(8, 12)},
		"a reminder, and no action that says the same": {
			approvedFiling(opened("opened")), []string{"Approved/1/" + unix(8, 12), "DeadlineReminder/SubmitPublicSecurityRegistration/" + due + "/opened"}, day(9, 8)},
		"a later reminder, since its own day": {
			approvedFiling(opened("15d")), []string{"Approved/1/" + unix(8, 12), "DeadlineReminder/SubmitPublicSecurityRegistration/" + due + "/15d"}, day(24, 9)},
		"no reminder of what was submitted": {approvedFiling(opened("15d"), func(f *v1alpha1.IcpFiling) {
			f.Status.NextAction, f.Status.Conditions[0].Reason = nil, v1alpha1.ReasonSubmitted
		}), []string{"Approved/1/" + unix(8, 12)}, day(8, 12)},
		"a reminder of a name that the calendar does not know, since nobody knows when": {filing: approvedFiling(opened("final-2026-12-12")),
			keys: []string{"Approved/1/" + unix(8, 12), "DeadlineReminder/SubmitPublicSecurityRegistration/" + due + "/final-2026-12-12"}},
		"what ends, beside all that": {approvedFiling(ends("Domain", "2027-01-10", "60d"), ends("Server", "2028-01-01", "")),
			[]string{"Approved/1/" + unix(8, 12), "DeadlineReminder/RenewDomain/2027-01-10/60d"}, day(11, 9)},
		"that the gate closes, and no action that says the same": {approvedFiling(opened("15d"), func(f *v1alpha1.IcpFiling) {
			f.Status.PublicSecurity.ClosesAt = at(28, 9)
		}), []string{"Approved/1/" + unix(8, 12), "DeadlineReminder/SubmitPublicSecurityRegistration/" + due + "/15d",
			"DeadlineReminder/SubmitBeforeTheGateCloses/" + due + "/" + unix(28, 9)}, time.Time{}},
		"a return by public security": {approvedFiling(opened(""), func(f *v1alpha1.IcpFiling) {
			f.Status.Conditions[0].Reason, f.Spec.PublicSecurity.ReturnedAt, f.Status.NextAction = v1alpha1.ReasonSubmissionReturned, at(20, 10), &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: procedure.TaskMendPublicSecurity}
		}), []string{"Returned/PublicSecurity/" + unix(20, 10), "Approved/1/" + unix(8, 12)}, day(8, 12)},
		"a revocation, and nothing else": {
			approvedFiling(opened("15d"), func(f *v1alpha1.IcpFiling) { f.Status.Stage = v1alpha1.StageRevoked },
				conditionIs(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonRevoked, at(21, 9))),
			[]string{"Revoked/1"}, day(21, 9)},
		"a cancellation": {filing: filing(v1alpha1.StageCancelled), keys: []string{"Cancelled/1"}},
		"a mismatch that was heard twice": {mismatched(`{"mismatch":{"reason":"NotFound","since":"2026-11-20T01:00:00Z"}}`),
			[]string{"Approved/1/" + unix(8, 12), "RegistryMismatch/NotFound/" + unix(20, 9)}, day(20, 9)},
		"no mismatch that was heard once": {mismatched(``), []string{"Approved/1/" + unix(8, 12)}, day(8, 12)},
		"nothing of a filing that is being deleted": {filing: approvedFiling(opened("opened"), func(f *v1alpha1.IcpFiling) {
			f.DeletionTimestamp = at(25, 9)
		})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			events := notify.Events(test.filing, day(6, 16))
			var keys []string
			for _, e := range events {
				keys = append(keys, e.Key)
			}
			if diff := cmp.Diff(test.keys, keys); diff != "" {
				t.Fatalf("keys (-want +got):\n%s", diff)
			}
			if n := len(events); n > 0 && !events[n-1].Since.Equal(test.since) {
				t.Errorf("the last one since %s, want %s", events[n-1].Since, test.since)
			}
		})
	}
}

func TestAnSmsWhoseWindowHasClosedIsNotAskedFor(t *testing.T) {
	t.Parallel()
	f := smsFiling(v1alpha1.TaskStatus{Name: "VerifySmsBySubjectPerson"})
	if events := notify.Events(f, day(7, 10)); len(events) != 0 {
		t.Errorf("%+v, want nothing after the window", events)
	}
}

func TestASecondRequestOfTheSameKindIsAnotherEvent(t *testing.T) {
	t.Parallel()
	first, second := notify.Events(askedFor(at(6, 15)), day(8, 0)), notify.Events(askedFor(at(7, 15)), day(8, 0))
	if first[0].Key == second[0].Key || first[0].ID() == second[0].ID() {
		t.Errorf("both are %s", first[0].Key)
	}
}

func TestANotifierHearsWhatItAsksFor(t *testing.T) {
	t.Parallel()
	const own, operators = "shop", v1alpha1.OperatorNamespace
	labelled := &metav1.LabelSelector{MatchLabels: map[string]string{"team": "web"}}
	for name, test := range map[string]struct {
		in    string
		spec  v1alpha1.FilingNotifierSpec
		hears bool
	}{
		"its own namespace":                        {own, v1alpha1.FilingNotifierSpec{}, true},
		"not another namespace":                    {"other", v1alpha1.FilingNotifierSpec{}, false},
		"not another namespace, whatever it names": {"other", v1alpha1.FilingNotifierSpec{Namespaces: v1alpha1.NotifiedNamespaces{From: v1alpha1.NamespacesAll}}, false},
		"not even its own, where it names others":  {own, v1alpha1.FilingNotifierSpec{Namespaces: v1alpha1.NotifiedNamespaces{From: v1alpha1.NamespacesAll}}, false},
		"all, in the operator's namespace":         {operators, v1alpha1.FilingNotifierSpec{Namespaces: v1alpha1.NotifiedNamespaces{From: v1alpha1.NamespacesAll}}, true},
		"those with a label, in the operator's namespace": {operators,
			v1alpha1.FilingNotifierSpec{Namespaces: v1alpha1.NotifiedNamespaces{From: v1alpha1.NamespacesSelector, Selector: labelled}}, true},
		"not those without it": {operators, v1alpha1.FilingNotifierSpec{Namespaces: v1alpha1.NotifiedNamespaces{From: v1alpha1.NamespacesSelector,
			Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"team": "other"}}}}, false},
		"filings with a label": {own, v1alpha1.FilingNotifierSpec{Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"tier": "one"}}}, true},
		"not those without":    {own, v1alpha1.FilingNotifierSpec{Selector: labelled}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := approvedFiling(func(f *v1alpha1.IcpFiling) { f.Labels = map[string]string{"tier": "one"} })
			n := &v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: test.in, Name: "n"}, Spec: test.spec}
			if hears, err := notify.Hears(n, f, map[string]string{"team": "web"}); err != nil || hears != test.hears {
				t.Errorf("%v, %v, want %v", hears, err, test.hears)
			}
		})
	}
}

func TestANewNotifierDoesNotTellThePast(t *testing.T) {
	t.Parallel()
	n := &v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "n", CreationTimestamp: *at(8, 13)}}
	approved := notify.Events(approvedFiling(opened("opened")), day(10, 0))
	var told []string
	for _, e := range approved {
		if notify.Wants(n, e) {
			told = append(told, string(e.Kind))
		}
	}
	if got := strings.Join(told, " "); got != "DeadlineReminder" {
		t.Errorf("it tells %q; the approval was before it was made, the opening after", got)
	}
	n.Spec.Events = []v1alpha1.FilingEvent{v1alpha1.EventRevoked}
	for _, e := range approved {
		if notify.Wants(n, e) {
			t.Errorf("it tells %s, and was asked for Revoked alone", e.Kind)
		}
	}
}
