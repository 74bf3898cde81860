package sheet_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/sheet"
)

func template(t *testing.T, l v1alpha1.Language) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := sheet.WriteTemplate(&file, l); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestATemplateIsReadAndItsExampleIsNotImported(t *testing.T) {
	t.Parallel()
	for _, l := range []v1alpha1.Language{v1alpha1.LanguageEnglish, v1alpha1.LanguageChinese} {
		var asCSV bytes.Buffer
		if err := sheet.Template(l).WriteCSV(&asCSV, true); err != nil {
			t.Fatal(err)
		}
		for _, data := range [][]byte{template(t, l), asCSV.Bytes()} {
			s := read(t, data)
			if len(s.Rows) != 0 || len(s.Problems) != 1 || s.Problems[0].English != "the template's example: not taken" {
				t.Errorf("%s: %d rows, %v", l, len(s.Rows), s.Problems)
			}
		}
	}
}

func TestTheTemplatesExampleIsAFilingButForItsDomain(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	if err := sheet.Template(v1alpha1.LanguageChinese).WriteCSV(&file, false); err != nil {
		t.Fatal(err)
	}
	s := read(t, bytes.ReplaceAll(file.Bytes(), []byte("your-domain.example"), []byte("example.com")))
	var f v1alpha1.IcpFiling
	if problems := slices.Concat(s.Problems, s.Rows[0].Onto(&f, sheet.Defaults{})); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestATemplateLetsPeopleChooseAndExplainsEveryColumn(t *testing.T) {
	t.Parallel()
	book, err := excelize.OpenReader(bytes.NewReader(template(t, v1alpha1.LanguageChinese)))
	if err != nil {
		t.Fatal(err)
	}
	lists, err := book.GetDataValidations("备案")
	if err != nil {
		t.Fatal(err)
	}
	want, several := 0, 0
	for _, c := range sheet.Columns() {
		switch {
		case c.Status, len(c.Values) == 0:
		case c.Several:
			several++
		default:
			want++
		}
	}
	if len(lists) != want || want < 10 || several == 0 {
		t.Errorf("%d lists to choose from, wanted %d", len(lists), want)
	}
	values, err := book.GetRows("可选值")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(strings.Join(values[2], " "), "企业") {
		t.Errorf("the values are %v", values[2])
	}
	help, err := book.GetRows("填写说明")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range sheet.Columns() {
		found := false
		for _, row := range help {
			found = found || len(row) > 2 && row[0] == c.Title.Chinese && row[2] == c.Help.Chinese && row[2] != ""
		}
		if found == c.Status {
			t.Errorf("column %s is explained: %v", c.Title.Chinese, found)
		}
	}
}

func TestMergedCellsAreEveryRows(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	for at, text := range map[string]string{
		"A1": "域名", "B1": "网站名称", "C1": "主办单位名称", "D1": "证件号码", "E1": "省份", "F1": "服务器IP", "G1": "域名到期时间",
		"A2": "example.com", "B2": "示例商城", "C2": "示例公司", "D2": "91330100MA0EXAM076", "E2": "浙江", "F2": "203.0.113.10",
		"A3": "example.org", "B3": "示例门户", "F3": "203.0.113.10",
	} {
		if err := book.SetCellStr("Sheet1", at, text); err != nil {
			t.Fatal(err)
		}
	}
	for _, area := range [][2]string{{"C2", "C3"}, {"D2", "D3"}, {"E2", "E3"}} {
		if err := book.MergeCell("Sheet1", area[0], area[1]); err != nil {
			t.Fatal(err)
		}
	}
	// A day as workbooks keep it.
	if err := book.SetCellInt("Sheet1", "G3", 46418); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := book.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	s := read(t, file.Bytes())
	var f v1alpha1.IcpFiling
	if problems := slices.Concat(s.Problems, s.Rows[1].Onto(&f, sheet.Defaults{})); len(problems) > 0 {
		t.Fatal(problems)
	}
	if f.Spec.Subject.Name != "示例公司" || f.Spec.Subject.Province != "Zhejiang" || f.Spec.Subject.Nature != v1alpha1.NatureEnterprise {
		t.Errorf("the second row's organizer is %+v", f.Spec.Subject)
	}
	if at := f.Spec.Domain.ExpiresAt; at == nil || at.In(beijing).Format("2006-01-02") != "2027-01-31" {
		t.Errorf("the day is %v", at)
	}
}

func TestAColumnsHeadersAreItsOwn(t *testing.T) {
	t.Parallel()
	key := func(h string) string { return strings.ToLower(strings.Join(strings.Fields(h), "")) }
	seen := map[string]string{}
	for _, c := range sheet.Columns() {
		for _, h := range append([]string{c.Title.English, c.Title.Chinese}, c.Aliases...) {
			if other, taken := seen[key(h)]; taken && other != c.Key {
				t.Errorf("header %s is of %s and of %s", h, other, c.Key)
			}
			seen[key(h)] = c.Key
		}
		if c.Help.English == "" != c.Status || c.Help.Chinese == "" != c.Status {
			t.Errorf("column %s is explained in one language only, or tells the status and is explained", c.Key)
		}
	}
}
