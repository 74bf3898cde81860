package plugin_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	"golang.org/x/text/encoding/simplifiedchinese"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// ledger is a sheet as a company keeps it: a domain that is filed already, and one that is not.
const ledger = `备案台账,,,,,,,,,,
网站域名,网站名称,主办单位名称,主办单位性质,统一社会信用代码,省份,备案号,服务器IP,域名实名认证,负责人姓名,审核通过时间
%[1]s-shop.com,示例商城,杭州示例科技有限公司,企业,91330100MA0EXAM076,浙江省,浙ICP备12345678号-1,203.0.113.10,已实名,某人,2020/3/5
%[1]s-news.com,示例门户网,杭州示例科技有限公司,企业,91330100MA0EXAM076,浙江,,203.0.113.11,是,某人,
`

func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func filingsOf(t *testing.T, namespace string) []v1alpha1.IcpFiling {
	t.Helper()
	var list v1alpha1.IcpFilingList
	if err := admin.List(t.Context(), &list, client.InNamespace(namespace)); err != nil {
		t.Fatal(err)
	}
	return list.Items
}

func TestACompanysSheetBecomesFilingsAndTheSameSheetAgainChangesNothing(t *testing.T) {
	t.Parallel()
	namespace(t, "import", "")
	text, err := simplifiedchinese.GBK.NewEncoder().String(fmt.Sprintf(ledger, "import"))
	if err != nil {
		t.Fatal(err)
	}
	path := file(t, "ledger.csv", text)
	dry := icp(t, "en", "import", path, "-n", "import", "--dry-run=server")
	if dry.code != 0 || len(filingsOf(t, "import")) != 0 || !strings.Contains(dry.out, "2 rows would be written") {
		t.Fatalf("a dry run: %+v, and %d filings", dry, len(filingsOf(t, "import")))
	}
	first := icp(t, "zh", "import", path, "-n", "import")
	if first.code != 0 {
		t.Fatalf("%+v", first)
	}
	golden(t, "import.zh.txt", first.out+"--\n"+first.err)
	var versions []string
	for _, f := range filingsOf(t, "import") {
		versions = append(versions, fmt.Sprint(f.Name, f.Generation))
		if f.Name == "import-shop-com" && f.Spec.Existing.Website != (v1alpha1.ExistingFiling{Number: "浙ICP备12345678号-1", AccessProvider: v1alpha1.ThisProvider}) {
			t.Errorf("what is filed already is %+v", f.Spec.Existing)
		}
	}
	again := icp(t, "en", "import", path, "-n", "import")
	golden(t, "import-again.en.txt", again.out+"--\n"+again.err)
	var after []string
	for _, f := range filingsOf(t, "import") {
		after = append(after, fmt.Sprint(f.Name, f.Generation))
	}
	if !slices.Equal(versions, after) || len(after) != 2 {
		t.Errorf("the same sheet again made %v of %v", after, versions)
	}
}

func TestWhatIsFiledAlreadyWaitsToBeConfirmedAfterItsImport(t *testing.T) {
	t.Parallel()
	g := gomega.NewWithT(t)
	namespace(t, "taken-over", "")
	if said := icp(t, "en", "import", file(t, "ledger.csv", fmt.Sprintf(ledger, "taken-over")), "-n", "taken-over"); said.code != 0 {
		t.Fatalf("%+v", said)
	}
	g.Eventually(func(g gomega.Gomega) {
		var f v1alpha1.IcpFiling
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Namespace: "taken-over", Name: "taken-over-shop-com"}, &f)).To(gomega.Succeed())
		g.Expect(f.Status.NextAction).NotTo(gomega.BeNil())
		g.Expect(f.Status.NextAction.Task).To(gomega.Equal("ConfirmImport"))
	}).WithTimeout(within).Should(gomega.Succeed())
}

