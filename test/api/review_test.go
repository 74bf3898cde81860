package api_test

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/api/table"
)

func TestAReviewIsImmutableAsAWhole(t *testing.T) {
	t.Parallel()
	u := object(t, table.Review)
	if err := admin.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	set("spec.message", "something else")(t, u)
	if err := admin.Update(t.Context(), u); !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "create another one") {
		t.Errorf("got %v, want Invalid with what to do instead", err)
	}
}

func TestTheProvinceIsFrozenFromTheApprovalToTheEnd(t *testing.T) {
	t.Parallel()
	approved := metav1.Now()
	for name, tc := range map[string]struct {
		status v1alpha1.IcpFilingStatus
		frozen bool
	}{
		"before anything is known":  {v1alpha1.IcpFilingStatus{}, false},
		"under review":              {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageBureauReview, Provider: "aliyun", SubmittedFacts: "f"}, false},
		"approved":                  {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageApproved, ApprovedAt: &approved}, true},
		"while another change runs": {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageChanging, ApprovedAt: &approved}, true},
		"revoked":                   {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageRevoked, ApprovedAt: &approved}, false},
		"cancelled":                 {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageCancelled, ApprovedAt: &approved}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := standing(t, tc.status)
			f.Spec.Subject.Province = "Jiangsu"
			isFrozen(t, admin.Update(t.Context(), f), tc.frozen, "spec.subject.province", "file anew in the other province")
		})
	}
}

func TestTheProviderIsFrozenFromTheSubmissionOn(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status v1alpha1.IcpFilingStatus
		to     *v1alpha1.ProviderReference
		frozen bool
	}{
		"before anything is known":       {v1alpha1.IcpFilingStatus{}, &v1alpha1.ProviderReference{Name: "other"}, false},
		"before the order":               {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StagePreparation, Provider: "aliyun"}, &v1alpha1.ProviderReference{Name: "other"}, false},
		"with an order":                  {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageProductVerification, Provider: "aliyun", OrderID: "1"}, &v1alpha1.ProviderReference{Name: "other"}, true},
		"submitted by people":            {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageBureauReview, Provider: "aliyun", SubmittedFacts: "f"}, &v1alpha1.ProviderReference{Name: "other"}, true},
		"approved":                       {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageApproved, Provider: "aliyun", OrderID: "1"}, &v1alpha1.ProviderReference{Name: "other"}, true},
		"approved, to the default":       {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageApproved, Provider: "aliyun", OrderID: "1"}, nil, true},
		"approved, to the same":          {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageApproved, Provider: "aliyun", OrderID: "1"}, &v1alpha1.ProviderReference{Name: "aliyun"}, false},
		"cancelled, to be filed anew":    {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageCancelled, Provider: "aliyun", OrderID: "1"}, &v1alpha1.ProviderReference{Name: "other"}, true},
		"revoked, to be filed elsewhere": {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageRevoked, Provider: "aliyun", OrderID: "1"}, &v1alpha1.ProviderReference{Name: "other"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := standing(t, tc.status)
			f.Spec.ProviderRef = tc.to
			isFrozen(t, admin.Update(t.Context(), f), tc.frozen, "spec.providerRef", "create another IcpFiling of the domain with the new providerRef")
		})
	}
}

func TestTheAccountIsFrozenWhileItsOrderStands(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status v1alpha1.IcpFilingStatus
		frozen bool
	}{
		"before the order is made":    {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageTypeDetermination, Provider: "aliyun"}, false},
		"once it is made":             {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageConfirmation, Provider: "aliyun", OrderID: "1"}, true},
		"approved":                    {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageApproved, Provider: "aliyun", OrderID: "1"}, true},
		"cancelled, to be filed anew": {v1alpha1.IcpFilingStatus{Stage: v1alpha1.StageCancelled, Provider: "aliyun", OrderID: "1"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := standing(t, tc.status)
			f.Spec.Account.Name = "another"
			isFrozen(t, admin.Update(t.Context(), f), tc.frozen, "spec.account.name", "the account is frozen once the order is made")
		})
	}
}

// standing makes a filing with a status.
func standing(t *testing.T, status v1alpha1.IcpFilingStatus) *v1alpha1.IcpFiling {
	t.Helper()
	u := object(t, table.Organization)
	if err := admin.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	var f v1alpha1.IcpFiling
	if err := admin.Get(t.Context(), client.ObjectKeyFromObject(u), &f); err != nil {
		t.Fatal(err)
	}
	f.Status = status
	if err := admin.Status().Update(t.Context(), &f); err != nil {
		t.Fatal(err)
	}
	return &f
}

// isFrozen checks that a change was refused with what to do instead, or let through.
func isFrozen(t *testing.T, err error, frozen bool, field, remedy string) {
	t.Helper()
	switch {
	case !frozen && err != nil:
		t.Errorf("got %v, want it let through", err)
	case frozen && (!apierrors.IsInvalid(err) || !strings.Contains(err.Error(), field) || !strings.Contains(err.Error(), remedy)):
		t.Errorf("got %v, want Invalid at %s with %q", err, field, remedy)
	}
}
