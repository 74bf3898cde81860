package plugin

import (
	"strings"
	"testing"
)

func TestColumnsStandBelowEachOtherInBothLanguages(t *testing.T) {
	t.Parallel()
	got := strings.Join((&table{rows: [][]string{{"名称", "STAGE", "x"}, {"shop", "备案初审", ""}, {"e\u0301", "a"}}}).lines(), "\n")
	want := "名称   STAGE      x\nshop   备案初审\ne\u0301      a"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