func TestABadRowKeepsEveryRowFromBeingWritten(t *testing.T) {
	t.Parallel()
	namespace(t, "half", "")
	text := fmt.Sprintf(ledger, "half") + "half-bad.com,示例,杭州示例科技有限公司,财团,91330100MA0EXAM076,浙江,,203.0.113.12,是,某人,\n" +
		"half-long.com," + strings.Repeat("长", 129) + ",杭州示例科技有限公司,企业,91330100MA0EXAM076,浙江,,203.0.113.12,是,某人,\n"
	for _, language := range []string{"en", "zh"} {
		got := icp(t, language, "import", file(t, "ledger.csv", text), "-n", "half")
		golden(t, "import-bad."+language+".txt", hidden(got.err))
		if got.code != 2 || got.out != "" || len(filingsOf(t, "half")) != 0 {
			t.Errorf("%+v, and %d filings", got, len(filingsOf(t, "half")))
		}
	}
	// What the API server alone knows keeps every row from being written, too.
	text = strings.Replace(text, "财团", "企业", 1)
	got := icp(t, "en", "import", file(t, "ledger.csv", text), "-n", "half")
	if got.code != 2 || !strings.Contains(got.err, "line 6, column 网站名称: the API server says: ") || len(filingsOf(t, "half")) != 0 {
		t.Errorf("%+v, and %d filings", got, len(filingsOf(t, "half")))
	}
	got = icp(t, "en", "import", file(t, "ledger.csv", fmt.Sprintf(ledger, "half")), "-n", "not-there")
	if got.code != 2 || !strings.Contains(got.err, "line 3: namespace not-there is not there") {
		t.Errorf("%+v", got)
	}
}

// hidden hides where a test keeps its files.
func hidden(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if _, rest, has := strings.Cut(line, "ledger.csv"); has {
			lines[i] = "… ledger.csv" + rest
		}
	}
	return strings.Join(lines, "\n")
}

func TestARowThatDiffersFromWhatIsThereIsChangedOnlyWhenThatIsSaid(t *testing.T) {
	t.Parallel()
	namespace(t, "differs", "")
	if said := icp(t, "en", "import", file(t, "ledger.csv", fmt.Sprintf(ledger, "differs")), "-n", "differs"); said.code != 0 {
		t.Fatalf("%+v", said)
	}
	// Somebody adds what the sheet has no column for.
	news := client.ObjectKey{Namespace: "differs", Name: "differs-news-com"}
	patch := client.RawPatch("application/merge-patch+json", []byte(`{"spec": {"subject": {"remark": "kept"}}}`))
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: news.Namespace, Name: news.Name}}
	if err := admin.Patch(t.Context(), f, patch); err != nil {
		t.Fatal(err)
	}
	changed := file(t, "ledger.csv", strings.Replace(fmt.Sprintf(ledger, "differs"), "示例门户网", "示例新闻网", 1))
	got := icp(t, "en", "import", changed, "-n", "differs")
	if got.code != 2 || !strings.Contains(got.err, "line 4: filing differs/differs-news-com is there and differs in spec.website.name: --update") {
		t.Errorf("%+v", got)
	}
	got = icp(t, "en", "import", changed, "-n", "differs", "--update")
	if got.code != 0 || !strings.Contains(got.out, "differs/differs-news-com updated") || !strings.Contains(got.out, "differs/differs-shop-com unchanged") {
		t.Errorf("%+v", got)
	}
	if err := admin.Get(t.Context(), news, f); err != nil {
		t.Fatal(err)
	}
	if f.Spec.Website.Name != "示例新闻网" || f.Spec.Subject.Remark != "kept" {
		t.Errorf("the name is %q, and the remark that the sheet does not know %q", f.Spec.Website.Name, f.Spec.Subject.Remark)
	}
}

