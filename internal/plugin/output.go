package plugin

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	"k8s.io/cli-runtime/pkg/genericclioptions"
)

// viewVersion is the version of what status and list write for programs.
const viewVersion = "view.icp.beian.dev/v1"

// output is the flag -o: nothing for people, one of the command's own formats, or one that kubectl has for programs.
type output struct {
	format string
	own    []string
}

// addFlag adds -o to a command, with the command's own formats beside those for programs.
func (o *output) addFlag(cmd *cobra.Command, own ...string) {
	o.own = own
	formats := append(slices.Clone(own), "json", "yaml", "jsonpath=…", "go-template=…")
	cmd.Flags().StringVarP(&o.format, "output", "o", "", "output format: "+strings.Join(formats, ", "))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(append(slices.Clone(own), "json", "yaml", "jsonpath=", "go-template="), cobra.ShellCompDirectiveNoFileComp))
}

// forPeople says that what is written is for people.
func (o *output) forPeople() bool { return o.format == "" || slices.Contains(o.own, o.format) }

// print writes an object for programs.
func (o *output) print(out io.Writer, object runtime.Object) error {
	printer, err := o.flags().ToPrinter()
	if err != nil {
		return &UsageError{fmt.Sprintf("-o %s: %v", o.format, err)}
	}
	return printer.PrintObj(object, out)
}

// check refuses a format that there is not, before anything is asked of the server.
func (o *output) check() error {
	if o.forPeople() {
		return nil
	}
	if _, err := o.flags().ToPrinter(); err != nil {
		return &UsageError{fmt.Sprintf("-o %s: %v", o.format, err)}
	}
	return nil
}

func (o *output) flags() *genericclioptions.PrintFlags {
	return &genericclioptions.PrintFlags{
		JSONYamlPrintFlags: genericclioptions.NewJSONYamlPrintFlags(), TemplatePrinterFlags: genericclioptions.NewKubeTemplatePrintFlags(),
		OutputFormat: &o.format, OutputFlagSpecified: func() bool { return true },
	}
}

// document is what programs read of a value, as an object of a kind.
func document(kind, namespace, name string, value any) (*unstructured.Unstructured, error) {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("writing %s %s/%s: %w", kind, namespace, name, err)
	}
	object := map[string]any{}
	if err := utiljson.Unmarshal(raw, &object); err != nil {
		return nil, fmt.Errorf("writing %s %s/%s: %w", kind, namespace, name, err)
	}
	delete(object, "namespace")
	delete(object, "name")
	object["apiVersion"], object["kind"] = viewVersion, kind
	object["metadata"] = map[string]any{"namespace": namespace, "name": name}
	return &unstructured.Unstructured{Object: object}, nil
}

// listOf is a list of objects, as kubectl writes one.
func listOf(items []unstructured.Unstructured) *unstructured.UnstructuredList {
	if items == nil {
		items = []unstructured.Unstructured{}
	}
	return &unstructured.UnstructuredList{Object: map[string]any{"apiVersion": "v1", "kind": "List"}, Items: items}
}
