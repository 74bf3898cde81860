package view_test

import (
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/view"
)

func submittedTo(f *v1alpha1.IcpFiling) *v1alpha1.IcpFiling {
	f.Status.Stages = append([]v1alpha1.StageStatus{{Name: v1alpha1.StageConfirmation, State: v1alpha1.StageDone}}, f.Status.Stages...)
	return f
}

func asked(f *v1alpha1.IcpFiling, annotation, value string) *v1alpha1.IcpFiling {
	f.Annotations = map[string]string{annotation: value}
	return f
}

func TestWhatMayBeAskedForIsSaidWithWhatFollows(t *testing.T) {
	t.Parallel()
	for is, c := range map[string]struct {
		filing                *v1alpha1.IcpFiling
		resubmit, withdraw    string
		resubmitted, withdrew bool
	}{
		"returned":                  {returned("f"), "then: what was returned at preliminary review is submitted again as it is, as attempt 2", "refused: it was returned at preliminary review already", false, false},
		"returned, and asked for":   {asked(returned("f"), v1alpha1.ResubmitAnnotation, "2"), "then: what was returned", "refused: it was returned", true, false},
		"under review":              {submittedTo(withBureau("f", 27)), "refused: it was not returned, and has not ended: it is at bureau review", "then: attempt 1, which is at bureau review, is taken back", false, false},
		"under review, and asked":   {asked(submittedTo(withBureau("f", 27)), v1alpha1.WithdrawAnnotation, "1"), "refused: ", "then: attempt 1", false, true},
		"asked for another attempt": {asked(submittedTo(withBureau("f", 27)), v1alpha1.WithdrawAnnotation, "2"), "refused: ", "then: attempt 1", false, false},
		"not submitted":             {filing("f", v1alpha1.StageProductVerification), "refused: ", "refused: its order is not submitted yet: it is at product verification", false, false},
		"in force":                  {inForce("f"), "refused: it was not returned, and has not ended: it is at approved", "refused: it is in force", false, false},
		"revoked":                   {revoked("f"), "then: it is filed anew, as attempt 2", "refused: it has ended: revoked", false, false},
	} {
		t.Run(is, func(t *testing.T) {
			t.Parallel()
			for name, ask := range map[string]struct {
				got   view.Asking
				want  string
				asked bool
			}{"resubmit": {view.ToResubmit(c.filing), c.resubmit, c.resubmitted}, "withdraw": {view.ToWithdraw(c.filing), c.withdraw, c.withdrew}} {
				said := "then: " + ask.got.Then.English
				if ask.got.Refused.English != "" {
					said = "refused: " + ask.got.Refused.English
				}
				if !strings.HasPrefix(said, ask.want) || ask.got.Asked != ask.asked || (ask.got.Refused.Chinese == "") != (ask.got.Refused.English == "") {
					t.Errorf("%s: %q (asked for: %v), want %q (%v)", name, said, ask.got.Asked, ask.want, ask.asked)
				}
			}
		})
	}
}
