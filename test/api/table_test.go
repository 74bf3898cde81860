package api_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/test/api/table"
)

// Every row of the table is tried on the API server, which refuses it with the field and the remedy, or takes it; and the
// checks without an API server find what it finds, in the same words.
func TestTheTableOfRules(t *testing.T) {
	t.Parallel()
	for _, row := range table.Cases() {
		t.Run(row.Says, func(t *testing.T) {
			t.Parallel()
			object, err := row.Object()
			if err != nil {
				t.Fatal(err)
			}
			manifest, err := yaml.Marshal(object.Object)
			if err != nil {
				t.Fatal(err)
			}
			err = admin.Create(t.Context(), object, client.DryRunAll, client.FieldValidation(metav1.FieldValidationStrict))
			switch {
			case !row.Refused() && err != nil:
				t.Error(err)
			case row.Refused() && !apierrors.IsInvalid(err) && !apierrors.IsBadRequest(err):
				t.Errorf("got %v, want Invalid", err)
			case row.Refused() && (!strings.Contains(err.Error(), row.Field) || !strings.Contains(err.Error(), row.Remedy)):
				t.Errorf("got %q, want it to name %s and to say %q", err, row.Field, row.Remedy)
			}
			server, without := causesOf(err), foundWithout(t, manifest)
			if len(server) != len(without) || slices.ContainsFunc(server, func(cause string) bool {
				return !slices.ContainsFunc(without, func(found string) bool { return sameCause(cause, found) })
			}) {
				t.Errorf("the API server says\n%q\nand without one\n%q", server, without)
			}
		})
	}
}

// unknownField is how the API server says that there is no such field.
var unknownField = regexp.MustCompile(`unknown field "([^"]*)"`)

// causesOf are why the API server refuses an object: fields and messages.
func causesOf(err error) []string {
	var causes []string
	status := apierrors.APIStatus(nil)
	if errors.As(err, &status) {
		for _, unknown := range unknownField.FindAllStringSubmatch(status.Status().Message, -1) {
			causes = append(causes, unknown[1]+": "+unknown[0])
		}
		if details := status.Status().Details; details != nil {
			for _, cause := range details.Causes {
				causes = append(causes, cause.Field+": "+cause.Message)
			}
		}
	}
	return causes
}

// sameCause tells whether both are one; the checks leave the value out.
func sameCause(server, check string) bool {
	lead, detail, invalid := strings.Cut(check, ": Invalid value: ")
	return server == check || invalid && strings.HasPrefix(server, lead+": Invalid value: ") && strings.HasSuffix(server, ": "+detail)
}

// foundWithout are what check says that the API server would refuse.
func foundWithout(t *testing.T, manifest []byte) []string {
	t.Helper()
	report := check.Check(t.Context(), []check.Source{{Name: "it.yaml", Data: manifest}}, check.Options{Now: time.Now(), Namespace: "default", Rules: rules.Builtin()})
	var found []string
	for _, f := range report.Findings {
		if f.Rule == check.RuleInvalid || f.Rule == check.RuleUnknownField {
			field := f.Field
			if field == "" {
				field = "<nil>"
			}
			found = append(found, fmt.Sprintf("%s: %s", field, f.Message.English))
		}
	}
	return found
}

func TestRowsAreToldApartByWhatTheySay(t *testing.T) {
	t.Parallel()
	said := map[string]bool{}
	for _, row := range table.Cases() {
		if said[row.Says] {
			t.Errorf("two rows say %q", row.Says)
		}
		said[row.Says] = true
	}
}
