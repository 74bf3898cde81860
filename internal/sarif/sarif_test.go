package sarif_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/internal/sarif"
)

var rules = []sarif.Rule{{ID: "unused", Text: "nothing breaks it"}, {ID: "uncovered", Text: "a host has no filing"}}

func TestResultsAreWrittenWithWhereTheyAre(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	err := sarif.Write(&out, sarif.Tool{Name: "kubectl-icp", Version: "v1", URI: "https://example.com"}, rules, []sarif.Result{
		{Rule: "uncovered", Level: sarif.Error, Message: "a < b", File: "./shop/my route.yaml", Line: 3, Column: 7, Object: "Ingress shop/web"},
		{Rule: "uncovered", Level: sarif.Note, Message: "in the cluster", Object: "Ingress shop/api"},
		{Rule: "uncovered", Level: sarif.Warning, Message: "nowhere"},
	})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{
  "version": "2.1.0",
  "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
  "runs": [
    {
      "tool": {
        "driver": {
          "name": "kubectl-icp",
          "version": "v1",
          "informationUri": "https://example.com",
          "rules": [
            {
              "id": "uncovered",
              "shortDescription": {
                "text": "a host has no filing"
              }
            }
          ]
        }
      },
      "results": [
        {
          "ruleId": "uncovered",
          "ruleIndex": 0,
          "level": "error",
          "message": {
            "text": "a < b"
          },
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "shop/my%20route.yaml"
                },
                "region": {
                  "startLine": 3,
                  "startColumn": 7
                }
              },
              "logicalLocations": [
                {
                  "fullyQualifiedName": "Ingress shop/web",
                  "kind": "resource"
                }
              ]
            }
          ]
        },
        {
          "ruleId": "uncovered",
          "ruleIndex": 0,
          "level": "note",
          "message": {
            "text": "in the cluster"
          },
          "locations": [
            {
              "logicalLocations": [
                {
                  "fullyQualifiedName": "Ingress shop/api",
                  "kind": "resource"
                }
              ]
            }
          ]
        },
        {
          "ruleId": "uncovered",
          "ruleIndex": 0,
          "level": "warning",
          "message": {
            "text": "nowhere"
          }
        }
      ]
    }
  ]
}
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestNothingFoundIsARunWithoutResults(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := sarif.Write(&out, sarif.Tool{Name: "t"}, rules, nil); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), `"results": []`) || !strings.Contains(out.String(), `"rules": []`) {
		t.Errorf("want empty lists, which readers need: %s", out.String())
	}
}

func TestAResultOfNoRuleIsAnError(t *testing.T) {
	t.Parallel()
	err := sarif.Write(&bytes.Buffer{}, sarif.Tool{}, rules, []sarif.Result{{Rule: "odd"}})
	if err == nil || !strings.Contains(err.Error(), `"odd"`) {
		t.Errorf("got %v, want an error that names the rule", err)
	}
}
