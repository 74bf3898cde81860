package procedure

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAReviewCountsForTheFilingThatItWasMadeForAndForNoneThatHadItsName(t *testing.T) {
	t.Parallel()
	filing := &v1alpha1.IcpFiling{
		ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "shop", CreationTimestamp: metav1.NewTime(monday)},
		Spec:       v1alpha1.IcpFilingSpec{Domain: v1alpha1.Domain{Name: "example.com"}},
	}
	for name, tc := range map[string]struct {
		// stamped is the domain that the review's annotation names; empty where it has none.
		stamped string
		created time.Time
		counts  bool
		// named is the domain that the decision names itself; empty where it names none.
		named string
	}{
		"it was stamped with the filing's domain":                              {"example.com", monday.Add(time.Hour), true, ""},
		"it was stamped with the domain, and the filing is restored":           {"example.com", monday.Add(-time.Hour), true, ""},
		"it was stamped with another domain":                                   {"example.net", monday.Add(-time.Hour), false, ""},
		"it was stamped with another domain, and is younger than the filing":   {"example.net", monday.Add(time.Hour), false, ""},
		"it is not stamped, and younger than the filing":                       {"", monday.Add(time.Hour), true, ""},
		"it is not stamped, and was made in the second that made the filing":   {"", monday, false, ""},
		"it was made in the second that made the filing, and names its domain": {"", monday, true, "example.com"},
		"it was made in the second that made the filing, and was stamped":      {"example.com", monday, true, ""},
		"it is not stamped, and older than the filing: nobody knows for which": {"", monday.Add(-time.Second), false, ""},
		"it names the filing's domain":                                         {"", monday.Add(time.Hour), true, "example.com"},
		"it names another domain, and is younger than the filing":              {"", monday.Add(time.Hour), false, "example.net"},
		"it names another domain, and was stamped with the filing's":           {"example.com", monday.Add(time.Hour), false, "example.net"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			review := v1alpha1.IcpReview{
				ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: "decision", CreationTimestamp: metav1.NewTime(tc.created)},
				Spec:       v1alpha1.IcpReviewSpec{FilingRef: v1alpha1.FilingReference{Name: "shop", Domain: tc.named}, ProviderRef: v1alpha1.ProviderReference{Name: "cloud"}, Attempt: 1, Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed},
			}
			if tc.stamped != "" {
				metav1.SetMetaDataAnnotation(&review.ObjectMeta, v1alpha1.ReviewDomainAnnotation, tc.stamped)
			}
			order := OrderOfReviews(filing, "cloud", []v1alpha1.IcpReview{review})
			if got := len(order.History) == 1; got != tc.counts {
				t.Errorf("the order's history has %d entries; want that it counts: %v", len(order.History), tc.counts)
			}
			took := []Verdict{{ID: "decision", Applied: true, Reason: v1alpha1.ReasonApplied}}
			v := ReviewVerdict(filing, &review, Provider{Name: "cloud", Hand: ByPeople}, took)
			if v.Applied != tc.counts || !tc.counts && v.Reason != v1alpha1.ReasonOtherFiling {
				t.Errorf("it is told that it counts: %v, for reason %s; want %v", v.Applied, v.Reason, tc.counts)
			}
		})
	}
}

// crashed is a filing whose order was asked for, and whose operator never heard the answer.
func crashed(t failer) *journey {
	t.Helper()
	j := fresh(t, ByOperator)
	f := j.gather()
	f.OrderSought, f.Determination = true, &Determination{Type: v1alpha1.FirstFiling}
	o := Next(f, j.now)
	if o.Ask != AskToPersist {
		t.Fatalf("%q is asked, want the intent to be written first", o.Ask)
	}
	j.keep(o)
	return j
}

// found is what a pass decides once the provider tells of an order of the domain.
func (j *journey) found(o *Order, more ...func(*Facts)) Outcome {
	f := j.gather()
	f.Order, f.OrderSought = o, true
	for _, change := range more {
		change(&f)
	}
	return Next(f, j.now)
}

// firstFiling is the provider's answer on the type.
func firstFiling(f *Facts) { f.Determination = &Determination{Type: v1alpha1.FirstFiling} }

