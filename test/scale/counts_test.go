package scale_test

import (
	_ "embed"
	"strconv"
	"strings"
	"testing"
)

// counts are what is committed of what things cost: writes, reads and calls, which are the same on any machine, however busy it is.
//
//go:embed testdata/counts.tsv
var counts string

// held holds a count to the committed one: who makes something dearer changes that, too, and says why in the commit.
func held(t *testing.T, name string, got float64) {
	t.Helper()
	for line := range strings.Lines(counts) {
		cells := strings.Split(strings.TrimSpace(line), "\t")
		if len(cells) != 2 || cells[0] != name {
			continue
		}
		most, err := strconv.ParseFloat(cells[1], 64)
		switch {
		case err != nil:
			t.Fatalf("testdata/counts.tsv: %s: %v", name, err)
		case got > most:
			t.Errorf("%s: %.4g, and %.4g at most is committed in testdata/counts.tsv", name, got, most)
		}
		return
	}
	t.Fatalf("testdata/counts.tsv has no %q; it came to %.4g", name, got)
}
