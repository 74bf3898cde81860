package rules_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/rules"
)

// The pages that tell people how to add rows, in both languages.
var rulesPages = []string{"../../docs/rules.md", "../../docs/rules.zh.md"}

func page(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

var example = regexp.MustCompile("(?s)```yaml\n(rows:\n.*?)```")

func TestTheExamplesOfTheDocumentationAreRows(t *testing.T) {
	t.Parallel()
	for _, path := range rulesPages {
		examples := example.FindAllStringSubmatch(page(t, path), -1)
		if len(examples) == 0 {
			t.Errorf("%s: no example", path)
		}
		for _, found := range examples {
			b := book(t, found[1])
			if row, known := of(t, b, "").Provincial("Hubei", rules.TopicSitesPerOrder); !known || row.Number != 2 {
				t.Errorf("%s: the example's row of Hubei is %+v", path, row)
			}
		}
	}
}

func TestTheDocumentationNamesEveryTopicWithItsValuesAndEveryLimit(t *testing.T) {
	t.Parallel()
	for _, path := range rulesPages {
		text := page(t, path)
		for _, topic := range rules.Topics() {
			for _, name := range append([]string{string(topic.Topic)}, topic.Values...) {
				if !strings.Contains(text, "`"+name+"`") {
					t.Errorf("%s does not name %s of %s", path, name, topic.Topic)
				}
			}
			if !strings.Contains(text, topic.Chinese) {
				t.Errorf("%s does not name %s", path, topic.Chinese)
			}
		}
		for _, limit := range lookup(t, rules.Current).Limits() {
			if limit.Limit != rules.LimitPublicSecurityDays && !strings.Contains(text, "`"+string(limit.Limit)+"`") {
				t.Errorf("%s does not name %s", path, limit.Limit)
			}
		}
	}
}
