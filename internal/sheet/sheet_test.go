package sheet_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/sheet"
)

// company is a sheet as a company keeps it: a title above, its own headers, a person's data, and what the bureau said.
const company = `备案台账,,,,,,,,,,
,,,,,,,,,,
网站域名,网站名称,主办单位名称,主办单位性质,统一社会信用代码,省份,备案号,服务器IP,负责人姓名,手机号,审核通过时间
example.com,示例商城,杭州示例科技有限公司,企业,91330100MA0EXAM076,浙江省,浙ICP备12345678号-1,203.0.113.10,某人,13900000001,2020/3/5
https://www.example.org/index.html,示例门户,杭州示例科技有限公司,企业单位,91330100MA0EXAM076,浙江,,203.0.113.11；203.0.113.12,某人,13900000001,
`

func read(t *testing.T, data []byte) sheet.Sheet {
	t.Helper()
	grid, err := sheet.Read(data, "")
	if err != nil {
		t.Fatal(err)
	}
	return sheet.Filings(grid)
}

// one reads a sheet of a single row below a header.
func one(t *testing.T, header, row string) (v1alpha1.IcpFiling, []sheet.Problem) {
	t.Helper()
	s := read(t, []byte(header+"\n"+row+"\n"))
	problems := s.Problems
	var f v1alpha1.IcpFiling
	if len(s.Rows) == 1 {
		problems = append(problems, s.Rows[0].Onto(&f, sheet.Defaults{Namespace: "shop", SubjectPerson: "li", WebsitePerson: "wang"})...)
	} else if !sheet.Errors(problems) {
		t.Fatalf("%d rows, wanted one", len(s.Rows))
	}
	return f, problems
}

func errors(problems []sheet.Problem) []string {
	var list []string
	for _, p := range problems {
		if !p.Note {
			list = append(list, p.In(v1alpha1.LanguageEnglish))
		}
	}
	return list
}

func TestACompanysOwnSheetIsReadInEveryEncodingThatExcelSaves(t *testing.T) {
	t.Parallel()
	encoded := func(e interface{ String(string) (string, error) }, text string) []byte {
		out, err := e.String(text)
		if err != nil {
			t.Fatal(err)
		}
		return []byte(out)
	}
	crlf := strings.ReplaceAll(company, "\n", "\r\n")
	for name, data := range map[string][]byte{
		"UTF-8":                    []byte(company),
		"UTF-8 with a mark, CRLF":  []byte("\ufeff" + crlf),
		"GBK":                      encoded(simplifiedchinese.GBK.NewEncoder(), crlf),
		"GB18030":                  encoded(simplifiedchinese.GB18030.NewEncoder(), company),
		"UTF-16, by tabs":          encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), strings.ReplaceAll(crlf, ",", "\t")),
		"semicolons":               []byte(strings.ReplaceAll(company, ",", ";")),
		"Excel's own line of this": []byte("sep=;\r\n" + strings.ReplaceAll(company, ",", ";")),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := read(t, data)
			if len(s.Rows) != 2 || sheet.Errors(s.Problems) {
				t.Fatalf("%d rows, %v", len(s.Rows), s.Problems)
			}
			var f v1alpha1.IcpFiling
			if problems := s.Rows[0].Onto(&f, sheet.Defaults{Namespace: "shop", SubjectPerson: "li", WebsitePerson: "wang"}); len(problems) > 0 {
				t.Fatal(problems)
			}
			want := v1alpha1.IcpFiling{}
			want.Namespace, want.Name = "shop", "example-com"
			want.Spec = v1alpha1.IcpFilingSpec{
				Domain: v1alpha1.Domain{Name: "example.com"},
				Server: v1alpha1.Server{Instance: &v1alpha1.Instance{ID: "203.0.113.10", PublicIPs: []string{"203.0.113.10"}}},
				Subject: v1alpha1.Subject{Nature: v1alpha1.NatureEnterprise, Province: "Zhejiang", Name: "杭州示例科技有限公司",
					Certificate:          &v1alpha1.Certificate{Type: v1alpha1.CertificateUSCC, Number: "91330100MA0EXAM076"},
					ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "li"}},
				Website:  v1alpha1.Website{Name: "示例商城", ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "wang"}},
				Existing: v1alpha1.Existing{Website: v1alpha1.ExistingFiling{Number: "浙ICP备12345678号-1", AccessProvider: v1alpha1.ThisProvider}},
			}
			if diff := cmp.Diff(want, f); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheLinesOfASheetAreThoseOfItsFile(t *testing.T) {
	t.Parallel()
	s := read(t, []byte(company))
	if s.Rows[0].Line != 4 || s.Rows[1].Line != 5 {
		t.Errorf("lines %d and %d, not 4 and 5", s.Rows[0].Line, s.Rows[1].Line)
	}
	var f v1alpha1.IcpFiling
	if problems := s.Rows[1].Onto(&f, sheet.Defaults{SubjectPerson: "li", WebsitePerson: "wang"}); sheet.Errors(problems) {
		t.Error(problems)
	}
	if f.Spec.Domain.Name != "example.org" || f.Spec.Website.Homepage != "www.example.org" {
		t.Errorf("the address of a home page is the domain %q and the home page %q", f.Spec.Domain.Name, f.Spec.Website.Homepage)
	}
	if got := f.Spec.Server.Instance.PublicIPs; len(got) != 2 {
		t.Errorf("two addresses are %v", got)
	}
}

