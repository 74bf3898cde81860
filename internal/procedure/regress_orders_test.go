package procedure

import (
	"strings"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// unanswered is a filing whose order was made, and whose answer was lost.
func unanswered(t *testing.T) *journey {
	t.Helper()
	j := anEnterprise(t, "Guangdong", ByOperator)
	j.filing.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
	j.loses = map[Ask]bool{AskCreate: true}
	j.apply()
	if j.filing.Status.OrderID != "" || j.order == nil {
		t.Fatalf("order %q is known, of %v; want one whose answer was lost", j.filing.Status.OrderID, j.order)
	}
	return j
}

func TestAnOrderWhoseAnswerWasLostIsCancelledWithItsFiling(t *testing.T) {
	t.Parallel()
	for name, meanwhile := range map[string]func(*journey){
		"at once": nil,
		"once the provider has not answered for a while": func(j *journey) {
			j.refuses = map[Ask]*Failure{AskFind: {Reason: v1alpha1.ReasonProviderUnavailable, Message: "down"}}
		},
		"once the status was lost": lost,
		"once an error was found":  func(j *journey) { j.facts.Findings = expired },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := unanswered(t)
			j.after(time.Hour, "", meanwhile)
			j.after(time.Hour, "", (*journey).remove)
			if j.gone {
				t.Fatal("the filing is gone, and its order stands at the provider")
			}
			j.loses, j.refuses, j.facts.Findings = nil, nil, nil
			j.after(2*time.Hour, "", nil)
			if !j.gone || j.asked[AskCancel] != 1 || j.orders != 1 {
				t.Errorf("gone: %v, cancelled %d times, %d orders; want one order, cancelled, and the filing gone", j.gone, j.asked[AskCancel], j.orders)
			}
		})
	}
}

// A provider that fails at one call after another is asked for the order, for the type and to make the order in turn, pass by pass.
func TestTheStageGoesNotBackWhileAProviderDoesNotAnswer(t *testing.T) {
	t.Parallel()
	down := &Failure{Reason: v1alpha1.ReasonProviderUnavailable, Message: "down"}
	for name, then := range map[string]Ask{"whether there is an order": AskFind, "of which type it is": AskType, "to make it": AskCreate} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := anEnterprise(t, "Guangdong", ByOperator)
			j.refuses = map[Ask]*Failure{AskCreate: down}
			j.apply()
			j.after(time.Minute, "", func(j *journey) { j.refuses = map[Ask]*Failure{then: down} })
			if s := j.filing.Status; s.Stage != v1alpha1.StageProductVerification || s.FilingType == "" {
				t.Errorf("once it does not say %s, the filing is at %s, of type %q", name, s.Stage, s.FilingType)
			}
			j.refuses = nil
			j.after(time.Hour, "", nil)
			if j.filing.Status.OrderID == "" || j.orders != 1 {
				t.Errorf("order %q, of %d; want one", j.filing.Status.OrderID, j.orders)
			}
		})
	}
}

func TestAnOrderWhoseAnswerWasLostIsKnownByItsKeyHoweverLongThatTakes(t *testing.T) {
	t.Parallel()
	down := &Failure{Reason: v1alpha1.ReasonProviderUnavailable, Message: "down"}
	for name, meanwhile := range map[string]func(*journey){
		"nothing happens meanwhile":        nil,
		"no order can be sought meanwhile": func(j *journey) { j.refuses = map[Ask]*Failure{AskFind: down} },
		"no type is told meanwhile":        func(j *journey) { j.refuses = map[Ask]*Failure{AskType: down} },
		"an error is found meanwhile":      func(j *journey) { j.facts.Findings = expired },
		"the status is lost":               lost,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := unanswered(t)
			j.after(time.Hour, "", meanwhile)
			j.loses, j.refuses, j.facts.Findings = nil, nil, nil
			j.after(time.Hour, "", nil)
			if got := j.filing.Status.OrderID; got != "order-1" || j.orders != 1 {
				t.Errorf("its order is %q, of %d; want the one that was made: %s", got, j.orders, j.cond(v1alpha1.ConditionReady).Message)
			}
		})
	}
}

