package provider

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// personalPatterns are forms of personal data that stand out in any text: mail addresses, resident identity numbers
// (居民身份证号) and mainland mobile numbers.
var personalPatterns = []*regexp.Regexp{
	regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`),
	regexp.MustCompile(`\b[1-9][0-9]{16}[0-9Xx]\b`),
	regexp.MustCompile(`(?:\+?86[- ]?)?\b1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}\b`),
}

// Scrub makes a text that somebody else wrote fit to be shown: the given personal values and whatever looks like
// personal data are replaced by ***, control characters by spaces, and what exceeds max runes is cut off.
func Scrub(text string, maxRunes int, personal ...string) string {
	text = oneLine(text)
	values := make([]string, len(personal))
	for i, value := range personal {
		// As the text is by now: a value from a file ends with a line break, an address may have wide blanks.
		values[i] = oneLine(value)
	}
	// The longest first, so that a name which begins an address leaves no rest of it.
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) })
	for _, value := range values {
		// A single character says nothing about anybody, and would eat the text.
		if utf8.RuneCountInString(value) > 1 {
			text = strings.ReplaceAll(text, value, "***")
		}
	}
	for _, pattern := range personalPatterns {
		text = pattern.ReplaceAllString(text, "***")
	}
	if runes := []rune(text); len(runes) > maxRunes {
		text = string(runes[:maxRunes-1]) + "…"
	}
	return text
}

// oneLine is a text with a blank in place of each run of blanks and control characters, and without characters that nobody
// sees: they turn the direction of writing, or part a name.
func oneLine(text string) string {
	seen := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	return strings.Join(strings.FieldsFunc(seen, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }), " ")
}