func TestNothingOfAPersonIsTakenOrSaid(t *testing.T) {
	t.Parallel()
	const header = "域名,网站名称,性质,省份,主办单位,证件号码,通信地址,域名所有者,服务器IP,备注,负责人,邮箱"
	for name, c := range map[string]struct {
		row  string
		want int // errors
	}{
		"an individual's facts are left out":                  {"example.com,示例小站,个人,浙江,张示例,330106199001010018,示例路9号,主体,203.0.113.10,,张示例,z@example.com", 0},
		"an identity number as an organization's is an error": {"example.com,示例小站,企业,浙江,示例公司,330106199001010018,,主体,203.0.113.10,,张示例,z@example.com", 1},
		"a mistyped one, too":                                 {"example.com,示例小站,企业,浙江,示例公司,330106199001010019,,主体,203.0.113.10,,张示例,z@example.com", 1},
		"a mobile number in a remark is an error":             {"example.com,示例小站,企业,浙江,示例公司,91330100MA0EXAM076,,主体,203.0.113.10,找 139 0000 0001,张示例,z@example.com", 1},
		"a person's name as the domain's holder is an error":  {"example.com,示例小站,企业,浙江,示例公司,91330100MA0EXAM076,,张示例,203.0.113.10,,张示例,z@example.com", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, problems := one(t, header, c.row)
			if got := errors(problems); len(got) != c.want {
				t.Errorf("%d errors, wanted %d: %v", len(got), c.want, got)
			}
			var all strings.Builder
			for _, p := range problems {
				all.WriteString(p.In(v1alpha1.LanguageEnglish) + p.In(v1alpha1.LanguageChinese))
			}
			all.WriteString(strings.Join([]string{f.Spec.Subject.Name, f.Spec.Subject.Address, f.Spec.Website.Remark, string(f.Spec.Domain.Registrant)}, " "))
			if f.Spec.Subject.Certificate != nil {
				all.WriteString(f.Spec.Subject.Certificate.Number)
			}
			for _, secret := range []string{"张示例", "330106", "0000 0001", "示例路", "z@example"} {
				if strings.Contains(all.String(), secret) {
					t.Errorf("%q is in what is said or taken: %s", secret, all.String())
				}
			}
			if !strings.Contains(all.String(), "负责人, 邮箱") {
				t.Error("that the columns of persons are not taken is not said")
			}
		})
	}
}

func TestWhatIsWrongWithARowIsSaidAllAtOnceByLineAndColumn(t *testing.T) {
	t.Parallel()
	const header = "域名,网站名称,主办单位性质,省份,主办单位名称,证件号码,服务器IP,域名到期时间,实名认证,备案号,接入商"
	_, problems := one(t, header, `"example.com、example.org",,财团,加州,,,,2027-02-30,也许,浙备12号,示例云计算有限公司`)
	got := strings.Join(errors(problems), "\n")
	if strings.Contains(got, "%!") {
		t.Error(got)
	}
	for _, want := range []string{
		`line 2, column 域名: "example.com、example.org" holds several names`,
		`line 2, column 主办单位性质: "财团" is none of Individual 个人, Enterprise 企业`,
		`line 2, column 省份: "加州" is none of Beijing 北京`,
		`line 2, column 域名到期时间: "2027-02-30" is no day that exists`,
		`line 2, column 实名认证: "也许" is neither yes nor no`,
		`line 2, column 接入商: "示例云计算有限公司" cannot be an object's name`,
		`line 2, column 网站名称: Website name is missing`,
		`line 2: no server: give`,
		`line 2, column 备案号: "浙备12号" is no filing number`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said in:\n%s", want, got)
		}
	}
}

func TestDaysAreReadAsPeopleAndProgramsWriteThem(t *testing.T) {
	t.Parallel()
	const header = "域名,网站名称,性质,省份,主办单位,证件号码,服务器IP,域名到期时间,开通时间"
	for text, want := range map[string]string{
		"2027-01-31": "2027-01-31T23:59:59+08:00", "2027/1/31": "2027-01-31T23:59:59+08:00", "2027年1月31日": "2027-01-31T23:59:59+08:00",
		"2027.01.31": "2027-01-31T23:59:59+08:00", "20270131": "2027-01-31T23:59:59+08:00", "46418": "2027-01-31T23:59:59+08:00", "46418.5": "2027-01-31T12:00:00+08:00",
		"2027-01-31 08:30": "2027-01-31T08:30:00+08:00", "2027/1/31 8:30:05": "2027-01-31T08:30:05+08:00", "2027-01-31T00:30:00Z": "2027-01-31T08:30:00+08:00",
		"长期": "", "": "", "-": "", "31/1/2027": "?", "2027": "?", "1": "?", "明年": "?", "2027-13-01": "?",
	} {
		f, problems := one(t, header, "example.com,示例商城,企业,浙江,示例公司,91330100MA0EXAM076,203.0.113.10,"+text+",")
		got := ""
		switch at := f.Spec.Domain.ExpiresAt; {
		case sheet.Errors(problems):
			got = "?"
		case at != nil:
			got = at.In(beijing).Format("2006-01-02T15:04:05-07:00")
		}
		if got != want {
			t.Errorf("%q is %q, wanted %q", text, got, want)
		}
	}
}

func TestNoCellIsEverAFormula(t *testing.T) {
	t.Parallel()
	table := sheet.Table{Header: []string{"a"}, Rows: [][]string{{"=1+1"}, {"+1"}, {"-1"}, {"@SUM(A1)"}, {"\t=1"}, {"\r=1"}, {"'=1"}, {"plain"}, {"it's"}}}
	var out bytes.Buffer
	if err := table.WriteCSV(&out, false); err != nil {
		t.Fatal(err)
	}
	want := "a\n'=1+1\n'+1\n'-1\n'@SUM(A1)\n\"'\t=1\"\n\"'\r=1\"\n''=1\nplain\nit's\n"
	if got := out.String(); strings.ReplaceAll(got, "\"", "") != strings.ReplaceAll(want, "\"", "") {
		t.Errorf("%q, wanted %q", got, want)
	}
}
