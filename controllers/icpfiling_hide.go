package controllers

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// A provider's client hides the persons of the request that it answers. A reviewer's remark, and a complaint about an order
// that was made long before, may repeat them where none were sent; what is written of it is read by everyone who may read the
// filing. So these words are compared with the Secrets once more, which are read for that only where there are such words.

// hidePersons takes the filing's persons out of what a provider has said in a call: of its order's history, and of its error.
func (r *IcpFilingReconciler) hidePersons(ctx context.Context, w *work, said error) error {
	fault, quotes := errors.AsType[*provider.Error](said)
	quotes = quotes && fault.Quotes
	if !quotes && !remarked(w.facts.Order) {
		return said
	}
	personal, err := r.personalValues(ctx, w)
	hide := func(words string) string {
		if err != nil {
			return "" // nobody knows what is in it; the next pass reads it again
		}
		return provider.Scrub(words, mostWords, personal...)
	}
	if quotes {
		hidden := *fault
		hidden.Detail = hide(fault.Detail)
		said = &hidden
	}
	if o := w.facts.Order; remarked(o) {
		hidden := *o
		hidden.History = slices.Clone(o.History)
		for i := range hidden.History {
			hidden.History[i].Message = hide(hidden.History[i].Message)
		}
		w.facts.Order = &hidden
	}
	return cmp.Or(said, err)
}

// remarked says that somebody has put something about an order into words.
func remarked(o *procedure.Order) bool {
	return o != nil && slices.ContainsFunc(o.History, func(d procedure.Decision) bool { return d.Message != "" })
}

// personalValues are those of both persons: as this pass has read them, and as their Secrets hold them by now, for the provider
// was perhaps told of either. Of a Secret that is gone nothing is known.
func (r *IcpFilingReconciler) personalValues(ctx context.Context, w *work) ([]string, error) {
	values := slices.Concat(w.persons.subject.PersonalValues(), w.persons.website.PersonalValues())
	spec := &w.filing.Spec
	for _, ref := range []*v1alpha1.SecretReference{spec.Subject.ResponsiblePersonRef, spec.Website.ResponsiblePersonRef} {
		if ref == nil {
			continue
		}
		secret, _, err := r.secretOfType(ctx, w.filing.Namespace, ref.Name, "a provider's words", v1alpha1.PersonSecretType)
		if err != nil {
			return nil, err
		}
		if secret != nil {
			values = append(values, provider.PersonOf(secret.Data).PersonalValues()...)
		}
	}
	return values, nil
}
