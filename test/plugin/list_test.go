package plugin_test

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

func TestListPutsFirstWhoMustActFirst(t *testing.T) {
	t.Parallel()
	for _, ns := range []string{"list-a", "list-b"} {
		namespace(t, ns, "")
		secrets(t, ns)
	}
	filing(t, "list-a", "bureau", "list-bureau.cn")
	filing(t, "list-a", "sms", "list-sms.cn")
	filing(t, "list-b", "approved", "list-approved.cn", opened("2026-02-09"))
	filing(t, "list-b", "late", "list-late.cn", opened("2026-01-09"))
	walked(t, "list-a", "bureau", v1alpha1.StageBureauReview)
	walked(t, "list-a", "sms", v1alpha1.StageSmsVerification)
	records(t, "list-a", "sms", "--ask", "VerifyBySms", "--due", "2026-03-03T10:00")
	for name, number := range map[string]string{"approved": "浙ICP备12345671号-1", "late": "浙ICP备12345672号-1"} {
		walked(t, "list-b", name, v1alpha1.StageBureauReview)
		records(t, "list-b", name, "--pass", "--website-number", number)
	}
	eventually(t, "list-a", "sms", because(v1alpha1.ConditionSmsVerified, v1alpha1.ReasonWaiting))
	eventually(t, "list-b", "approved", because(v1alpha1.ConditionPublicSecurityRegistered, v1alpha1.ReasonDue))
	eventually(t, "list-b", "late", because(v1alpha1.ConditionPublicSecurityRegistered, v1alpha1.ReasonOverdue))
	for _, language := range languages {
		all := runs(t, language, "list", "-A", "-l", "listed=yes")
		if all != "" {
			t.Errorf("no filing has that label, and yet:\n%s", all)
		}
	}
	for _, ns := range []string{"list-a", "list-b"} {
		var filings v1alpha1.IcpFilingList
		if err := admin.List(t.Context(), &filings, client.InNamespace(ns)); err != nil {
			t.Fatal(err)
		}
		for i := range filings.Items {
			label := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"labels":{"listed":"yes"}}}`))
			if err := admin.Patch(t.Context(), &filings.Items[i], label); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, language := range languages {
		golden(t, "list."+language+".txt", runs(t, language, "list", "-A", "-l", "listed=yes"))
		golden(t, "list.wide."+language+".txt", runs(t, language, "list", "-n", "list-b", "-o", "wide"))
	}
	for asked, want := range map[string]string{
		"-A -l listed=yes -o name":                        "late sms approved bureau",
		"-n list-a -o name --waiting-for people":          "sms",
		"-n list-a -o name --waiting-for bureau":          "bureau",
		"-n list-b -o name --standing overdue":            "late",
		"-n list-b -o name --stage bureau-review":         "",
		"-n list-a -o name --stage sms-verification":      "sms",
		"-n list-a -o name --standing waiting,to-act":     "sms bureau",
		"-n list-a --no-headers --standing overdue":       "",
		"-n list-a -o jsonpath={.items[*].metadata.name}": "sms bureau",
	} {
		got := strings.Join(strings.Fields(strings.ReplaceAll(runs(t, "en", append([]string{"list"}, strings.Fields(asked)...)...), "icpfiling.icp.beian.dev/", "")), " ")
		if got != want {
			t.Errorf("list %s: %q, want %q", asked, got, want)
		}
	}
}

func TestNamesOfFilingsAreCompleted(t *testing.T) {
	t.Parallel()
	namespace(t, "completes", "")
	filing(t, "completes", "one", "completes-one.cn")
	filing(t, "completes", "other", "completes-other.cn")
	for asked, want := range map[string]string{
		"status -n completes o":              "one\nother\n",
		"status -n completes one ot":         "other\n",
		"review -n completes on":             "one\n",
		"resubmit -n completes one ":         "",
		"review one --return --reason Short": "",
	} {
		got := runs(t, "en", append([]string{"__complete"}, strings.Split(asked, " ")...)...)
		offered, _, _ := strings.Cut(got, ":")
		if asked == "review one --return --reason Short" {
			if !strings.Contains(offered, "WebsiteNameInvalid") {
				t.Errorf("the reasons of a return are not offered: %q", got)
			}
			continue
		}
		if offered != want {
			t.Errorf("%q offers %q, want %q", asked, offered, want)
		}
	}
}

// opened has the site opened on a day.
func opened(day string) func(*v1alpha1.IcpFilingSpec) {
	return func(s *v1alpha1.IcpFilingSpec) {
		at, err := calendar.ParseDate(day)
		if err != nil {
			panic(err)
		}
		s.Website.OpenedAt = &metav1.Time{Time: at.Add(9 * time.Hour)}
	}
}
