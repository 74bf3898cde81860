package controllers

import (
	"context"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/internal/admission"
)

// settingsInForce reads what the policies that stand were made of. Before any are made, nothing is gated by default.
func settingsInForce(ctx context.Context, reader client.Reader) (admission.Settings, error) {
	var policy admissionregistrationv1.ValidatingAdmissionPolicy
	err := reader.Get(ctx, client.ObjectKey{Name: admission.SettingsPolicy()}, &policy)
	if apierrors.IsNotFound(err) {
		return admission.SettingsOf(nil), nil
	}
	if err != nil {
		return admission.Settings{}, fmt.Errorf("reading what the gate's policies were made of: %w", err)
	}
	settings, err := admission.SettingsMadeOf(policy.Annotations)
	if err != nil {
		return admission.Settings{}, fmt.Errorf("reading what the gate's policies were made of: %w", err)
	}
	return settings, nil
}
