package sheet

import (
	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Headers are what a sheet's header is written as.
type Headers string

// Headers.
const (
	// Keys are stable, for programs; what stands below them is in English.
	Keys Headers = "Keys"
	// Titles are what people read, in their language, as what stands below them.
	Titles Headers = "Titles"
)

// of is the header of a column.
func (h Headers) of(key string, title words.Words, l v1alpha1.Language) string {
	if h == Keys {
		return key
	}
	return title.In(l)
}

// Export writes filings as a sheet that Filings reads back as they are.
func Export(filings []v1alpha1.IcpFiling, headers Headers, l v1alpha1.Language) Table {
	if headers == Keys {
		l = v1alpha1.LanguageEnglish
	}
	t := Table{Name: worksheetName.In(l)}
	for _, c := range columns {
		t.Header = append(t.Header, headers.of(c.Key, c.Title, l))
	}
	for i := range filings {
		// Columns make what they look into.
		f := filings[i].DeepCopy()
		row := make([]string, len(columns))
		for j, c := range columns {
			row[j] = c.write(f, l)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// worksheetName is the name of the worksheet that holds the filings.
var worksheetName = words.Words{English: "Filings", Chinese: "备案"}

// Differing are the columns in which two filings are not written alike.
func Differing(a, b *v1alpha1.IcpFiling) []Column {
	a, b = a.DeepCopy(), b.DeepCopy()
	var differing []Column
	for _, c := range columns {
		if !c.Status && c.write(a, v1alpha1.LanguageEnglish) != c.write(b, v1alpha1.LanguageEnglish) {
			differing = append(differing, c)
		}
	}
	return differing
}
