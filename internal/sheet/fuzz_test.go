package sheet_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/sheet"
)

// FuzzImport reads whatever bytes as a sheet: it is read, or refused, and what is said of it is said in both languages.
func FuzzImport(f *testing.F) {
	f.Add([]byte(company))
	f.Add([]byte("\ufeff域名;网站名称\r\nexample.com;=1\r\n"))
	f.Add([]byte("sep=\t\ndomain\tname\n\"a\nb\"\t'-1\n"))
	var book bytes.Buffer
	if err := sheet.WriteTemplate(&book, v1alpha1.LanguageChinese); err != nil {
		f.Fatal(err)
	}
	f.Add(book.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		grid, err := sheet.Read(data, "")
		if err != nil {
			return
		}
		s := sheet.Filings(grid)
		for _, row := range s.Rows {
			var filing v1alpha1.IcpFiling
			for _, p := range row.Onto(&filing, sheet.Defaults{Namespace: "shop"}) {
				if p.English == "" || p.Chinese == "" || strings.Contains(p.English+p.Chinese, "%!") {
					t.Errorf("half a problem: %+v", p)
				}
			}
		}
	})
}
