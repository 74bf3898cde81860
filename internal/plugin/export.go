package plugin

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/sheet"
)

// exporting writes filings as a spreadsheet.
type exporting struct {
	env        *Env
	all, force bool
	output     string
}

func newExport(env *Env) *cobra.Command {
	e := &exporting{env: env}
	cmd := &cobra.Command{
		Use:   "export [FILE.csv|FILE.xlsx]",
		Short: "Write filings as a spreadsheet, with how far they are",
		Long: `Write the filings as a spreadsheet, one a row, with how far they are, their numbers and dates. import reads it back. A workbook has
headers and values in your language; CSV has stable English ones, for programs. No cell is ever a formula. A file begins with the mark
by which Excel knows UTF-8; what goes to standard output has none.`,
		Example: `  kubectl icp export -A filings.xlsx --lang zh
  kubectl icp export -n shop -o csv`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return e.run(cmd.Context(), args) },
	}
	cmd.Flags().BoolVarP(&e.all, "all-namespaces", "A", false, "filings of all namespaces")
	cmd.Flags().StringVarP(&e.output, "output", "o", "", "csv or xlsx, for standard output; a file's name says it")
	cmd.Flags().BoolVar(&e.force, "force", false, "overwrite a file")
	return cmd
}

func (e *exporting) run(ctx context.Context, files []string) error {
	kind := cmp.Or(e.output, csv)
	if kind != csv && kind != xlsx {
		return &UsageError{fmt.Sprintf("-o %s: say csv or xlsx", e.output)}
	}
	if len(files) == 1 {
		if named, ok := kindOf(files[0]); ok && e.output != "" && named != e.output {
			return &UsageError{fmt.Sprintf("-o %s and %s differ: leave -o out", e.output, files[0])}
		}
	}
	filings, err := e.filings(ctx)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		// As a whole, or not at all.
		var out bytes.Buffer
		if err := e.write(&out, kind, filings, false); err != nil {
			return err
		}
		_, err := e.env.Out.Write(out.Bytes())
		return err
	}
	err = writeSheet(files[0], e.force, func(w io.Writer, kind string) error { return e.write(w, kind, filings, true) })
	if err != nil {
		return e.env.inOwnWords(err)
	}
	_, err = fmt.Fprintf(e.env.Out, e.env.Say("%d filings are in %s\n", "已将 %d 个备案写入 %s\n"), len(filings), files[0])
	return err
}

func (e *exporting) filings(ctx context.Context) ([]v1alpha1.IcpFiling, error) {
	namespace := ""
	if !e.all {
		var err error
		if namespace, err = e.env.Namespace(); err != nil {
			return nil, err
		}
	}
	c, err := e.env.Client()
	if err != nil {
		return nil, err
	}
	var filings []v1alpha1.IcpFiling
	if err := eachFiling(ctx, c, namespace, func(f *v1alpha1.IcpFiling) { filings = append(filings, *f) }); err != nil {
		return nil, err
	}
	slices.SortFunc(filings, func(a, b v1alpha1.IcpFiling) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return filings, nil
}

func (e *exporting) write(w io.Writer, kind string, filings []v1alpha1.IcpFiling, mark bool) error {
	if kind == xlsx {
		return sheet.Export(filings, sheet.Titles, e.env.Language()).WriteXLSX(w)
	}
	return sheet.Export(filings, sheet.Keys, v1alpha1.LanguageEnglish).WriteCSV(w, mark)
}
