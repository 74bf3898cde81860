package sheet

import (
	"bytes"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readWorkbook reads a worksheet: the one that is named, else the first visible one that has filings.
func readWorkbook(data []byte, worksheet string) (Grid, error) {
	book, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked,
	})
	if err != nil {
		return Grid{}, refuse("the file is no workbook that can be read: save it as .xlsx anew", "文件不是可读取的工作簿：请重新另存为 .xlsx")
	}
	defer book.Close()
	names := book.GetSheetList()
	if worksheet != "" {
		if !slices.Contains(names, worksheet) {
			return Grid{}, refuse("the workbook has no worksheet %q; it has %s", "工作簿中没有工作表 %q；现有：%s", worksheet, strings.Join(names, ", "))
		}
		return readWorksheet(book, worksheet)
	}
	var best Grid
	most := -1
	for _, name := range names {
		if visible, err := book.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		grid, err := readWorksheet(book, name)
		if err != nil {
			return Grid{}, err
		}
		// The sheet with the help names the columns too, one below the other: in a header they stand side by side.
		if _, known := grid.header(); known > most {
			best, most = grid, known
		}
	}
	return best, nil
}

func readWorksheet(book *excelize.File, name string) (Grid, error) {
	wrong := func(error) error {
		return refuse("worksheet %q cannot be read: save the workbook as .xlsx anew", "无法读取工作表 %q：请将工作簿重新另存为 .xlsx", name)
	}
	rows, err := book.Rows(name)
	if err != nil {
		return Grid{}, wrong(err)
	}
	defer rows.Close()
	grid := Grid{Sheet: name}
	var lines [][]string
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return Grid{}, wrong(err)
		}
		if len(lines) >= maxLines {
			return Grid{}, refuse("worksheet %q has more than %d rows: split it", "工作表 %q 超过 %d 行：请拆分", name, maxLines)
		}
		lines = append(lines, cells)
	}
	if err := rows.Error(); err != nil {
		return Grid{}, wrong(err)
	}
	if err := fillMerged(book, name, lines); err != nil {
		return Grid{}, wrong(err)
	}
	for i, cells := range lines {
		if err := grid.add(i+1, cells); err != nil {
			return Grid{}, err
		}
	}
	return grid, nil
}

// fillMerged gives every row of merged cells their value: companies merge the organizer's over its websites. Merged across
// columns, as titles are, the first column alone has it.
func fillMerged(book *excelize.File, name string, lines [][]string) error {
	merged, err := book.GetMergeCells(name, true)
	if err != nil {
		return err
	}
	for _, area := range merged {
		column, first, err := excelize.CellNameToCoordinates(area.GetStartAxis())
		if err != nil {
			return err
		}
		_, last, err := excelize.CellNameToCoordinates(area.GetEndAxis())
		if err != nil {
			return err
		}
		if first > len(lines) || column > maxColumns || column > len(lines[first-1]) {
			continue
		}
		value := lines[first-1][column-1]
		for i := first; i < min(last, len(lines)); i++ {
			if len(lines[i]) == 0 {
				continue // nothing else stands there: no row of its own
			}
			for len(lines[i]) < column {
				lines[i] = append(lines[i], "")
			}
			lines[i][column-1] = value
		}
	}
	return nil
}
