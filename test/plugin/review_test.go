package plugin_test

import (
	"context"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// reviewsIn counts the reviews of a namespace.
func reviewsIn(t *testing.T, namespace string) int {
	t.Helper()
	var list v1alpha1.IcpReviewList
	if err := admin.List(t.Context(), &list, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	return len(list.Items)
}

func TestAReviewIsShownBeforeItIsWritten(t *testing.T) {
	t.Parallel()
	namespace(t, "review", "")
	secrets(t, "review")
	filing(t, "review", "f", "review.cn")
	walked(t, "review", "f", v1alpha1.StagePreliminaryReview)
	before := reviewsIn(t, "review")
	for _, language := range languages {
		for name, args := range map[string][]string{
			"return": {"--return", "--reason", "WebsiteNameInvalid", "--message", "say what is sold"},
			"pass":   {"--pass"}, "revoke": {"--revoke", "--reason", "ShellFiling"},
			"ask":    {"--ask", "Supplement", "--due", "2026-03-06"},
			"number": {"--stage", "BureauReview", "--pass", "--website-number", "浙ICP备12345678号-1"},
		} {
			for _, dryRun := range []string{"--dry-run=client", "--dry-run=server"} {
				out := runs(t, language, append([]string{"review", "f", "-n", "review", dryRun}, args...)...)
				if dryRun == "--dry-run=client" {
					golden(t, "review."+name+"."+language+".txt", out)
				}
			}
		}
	}
	if got := icpAs(t, plane.Kubeconfig(), "n\n", "en", "review", "f", "-n", "review", "--pass"); got.code != 2 || !strings.Contains(got.out, "Write it? [y/N]") || !strings.Contains(got.err, "nothing was written") {
		t.Errorf("whoever says no: %+v", got)
	}
	if got := icpAs(t, plane.Kubeconfig(), "", "zh", "review", "f", "-n", "review", "--pass"); got.code != 2 || !strings.Contains(got.err, "未写入") {
		t.Errorf("whoever says nothing: %+v", got)
	}
	if n := reviewsIn(t, "review"); n != before {
		t.Errorf("%d reviews were written", n-before)
	}
	if got := icpAs(t, plane.Kubeconfig(), "y\n", "en", "review", "f", "-n", "review", "--pass", "-o", "name"); got.code != 0 || !strings.HasPrefix(got.out, "icpreview.icp.beian.dev/f-") || !strings.Contains(got.err, "Decision") {
		t.Errorf("whoever says yes: %+v", got)
	}
	eventually(t, "review", "f", at(v1alpha1.StageSmsVerification))
}

func TestAReviewThatCannotBeIsRefusedWithWhatThereIs(t *testing.T) {
	t.Parallel()
	namespace(t, "review-no", "")
	secrets(t, "review-no")
	filing(t, "review-no", "f", "review-no.cn")
	walked(t, "review-no", "f", v1alpha1.StagePreliminaryReview)
	before := reviewsIn(t, "review-no")
	for args, says := range map[string]string{
		"":                                     "[report pass return ask revoke cancel]",
		"--pass --return":                      "[report pass return ask revoke cancel]",
		"--return":                             "a return needs its --reason",
		"--return --reason Websitename":        "WebsiteNameInvalid",
		"--revoke --reason WebsiteNameInvalid": "RandomCheckFailed",
		"--pass --stage Nowhere":               "PreliminaryReview",
		"--ask Money":                          "Supplement",
		"--ask Supplement --due soon":          "2026-03-06T15:00",
		"--pass --stage BureauReview":          "--website-number",
		"--pass --stage BureauReview --website-number 12345678":                                         "浙ICP备12345678号-1",
		"--pass --stage BureauReview --website-number 浙ICP备12345678号":                                   "号-1",
		"--pass --stage BureauReview --website-number 浙ICP备12345678号-1 --subject-number 浙ICP备87654321号": "another subject's",
		"--pass --dry-run=maybe":                  "none, client or server",
		"--pass --message call_13900000001 --yes": "personal data",
		"--pass --attempt 2 --yes":                "does not count",
	} {
		got := icp(t, "en", append([]string{"review", "f", "-n", "review-no"}, strings.Fields(args)...)...)
		if got.code != 2 || !strings.Contains(got.err, says) {
			t.Errorf("%s: %+v, want it to say %q", args, got, says)
		}
	}
	if n := reviewsIn(t, "review-no"); n != before+1 {
		t.Errorf("%d reviews were written, want the one of the other attempt", n-before)
	}
	if got := icpAs(t, kubeconfigOf(t, "somebody"), "", "en", "review", "f", "-n", "review-no", "--pass"); got.code != 2 || !strings.Contains(got.err, "forbidden") {
		t.Errorf("who may read nothing: %+v", got)
	}
}

func TestAReturnedFilingIsSubmittedAgainAndAnEndedOneAnew(t *testing.T) {
	t.Parallel()
	namespace(t, "resubmit", "")
	secrets(t, "resubmit")
	filing(t, "resubmit", "f", "resubmit.cn")
	walked(t, "resubmit", "f", v1alpha1.StagePreliminaryReview)
	for language, says := range map[string]string{"en": "it was not returned, and has not ended: it is at preliminary review", "zh": "备案未被退回"} {
		if got := icp(t, language, "resubmit", "f", "-n", "resubmit"); got.code != 2 || !strings.Contains(got.err, says) {
			t.Errorf("%+v", got)
		}
	}
	records(t, "resubmit", "f", "--return", "--reason", "FaceCheckFailed")
	eventually(t, "resubmit", "f", because(v1alpha1.ConditionReady, v1alpha1.ReasonReturned))
	for _, language := range languages {
		golden(t, "resubmit."+language+".txt", runs(t, language, "resubmit", "f", "-n", "resubmit", "--dry-run=server"))
	}
	runs(t, "en", "resubmit", "f", "-n", "resubmit")
	attempt := func(n int32) func(gomega.Gomega, *v1alpha1.IcpFiling) {
		return func(g gomega.Gomega, f *v1alpha1.IcpFiling) { g.Expect(f.Status.Attempt).To(gomega.Equal(n)) }
	}
	eventually(t, "resubmit", "f", attempt(2))
	records(t, "resubmit", "f", "--cancel")
	eventually(t, "resubmit", "f", at(v1alpha1.StageCancelled))
	if out := runs(t, "en", "resubmit", "f", "-n", "resubmit"); !strings.Contains(out, "it is filed anew, as attempt 3") {
		t.Errorf("it says %q", out)
	}
	eventually(t, "resubmit", "f", attempt(3))
}

func TestWhatWasAskedForBeforeTheEndIsAskedForAnew(t *testing.T) {
	t.Parallel()
	namespace(t, "anew", "")
	secrets(t, "anew")
	filing(t, "anew", "f", "anew.cn")
	walked(t, "anew", "f", v1alpha1.StagePreliminaryReview)
	f := eventually(t, "anew", "f", at(v1alpha1.StagePreliminaryReview))
	if err := admin.Patch(t.Context(), f, client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"icp.beian.dev/resubmit":"2"}}}`))); err != nil {
		t.Fatal(err)
	}
	records(t, "anew", "f", "--cancel")
	eventually(t, "anew", "f", at(v1alpha1.StageCancelled))
	runs(t, "en", "resubmit", "f", "-n", "anew")
	eventually(t, "anew", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) { g.Expect(f.Status.Attempt).To(gomega.Equal(int32(2))) })
}

func TestAnOrderIsTakenBackFromReview(t *testing.T) {
	t.Parallel()
	namespace(t, "withdraw", "")
	secrets(t, "withdraw")
	filing(t, "withdraw", "f", "withdraw.cn")
	eventually(t, "withdraw", "f", at(v1alpha1.StageProductVerification))
	for language, says := range map[string]string{"en": "its order is not submitted yet: it is at product verification", "zh": "订单尚未提交"} {
		if got := icp(t, language, "withdraw", "f", "-n", "withdraw", "--yes"); got.code != 2 || !strings.Contains(got.err, says) {
			t.Errorf("%+v", got)
		}
	}
	walked(t, "withdraw", "f", v1alpha1.StagePreliminaryReview)
	for _, language := range languages {
		golden(t, "withdraw."+language+".txt", runs(t, language, "withdraw", "f", "-n", "withdraw", "--dry-run"))
	}
	if got := icpAs(t, plane.Kubeconfig(), "n\n", "en", "withdraw", "f", "-n", "withdraw"); got.code != 2 {
		t.Errorf("whoever says no: %+v", got)
	}
	runs(t, "en", "withdraw", "f", "-n", "withdraw", "--yes")
	eventually(t, "withdraw", "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(f.Status.NextAction).NotTo(gomega.BeNil())
		g.Expect(f.Status.NextAction.Task).To(gomega.Equal("WithdrawOrder"))
	})
	if out := runs(t, "zh", "withdraw", "f", "-n", "withdraw", "--yes"); !strings.Contains(out, "此前已提出") {
		t.Errorf("it says %q", out)
	}
	records(t, "withdraw", "f", "--stage", "Confirmation", "--return", "--reason", "Withdrawn")
	eventually(t, "withdraw", "f", because(v1alpha1.ConditionSubmitted, v1alpha1.ReasonWithdrawn))
	if got := icp(t, "en", "withdraw", "f", "-n", "withdraw"); got.code != 2 || !strings.Contains(got.err, "returned at confirmation already") {
		t.Errorf("%+v", got)
	}
}

// It runs before the parallel tests, and takes its provider away: init offers every one that the cluster has.
func TestAReviewOfWhatAProviderDecidesOverTheProtocolIsDoubted(t *testing.T) {
	away := &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: "nobody-there"}, Spec: v1alpha1.FilingProviderSpec{HTTP: &v1alpha1.HTTPProvider{URL: "http://127.0.0.1:1"}}}
	create(t, away)
	t.Cleanup(func() {
		if err := admin.Delete(context.Background(), away); err != nil {
			t.Error(err)
		}
	})
	namespace(t, "review-http", "")
	secrets(t, "review-http")
	filing(t, "review-http", "f", "review-http.cn", func(s *v1alpha1.IcpFilingSpec) { s.ProviderRef = &v1alpha1.ProviderReference{Name: "nobody-there"} })
	eventually(t, "review-http", "f", because(v1alpha1.ConditionReady, v1alpha1.ReasonProviderUnavailable))
	for language, says := range map[string]string{"en": "Careful    the provider answers over the protocol; reviews do not count", "zh": "注意       由接入服务商通过协议答复"} {
		if out := runs(t, language, "review", "f", "-n", "review-http", "--report", "--stage", "TypeDetermination", "--dry-run"); !strings.Contains(out, says) {
			t.Errorf("it does not say %q:\n%s", says, out)
		}
	}
	if out := runs(t, "zh", "status", "f", "-n", "review-http"); !strings.Contains(out, "接入服务商无响应") {
		t.Errorf("status does not say that the provider is away:\n%s", out)
	}
}
