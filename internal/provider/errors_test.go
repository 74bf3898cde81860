package provider_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
)

func TestClassOf(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err  error
		want provider.Class
	}{
		"no error has no class":              {nil, ""},
		"a refusal is Rejected":              {&provider.Error{Class: provider.Rejected}, provider.Rejected},
		"a wrapped one keeps its class":      {fmt.Errorf("submit: %w", &provider.Error{Class: provider.Misconfigured}), provider.Misconfigured},
		"an unknown error is never terminal": {errors.New("something"), provider.Transient},
		"a context that ended is Transient":  {context.DeadlineExceeded, provider.Transient},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := provider.ClassOf(test.err); got != test.want {
				t.Errorf("class %q, want %q", got, test.want)
			}
		})
	}
}

// The wait that a provider asks for is not in the text: it differs at each try, and the text stands in a status, which
// must not be written anew for it.
func TestAnErrorSaysWhatWasTriedOnWhatAndWhatToDoTheSameEachTime(t *testing.T) {
	t.Parallel()
	err := &provider.Error{
		Class: provider.Transient, Op: "confirm attempt 1", Target: "O1", Reason: "TooManyRequests",
		Detail: "slow down", RetryAfter: 3 * time.Second, Err: context.Canceled,
	}
	if got, want := err.Error(), "confirm attempt 1 (O1): TooManyRequests: slow down"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(err, context.Canceled) {
		t.Error("what lies below cannot be found")
	}
	wrapped := fmt.Errorf("reconcile: %w", err)
	if provider.ReasonOf(wrapped) != "TooManyRequests" || provider.RetryAfterOf(wrapped) != 3*time.Second {
		t.Error("reason or wait of a wrapped error is lost")
	}
	if other := errors.New("x"); provider.ReasonOf(other) != "" || provider.RetryAfterOf(other) != 0 {
		t.Error("an error of no provider has a reason or a wait")
	}
}

func TestSlotsNumberTheFilesOfEachKind(t *testing.T) {
	t.Parallel()
	ref := func(key string) v1alpha1.SecretKeyReference {
		return v1alpha1.SecretKeyReference{Name: "materials", Key: key}
	}
	permit := ref("permit.jpg")
	got := provider.Slots(&v1alpha1.IcpFilingSpec{
		Materials: []v1alpha1.Material{
			{Kind: v1alpha1.MaterialResponsiblePersonCertificate, SecretRef: ref("front.jpg")},
			{Kind: v1alpha1.MaterialSubjectCertificate, SecretRef: ref("license.jpg")},
			{Kind: v1alpha1.MaterialAuxiliary, SecretRef: ref("lease.jpg")},
			{Kind: v1alpha1.MaterialResponsiblePersonCertificate, SecretRef: ref("back.jpg")},
		},
		PreApprovals: []v1alpha1.PreApproval{{Category: v1alpha1.PreApprovalNews}, {Category: v1alpha1.PreApprovalPublishing, DocumentRef: &permit}},
	})
	want := []provider.Slot{
		{Kind: v1alpha1.MaterialResponsiblePersonCertificate, Part: 1, From: ref("front.jpg")},
		{Kind: v1alpha1.MaterialSubjectCertificate, Part: 1, From: ref("license.jpg")},
		{Kind: v1alpha1.MaterialAuxiliary, Part: 1, From: ref("lease.jpg")},
		{Kind: v1alpha1.MaterialResponsiblePersonCertificate, Part: 2, From: ref("back.jpg")},
		{Kind: v1alpha1.MaterialAuxiliary, Part: 2, From: permit, PreApproval: v1alpha1.PreApprovalPublishing},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("slots differ (-want +got):\n%s", diff)
	}
}

func TestAnAnswerAboutAnotherDomainDecidesNothing(t *testing.T) {
	t.Parallel()
	const domain = "example.cn"
	for _, order := range []*procedure.Order{nil, {Domain: domain}} {
		if err := provider.OfDomain(order, domain); err != nil {
			t.Errorf("%+v is refused: %v", order, err)
		}
	}
	err := provider.OfDomain(&procedure.Order{Domain: "example.com"}, domain)
	if provider.ClassOf(err) != provider.Transient || provider.ReasonOf(err) != provider.ReasonMalformedAnswer {
		t.Errorf("another domain's order is %v", err)
	}
}
