package program

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onsi/gomega"
)

// configured writes a configuration file.
func configured(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte("apiVersion: config.icp.beian.dev/v1alpha1\nkind: OperatorConfiguration\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A third operator, which waits to lead.
func TestAnOperatorTakesItsSettingsFromAFileAndTheLevelThatItLogsWhileItRuns(t *testing.T) {
	g := gomega.NewWithT(t)
	path := filepath.Join(t.TempDir(), "config.yaml")
	configured(t, path, "log: {level: info}\nprofiling: {bindAddress: \"127.0.0.1:0\"}\nboard: {bindAddress: \"127.0.0.1:0\"}\n")
	p, err := startOperator(t.Context(), plane, "configured", "--config="+path, "--board-bind-address=0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	if err := p.untilReady(t.Context()); err != nil {
		t.Fatal(err)
	}
	g.Eventually(func() int { status, _ := p.get(t.Context(), "pprof", "/debug/pprof/goroutine?debug=1"); return status }).WithTimeout(within).Should(gomega.Equal(http.StatusOK))
	if _, serves := p.address("board"); serves {
		t.Error("a flag does not win over the file")
	}
	configured(t, path, "log: {level: 5}\n")
	g.Eventually(func() bool { return p.says(`"level":"Level(-`) }).WithTimeout(within).Should(gomega.BeTrue(), "lines of the new level")
	if !p.says("another level is logged from now on") || !p.says("takes effect when the operator is started anew") {
		t.Errorf("it does not say what has changed:\n%s", p.Tail())
	}
	for _, other := range running.alive {
		if _, profiles := other.address("pprof"); profiles {
			t.Error("an operator that nobody asked to serves profiles")
		}
	}
	if p.says("traces are sent") || !running.alive[0].says("traces are sent") {
		t.Error("an operator that nobody asked to sends traces, or one that was does not")
	}
}

func TestABadConfigurationStopsTheOperatorAtItsStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	configured(t, path, "log:\n  colour: red\n")
	p, err := startOperator(t.Context(), plane, "misconfigured", "--config="+path)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Ended(); !strings.Contains(err.Error(), "exit status 2") || !strings.Contains(err.Error(), "config.yaml:4: there is no setting log.colour") {
		t.Errorf("got %v", err)
	}
}
