package sheet

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// templateColumns are those of a template: what the operator says is no part of it.
func templateColumns() []Column {
	return slices.DeleteFunc(Columns(), func(c Column) bool { return c.Status })
}

// exampleCode is the certificate number of the template's example: the form is that of a code, which was given to nobody.
const exampleCode = "91330100MA0EXAM076"

func (c Column) example() string {
	if c.Key == "certificateNumber" {
		return exampleCode
	}
	return c.Example
}

// Template is a sheet to start from, with an example that is not imported.
func Template(l v1alpha1.Language) Table {
	t := Table{Name: worksheetName.In(l), Rows: [][]string{nil}}
	for _, c := range templateColumns() {
		t.Header = append(t.Header, c.Title.In(l))
		t.Rows[0] = append(t.Rows[0], c.exampleIn(l))
	}
	return t
}

// exampleIn is the example in a language, where it is one of the column's values.
func (c Column) exampleIn(l v1alpha1.Language) string {
	if v, ok := valueOf(c.Values, c.example()); ok {
		return v.In(l)
	}
	return c.example()
}

// Names of a template's further worksheets.
var (
	helpName   = words.Words{English: "Help", Chinese: "填写说明"}
	valuesName = words.Words{English: "Values", Chinese: "可选值"}
)

// WriteTemplate writes a workbook to start from: the sheet to be filled in, with lists to choose from, and one that explains it.
func WriteTemplate(w io.Writer, l v1alpha1.Language) error {
	book := excelize.NewFile()
	defer book.Close()
	b := &template{File: book, language: l, columns: templateColumns(), main: worksheetName.In(l)}
	b.do(func() error { return book.SetSheetName("Sheet1", b.main) })
	for _, name := range []words.Words{helpName, valuesName} {
		b.do(func() error { _, err := book.NewSheet(name.In(l)); return err })
	}
	b.styles()
	b.table()
	b.lists()
	b.help()
	book.SetActiveSheet(0)
	b.do(func() error { _, err := book.WriteTo(w); return err })
	return b.err
}

// template is a workbook that is being written; after an error it does nothing more.
type template struct {
	*excelize.File
	language v1alpha1.Language
	columns  []Column
	main     string
	err      error

	required, optional, grey, text, wrapped int
}

func (b *template) do(step func() error) {
	if b.err == nil {
		b.err = step()
	}
}

func (b *template) style(s excelize.Style) (id int) {
	b.do(func() (err error) { id, err = b.NewStyle(&s); return err })
	return id
}

func (b *template) styles() {
	const asText = 49 // the built-in number format @: digits stay as they were entered
	head := func(color string) excelize.Style {
		return excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}}
	}
	b.required, b.optional = b.style(head("F8CBAD")), b.style(head("DDEBF7"))
	b.grey = b.style(excelize.Style{Font: &excelize.Font{Italic: true, Color: "808080"}, NumFmt: asText})
	b.text = b.style(excelize.Style{NumFmt: asText})
	b.wrapped = b.style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
}

func column(i int) string {
	name, err := excelize.ColumnNumberToName(i + 1)
	if err != nil {
		return "A"
	}
	return name
}

// table writes the header and the example.
func (b *template) table() {
	for i, c := range b.columns {
		name, style := column(i), b.optional
		if c.Required {
			style = b.required
		}
		b.do(func() error { return b.SetColStyle(b.main, name, b.text) })
		b.do(func() error { return b.SetColWidth(b.main, name, name, columnWidth(c.Title.In(b.language))) })
		b.do(func() error { return b.SetCellStr(b.main, name+"1", c.Title.In(b.language)) })
		b.do(func() error { return b.SetCellStyle(b.main, name+"1", name+"1", style) })
		b.do(func() error { return b.SetCellStr(b.main, name+"2", c.exampleIn(b.language)) })
		b.do(func() error { return b.SetCellStyle(b.main, name+"2", name+"2", b.grey) })
	}
	b.do(func() error {
		return b.SetPanes(b.main, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	})
}

// lists lets people choose where a cell takes one of a few values. The values stand on a sheet of their own, since a list in the
// cell itself has room for 255 characters only.
func (b *template) lists() {
	const rows = 1000
	sheet := valuesName.In(b.language)
	n := 0
	for i, c := range b.columns {
		if len(c.Values) == 0 || c.Several {
			continue
		}
		at := column(n)
		n++
		b.do(func() error { return b.SetCellStr(sheet, at+"1", c.Title.In(b.language)) })
		for j, v := range c.Values {
			b.do(func() error { return b.SetCellStr(sheet, fmt.Sprintf("%s%d", at, j+2), v.In(b.language)) })
		}
		list := excelize.NewDataValidation(true)
		list.SetSqref(fmt.Sprintf("%[1]s2:%[1]s%[2]d", column(i), rows))
		list.SetSqrefDropList(fmt.Sprintf("'%s'!$%[2]s$2:$%[2]s$%[3]d", sheet, at, len(c.Values)+1))
		if !c.Open {
			wrong := words.Words{English: "Choose one from the list.", Chinese: "请从列表中选择。"}
			list.SetError(excelize.DataValidationErrorStyleStop, c.Title.In(b.language), wrong.In(b.language))
		}
		b.do(func() error { return b.AddDataValidation(b.main, list) })
	}
}

// help explains the columns, one a row.
func (b *template) help() {
	sheet := helpName.In(b.language)
	say := func(english, chinese string) string {
		return words.Words{English: english, Chinese: chinese}.In(b.language)
	}
	rows := [][]string{{say("Column", "列"), say("Required", "必填"), say("What stands in it", "填写说明"), say("Values", "可选值"), say("Field", "字段")}}
	for _, c := range b.columns {
		values := make([]string, len(c.Values))
		for i, v := range c.Values {
			values[i] = v.In(b.language)
		}
		required := ""
		if c.Required {
			required = say("yes", "是")
		}
		rows = append(rows, []string{c.Title.In(b.language), required, c.Help.In(b.language), strings.Join(values, ", "), c.Field})
	}
	rows = append(rows, nil, []string{say("Personal data", "个人信息"), "", say(
		"Names, identity numbers, phones and addresses of persons never stand in this sheet. They stay in Secrets of type icp.beian.dev/person, one a person; `kubectl icp init` writes one to fill in.",
		"负责人的姓名、证件号码、电话、地址等个人信息不得写在本表中，只放在类型为 icp.beian.dev/person 的 Secret 里（每人一个）；可用 kubectl icp init 生成待填写的文件。")},
		[]string{say("Example", "示例行"), "", say("The row of your-domain.example is an example: it is not imported.", "域名为 your-domain.example 的行是示例，不会导入。")})
	for i, row := range rows {
		for j, text := range row {
			at := fmt.Sprintf("%s%d", column(j), i+1)
			style := b.wrapped
			if i == 0 {
				style = b.optional
			}
			b.do(func() error { return b.SetCellStr(sheet, at, text) })
			b.do(func() error { return b.SetCellStyle(sheet, at, at, style) })
		}
	}
	for i, width := range []float64{24, 10, 70, 60, 40} {
		b.do(func() error { return b.SetColWidth(sheet, column(i), column(i), width) })
	}
}
