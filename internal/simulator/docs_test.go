package simulator_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// page is the protocol's page for those who implement it.
func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/provider-protocol.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestThePageNamesEveryOperation(t *testing.T) {
	t.Parallel()
	text := strings.NewReplacer("{id}", "{orderID}").Replace(page(t))
	for path, item := range loadDocument(t).Paths.Map() {
		for method := range item.Operations() {
			if !strings.Contains(text, "`"+method+" "+path) {
				t.Errorf("the page does not name %s %s", method, path)
			}
		}
	}
}

func TestThePageNamesEveryReason(t *testing.T) {
	t.Parallel()
	text := page(t)
	for _, row := range (rules.Set{}).ReturnReasons() {
		if !strings.Contains(text, row.Reason) {
			t.Errorf("the page does not name the usual reason %s", row.Reason)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "../provider/protocol/doc.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, "Reason") {
			return true
		}
		named++
		if reason := strings.TrimPrefix(spec.Names[0].Name, "Reason"); !strings.Contains(text, "`"+reason+"`") {
			t.Errorf("the page does not name the reason %s", reason)
		}
		return true
	})
	if named == 0 {
		t.Error("the protocol has no reasons of its own: where did they go?")
	}
}

func TestThePagesExampleOfWhatIsFiledCanBeRead(t *testing.T) {
	t.Parallel()
	example := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(page(t))
	if example == nil {
		t.Fatal("the page has no example")
	}
	known, err := simulator.ParseKnown([]byte(example[1]))
	if err != nil || len(known.Subjects) == 0 || len(known.Plan) == 0 {
		t.Errorf("the example reads as %+v, %v", known, err)
	}
}
