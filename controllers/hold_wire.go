package controllers

import (
	"bytes"
	"encoding/json"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	admissionregistrationv1beta1 "k8s.io/api/admissionregistration/v1beta1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// kinds are the kinds by which policies that park are written.
func (h *hold) kinds() []client.Object {
	switch h.served() {
	case admissionregistrationv1.SchemeGroupVersion.Version:
		return []client.Object{&admissionregistrationv1.MutatingAdmissionPolicy{}, &admissionregistrationv1.MutatingAdmissionPolicyBinding{}}
	case admissionregistrationv1beta1.SchemeGroupVersion.Version:
		return []client.Object{&admissionregistrationv1beta1.MutatingAdmissionPolicy{}, &admissionregistrationv1beta1.MutatingAdmissionPolicyBinding{}}
	}
	return nil
}

func (h *hold) lists() []client.ObjectList {
	switch h.served() {
	case admissionregistrationv1.SchemeGroupVersion.Version:
		return []client.ObjectList{&admissionregistrationv1.MutatingAdmissionPolicyList{}, &admissionregistrationv1.MutatingAdmissionPolicyBindingList{}}
	case admissionregistrationv1beta1.SchemeGroupVersion.Version:
		return []client.ObjectList{&admissionregistrationv1beta1.MutatingAdmissionPolicyList{}, &admissionregistrationv1beta1.MutatingAdmissionPolicyBindingList{}}
	}
	return nil
}

// wire turns a policy or binding into the version by which it is written.
func (h *hold) wire(object client.Object) (client.Object, error) {
	if h.served() != admissionregistrationv1beta1.SchemeGroupVersion.Version {
		return object, nil
	}
	switch o := object.(type) {
	case *admissionregistrationv1.MutatingAdmissionPolicy:
		beta := &admissionregistrationv1beta1.MutatingAdmissionPolicy{ObjectMeta: o.ObjectMeta}
		return beta, sameFields(o.Spec, &beta.Spec)
	case *admissionregistrationv1.MutatingAdmissionPolicyBinding:
		beta := &admissionregistrationv1beta1.MutatingAdmissionPolicyBinding{ObjectMeta: o.ObjectMeta}
		return beta, sameFields(o.Spec, &beta.Spec)
	}
	return object, nil
}

// unwire turns a policy or binding that was read into v1, which all of the operator goes by.
func unwire(object client.Object) (client.Object, error) {
	switch beta := object.(type) {
	case *admissionregistrationv1beta1.MutatingAdmissionPolicy:
		o := &admissionregistrationv1.MutatingAdmissionPolicy{ObjectMeta: beta.ObjectMeta}
		return o, sameFields(beta.Spec, &o.Spec)
	case *admissionregistrationv1beta1.MutatingAdmissionPolicyBinding:
		o := &admissionregistrationv1.MutatingAdmissionPolicyBinding{ObjectMeta: beta.ObjectMeta}
		return o, sameFields(beta.Spec, &o.Spec)
	}
	return object, nil
}

// sameFields copies a spec of one version into that of another, both of which have the same fields: one that only the former
// has is an error, for it must not be lost.
func sameFields(from, to any) error {
	written, err := json.Marshal(from)
	if err != nil {
		return fmt.Errorf("writing %T: %w", from, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(written))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(to); err != nil {
		return fmt.Errorf("reading %T as %T: %w", from, to, err)
	}
	return nil
}
