package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// persons are the two responsible persons of a filing. They print as nothing.
type persons struct {
	subject, website provider.Person
}

// gatherPersons reads and checks the Secrets of both responsible persons.
func (r *IcpFilingReconciler) gatherPersons(ctx context.Context, w *work) ([]rules.Finding, error) {
	spec := &w.filing.Spec
	subject, findings, err := r.person(ctx, w, "spec.subject.responsiblePersonRef", spec.Subject.ResponsiblePersonRef, v1alpha1.ActorSubjectResponsiblePerson)
	if err != nil {
		return nil, err
	}
	website, more, err := r.person(ctx, w, "spec.website.responsiblePersonRef", spec.Website.ResponsiblePersonRef, v1alpha1.ActorWebsiteResponsiblePerson)
	if err != nil {
		return nil, err
	}
	findings = append(findings, more...)
	findings = append(findings, w.facts.Rules.CheckBureau(spec, personOf(subject), w.papers())...)
	if subject != nil && website != nil {
		findings = append(findings, w.facts.Rules.CheckPersons(personOf(subject), personOf(website))...)
		w.persons = persons{provider.PersonOf(subject.Data), provider.PersonOf(website.Data)}
		w.facts.Persons.Known = true
		w.facts.Persons.NonResident = !w.persons.subject.MainlandResident || !w.persons.website.MainlandResident
		w.facts.Persons.SubjectPaperEnds, w.facts.Persons.WebsitePaperEnds = rules.PaperEnds(subject.Data), rules.PaperEnds(website.Data)
		w.facts.Persons.OnePhone = rules.PersonValue(subject.Data, v1alpha1.PersonMobile) == rules.PersonValue(website.Data, v1alpha1.PersonMobile)
		if err := r.digestPersons(ctx, w, subject, website); err != nil {
			return nil, err
		}
	}
	return findings, nil
}

// personOf is what the rules judge of a person's Secret; nothing where it could not be read.
func personOf(secret *corev1.Secret) rules.Person {
	if secret == nil {
		return rules.Person{}
	}
	return rules.Person{SecretName: secret.Name, Data: secret.Data}
}

func (r *IcpFilingReconciler) person(ctx context.Context, w *work, field string, ref *v1alpha1.SecretReference, who v1alpha1.Actor) (*corev1.Secret, []rules.Finding, error) {
	if ref == nil {
		return nil, nil, nil
	}
	secret, finding, err := r.secretOfType(ctx, w.filing.Namespace, ref.Name, field, v1alpha1.PersonSecretType)
	if err != nil || finding != nil {
		return nil, listOf(finding), err
	}
	subject := &w.filing.Spec.Subject
	return secret, w.facts.Rules.CheckPerson(secret.Name, who, secret.Data, subject.Province, subject.Nature, r.Clock.Now()), nil
}

// checkMaterials looks whether every file that the filing refers to is there.
func (r *IcpFilingReconciler) checkMaterials(ctx context.Context, filing *v1alpha1.IcpFiling) ([]rules.Finding, error) {
	var findings []rules.Finding
	for field, ref := range materialRefs(&filing.Spec) {
		secret, finding, err := r.secretOfType(ctx, filing.Namespace, ref.Name, field, v1alpha1.MaterialSecretType)
		if err != nil {
			return nil, err
		}
		if finding == nil && len(secret.Data[ref.Key]) == 0 {
			finding = &rules.Finding{Severity: rules.Error, Reason: procedure.ReasonMaterialMissing, Field: field,
				Message: fmt.Sprintf("Secret %s has no key %s: put the file there", ref.Name, ref.Key)}
		}
		findings = append(findings, listOf(finding)...)
	}
	return findings, nil
}

// materialRefs yields every reference to a file, in order, with its field.
func materialRefs(spec *v1alpha1.IcpFilingSpec) func(yield func(string, v1alpha1.SecretKeyReference) bool) {
	return func(yield func(string, v1alpha1.SecretKeyReference) bool) {
		for i, m := range spec.Materials {
			if !yield(fmt.Sprintf("spec.materials[%d].secretRef", i), m.SecretRef) {
				return
			}
		}
		for i, p := range spec.PreApprovals {
			if p.DocumentRef != nil && !yield(fmt.Sprintf("spec.preApprovals[%d].documentRef", i), *p.DocumentRef) {
				return
			}
		}
	}
}

// secretOfType reads a Secret that a filing refers to. One of another type is refused, whatever it holds, so that
// nobody sends out through a filing a Secret that they may not read.
func (r *IcpFilingReconciler) secretOfType(ctx context.Context, namespace, name, field string, want corev1.SecretType) (*corev1.Secret, *rules.Finding, error) {
	var secret corev1.Secret
	err := r.Live.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, &secret)
	switch {
	case apierrors.IsNotFound(err):
		return nil, &rules.Finding{Severity: rules.Error, Reason: procedure.ReasonSecretNotFound, Field: field,
			Message: fmt.Sprintf("there is no Secret %s in namespace %s: create it with the type %s", name, namespace, want)}, nil
	case err != nil:
		return nil, nil, fmt.Errorf("reading Secret %s/%s for %s: %w", namespace, name, field, err)
	case secret.Type != want:
		return nil, &rules.Finding{Severity: rules.Error, Reason: procedure.ReasonSecretTypeRefused, Field: field,
			Message: fmt.Sprintf("Secret %s has another type than %s and is not read: create a Secret of that type for the filing", name, want)}, nil
	}
	return &secret, nil, nil
}

func listOf(f *rules.Finding) []rules.Finding {
	if f == nil {
		return nil
	}
	return []rules.Finding{*f}
}
