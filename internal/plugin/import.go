package plugin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/sheet"
	"github.com/beian-dev/icp-operator/internal/words"
)

// How --dry-run is said.
const (
	dryRunNone   = "none"
	dryRunClient = "client"
	dryRunServer = "server"
)

// importing takes filings over from a spreadsheet.
type importing struct {
	env *Env

	worksheet, template, output, dryRun string
	update, force                       bool
	defaults                            sheet.Defaults
}

func newImport(env *Env) *cobra.Command {
	i := &importing{env: env}
	cmd := &cobra.Command{
		Use:   "import FILE.csv|FILE.xlsx",
		Short: "Take filings over from a spreadsheet",
		Long: `Take filings over from a spreadsheet, CSV (UTF-8, GBK or GB18030) or xlsx, one website a row. The columns are known by their
Chinese or English headers; --template writes a sheet to start from. All rows are checked, by the API server too, before any is
written. What is there already as the sheet has it is left alone, so the same command goes on where it was interrupted.
A row with a filing number is taken over as filed already. Personal data is not taken: it stays in Secrets.`,
		Example: `  kubectl icp import --template filings.xlsx --lang zh
  kubectl icp import filings.xlsx -n shop --dry-run=server
  kubectl icp import filings.csv -n shop -o yaml > filings.yaml`,
		Args: func(_ *cobra.Command, args []string) error {
			if (len(args) == 1) == (i.template != "") || len(args) > 1 {
				return &UsageError{"give one FILE, or --template FILE: kubectl icp import FILE.csv|FILE.xlsx"}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if i.template != "" {
				return i.writeTemplate()
			}
			return i.run(cmd.Context(), args[0])
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&i.template, "template", "", "write a sheet to start from into this file (.xlsx or .csv), in the language of --lang")
	flags.BoolVar(&i.force, "force", false, "let --template overwrite a file")
	flags.StringVar(&i.worksheet, "sheet", "", "worksheet of a workbook; by default the first that has filings")
	flags.StringVarP(&i.output, "output", "o", "", "yaml or json: write manifests, and nothing to the cluster")
	flags.StringVar(&i.dryRun, "dry-run", dryRunNone, "none, client (check the rows) or server (have the API server judge them, too)")
	flags.BoolVar(&i.update, "update", false, "change filings that are there already and differ; columns that the sheet has not are left as they are")
	flags.StringVar(&i.defaults.SubjectPerson, "subject-person", "person-subject", "Secret of the subject's responsible person, where the sheet names none")
	flags.StringVar(&i.defaults.WebsitePerson, "website-person", "person-website", "Secret of the website's responsible person, where the sheet names none")
	flags.StringVar(&i.defaults.Provider, "provider", "", "FilingProvider of all rows, whatever the sheet says")
	flags.StringToStringVar(&i.defaults.Providers, "provider-of", nil, "FilingProviders by what the sheet calls them: 阿里云=aliyun,腾讯云=qcloud")
	return cmd
}

func (i *importing) run(ctx context.Context, file string) error {
	if !slices.Contains([]string{dryRunNone, dryRunClient, dryRunServer}, i.dryRun) {
		return &UsageError{fmt.Sprintf("--dry-run %s: say none, client or server", i.dryRun)}
	}
	if !slices.Contains([]string{"", "yaml", "json"}, i.output) {
		return &UsageError{fmt.Sprintf("-o %s: say yaml or json", i.output)}
	}
	var err error
	if i.defaults.Namespace, err = i.env.Namespace(); err != nil {
		return err
	}
	rows, err := i.read(file)
	if err != nil {
		return err
	}
	switch {
	case i.output != "":
		return i.writeManifests(rows)
	case i.dryRun == dryRunClient:
		return i.say("%d rows are as they should be; nothing was written (client dry run)", "%d 行无误；未写入（客户端试运行）", len(rows))
	}
	return i.write(ctx, rows)
}

// importRow is a row, and the filing that it makes where there is none.
type importRow struct {
	sheet.Row
	filing *v1alpha1.IcpFiling
}

func (r importRow) key() string { return r.filing.Namespace + "/" + r.filing.Name }

// read reads the sheet's rows; where any is wrong, all that is wrong is said, and an error ends it.
func (i *importing) read(file string) ([]importRow, error) {
	data, err := i.bytes(file)
	if err != nil {
		return nil, err
	}
	grid, err := sheet.Read(data, i.worksheet)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, i.env.inOwnWords(err))
	}
	s := sheet.Filings(grid)
	problems := s.Problems
	lines := map[string]int{}
	var rows []importRow
	for _, row := range s.Rows {
		r := importRow{row, &v1alpha1.IcpFiling{}}
		own := row.Onto(r.filing, i.defaults)
		if first, twice := lines[r.key()]; twice {
			own = append(own, row.Problem("metadata.name",
				fmt.Sprintf("makes filing %s, as line %d does: take one out, or name it apart in the column Object (对象名称)", r.key(), first),
				fmt.Sprintf("与第 %[2]d 行生成同一个对象 %[1]s：请删除其中一行，或在“对象名称”列另取名称", r.key(), first)))
		}
		lines[r.key()] = row.Line
		if !sheet.Errors(own) {
			own = append(own, i.missing(r)...)
		}
		problems = append(problems, own...)
		rows = append(rows, r)
	}
	i.print(problems)
	if sheet.Errors(problems) || len(rows) == 0 {
		return nil, i.refused(file, len(rows), problems)
	}
	return rows, nil
}

