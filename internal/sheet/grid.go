package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/beian-dev/icp-operator/internal/words"
)

// Grid is what a file holds, cell by cell, as texts.
type Grid struct {
	// Sheet that it is of a workbook; "" for CSV.
	Sheet string
	Lines []Line
}

// Line is a row of cells.
type Line struct {
	// Number of the line in a CSV file, or of the row in a worksheet, from 1.
	Number int
	Cells  []string
}

// RefusedError says in both languages why a file cannot be read, and what to do.
type RefusedError struct{ words.Words }

// Error says it in English.
func (r *RefusedError) Error() string { return r.English }

func refuse(english, chinese string, args ...any) error {
	return &RefusedError{words.Words{English: fmt.Sprintf(english, args...), Chinese: fmt.Sprintf(chinese, args...)}}
}

// Limits of what is read: a spreadsheet of filings is far below, and a file made to exhaust memory above.
const (
	// MaxBytes of a file.
	MaxBytes = 32 << 20
	// maxUnpacked bytes of a workbook.
	maxUnpacked = 256 << 20
	// maxLines of a sheet.
	maxLines = 100_000
	// maxColumns of a line.
	maxColumns = 1000
)

// Read reads a CSV file or a workbook, whichever the bytes are. Of a workbook, the worksheet of that name; without one, the
// first that has filings.
func Read(data []byte, worksheet string) (Grid, error) {
	switch {
	case len(data) > MaxBytes:
		return Grid{}, refuse("the file has more than %d MiB: split it", "文件超过 %d MiB：请拆分", MaxBytes>>20)
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readWorkbook(data, worksheet)
	case bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return Grid{}, refuse("the file is an old .xls workbook, or one with a password: save it as .xlsx without one",
			"该文件是旧的 .xls 工作簿，或设有密码：请另存为不带密码的 .xlsx")
	}
	text, err := decode(data)
	if err != nil {
		return Grid{}, err
	}
	return readCSV(text)
}

// decode makes UTF-8 of what a spreadsheet program saved: UTF-8 with or without a mark, UTF-16 with one, or GB18030, of which
// GBK is a part.
func decode(data []byte) (string, error) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		text, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", refuse("the file is no valid UTF-16: save it as CSV UTF-8", "文件不是有效的 UTF-16：请另存为 CSV UTF-8")
		}
		return string(text), nil
	}
	if data = bytes.TrimPrefix(data, []byte(bom)); utf8.Valid(data) {
		return string(data), nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", refuse("the file is neither UTF-8 nor GBK/GB18030 text: save it as CSV UTF-8, or as .xlsx",
			"文件既不是 UTF-8 也不是 GBK/GB18030 文本：请另存为 CSV UTF-8 或 .xlsx")
	}
	return string(text), nil
}

// readCSV reads with the separator under which the header names most columns.
func readCSV(text string) (Grid, error) {
	separators := []rune{',', ';', '\t'}
	if rest, has := strings.CutPrefix(text, "sep="); has && rest != "" {
		// Excel's own line on how the file is to be read.
		separators = []rune(rest[:1])
		_, text, _ = strings.Cut(text, "\n")
		if separators[0] == '"' || separators[0] < ' ' && separators[0] != '\t' || separators[0] >= utf8.RuneSelf {
			separators = []rune{','}
		}
	}
	var best Grid
	var firstErr error
	most := -1
	for _, separator := range separators {
		grid, err := splitCSV(text, separator)
		if err != nil {
			firstErr = errors.Join(firstErr, err)
			continue
		}
		if _, known := grid.header(); known > most {
			best, most = grid, known
		}
	}
	if most < 0 {
		return Grid{}, joined(firstErr)
	}
	return best, nil
}

// joined is the first of several errors.
func joined(err error) error {
	var several interface{ Unwrap() []error }
	if errors.As(err, &several) && len(several.Unwrap()) > 0 {
		return joined(several.Unwrap()[0])
	}
	return err
}

func splitCSV(text string, separator rune) (Grid, error) {
	in := csv.NewReader(strings.NewReader(text))
	in.Comma, in.FieldsPerRecord, in.ReuseRecord = separator, -1, false
	var grid Grid
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			return grid, nil
		}
		if wrong, ok := errors.AsType[*csv.ParseError](err); ok {
			return Grid{}, refuse("line %d: a quotation mark that opens or closes nothing: double it (\"\") where it is part of the text, or save the sheet anew",
				"第 %d 行：引号不成对：若引号是内容的一部分请写成两个（\"\"），或重新保存表格", wrong.Line)
		}
		if err != nil {
			return Grid{}, err
		}
		number, _ := in.FieldPos(0)
		if err := grid.add(number, cells); err != nil {
			return Grid{}, err
		}
	}
}

// add adds a line that is not blank.
func (g *Grid) add(number int, cells []string) error {
	if len(g.Lines) >= maxLines || len(cells) > maxColumns {
		return refuse("the sheet has more than %d lines or %d columns: split it", "表格超过 %d 行或 %d 列：请拆分", maxLines, maxColumns)
	}
	blank := true
	for i, cell := range cells {
		cells[i] = strings.TrimSpace(bare(strings.TrimSpace(strings.ToValidUTF8(cell, "?"))))
		blank = blank && cells[i] == ""
	}
	if !blank {
		g.Lines = append(g.Lines, Line{number, cells})
	}
	return nil
}
