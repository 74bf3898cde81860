package plugin

import "testing"

func TestWhatOthersWroteDoesNothingToATerminal(t *testing.T) {
	t.Parallel()
	for says, row := range map[string]struct{ text, want, lines string }{
		"plain text stays":             {text: "杭州示例 shop-1", want: "杭州示例 shop-1", lines: "杭州示例 shop-1"},
		"colours are shown":            {text: "a\x1b[31mred\x1b[0m", want: `a\u001b[31mred\u001b[0m`, lines: `a\u001b[31mred\u001b[0m`},
		"a bell and a backspace are":   {text: "a\a\b", want: `a\u0007\u0008`, lines: `a\u0007\u0008`},
		"an eight-bit escape is":       {text: "a\u009b31m", want: `a\u009b31m`, lines: `a\u009b31m`},
		"line breaks become blanks":    {text: "a\nb\tc\r\nd", want: "a b c  d", lines: "a\nb c\nd"},
		"the direction is not turned":  {text: "a\u202eb", want: `a\u202eb`, lines: `a\u202eb`},
		"a carriage return alone, too": {text: "good\rbad", want: "good bad", lines: "good bad"},
		"what cannot be seen is":       {text: "a\u200bb", want: `a\u200bb`, lines: `a\u200bb`},
		"bytes that are no text are":   {text: "a\xffb", want: `a\ufffdb`, lines: `a\ufffdb`},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			if got := harmless(row.text); got != row.want {
				t.Errorf("harmless: %q, want %q", got, row.want)
			}
			if got := harmlessLines(row.text); got != row.lines {
				t.Errorf("harmlessLines: %q, want %q", got, row.lines)
			}
		})
	}
}
