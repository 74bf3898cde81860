package sheet

import (
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/words"
)

// findingColumn is a column of what was found of a cluster's hosts.
type findingColumn struct {
	// Key of the column for programs; Title for people.
	key   string
	title words.Words
	// value is what stands in it for programs.
	value func(*audit.Finding) string
	// says is what stands in it for people; nil where that is the same.
	says func(*audit.Finding) words.Words
}

// findingColumns are stable: others may be added behind them.
var findingColumns = []findingColumn{
	{"verdict", words.Words{English: "Verdict", Chinese: "结论"}, func(f *audit.Finding) string { return string(f.Verdict) }, func(f *audit.Finding) words.Words { return f.Verdict.Words() }},
	{"mode", words.Words{English: "Mode", Chinese: "闸门模式"}, func(f *audit.Finding) string { return f.Mode }, nil},
	{"namespace", words.Words{English: "Namespace", Chinese: "命名空间"}, func(f *audit.Finding) string { return f.Namespace }, nil},
	{"group", words.Words{English: "API group", Chinese: "API 组"}, func(f *audit.Finding) string { return f.Group }, nil},
	{"kind", words.Words{English: "Kind", Chinese: "类型"}, func(f *audit.Finding) string { return f.Kind }, nil},
	{"name", words.Words{English: "Name", Chinese: "名称"}, func(f *audit.Finding) string { return f.Name }, nil},
	{"host", words.Words{English: "Host", Chinese: "主机名"}, func(f *audit.Finding) string { return f.Host }, nil},
	{"from", words.Words{English: "Host is of", Chinese: "主机名来自"}, func(f *audit.Finding) string { return f.From }, nil},
	{"reason", words.Words{English: "Why", Chinese: "原因"}, func(f *audit.Finding) string { return string(f.Reason) }, (*audit.Finding).Why},
	{"served", words.Words{English: "Served because", Chinese: "为何仍在服务"}, func(f *audit.Finding) string { return string(f.Served) }, func(f *audit.Finding) words.Words { return f.Served.Words() }},
	{"domain", words.Words{English: "Domain", Chinese: "域名"}, func(f *audit.Finding) string { return f.Domain }, nil},
	{"filing", words.Words{English: "Filing", Chinese: "备案"}, func(f *audit.Finding) string { return f.Filing }, nil},
	{"number", words.Words{English: "Filing number", Chinese: "备案号"}, func(f *audit.Finding) string { return f.Number }, nil},
	{"stage", words.Words{English: "Stage", Chinese: "阶段"}, func(f *audit.Finding) string { return string(f.Stage) }, func(f *audit.Finding) words.Words { return words.Stage(f.Stage) }},
	{"closed", words.Words{English: "Gate closed because", Chinese: "闸门关闭原因"}, func(f *audit.Finding) string { return f.Closed }, nil},
	{"next", words.Words{English: "What to do next", Chinese: "下一步"}, func(f *audit.Finding) string { return steps(f, v1alpha1.LanguageEnglish) },
		func(f *audit.Finding) words.Words {
			return words.Words{English: steps(f, v1alpha1.LanguageEnglish), Chinese: steps(f, v1alpha1.LanguageChinese)}
		}},
}

// steps are what to do about a finding, in one cell.
func steps(f *audit.Finding, l v1alpha1.Language) string {
	var texts []string
	for _, step := range f.Next() {
		text := step.Says.In(l)
		if step.Command != "" {
			text += ": " + step.Command
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, "; ")
}

// Findings are what was found of a cluster's hosts as a sheet, for programs (Keys) or for people, in their language.
func Findings(findings []audit.Finding, headers Headers, l v1alpha1.Language) Table {
	t := Table{Name: findingsName.In(l)}
	for _, c := range findingColumns {
		t.Header = append(t.Header, headers.of(c.key, c.title, l))
	}
	for i := range findings {
		row := make([]string, len(findingColumns))
		for j, c := range findingColumns {
			if row[j] = c.value(&findings[i]); headers != Keys && c.says != nil && row[j] != "" {
				row[j] = c.says(&findings[i]).In(l)
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

var findingsName = words.Words{English: "Hosts", Chinese: "主机名"}
