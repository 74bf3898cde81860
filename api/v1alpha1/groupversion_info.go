// Package v1alpha1 holds the kinds of icp.beian.dev/v1alpha1: the ICP filing (ICP备案) of a website,
// who takes it to the bureau, the decisions on it, and how exposure is gated meanwhile.
//
// +kubebuilder:object:generate=true
// +groupName=icp.beian.dev
package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// GroupVersion is the group and version of every kind in this package.
var GroupVersion = schema.GroupVersion{Group: "icp.beian.dev", Version: "v1alpha1"}

// SchemeBuilder registers the kinds of this package.
var SchemeBuilder = runtime.NewSchemeBuilder(addKnownTypes)

// AddToScheme adds the kinds of this package to a scheme.
var AddToScheme = SchemeBuilder.AddToScheme

func addKnownTypes(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(GroupVersion,
		&IcpFiling{}, &IcpFilingList{},
		&FilingProvider{}, &FilingProviderList{},
		&IcpReview{}, &IcpReviewList{},
		&ExposurePolicy{}, &ExposurePolicyList{},
		&FilingNotifier{}, &FilingNotifierList{},
	)
	metav1.AddToGroupVersion(scheme, GroupVersion)
	return nil
}
