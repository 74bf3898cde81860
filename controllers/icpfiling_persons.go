package controllers

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// What a person's Secret held when it was submitted is kept as a digest made with a key that nobody but the operator has:
// a phone number's or an identity number's plain hash is guessed in minutes, with whatever salt.

// digestKeyName is the Secret in the operator's own namespace that holds the key.
const digestKeyName = "icp-operator-digest-key"

const digestKeyBytes = 32

// digestKey is the operator's key, read or made once.
type digestKey struct {
	mu  sync.Mutex
	key []byte
}

// get reads the key, and makes it on the operator's first run.
func (d *digestKey) get(ctx context.Context, reader client.Reader, writer client.Writer) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.key != nil {
		return d.key, nil
	}
	var secret corev1.Secret
	name := client.ObjectKey{Namespace: v1alpha1.OperatorNamespace, Name: digestKeyName}
	err := reader.Get(ctx, name, &secret)
	if apierrors.IsNotFound(err) {
		secret = corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: name.Namespace, Name: name.Name}, Data: map[string][]byte{"key": make([]byte, digestKeyBytes)}}
		if _, err := rand.Read(secret.Data["key"]); err != nil {
			return nil, fmt.Errorf("making the key of Secret %s: %w", name, err)
		}
		err = writer.Create(ctx, &secret)
		if apierrors.IsAlreadyExists(err) {
			err = reader.Get(ctx, name, &secret)
		}
		if err != nil {
			return nil, fmt.Errorf("making Secret %s: %w", name, err)
		}
	} else if err != nil {
		return nil, fmt.Errorf("reading Secret %s: %w", name, err)
	}
	if len(secret.Data["key"]) < digestKeyBytes {
		return nil, fmt.Errorf("the key in Secret %s has fewer than %d bytes: delete the Secret, and the operator makes another", name, digestKeyBytes)
	}
	d.key = secret.Data["key"]
	return d.key, nil
}

// digestPersons identifies what both Secrets say, without saying it.
func (r *IcpFilingReconciler) digestPersons(ctx context.Context, w *work, subject, website *corev1.Secret) error {
	key, err := r.key.get(ctx, r.Live, r.Client)
	if err != nil {
		return err
	}
	w.facts.Persons.Key = keyID(key)
	w.facts.Persons.Subject, w.facts.Persons.Website = digestPerson(key, subject), digestPerson(key, website)
	return nil
}

// keyID tells keys apart.
func keyID(key []byte) string {
	id := sha256.Sum256(key)
	return hex.EncodeToString(id[:4])
}

// digestPerson is of one namespace: the same person in another one has another digest, so that nobody learns by what they
// write themselves who somebody else's is.
func digestPerson(key []byte, secret *corev1.Secret) string {
	h, data := hmac.New(sha256.New, key), secret.Data
	_, _ = fmt.Fprintf(h, "%d:%s,", len(secret.Namespace), secret.Namespace)
	for _, k := range []string{
		v1alpha1.PersonName, v1alpha1.PersonRole, v1alpha1.PersonIDType, v1alpha1.PersonIDNumber, v1alpha1.PersonIDValidUntil,
		v1alpha1.PersonMobile, v1alpha1.PersonEmergencyPhone, v1alpha1.PersonEmail, v1alpha1.PersonAddress, v1alpha1.PersonMainlandResident,
	} {
		value := rules.PersonValue(data, k)
		_, _ = fmt.Fprintf(h, "%s:%d:%s,", k, len(value), value)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// personVersions identifies the versions of both persons' Secrets; empty where one is missing.
func (r *IcpFilingReconciler) personVersions(ctx context.Context, filing *v1alpha1.IcpFiling) (string, error) {
	subject, website := filing.Spec.Subject.ResponsiblePersonRef, filing.Spec.Website.ResponsiblePersonRef
	if subject == nil || website == nil {
		return "", nil
	}
	return secretVersions(ctx, r.personSecrets, filing.Namespace, subject.Name, website.Name)
}

// secretVersions identifies the versions of Secrets by their metadata; empty where one is missing.
func secretVersions(ctx context.Context, secrets client.Reader, namespace string, names ...string) (string, error) {
	h := sha256.New()
	for _, name := range names {
		secret := secretMeta()
		err := secrets.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, secret)
		if apierrors.IsNotFound(err) {
			return "", nil
		}
		if err != nil {
			return "", fmt.Errorf("reading the metadata of Secret %s/%s: %w", namespace, name, err)
		}
		_, _ = fmt.Fprintf(h, "%s/%s/%s,", secret.Name, secret.UID, secret.ResourceVersion)
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}

// gatherFindings reads the persons' Secrets, unless they are the versions that were submitted, and checks spec and
// Secrets as long as something is to be submitted.
func (r *IcpFilingReconciler) gatherFindings(ctx context.Context, w *work) error {
	versions, err := r.personVersions(ctx, w.filing)
	if err != nil {
		return err
	}
	w.facts.Persons.Versions = versions
	record := procedure.RecordOf(w.filing)
	submitted := meta.IsStatusConditionTrue(w.filing.Status.Conditions, v1alpha1.ConditionSubmitted) && !procedure.AsksAnew(w.filing)
	var found []rules.Finding
	if !submitted || versions == "" || record == nil || versions != record.Secrets || record.Concerns(procedure.PartsOf(&w.filing.Spec)) || w.filing.Status.Stage == v1alpha1.StageChanging {
		if found, err = r.gatherPersons(ctx, w); err != nil {
			return err
		}
	}
	changed := record.Concerns(procedure.Wanted(&w.filing.Spec, w.facts.Persons, record)) || w.filing.Status.Stage == v1alpha1.StageChanging
	// What was found to be missing is looked for again: a restore may bring a filing back before its Secrets.
	met := meta.IsStatusConditionTrue(w.filing.Status.Conditions, v1alpha1.ConditionPrerequisitesMet)
	if submitted && met && (w.filing.Status.ApprovedAt == nil || !changed) {
		return nil
	}
	w.facts.Checked = true
	w.facts.Findings = append(w.facts.Rules.CheckFiling(&w.filing.Spec, r.Clock.Now()), found...)
	w.facts.Findings = append(w.facts.Findings, w.facts.Rules.CheckSites(w.filing.Spec.Subject, sitesInForce(w.facts.Subject))...)
	w.facts.Findings = append(w.facts.Findings, w.facts.Rules.CheckMaterials(&w.filing.Spec, w.papers())...)
	found, err = r.checkMaterials(ctx, w.filing)
	w.facts.Findings = append(w.facts.Findings, found...)
	return err
}

// papers says who hands the filing's papers in, and which of them its provider has.
func (w *work) papers() rules.Papers {
	existing, status, record := w.filing.Spec.Existing, &w.filing.Status, procedure.RecordOf(w.filing)
	// What was imported, has ended and is filed anew is filed nowhere any more, whatever the spec says.
	anew := record != nil && record.Imported && status.ApprovedAt == nil && status.Attempt > 1
	return rules.Papers{
		Sent:        w.facts.Provider.Hand == procedure.ByOperator,
		SubjectHeld: w.facts.SubjectFiledHere() || status.FilingType == v1alpha1.NewWebsiteFiledHere || existing.Subject.Number != "" && existing.Subject.AccessProvider == v1alpha1.ThisProvider,
		AllHeld:     status.ApprovedAt != nil && !procedure.AsksAnew(w.filing) || !anew && existing.Website.Number != "" && existing.Website.AccessProvider == v1alpha1.ThisProvider,
	}
}
