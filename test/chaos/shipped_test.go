package chaos_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/beian-dev/icp-operator/internal/failpoint"
)

func TestTheProgramThatIsShippedHasNoFailPoints(t *testing.T) {
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// This program names them all.
	for path, want := range map[string]bool{shipped(): false, own: true} {
		program, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, point := range failpoint.Points() {
			if bytes.Contains(program, []byte(point)) != want {
				t.Errorf("%s: has %s: %v, want %v", path, point, !want, want)
			}
		}
	}
}