func TestAnOrderWhoseAnswerWasLostIsNoStrangersOnceTheFactsWereEdited(t *testing.T) {
	t.Parallel()
	j := unanswered(t)
	name := j.filing.Spec.Website.Name
	j.loses = nil
	j.after(time.Hour, "", rename)
	ready := j.cond(v1alpha1.ConditionReady)
	if j.filing.Status.OrderID != "" || !strings.Contains(ready.Message, "put the spec and its Secrets back") || !strings.Contains(ready.Message, "order-1") {
		t.Errorf("order %q, Ready says %s; want it to say how the order is taken for this filing's", j.filing.Status.OrderID, ready.Message)
	}
	j.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = name }))
	if got := j.filing.Status.OrderID; got != "order-1" || j.orders != 1 {
		t.Errorf("once the facts are back its order is %q, of %d; want the one that was made", got, j.orders)
	}
}

func TestAnOrderThatTheAnnotationNamesIsReadWhateverElseIsFound(t *testing.T) {
	t.Parallel()
	for name, account := range map[string]string{"the account stays": "", "the account was written otherwise": "another"} {
		for known, forgotten := range map[string]bool{"the provider finds it": false, "the provider finds none": true} {
			t.Run(name+", "+known, func(t *testing.T) {
				t.Parallel()
				j := inForceIn(t, "Guangdong", ByOperator)
				j.after(time.Hour, "", func(j *journey) {
					lost(j)
					j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Account.Name = account })
					if forgotten {
						j.past, j.order = append(j.past, j.order), nil
					}
				})
				if j.stage() != v1alpha1.StageApproved || j.asked[AskCreate] != 1 {
					t.Errorf("at %s, %d orders were asked for; want its own, in force", j.stage(), j.asked[AskCreate])
				}
			})
		}
	}
}

func TestAnOrderThatTheAnnotationNamesAndTheProviderDoesNotKnowIsNotMadeAnew(t *testing.T) {
	t.Parallel()
	j := inForceIn(t, "Guangdong", ByOperator)
	j.after(time.Hour, "", func(j *journey) { lost(j); j.order = nil })
	if got := j.cond(v1alpha1.ConditionReady); j.asked[AskCreate] != 1 || got.Reason != v1alpha1.ReasonProviderRefused {
		t.Errorf("%d orders were asked for, and Ready is %s; want a person to decide", j.asked[AskCreate], got.Reason)
	}
}

func TestASuspendedFilingThatLostItsStatusIsInForceAsBefore(t *testing.T) {
	t.Parallel()
	j := inForceIn(t, "Guangdong", ByOperator)
	j.after(time.Hour, "", edited(func(s *v1alpha1.IcpFilingSpec) { s.Suspend = true }))
	j.after(time.Hour, "", lost)
	if j.stage() != v1alpha1.StageApproved {
		t.Errorf("at %s; want it to be read that it is approved: that has no effect", j.stage())
	}
}

func TestAFilingThatWasNeverSentGoesAtOnceWhoeverCannotBeAsked(t *testing.T) {
	t.Parallel()
	for name, provider := range map[string]Provider{
		"the provider cannot be used": {Name: "cloud", Hand: ByOperator, Problem: v1alpha1.ReasonProviderNotAllowed, Message: "does not take filings"},
		"the provider is there":       {Name: "cloud", Hand: ByOperator},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := anEnterprise(t, "Guangdong", ByOperator)
			j.filing.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
			j.facts.Provider, j.facts.Findings = provider, expired
			j.apply()
			j.after(time.Hour, "", (*journey).remove)
			if !j.gone || j.asked[AskCreate] != 0 {
				t.Errorf("gone: %v; want nothing to wait for", j.gone)
			}
		})
	}
}

func TestADeletionThatCannotAskTheProviderSaysWhyAndGoesWithItsNamespace(t *testing.T) {
	t.Parallel()
	j := anEnterprise(t, "Guangdong", ByOperator)
	j.filing.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
	j.straight()
	j.after(time.Hour, "", func(j *journey) {
		j.facts.Provider.Problem, j.facts.Provider.Message = v1alpha1.ReasonProviderNotAllowed, "it does not take filings of this namespace"
		j.remove()
	})
	words := j.cond(v1alpha1.ConditionReady).Message
	if j.gone || !strings.Contains(words, "it does not take filings of this namespace") || !strings.Contains(words, "deletionPolicy to CloseExposure") {
		t.Errorf("gone: %v, Ready says %q; want it to wait, and to say for what and what the way out is", j.gone, words)
	}
	j.after(time.Hour, "", func(j *journey) { j.facts.NamespaceEnding = true })
	if !j.gone {
		t.Error("its namespace is being deleted, and waits for it")
	}
}
