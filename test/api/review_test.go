package api_test

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// review is a decision that a test changes; it is accepted as it is.
const review = `
apiVersion: icp.beian.dev/v1alpha1
kind: IcpReview
metadata: {generateName: t-, namespace: default}
spec:
  filingRef: {name: shop}
  providerRef: {name: aliyun}
  attempt: 1
  stage: PreliminaryReview
  decision: Passed
  decidedAt: "2026-03-02T01:00:00Z"
  decidedBy: li@example.com
`

// sets makes the changes of a decision: pairs of a field of the spec and its value.
func sets(pairs ...any) func(*testing.T, *unstructured.Unstructured) {
	return func(t *testing.T, u *unstructured.Unstructured) {
		t.Helper()
		for i := 0; i < len(pairs); i += 2 {
			field, ok := pairs[i].(string)
			if !ok {
				t.Fatalf("%v is no field", pairs[i])
			}
			set("spec."+field, pairs[i+1])(t, u)
		}
	}
}

func TestAReviewSaysWhatADecisionNeeds(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*testing.T, *unstructured.Unstructured){
		"a pass":                                 sets(),
		"a return with its reasons":              sets("decision", "Returned", "reasons", []any{"WebsiteNameInvalid", "PhoneUnreachableOrReused"}),
		"a request with its task":                sets("decision", "ActionRequested", "task", "Supplement"),
		"the report that a request is done":      sets("decision", "Reported", "task", "Supplement"),
		"the report of an applicant's own step":  sets("stage", "MaterialsAndAuthenticity", "decision", "Reported"),
		"the report that papers were mailed":     sets("stage", "MaterialMailing", "decision", "Reported"),
		"the report that an SMS was answered":    sets("stage", "SmsVerification", "decision", "Reported"),
		"a wrong entry of the SMS code":          sets("stage", "SmsVerification", "decision", "Reported", "reasons", []any{"SmsWrongEntry"}),
		"a withdrawal":                           sets("stage", "Confirmation", "decision", "Returned", "reasons", []any{"Withdrawn"}),
		"the bureau's pass with numbers":         sets("stage", "BureauReview", "subjectNumber", "浙ICP备26000009号", "websiteNumber", "浙ICP备26000009号-1"),
		"a notice to rectify":                    sets("stage", "Approved", "decision", "ActionRequested", "task", "Rectify"),
		"the report that a notice was met":       sets("stage", "Approved", "decision", "Reported", "task", "Rectify"),
		"a revocation":                           sets("stage", "Approved", "decision", "Revoked", "reasons", []any{"ShellFiling"}),
		"a cancellation":                         sets("stage", "Approved", "decision", "Cancelled", "reasons", []any{"WebsiteCancelled"}),
		"the confirmation of an import":          sets("stage", "Approved", "subjectNumber", "浙ICP备26000009号", "websiteNumber", "浙ICP备26000009号-1", "filingRef", map[string]any{"name": "shop", "domain": "example.com"}),
		"the report of what the type depends on": sets("stage", "TypeDetermination", "decision", "Reported"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := object(t, review)
			change(t, u)
			if err := admin.Create(t.Context(), u, client.FieldValidation(metav1.FieldValidationStrict)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestABadReviewIsRefusedWithTheFieldAndTheRemedy(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change        func(*testing.T, *unstructured.Unstructured)
		field, remedy string
	}{
		"a return without reasons":               {sets("decision", "Returned"), "spec.reasons", "set reasons"},
		"a pass with reasons":                    {sets("reasons", []any{"WebsiteNameInvalid"}), "spec.reasons", "Returned, Revoked and Cancelled only"},
		"a wrong SMS entry on another stage":     {sets("stage", "Confirmation", "decision", "Reported", "reasons", []any{"SmsWrongEntry"}), "spec.reasons", "on SmsVerification"},
		"a wrong SMS entry with another reason":  {sets("stage", "SmsVerification", "decision", "Reported", "reasons", []any{"SmsWrongEntry", "SmsExpired"}), "spec.reasons", "[SmsWrongEntry]"},
		"a wrong SMS entry that passes":          {sets("stage", "SmsVerification", "reasons", []any{"SmsWrongEntry"}), "spec.reasons", "is Reported"},
		"a reason that is no name":               {sets("decision", "Returned", "reasons", []any{"the name is bad"}), "spec.reasons[0]", "should match"},
		"a request without a task":               {sets("decision", "ActionRequested"), "spec.task", "set task"},
		"a pass with a task":                     {sets("task", "Supplement"), "spec.task", "with Reported"},
		"a return with a task":                   {sets("decision", "Returned", "reasons", []any{"X"}, "task", "Supplement"), "spec.task", "with Reported"},
		"a task that nobody asks for":            {sets("decision", "ActionRequested", "task", "Dance"), "spec.task", "Supplement"},
		"a report on a reviewer's stage":         {sets("decision", "Reported"), "spec.decision", "the applicant's own steps"},
		"a report on the bureau's stage":         {sets("stage", "BureauReview", "decision", "Reported"), "spec.decision", "a requested task was done: set task"},
		"a report after approval without a task": {sets("stage", "Approved", "decision", "Reported"), "spec.decision", "set task"},
		"the bureau's pass without numbers":      {sets("stage", "BureauReview"), "spec.websiteNumber", "set subjectNumber and websiteNumber"},
		"an import confirmed for no domain":      {sets("stage", "Approved", "subjectNumber", "浙ICP备26000009号", "websiteNumber", "浙ICP备26000009号-1"), "spec.filingRef.domain", "say which one you have checked"},
		"a decision on the preparation":          {sets("stage", "Preparation"), "spec.stage", "no decision is taken on this stage"},
		"a decision on a change as such":         {sets("stage", "Changing"), "spec.stage", "no decision is taken on this stage"},
		"an attempt before the first":            {sets("attempt", int64(0)), "spec.attempt", "greater than or equal to 1"},
		"a decision that is none":                {sets("decision", "Perhaps"), "spec.decision", "Passed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := object(t, review)
			tc.change(t, u)
			err := admin.Create(t.Context(), u, client.FieldValidation(metav1.FieldValidationStrict))
			if !apierrors.IsInvalid(err) {
				t.Fatalf("got %v, want Invalid", err)
			}
			if !strings.Contains(err.Error(), tc.field) || !strings.Contains(err.Error(), tc.remedy) {
				t.Errorf("got %q, want it to name %s and to say %q", err, tc.field, tc.remedy)
			}
		})
	}
}

func TestAReviewIsImmutableAsAWhole(t *testing.T) {
	t.Parallel()
	u := object(t, review)
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
	u := object(t, organization)
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
