// Package sheet holds filings, and what is found of them, as rows of CSV files and xlsx workbooks: it reads the spreadsheets that
// companies keep, in the encodings and with the headers that they have, and writes such that no cell is ever a formula.
package sheet

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Table is rows below a header.
type Table struct {
	// Name of the worksheet; "" is Sheet1.
	Name string
	// Header and the rows below it.
	Header []string
	Rows   [][]string
}

// bom marks a file as UTF-8: without it, a Chinese Excel takes a CSV file for GBK.
const bom = "\ufeff"

// WriteCSV writes the table, in UTF-8, with harmless cells. Mark says whether the file begins with the byte order mark that
// Excel looks for; a program that reads the file needs none.
func (t Table) WriteCSV(w io.Writer, mark bool) error {
	if mark {
		if _, err := io.WriteString(w, bom); err != nil {
			return err
		}
	}
	out := csv.NewWriter(w)
	out.UseCRLF = mark
	for _, row := range append([][]string{t.Header}, t.Rows...) {
		cells := make([]string, len(row))
		for i, text := range row {
			cells[i] = Harmless(text)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteXLSX writes the table as a workbook, every cell a text.
func (t Table) WriteXLSX(w io.Writer) error {
	book := excelize.NewFile()
	defer book.Close()
	name := "Sheet1"
	if t.Name != "" {
		if err := book.SetSheetName(name, t.Name); err != nil {
			return err
		}
		name = t.Name
	}
	if err := t.stream(book, name); err != nil {
		return err
	}
	_, err := book.WriteTo(w)
	return err
}

// stream writes the rows as they come: a sheet of ten thousand is not held cell by cell.
func (t Table) stream(book *excelize.File, name string) error {
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	rows, err := book.NewStreamWriter(name)
	if err != nil {
		return err
	}
	for i, title := range t.Header {
		if err := rows.SetColWidth(i+1, i+1, columnWidth(title)); err != nil {
			return err
		}
	}
	if err := rows.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for i, row := range append([][]string{t.Header}, t.Rows...) {
		cells := make([]any, len(row))
		for j, text := range row {
			cell := excelize.Cell{Value: Harmless(xmlText(text))}
			if i == 0 {
				cell.StyleID = bold
			}
			cells[j] = cell
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := rows.SetRow(at, cells); err != nil {
			return err
		}
	}
	return rows.Flush()
}

// columnWidth gives a header room, and its cells some more.
func columnWidth(title string) float64 {
	const least, most = 12, 40
	wide := 4
	for _, r := range title {
		wide += min(utf8.RuneLen(r), 2)
	}
	return float64(min(max(wide, least), most))
}

// dangerous begin what a spreadsheet program takes for a formula, or for the end of the cell.
const dangerous = "=+-@\t\r"

// Harmless makes a cell one that no spreadsheet program takes for a formula: an apostrophe before it says that it is text.
func Harmless(text string) string {
	rest := strings.TrimLeft(text, "'")
	if rest != "" && strings.ContainsRune(dangerous, rune(rest[0])) {
		return "'" + text
	}
	return text
}

// bare takes off the apostrophe that Harmless put there.
func bare(text string) string {
	rest := strings.TrimLeft(text, "'")
	if rest != "" && strings.ContainsRune(dangerous, rune(rest[0])) {
		return strings.TrimPrefix(text, "'")
	}
	return text
}

// xmlText is a text without the characters that no workbook can hold.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\ufffe' || r == '\uffff' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}