func (i *importing) bytes(file string) ([]byte, error) {
	in := i.env.In
	if file != standardInput {
		opened, err := os.Open(file)
		if err != nil {
			return nil, fmt.Errorf("reading the sheet: %w", err)
		}
		defer opened.Close()
		in = opened
	}
	// One byte more than is taken, so that a file that is too large is told from one that is not.
	data, err := io.ReadAll(io.LimitReader(in, sheet.MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading the sheet %s: %w", file, err)
	}
	return data, nil
}

// missing says what a filing lacks that is yet to be filed. It can be written all the same: it waits until that is put right.
func (i *importing) missing(r importRow) []sheet.Problem {
	spec := r.filing.Spec
	if spec.Existing.Website.Number != "" && spec.Existing.Website.AccessProvider == v1alpha1.ThisProvider {
		return nil
	}
	var notes []sheet.Problem
	for _, f := range (rules.Set{}).CheckFiling(&spec, i.env.Clock.Now()) {
		if f.Severity != rules.Error {
			continue
		}
		chinese := words.Reason(v1alpha1.ConditionPrerequisitesMet, f.Reason).Chinese
		if remedy, ok := words.Remedy(rules.Set{}, f.Reason); ok {
			chinese += "；" + remedy.Chinese
		}
		p := r.Problem(f.Field, "the filing will wait: "+f.Message, "该备案将等待处理："+chinese)
		p.Note = true
		notes = append(notes, p)
	}
	return notes
}

func (i *importing) print(problems []sheet.Problem) {
	for _, p := range problems {
		kind := i.env.Say("error: ", "错误：")
		if p.Note {
			kind = i.env.Say("note: ", "提示：")
		}
		fmt.Fprintln(i.env.ErrOut, kind+harmless(p.In(i.env.Language())))
	}
}

func (i *importing) refused(file string, rows int, problems []sheet.Problem) error {
	lines := map[int]bool{}
	for _, p := range problems {
		if !p.Note && p.Line > 0 {
			lines[p.Line] = true
		}
	}
	if rows == 0 {
		return errors.New(i.env.Say(file+" has no filing that could be taken; nothing was written", file+" 中没有可导入的备案；未写入任何内容"))
	}
	return errors.New(i.env.Say(
		fmt.Sprintf("%d of %d rows of %s are to be put right, as said above; nothing was written", len(lines), rows, file),
		fmt.Sprintf("%[3]s 共 %[2]d 行，其中 %[1]d 行需按上述提示更正；未写入任何内容", len(lines), rows, file)))
}

func (i *importing) say(english, chinese string, args ...any) error {
	_, err := fmt.Fprintln(i.env.Out, harmless(fmt.Sprintf(i.env.Say(english, chinese), args...)))
	return err
}

func (i *importing) writeManifests(rows []importRow) error {
	filings := make([]any, len(rows))
	for n, r := range rows {
		r.filing.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("IcpFiling"))
		filings[n] = r.filing
	}
	text, err := manifests(i.output, filings)
	if err != nil {
		return err
	}
	_, err = i.env.Out.Write(text)
	return err
}

func (i *importing) writeTemplate() error {
	language := i.env.Language()
	err := writeSheet(i.template, i.force, func(w io.Writer, kind string) error {
		if kind == xlsx {
			return sheet.WriteTemplate(w, language)
		}
		return sheet.Template(language).WriteCSV(w, true)
	})
	if err != nil {
		return i.env.inOwnWords(err)
	}
	return i.say("%s is there: fill it in, one website a row, then: kubectl icp import %[1]s", "已生成 %s：每个网站填一行，然后执行 kubectl icp import %[1]s", strings.TrimSpace(i.template))
}
