package sheet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Sheet is a sheet of filings, read.
type Sheet struct {
	Rows []Row
	// Problems with the sheet as a whole: columns that are missing, twice there, or not taken.
	Problems []Problem
}

// Row is a row of a sheet: a filing.
type Row struct {
	// Line of the file.
	Line  int
	cells []cell
}

// cell of a row, under a column's header as the file has it.
type cell struct {
	column *Column
	header string
	text   string
}

// Problem is something in a sheet that people must know. It holds no personal data.
type Problem struct {
	// Line of the file, 0 where it is about all of them, and the header of the column as the file has it, or "".
	Line   int
	Column string
	words.Words
	// Note says that it is no error: the rest of the row is taken.
	Note bool
}

// In is the problem in a language, with where it is.
func (p Problem) In(l v1alpha1.Language) string {
	where := words.Words{}
	switch {
	case p.Line > 0 && p.Column != "":
		where = words.Words{English: fmt.Sprintf("line %d, column %s: ", p.Line, p.Column), Chinese: fmt.Sprintf("第 %d 行，“%s”列：", p.Line, p.Column)}
	case p.Line > 0:
		where = words.Words{English: fmt.Sprintf("line %d: ", p.Line), Chinese: fmt.Sprintf("第 %d 行：", p.Line)}
	case p.Column != "":
		where = words.Words{English: fmt.Sprintf("column %s: ", p.Column), Chinese: fmt.Sprintf("“%s”列：", p.Column)}
	}
	return where.In(l) + p.Words.In(l)
}

// Errors says whether any problem is more than a note.
func Errors(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return !p.Note })
}

// Filings finds the filings of a grid: which line names the columns, and which column is which.
func Filings(g Grid) Sheet {
	var s Sheet
	at, known := g.header()
	if known == 0 {
		s.Problems = append(s.Problems, Problem{Words: *wrongf(
			"no header is known: the first line names the columns, 域名 (Domain) among them; --template writes a sheet to start from",
			"没有识别到表头：首行应为列名，其中须有“域名”；可用 --template 生成模板")})
		return s
	}
	header := s.columns(g.Lines[at])
	for _, line := range g.Lines[at+1:] {
		row := Row{Line: line.Number}
		blank := true
		for i, under := range header {
			if under.column == nil {
				continue
			}
			text := ""
			if i < len(line.Cells) {
				text = line.Cells[i]
			}
			blank = blank && text == ""
			row.cells = append(row.cells, cell{under.column, under.header, text})
		}
		switch {
		case blank: // a remark below the table
		case row.example():
			s.Problems = append(s.Problems, Problem{Line: line.Number, Note: true, Words: *wrongf("the template's example: not taken", "模板中的示例行：不导入")})
		default:
			s.Rows = append(s.Rows, row)
		}
	}
	return s
}

// columns finds out which column is which; nil where it is none of a filing's that is taken.
func (s *Sheet) columns(header Line) []cell {
	found := make([]cell, len(header.Cells))
	var status, personal, unknown []string
	for i, text := range header.Cells {
		text = strings.Join(strings.Fields(text), " ")
		c, known := byHeader[plain(text)]
		switch {
		case text == "":
		case !known && personalHeader(text):
			personal = append(personal, text)
		case !known:
			unknown = append(unknown, text)
		case c.Status:
			status = append(status, text)
		default:
			if j := slices.IndexFunc(found, func(other cell) bool { return other.column == c }); j >= 0 {
				s.Problems = append(s.Problems, Problem{Column: text, Words: *wrongf("is the same as column %s: take one of them out", "与“%s”列相同：请删除其中一列", found[j].header)})
				continue
			}
			found[i] = cell{column: c, header: text}
		}
	}
	for i := range columns {
		c := &columns[i]
		derived := c.Key == "nature" || c.Key == "province" // rows may tell them otherwise
		if c.Required && !derived && !slices.ContainsFunc(found, func(f cell) bool { return f.column == c }) {
			s.Problems = append(s.Problems, Problem{Words: *wrongf("a column %s (%s) is missing", "缺少“%[2]s”（%[1]s）列", c.Title.English, c.Title.Chinese)})
		}
	}
	s.note(personal, "personal data of persons is not taken: it stays in Secrets of type icp.beian.dev/person, one a person, whose names the columns 主体负责人Secret and 网站负责人Secret hold",
		"负责人的个人信息不导入：只放在类型为 icp.beian.dev/person 的 Secret 中（每人一个），其名称填在“主体负责人Secret”和“网站负责人Secret”列")
	s.note(status, "the operator says that: not taken", "由控制器得出：不导入")
	s.note(unknown, "nothing is known of it: not taken", "未识别：不导入")
	return found
}

func (s *Sheet) note(headers []string, english, chinese string) {
	if len(headers) > 0 {
		s.Problems = append(s.Problems, Problem{Column: strings.Join(headers, ", "), Note: true, Words: words.Words{English: english, Chinese: chinese}})
	}
}

// exampleSuffix ends the domain of a template's example: a top-level domain that is reserved for such.
const exampleSuffix = ".example"

func (r Row) example() bool {
	c, ok := r.cell("domain")
	return ok && strings.HasSuffix(strings.ToLower(c.text), exampleSuffix)
}

func (r Row) cell(key string) (cell, bool) {
	i := slices.IndexFunc(r.cells, func(c cell) bool { return c.column.Key == key })
	if i < 0 {
		return cell{}, false
	}
	return r.cells[i], true
}

// Where is the header that a field of the filing stands under, as the file has it, and "" where it is under none.
func (r Row) Where(field string) string {
	c, ok := columnOf(field)
	if !ok {
		return ""
	}
	under, ok := r.cell(c.Key)
	if !ok {
		return ""
	}
	return under.header
}

// Problem is one of the row, in the column of a field.
func (r Row) Problem(field, english, chinese string) Problem {
	return Problem{Line: r.Line, Column: r.Where(field), Words: words.Words{English: english, Chinese: chinese}}
}

// provinceOf is the province that a filing's existing number tells.
func provinceOf(f *filing) v1alpha1.Province {
	for _, text := range []string{f.Spec.Existing.Website.Number, f.Spec.Existing.Subject.Number} {
		if n, err := rules.ParseFilingNumber(text); err == nil {
			return n.Province
		}
	}
	return ""
}
