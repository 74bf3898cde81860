package sheet

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Column is a column of a sheet of filings.
type Column struct {
	// Key is its stable name, and its header in files for programs.
	Key string
	// Title is its header as people read it.
	Title words.Words
	// Aliases are headers that companies' own sheets give it.
	Aliases []string
	// Field of the filing that it holds, as in spec.domain.name.
	Field string
	// Help says what stands in it.
	Help words.Words
	// Example of a value, for the template.
	Example string
	// Values that a cell takes, where they are a list.
	Values []Value
	// Several says that a cell may hold more than one value, Open that it may hold others than Values.
	Several, Open bool
	// Required says that a row without it is not taken.
	Required bool
	// OfOrganizations says that it is an organization's: of an individual it is personal data.
	OfOrganizations bool
	// Status says that the operator writes it: it is exported, and not imported.
	Status bool

	read  func(text string, f *v1alpha1.IcpFiling) *words.Words
	write func(f *v1alpha1.IcpFiling, l v1alpha1.Language) string
}

// Value is one of those that a column takes.
type Value struct {
	// Name as the API has it, and its Chinese.
	Name, Chinese string
	// Aliases that companies' sheets have for it.
	Aliases []string
}

// In is the value in a language.
func (v Value) In(l v1alpha1.Language) string {
	return words.Words{English: v.Name, Chinese: v.Chinese}.In(l)
}

// Columns of a sheet of filings, in the order in which they are written: what is filed first, then what the operator says.
func Columns() []Column { return append([]Column(nil), columns...) }

var columns = append(append(append(append(placeColumns(), websiteColumns()...), subjectColumns()...), serverColumns()...),
	append(furtherColumns(), statusColumns()...)...)

// Named is the column of a key, which is one of Columns'.
func Named(key string) Column {
	for _, c := range columns {
		if c.Key == key {
			return c
		}
	}
	panic("no column has the key " + key)
}

// Read reads a cell's text into the filing, or says what is wrong with it, without personal data.
func (c Column) Read(text string, f *v1alpha1.IcpFiling) *words.Words {
	wrong := c.read(strings.TrimSpace(text), f)
	prune(f)
	return wrong
}

// Write is the cell's text for what the filing has.
func (c Column) Write(f *v1alpha1.IcpFiling, l v1alpha1.Language) string {
	return c.write(f.DeepCopy(), l)
}

// byHeader finds a column by its header, in whichever spelling.
var byHeader = func() map[string]*Column {
	found := map[string]*Column{}
	for i := range columns {
		c := &columns[i]
		for _, header := range append([]string{c.Key, c.Title.English, c.Title.Chinese}, c.Aliases...) {
			found[plain(header)] = c
		}
	}
	return found
}()

// columnOf is the column that a field of a filing stands in: the nearest one above it.
func columnOf(field string) (*Column, bool) {
	var best *Column
	for i := range columns {
		c := &columns[i]
		under := field == c.Field || strings.HasPrefix(field, c.Field+".") || strings.HasPrefix(field, c.Field+"[")
		if !c.Status && under && (best == nil || len(c.Field) > len(best.Field)) {
			best = c
		}
	}
	return best, best != nil
}

// plain is a header or a value without what people write differently: width, case, blanks, and marks of what is required.
func plain(text string) string {
	text = strings.ToLower(width.Fold.String(text))
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune("*:_-\"'`", r) {
			return -1
		}
		return r
	}, text)
	for _, mark := range []string{"(必填)", "(选填)", "(可选)", "(required)", "(optional)"} {
		text = strings.TrimSuffix(text, mark)
	}
	return text
}

// header finds the line that names the columns, among the first: titles may stand above it. Without one it is the first line.
// It also says how many columns it names.
func (g *Grid) header() (index, known int) {
	const first = 10
	for i, line := range g.Lines[:min(first, len(g.Lines))] {
		n := 0
		for _, cell := range line.Cells {
			if c, ok := byHeader[plain(cell)]; ok && !c.Status {
				n++
			}
		}
		if n > known {
			index, known = i, n
		}
	}
	return index, known
}

// personalHeaders are words in headers of columns that hold personal data of the responsible persons (负责人).
var personalHeaders = []string{
	"负责人", "姓名", "联系人", "法人", "法定代表人", "身份证", "护照", "手机", "电话", "联系方式", "邮箱", "邮件", "微信", "qq",
	"经办人", "管理员", "投资人", "person", "contact", "phone", "mobile", "mail", "idnumber", "idcard", "passport", "representative",
}

// personal says whether a header is of personal data.
func personalHeader(header string) bool {
	header = plain(header)
	for _, word := range personalHeaders {
		if strings.Contains(header, word) {
			return true
		}
	}
	return false
}