func TestAWriteThatFailsMidwaySaysWhatStandsAndTheSameCommandGoesOn(t *testing.T) {
	t.Parallel()
	namespace(t, "midway-a", "")
	namespace(t, "midway-b", "")
	// Dry runs are allowed everywhere, and what is written is refused in the second namespace.
	allow := dryRunsOnly(t, "midway-b")
	header := "命名空间,域名,网站名称,主办单位名称,主办单位性质,统一社会信用代码,省份,服务器IP\n"
	row := func(ns, domain string) string {
		return ns + "," + domain + ",示例门户网,杭州示例科技有限公司,企业,91330100MA0EXAM076,浙江,203.0.113.11\n"
	}
	path := file(t, "ledger.csv", header+row("midway-a", "midway-one.com")+row("midway-b", "midway-two.com")+row("midway-a", "midway-three.com"))
	got := icp(t, "en", "import", path)
	if got.code != 2 || !strings.Contains(got.out, "midway-a/midway-one-com created") || !strings.Contains(got.err, "1 of 3 rows, those above, stand") || len(filingsOf(t, "midway-a")) != 1 {
		t.Fatalf("%+v", got)
	}
	allow()
	got = icp(t, "en", "import", path)
	if got.code != 0 || !strings.Contains(got.out, "2 written, 1 there already") || len(filingsOf(t, "midway-a"))+len(filingsOf(t, "midway-b")) != 3 {
		t.Fatalf("%+v", got)
	}
}

// dryRunsOnly refuses filings in a namespace but for dry runs, until what it returns is called.
func dryRunsOnly(t *testing.T, namespace string) (allow func()) {
	t.Helper()
	deny := &admissionv1.ValidatingAdmissionPolicy{ObjectMeta: metav1.ObjectMeta{Name: "dry-runs-only-" + namespace}, Spec: admissionv1.ValidatingAdmissionPolicySpec{
		MatchConstraints: &admissionv1.MatchResources{ResourceRules: []admissionv1.NamedRuleWithOperations{{RuleWithOperations: admissionv1.RuleWithOperations{
			Operations: []admissionv1.OperationType{admissionv1.Create},
			Rule:       admissionv1.Rule{APIGroups: []string{v1alpha1.GroupVersion.Group}, APIVersions: []string{"*"}, Resources: []string{"icpfilings"}},
		}}}},
		MatchConditions: []admissionv1.MatchCondition{{Name: "here", Expression: fmt.Sprintf("request.namespace == %q", namespace)}},
		Validations:     []admissionv1.Validation{{Expression: "has(request.dryRun) && request.dryRun", Message: "closed for today"}},
	}}
	bind := &admissionv1.ValidatingAdmissionPolicyBinding{ObjectMeta: metav1.ObjectMeta{Name: deny.Name}, Spec: admissionv1.ValidatingAdmissionPolicyBindingSpec{
		PolicyName: deny.Name, ValidationActions: []admissionv1.ValidationAction{admissionv1.Deny}}}
	create(t, deny, bind)
	inForce := func() {
		if err := cluster.PoliciesInForce(t.Context(), admin); err != nil {
			t.Fatal(err)
		}
	}
	inForce()
	return func() {
		for _, o := range []client.Object{bind, deny} {
			if err := admin.Delete(t.Context(), o); err != nil {
				t.Fatal(err)
			}
		}
		inForce()
	}
}

func TestManifestsOfASheetAreWhatItsImportWrites(t *testing.T) {
	t.Parallel()
	path := file(t, "ledger.csv", fmt.Sprintf(ledger, "manifest"))
	got := icpAs(t, file(t, "no-cluster", ""), "", "zh", "import", path, "-n", "shop", "-o", "yaml")
	if got.code != 0 {
		t.Fatalf("%+v", got)
	}
	golden(t, "import.yaml", got.out)
}