// approvedOrder is an order of the harness's domain that was made then, and approved at once.
func approvedOrder(created time.Time) *Order {
	o := &Order{ID: "order-1", Domain: "example.com", FilingType: v1alpha1.FirstFiling, Attempt: 1, CreatedAt: created}
	for _, stage := range []v1alpha1.StageName{
		v1alpha1.StageTypeDetermination, v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation,
		v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation, v1alpha1.StagePreliminaryReview, v1alpha1.StageBureauReview,
	} {
		d := Decision{ID: string(stage), Attempt: 1, Stage: stage, Decision: v1alpha1.DecisionPassed, At: created}
		switch stage {
		case v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageConfirmation:
			d.Decision = v1alpha1.DecisionReported
		case v1alpha1.StageBureauReview:
			approval(&d)
		}
		o.History = append(o.History, d)
	}
	return o
}

// adopted says that a pass took an order up, or opened the gate by it.
func adopted(o Outcome) bool {
	open := meta.IsStatusConditionTrue(o.Status.Conditions, v1alpha1.ConditionExposureAllowed)
	return open || o.OrderID != "" || o.Status.OrderID != "" || o.Status.ApprovedAt != nil
}

func TestAnOrderThatTheAnnotationDoesNotNameIsAnothersHoweverWellItsTimeFits(t *testing.T) {
	t.Parallel()
	for name, created := range map[string]time.Time{
		"made before the filing":          monday.Add(-time.Hour),
		"made in the filing's own second": monday,
		"made soon after the filing":      monday.Add(time.Second),
		"made long after the filing":      monday.Add(1000 * time.Hour),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := fresh(t, ByOperator)
			j.now = monday.Add(2000 * time.Hour)
			o := j.found(approvedOrder(created))
			if got := readyReason(&o.Status); adopted(o) || got != v1alpha1.ReasonDomainConflict || o.Ask != AskNothing {
				t.Errorf("at %s with order %q, Ready is %s, and %q is asked; want a conflict, and nothing asked", o.Status.Stage, o.Status.OrderID, got, o.Ask)
			}
			annotated(v1alpha1.OrderAnnotation, "order-1")(j)
			if o := j.found(approvedOrder(created)); !adopted(o) {
				t.Errorf("the annotation names it, and it stands at %s", o.Status.Stage)
			}
		})
	}
}

func TestAnOrderWhoseAnswerWasLostIsAskedForAgainWithTheSameKey(t *testing.T) {
	t.Parallel()
	j := crashed(t)
	first := j.found(nil, firstFiling)
	again := j.found(approvedOrder(j.now), firstFiling)
	if adopted(again) {
		t.Errorf("at %s with order %q, before the provider has said whose it is", again.Status.Stage, again.Status.OrderID)
	}
	if diff := cmp.Diff(first.Submission, again.Submission); first.Ask != AskCreate || again.Ask != AskCreate || diff != "" {
		t.Errorf("%q was asked before the crash, %q after it (-before +after):\n%s", first.Ask, again.Ask, diff)
	}
}

func TestAnOrderThatTheProviderRefusesToTheSameKeyIsAnothersForGood(t *testing.T) {
	t.Parallel()
	j := crashed(t)
	for _, when := range []string{"at once", "in the pass after", "and in the one after that"} {
		o := j.found(approvedOrder(j.now))
		if o.Ask != AskCreate {
			t.Errorf("%s %q is asked, want the same call again: it has no effect, and tells whose the order is", when, o.Ask)
		}
		o = j.found(approvedOrder(j.now), func(f *Facts) {
			f.Failure = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "creating an order of example.com: OrderExists", NoEffect: true}
		})
		j.keep(o)
		if got := readyReason(&o.Status); adopted(o) || o.Ask != AskNothing || got != v1alpha1.ReasonDomainConflict {
			t.Errorf("%s %q is asked, Ready is %s, order %q; want a conflict, and nothing asked", when, o.Ask, got, o.Status.OrderID)
		}
	}
}

