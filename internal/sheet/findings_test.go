package sheet_test

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/sheet"
)

var findings = []audit.Finding{
	{
		Verdict: audit.Uncovered, Mode: "off", Group: "networking.k8s.io", Kind: "Ingress", Namespace: "shop", Name: "web", Host: "www.example.com",
		Reason: audit.NoFiling, Served: audit.ServedByMode, Domain: "example.com",
	},
	{
		Verdict: audit.Covered, Mode: "hold", Kind: "Service", Namespace: "shop", Name: "web", Host: "=cmd.example.com",
		Reason: audit.InForce, Domain: "example.com", Filing: "shop/site", Number: "浙ICP备26000001号-1", Stage: v1alpha1.StageApproved,
	},
}

func TestFindingsForProgramsAreInEnglishAndNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := sheet.Findings(findings, sheet.Keys, v1alpha1.LanguageChinese).WriteCSV(&out, false); err != nil {
		t.Fatal(err)
	}
	const want = `verdict,mode,namespace,group,kind,name,host,from,reason,served,domain,filing,number,stage,closed,next
Uncovered,off,shop,networking.k8s.io,Ingress,web,www.example.com,,NoFiling,ServedByMode,example.com,,,,,"start a filing of example.com: kubectl icp init --domain example.com -n shop; until then, have the gate keep it from being served: kubectl label namespace shop icp.beian.dev/gate=hold --overwrite"
Covered,hold,shop,,Service,web,'=cmd.example.com,,InForce,,example.com,shop/site,浙ICP备26000001号-1,Approved,,
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestFindingsForPeopleAreInTheirLanguage(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := sheet.Findings(findings, sheet.Titles, v1alpha1.LanguageChinese).WriteXLSX(&out); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("主机名")
	if err != nil || len(rows) != 3 {
		t.Fatalf("%v, %v", rows, err)
	}
	if rows[0][0] != "结论" || rows[1][0] != "未覆盖" || rows[1][8] != "没有备案覆盖它" || rows[2][13] != "备案成功" {
		t.Errorf("%v", rows)
	}
}