func TestATemplateIsWrittenOnceAndFilledInBecomesFilings(t *testing.T) {
	t.Parallel()
	nowhere := file(t, "kubeconfig", "")
	for _, name := range []string{"filings.xlsx", "filings.csv"} {
		path := filepath.Join(t.TempDir(), name)
		if said := icpAs(t, nowhere, "", "zh", "import", "--template", path); said.code != 0 {
			t.Fatalf("%+v", said)
		}
		if said := icpAs(t, nowhere, "", "en", "import", "--template", path); said.code != 2 || !strings.Contains(said.err, "--force overwrites it") {
			t.Errorf("a template that is there: %+v", said)
		}
		if said := icpAs(t, nowhere, "", "en", "import", path); said.code != 2 || !strings.Contains(said.err, "line 2: the template's example: not taken") {
			t.Errorf("the example alone: %+v", said)
		}
	}
	path := filepath.Join(t.TempDir(), "filings.csv")
	if said := icpAs(t, nowhere, "", "en", "import", "--template", path); said.code != 0 {
		t.Fatalf("%+v", said)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.ReplaceAll(string(text), "your-domain.example", "template-filled.com")
	got := icpAs(t, nowhere, filled, "en", "import", "-", "--dry-run=client")
	if got.code != 0 || !strings.Contains(got.out, "1 rows are as they should be") {
		t.Errorf("%+v", got)
	}
}

func TestACompanysNameForItsProviderIsTurnedIntoTheObjects(t *testing.T) {
	t.Parallel()
	text := strings.Replace(strings.ReplaceAll(fmt.Sprintf(ledger, "provider"), "是,某人,", "是,某人,,示例云"), "审核通过时间", "审核通过时间,接入商", 1)
	nowhere := file(t, "kubeconfig", "")
	if got := icpAs(t, nowhere, text, "en", "import", "-", "-o", "yaml"); got.code != 2 || !strings.Contains(got.err, "line 4, column 接入商: ") {
		t.Errorf("%+v", got)
	}
	got := icpAs(t, nowhere, text, "en", "import", "-", "-o", "yaml", "--provider-of", "示例云=by-hand")
	if got.code != 0 || strings.Count(got.out, "name: by-hand\n") != 1 {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsExportedIsImportedAndChangesNothing(t *testing.T) {
	t.Parallel()
	namespace(t, "exported", "")
	if said := icp(t, "en", "import", file(t, "ledger.csv", fmt.Sprintf(ledger, "exported")), "-n", "exported"); said.code != 0 {
		t.Fatalf("%+v", said)
	}
	dir := t.TempDir()
	for _, name := range []string{"filings.csv", "filings.xlsx"} {
		path := filepath.Join(dir, name)
		for _, language := range []string{"zh", "en"} {
			if said := icp(t, language, "export", "-n", "exported", "--force", path); said.code != 0 {
				t.Fatalf("%+v", said)
			}
			got := icp(t, "en", "import", path)
			if got.code != 0 || !strings.Contains(got.out, "0 written, 2 there already") {
				t.Errorf("%s, %s: %+v", name, language, got)
			}
		}
		if said := icp(t, "en", "export", "-n", "exported", path); said.code != 2 || !strings.Contains(said.err, "--force") {
			t.Errorf("a file that is there: %+v", said)
		}
	}
	out := icp(t, "zh", "export", "-n", "exported")
	if out.code != 0 || !strings.HasPrefix(out.out, "namespace,name,domain,websiteName,") || strings.Count(out.out, "\n") != 3 {
		t.Errorf("%+v", out)
	}
}

func TestWhoMayNotListFilingsExportsNone(t *testing.T) {
	t.Parallel()
	namespace(t, "export-mine", "")
	create(t, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "export-mine", Name: "viewer"},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "icp-viewer"},
		Subjects: []rbacv1.Subject{{Kind: "User", APIGroup: rbacv1.GroupName, Name: "export-viewer"}}})
	mine := kubeconfigOf(t, "export-viewer")
	g := gomega.NewWithT(t)
	g.Eventually(func() int { return icpAs(t, mine, "", "en", "export", "-n", "export-mine").code }).WithContext(context.Background()).WithTimeout(within).Should(gomega.Equal(0))
	if said := icpAs(t, mine, "", "en", "export", "-A"); said.code != 2 || said.out != "" || !strings.Contains(said.err, "forbidden") {
		t.Errorf("%+v", said)
	}
}
