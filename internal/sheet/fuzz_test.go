package sheet_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/sheet"
)

// seeds are files as they come.
func seeds(t testing.TB) [][]byte {
	t.Helper()
	var book bytes.Buffer
	if err := sheet.WriteTemplate(&book, v1alpha1.LanguageChinese); err != nil {
		t.Fatal(err)
	}
	return [][]byte{[]byte(company), []byte("\ufeff域名;网站名称\r\nexample.com;=1\r\n"), []byte("sep=\t\ndomain\tname\n\"a\nb\"\t'-1\n"), book.Bytes()}
}

// imported reads whatever bytes as a sheet: it is read, or refused, and what is said of it is said in both languages.
func imported(t interface{ Errorf(string, ...any) }, data []byte) {
	grid, err := sheet.Read(data, "")
	if err != nil {
		return
	}
	s := sheet.Filings(grid)
	problems := s.Problems
	for _, row := range s.Rows {
		problems = append(problems, row.Onto(&v1alpha1.IcpFiling{}, sheet.Defaults{Namespace: "shop"})...)
	}
	// What fmt says of a verb that has no value may stand in the sheet, and is quoted then.
	written := slices.ContainsFunc(grid.Lines, func(line sheet.Line) bool { return strings.Contains(strings.Join(line.Cells, "\n"), "%!") })
	for _, p := range problems {
		if p.English == "" || p.Chinese == "" || !written && strings.Contains(p.English+p.Chinese, "%!") {
			t.Errorf("half a problem: %+v", p)
		}
	}
}

func FuzzImport(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) { imported(t, data) })
}

func TestASheetThatIsDamagedAnywhereIsReadOrRefused(t *testing.T) {
	t.Parallel()
	files := seeds(t)
	rapid.Check(t, func(rt *rapid.T) {
		data := slices.Clone(rapid.SampledFrom(files).Draw(rt, "file"))
		for range rapid.IntRange(1, 8).Draw(rt, "damages") {
			at := rapid.IntRange(0, len(data)-1).Draw(rt, "at")
			if rapid.Bool().Draw(rt, "cut") {
				data = data[:at+1]
				continue
			}
			data[at] = rapid.Byte().Draw(rt, "byte")
		}
		imported(rt, data)
	})
}
