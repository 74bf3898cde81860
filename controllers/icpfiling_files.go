package controllers

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// upload sends every file of spec.materials and spec.preApprovals, each under a key of its own.
func (r *IcpFilingReconciler) upload(ctx context.Context, w *work, sub procedure.Submission) error {
	digest, err := r.digestFiles(ctx, w)
	if err != nil {
		return err
	}
	for _, slot := range provider.Slots(&w.filing.Spec) {
		body, err := r.material(ctx, w.filing.Namespace, slot.From)
		if err != nil {
			return err
		}
		// A file that was replaced after an upload failed half way is another effect than the one before.
		sum := sha256.Sum256(body)
		key := keyOf(&w.filing.Spec, sub, v1alpha1.StageMaterialsAndAuthenticity, sub.OrderID, string(slot.Kind), fmt.Sprint(slot.Part), hex.EncodeToString(sum[:]))
		if err := w.client.Upload(ctx, key, sub.OrderID, provider.File{Kind: slot.Kind, Part: slot.Part, Body: body}); err != nil {
			return err
		}
		digest.add(slot, sum)
	}
	w.facts.Files = digest.files()
	return nil
}

// gatherFiles finds, as long as the filing's order is open, whether its files are those that were uploaded. They are read
// only where their Secrets are other versions.
func (r *IcpFilingReconciler) gatherFiles(ctx context.Context, w *work) error {
	record, status := procedure.RecordOf(w.filing), &w.filing.Status
	open := status.ApprovedAt == nil || status.Stage == v1alpha1.StageChanging
	if w.facts.Provider.Hand != procedure.ByOperator || !open || record == nil || record.Files == nil {
		return nil
	}
	digest, err := r.digestFiles(ctx, w)
	if err != nil || digest.versions == "" || digest.versions == record.Files.Versions {
		return err
	}
	for _, slot := range provider.Slots(&w.filing.Spec) {
		body, err := r.material(ctx, w.filing.Namespace, slot.From)
		if err != nil {
			// What is missing the check of the materials tells, and the upload.
			return nil //nolint:nilerr // files that cannot be read are not known to be others
		}
		digest.add(slot, sha256.Sum256(body))
	}
	w.facts.Files = digest.files()
	return nil
}

// filesDigest identifies files without saying what they show.
type filesDigest struct {
	hash          hash.Hash
	versions, key string
}

// digestFiles begins the digest of a filing's files. Their Secrets' versions are taken before any of them is read.
func (r *IcpFilingReconciler) digestFiles(ctx context.Context, w *work) (*filesDigest, error) {
	key, err := r.key.get(ctx, r.Live, r.Client)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, slot := range provider.Slots(&w.filing.Spec) {
		names = append(names, slot.From.Name)
	}
	versions, err := secretVersions(ctx, r.materialSecrets, w.filing.Namespace, names...)
	if err != nil {
		return nil, err
	}
	d := &filesDigest{hash: hmac.New(sha256.New, key), versions: versions, key: keyID(key)}
	_, _ = fmt.Fprintf(d.hash, "%d:%s,", len(w.filing.Namespace), w.filing.Namespace)
	return d, nil
}

func (d *filesDigest) add(slot provider.Slot, sum [sha256.Size]byte) {
	_, _ = fmt.Fprintf(d.hash, "%s/%d:%x,", slot.Kind, slot.Part, sum)
}

func (d *filesDigest) files() procedure.Files {
	return procedure.Files{Versions: d.versions, Content: hex.EncodeToString(d.hash.Sum(nil)[:8]), Key: d.key}
}

// fileError is about a file that the cluster lacks: no provider is to blame.
type fileError struct{ words string }

func (e *fileError) Error() string { return e.words }

func (r *IcpFilingReconciler) material(ctx context.Context, namespace string, ref v1alpha1.SecretKeyReference) ([]byte, error) {
	var secret corev1.Secret
	err := r.Live.Get(ctx, client.ObjectKey{Namespace: namespace, Name: ref.Name}, &secret)
	if apierrors.IsNotFound(err) {
		return nil, &fileError{fmt.Sprintf("there is no Secret %s in namespace %s, which the spec names: create it with the type %s", ref.Name, namespace, v1alpha1.MaterialSecretType)}
	}
	if err != nil {
		return nil, &fileError{fmt.Sprintf("material Secret %s, which the spec names, could not be read: %v", ref.Name, err)}
	}
	body, ok := secret.Data[ref.Key]
	if secret.Type != v1alpha1.MaterialSecretType || !ok {
		return nil, &fileError{fmt.Sprintf("material Secret %s, which the spec names, needs the type %s and the key %s", ref.Name, v1alpha1.MaterialSecretType, ref.Key)}
	}
	return body, nil
}