func TestAFilingOfAnotherNamespaceTakesATurnOnlyWithItsOrderAtTheSameProvider(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		namespace, provider string
		// walks takes the other filing as far as it is when this one is applied.
		walks func(*journey)
		waits bool
	}{
		"of the same namespace, and suspended before it began":        {"shop", "cloud", suspendedAtOnce, false},
		"of the same namespace, and begun":                            {"shop", "cloud", begun, true},
		"of the same namespace, with an order elsewhere":              {"shop", "other-cloud", submitted, true},
		"of another namespace, and begun":                             {"evil", "cloud", begun, false},
		"of another namespace, with an order there":                   {"evil", "cloud", submitted, false},
		"of another namespace, with the subject's number, changing":   {"evil", "cloud", changing, true},
		"of another namespace, with that number, changing elsewhere":  {"evil", "other-cloud", changing, false},
		"of another namespace, with an order elsewhere":               {"evil", "other-cloud", submitted, false},
		"of another namespace, with an order there, its status lost":  {"evil", "cloud", submittedAndLost, false},
		"of another namespace, with an order elsewhere, status lost":  {"evil", "other-cloud", submittedAndLost, false},
		"of another namespace, and older, with nothing begun":         {"evil", "cloud", untouched, false},
		"of the same namespace, and older, with nothing begun so far": {"shop", "cloud", untouched, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := fresh(t, ByPeople)
			other.filing.Namespace, other.filing.Name, other.facts.Provider.Name = tc.namespace, "other", tc.provider
			tc.walks(other)
			mine := other.beside("mine", "example.net")
			mine.facts.Provider.Name = "cloud"
			mine.filing.CreationTimestamp = metav1.NewTime(monday.Add(time.Hour))
			mine.filing.Spec.Existing.Subject = v1alpha1.ExistingFiling{Number: other.subjectNumber(), AccessProvider: v1alpha1.ThisProvider}
			mine.pass()
			if got := readyReason(&mine.filing.Status); (got == v1alpha1.ReasonWaitingForSubject) != tc.waits {
				t.Errorf("it is %s, at %s; want that it waits: %v", got, mine.stage(), tc.waits)
			}
		})
	}
}

func TestAnOlderFilingHoldsADomainAgainstAnotherNamespaceOnlyOnceItsOrderIsTaken(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		namespace string
		walks     func(*journey)
		holds     bool
	}{
		"of the same namespace, and begun":     {"shop", begun, true},
		"of another namespace, and begun":      {"evil", begun, false},
		"of the same namespace, and submitted": {"shop", submitted, true},
		"of another namespace, and submitted":  {"evil", submitted, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			other := fresh(t, ByPeople)
			other.filing.Namespace, other.filing.Name = tc.namespace, "other"
			tc.walks(other)
			mine := other.stranger()
			mine.filing.Namespace, mine.filing.CreationTimestamp = "shop", metav1.NewTime(monday.Add(time.Hour))
			mine.pass()
			if got := readyReason(&mine.filing.Status); (got == v1alpha1.ReasonDomainConflict) != tc.holds {
				t.Errorf("it is %s, at %s; want that the other holds the domain: %v", got, mine.stage(), tc.holds)
			}
		})
	}
}

// How far another filing is. None of these lets any time pass before the order is made.

func untouched(*journey) {}

func suspendedAtOnce(j *journey) {
	j.filing.Spec.Suspend = true
	j.apply()
}

func begun(j *journey) { j.apply() }

func submitted(j *journey) { j.apply().until(v1alpha1.StagePreliminaryReview) }

func changing(j *journey) {
	j.straight()
	j.after(time.Hour, "", rename).until(v1alpha1.StagePreliminaryReview)
}

func submittedAndLost(j *journey) {
	submitted(j)
	lost(j)
}

func TestAReviewWhoseFilingIsNotThereSaysWhetherItWaitsForOne(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ named, stamped, want string }{
		"it names its domain":          {"example.com", "", "there is no IcpFiling shop in this namespace: it waits for one of example.com"},
		"it was stamped with a domain": {"", "example.net", "there is no IcpFiling shop in this namespace: it waits for one of example.net"},
		"nobody knows for which": {"", "", "there is no IcpFiling shop in this namespace, and the review does not name the domain that it is about: " +
			"it does not count for a filing that is made later; record it again then"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			review := v1alpha1.IcpReview{Spec: v1alpha1.IcpReviewSpec{FilingRef: v1alpha1.FilingReference{Name: "shop", Domain: tc.named}}}
			if tc.stamped != "" {
				metav1.SetMetaDataAnnotation(&review.ObjectMeta, v1alpha1.ReviewDomainAnnotation, tc.stamped)
			}
			if diff := cmp.Diff(Verdict{Reason: v1alpha1.ReasonFilingNotFound, Message: tc.want}, FilingMissing(&review)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
