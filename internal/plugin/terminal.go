package plugin

import (
	"fmt"
	"strings"
	"unicode"
)

// harmless is text that somebody else wrote, fit to be printed on a terminal, on one line: line breaks become blanks, and what
// would move the cursor, change colours or turn the direction of writing is shown as it is written in Go.
func harmless(text string) string {
	return strings.Map(lineBreaks, escape(text))
}

// harmlessLines is harmless for text that may have several lines.
func harmlessLines(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = harmless(lines[i])
	}
	return strings.Join(lines, "\n")
}

func lineBreaks(r rune) rune {
	if unicode.IsSpace(r) {
		return ' '
	}
	return r
}

func escape(text string) string {
	if !strings.ContainsFunc(text, harmful) {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		if harmful(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

// harmful tells control characters, and those of format (Cf), which write from right to left, or are not seen.
func harmful(r rune) bool {
	return !unicode.IsSpace(r) && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) || r == unicode.ReplacementChar || r == '\u0085'
}
