//go:build failpoints

package failpoint

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Variable is the environment variable that names the directory by which a test and the operator speak: the operator adds each point
// that it passes to the file passed, a line each, and dies at the one that the file armed names, which is called hit then.
const Variable = "ICP_FAILPOINTS"

var dir = os.Getenv(Variable)

// Here ends this process where it stands, if a test wants it to end here.
func Here(p Point, of string) {
	if dir == "" {
		return
	}
	name := strings.TrimSpace(string(p) + " " + of)
	if passed, err := os.OpenFile(filepath.Join(dir, "passed"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err == nil {
		fmt.Fprintln(passed, name)
		_ = passed.Close()
	}
	armed, err := os.ReadFile(filepath.Join(dir, "armed"))
	if err != nil || string(armed) != name || os.Rename(filepath.Join(dir, "armed"), filepath.Join(dir, "hit")) != nil {
		return
	}
	self, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = self.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}
