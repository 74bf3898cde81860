package plugin

import (
	"bufio"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// table is rows of cells below a header, for a terminal: columns stand below each other in Chinese, too.
type table struct {
	rows [][]string
}

// add adds a row; what others wrote is made harmless.
func (t *table) add(cells ...string) {
	for i := range cells {
		cells[i] = harmless(cells[i])
	}
	t.rows = append(t.rows, cells)
}

// print writes the rows, the last column as it is.
func (t *table) print(w io.Writer) error {
	out := bufio.NewWriter(w)
	for _, line := range t.lines() {
		_, _ = out.WriteString(line + "\n")
	}
	return out.Flush()
}

// lines are the rows as they are printed.
func (t *table) lines() []string {
	var widths []int
	for _, row := range t.rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], columns(cell))
		}
	}
	lines := make([]string, 0, len(t.rows))
	for _, row := range t.rows {
		line := strings.Builder{}
		for i, cell := range row {
			line.WriteString(cell)
			if i < len(row)-1 {
				line.WriteString(strings.Repeat(" ", widths[i]-columns(cell)+3))
			}
		}
		lines = append(lines, strings.TrimRight(line.String(), " "))
	}
	return lines
}

// columns is how many columns of a terminal a text takes: two for a Chinese character.
func columns(text string) int {
	n := 0
	for _, r := range text {
		if unicode.In(r, unicode.Mn, unicode.Me) {
			continue // it stands on the one before
		}
		n++
		if kind := width.LookupRune(r).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}

// orNone is a cell; a hyphen where there is nothing to say.
func orNone(text string) string {
	if text == "" {
		return "-"
	}
	return text
}
