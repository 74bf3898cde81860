package read

import (
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/audit"
)

// settings reads what the gate's policies were made of, and which kinds of route they add. Deleting the ExposurePolicy leaves the
// gate as it is; so does a wrong entry of routeKinds what stood for it. The policies then tell.
func (s *session) settings() ([]kind, error) {
	s.facts.Settings = admission.SettingsOf(nil)
	policy, err := get[v1alpha1.ExposurePolicy](s.ctx, s.client, policies, "", "default")
	switch {
	case apierrors.IsNotFound(err):
		return s.standing(nil)
	case apierrors.IsForbidden(err):
		s.miss(policies, "", audit.NotPermitted)
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading the ExposurePolicy: %w", err)
	}
	s.facts.Settings, s.facts.SettingsKnown = admission.SettingsOf(policy), true
	var further []kind
	wrong := map[string]error{}
	for _, entry := range policy.Spec.RouteKinds {
		compiled, err := admission.CompileRouteKind(entry)
		if err != nil {
			wrong[admission.RouteKindName(entry)] = err
			continue
		}
		further = append(further, kind{compiled.Resource(), furtherRoutes(compiled.Exposure)})
	}
	if len(wrong) == 0 {
		return further, nil
	}
	stands, err := s.standing(wrong)
	return append(further, stands...), err
}

// standing reads it off the gate's policies: the settings, where there is no ExposurePolicy, or else only what stands for the
// entries that are wrong.
func (s *session) standing(wrong map[string]error) ([]kind, error) {
	var further []kind
	q := query{resource: vaps, selector: labels.SelectorFromSet(admission.PolicyLabels()).String(), accept: whole}
	_, err := permitted(s, q, func(q query) ([]struct{}, error) {
		return list(s.ctx, s.client, q, decoded(func(policy *admissionregistrationv1.ValidatingAdmissionPolicy) (struct{}, bool) {
			if policy.Name == admission.SettingsPolicy() && wrong == nil {
				if made, err := admission.SettingsMadeOf(policy.Annotations); err == nil {
					s.facts.Settings, s.facts.SettingsKnown = made, true
				}
			}
			compiled, is := admission.Remembered(policy)
			if _, mended := wrong[compiled.Name()]; is && (wrong == nil || mended) {
				further = append(further, kind{compiled.Resource(), furtherRoutes(compiled.Exposure)})
				delete(wrong, compiled.Name())
			}
			return struct{}{}, false
		}))
	})
	for name, problem := range wrong {
		s.note(audit.NotSeen{What: name, Reason: audit.KindInvalid, Detail: problem.Error()})
	}
	return further, err
}
