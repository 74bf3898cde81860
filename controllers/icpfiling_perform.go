package controllers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/failpoint"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// callTimeout bounds one call to a provider.
const callTimeout = 20 * time.Second

// perform asks the provider and puts the answer, or why there is none, among the facts.
func (r *IcpFilingReconciler) perform(ctx context.Context, w *work, outcome procedure.Outcome) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	failpoint.Here(failpoint.BeforeAsk, string(outcome.Ask))
	err := r.call(ctx, w, outcome)
	failpoint.Here(failpoint.AfterAsk, string(outcome.Ask))
	if err = r.hidePersons(ctx, w, err); err != nil {
		w.facts.Failure = failureOf(err)
		w.facts.Failure.NoEffect = hadNoEffect(outcome.Ask, err)
		w.retry = provider.RetryAfterOf(err)
	}
}

func (r *IcpFilingReconciler) call(ctx context.Context, w *work, outcome procedure.Outcome) (err error) {
	if w.client == nil {
		if w.client, err = r.Providers.For(w.fp); err != nil {
			return err
		}
	}
	spec, sub := &w.filing.Spec, outcome.Submission
	switch outcome.Ask {
	case procedure.AskFind:
		w.facts.Order, err = w.client.Find(ctx, spec.Account.Name, spec.Domain.Name)
		w.facts.OrderSought = err == nil
		return err
	case procedure.AskType:
		d, err := w.client.Determine(ctx, w.question())
		if err == nil {
			w.facts.Determination = &d
		}
		return err
	case procedure.AskUpload:
		if err := r.upload(ctx, w, sub); err != nil {
			return err
		}
		w.facts.Uploaded = outcome.Status.Attempt
	}
	order, sent, err := w.ask(ctx, outcome)
	if err == nil {
		err = provider.OfDomain(order, spec.Domain.Name)
	}
	if err == nil {
		w.facts.Order = order
		if sent {
			// The type was determined for these facts, not for those of an attempt that may follow.
			w.facts.Sent, w.facts.Determination = outcome.Status.Attempt, nil
		}
	}
	return err
}

// ask makes the calls that are answered by the order, and says whether the filing's facts were sent with one.
func (w *work) ask(ctx context.Context, outcome procedure.Outcome) (order *procedure.Order, sent bool, err error) {
	spec, sub := &w.filing.Spec, outcome.Submission
	switch outcome.Ask {
	case procedure.AskState, procedure.AskUpload:
		// An upload says nothing of the order.
		order, err = w.client.Get(ctx, sub.OrderID)
	case procedure.AskCreate:
		order, err = w.client.Create(ctx, keyOf(spec, sub, v1alpha1.StageProductVerification, previous(sub)...), w.application(outcome))
		return order, true, err
	case procedure.AskResubmit:
		order, err = w.client.Resubmit(ctx, keyOf(spec, sub, v1alpha1.StageSubjectAndWebsiteInformation, sub.OrderID), sub.OrderID, sub.Attempt, w.application(outcome))
		return order, true, err
	case procedure.AskChange:
		order, err = w.client.Change(ctx, keyOf(spec, sub, v1alpha1.StageChanging, sub.OrderID), sub.OrderID, sub.Attempt, w.application(outcome), sub.Changed)
		return order, true, err
	case procedure.AskImport:
		number := spec.Existing.Website.Number
		order, err = w.client.Import(ctx, keyOf(spec, sub, v1alpha1.StageApproved, number), w.question(), number, spec.Existing.Subject.Number)
		return order, true, err
	case procedure.AskConfirm:
		order, err = w.client.Confirm(ctx, keyOf(spec, sub, v1alpha1.StageConfirmation, sub.OrderID), sub.OrderID, sub.Attempt)
	case procedure.AskWithdraw:
		order, err = w.client.Withdraw(ctx, keyOf(spec, sub, v1alpha1.StagePreliminaryReview, sub.OrderID), sub.OrderID, sub.Attempt)
	case procedure.AskCancel:
		order, err = w.client.Cancel(ctx, keyOf(spec, sub, v1alpha1.StageCancelled, sub.OrderID), sub.OrderID)
	default:
		err = fmt.Errorf("asked for %s, which no provider is asked", outcome.Ask)
	}
	return order, false, err
}

func (w *work) question() provider.TypeQuestion {
	return provider.TypeQuestion{Spec: w.filing.Spec, SubjectPerson: w.persons.subject}
}

func (w *work) application(outcome procedure.Outcome) provider.Application {
	return provider.Application{FilingType: outcome.Status.FilingType, Spec: w.filing.Spec, SubjectPerson: w.persons.subject, WebsitePerson: w.persons.website}
}

// previous tells the order to be made from the domain's earlier one, which has ended.
func previous(sub procedure.Submission) []string {
	if sub.Previous == "" {
		return nil
	}
	return []string{sub.Previous}
}

func keyOf(spec *v1alpha1.IcpFilingSpec, sub procedure.Submission, stage v1alpha1.StageName, extra ...string) string {
	return provider.Key(spec.Account.Name, spec.Domain.Name, sub.Attempt, stage, extra...)
}

// hadNoEffect says that a provider refused to make an order, or to confirm an import: by the key it would know one that it
// had made before, with the same facts or with others.
func hadNoEffect(ask procedure.Ask, err error) bool {
	makes := ask == procedure.AskCreate || ask == procedure.AskImport
	return makes && provider.ClassOf(err) == provider.Rejected && provider.ReasonOf(err) != protocol.ReasonIdempotencyKeyReused
}

// failureOf classifies an error of a call, once for all of them: only an explicit refusal is final.
func failureOf(err error) *procedure.Failure {
	reason := v1alpha1.ReasonProviderUnavailable
	var missing *fileError
	switch {
	case errors.As(err, &missing):
		reason = v1alpha1.ReasonPrerequisitesNotMet
	case provider.ReasonOf(err) == rules.ReasonOrderInProgress, provider.ReasonOf(err) == rules.ReasonWrongFilingType:
		// The subject's other order ends by itself, or has just done so, which changes the type: a wait, not a fault.
		reason = v1alpha1.ReasonWaitingForSubject
	case provider.ClassOf(err) == provider.Rejected:
		reason = v1alpha1.ReasonProviderRefused
	case provider.ClassOf(err) == provider.Misconfigured:
		reason = v1alpha1.ReasonMisconfigured
	}
	return &procedure.Failure{Reason: reason, Message: err.Error()}
}
