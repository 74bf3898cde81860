package notify

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// What every built-in text ends with.
const (
	englishEnd = `
Filing: {{.Namespace}}/{{.Name}}{{with .Link}}
{{.}}{{end}}`
	chineseEnd = `
备案对象：{{.Namespace}}/{{.Name}}{{with .Link}}
{{.}}{{end}}`
)

// builtIn are the words of each event where a notifier has none of its own: subject and body.
func builtIn(l v1alpha1.Language) map[v1alpha1.FilingEvent][2]string {
	if l == v1alpha1.LanguageEnglish {
		return map[v1alpha1.FilingEvent][2]string{
			v1alpha1.EventReturned: {"{{.Domain}}: the ICP filing was returned",
				"Attempt {{.Attempt}} came back at {{.StageName}}{{with .ReasonNames}}: {{.}}{{end}}.\nTo do: {{.ToDo}}" + englishEnd},
			v1alpha1.EventActionRequired: {"{{.Domain}}: {{.ActorName}} must act{{with .Due}} by {{.}}{{end}}",
				"The ICP filing is at {{.StageName}}.\nTo do: {{.ToDo}}{{with .Due}}\nBy: {{.}}, Beijing time{{end}}" + englishEnd},
			v1alpha1.EventSmsWindowOpen: {"{{.Domain}}: answer the ministry's SMS{{with .Due}} by {{.}}, Beijing time{{end}}",
				"{{.ToDo}}{{with .Due}}\nThe window closes at {{.}}, Beijing time; what is not answered by then returns the filing.{{end}}" + englishEnd},
			v1alpha1.EventDeadlineReminder: {"{{.Domain}}: {{if .Overdue}}overdue since{{else}}due by the end of{{end}} {{.Due}}",
				"{{if .Overdue}}This is overdue: do it at once.{{else}}This is due by the end of {{.Due}}, Beijing time.{{end}}\nTo do: {{.ToDo}}" + englishEnd},
			v1alpha1.EventApproved: {"{{.Domain}}: the ICP filing is approved{{with .Number}}, {{.}}{{end}}",
				"{{.Domain}} is filed{{with .Number}} as {{.}}{{end}}; its hosts may be served.\nTo do: {{.ToDo}}" + englishEnd},
			v1alpha1.EventRevoked: {"{{.Domain}}: the ICP filing was revoked",
				"The filing{{with .Number}} {{.}}{{end}} is no longer in force{{with .ReasonNames}}: {{.}}{{end}}.\n{{.ToDo}}" + englishEnd},
			v1alpha1.EventCancelled: {"{{.Domain}}: the ICP filing was cancelled",
				"The filing{{with .Number}} {{.}}{{end}} is cancelled{{with .ReasonNames}}: {{.}}{{end}}.\n{{.ToDo}}" + englishEnd},
			v1alpha1.EventRegistryMismatch: {"{{.Domain}}: the registry disagrees with the ICP filing",
				"Heard twice{{with .ReasonNames}}: {{.}}{{end}}.\nTo do: {{.ToDo}}" + englishEnd},
		}
	}
	return map[v1alpha1.FilingEvent][2]string{
		v1alpha1.EventReturned: {"{{.Domain}}：备案被退回",
			"第 {{.Attempt}} 次提交在“{{.StageName}}”环节被退回{{with .ReasonNames}}，原因：{{.}}{{end}}。\n需要做：{{.ToDo}}" + chineseEnd},
		v1alpha1.EventActionRequired: {"{{.Domain}}：备案需要{{.ActorName}}处理{{with .Due}}，期限 {{.}}{{end}}",
			"当前环节：{{.StageName}}。\n需要做：{{.ToDo}}{{with .Due}}\n期限：北京时间 {{.}}{{end}}" + chineseEnd},
		v1alpha1.EventSmsWindowOpen: {"{{.Domain}}：请完成短信核验{{with .Due}}，截止北京时间 {{.}}{{end}}",
			"{{.ToDo}}{{with .Due}}\n截止时间：北京时间 {{.}}，逾期未完成的订单会被退回。{{end}}" + chineseEnd},
		v1alpha1.EventDeadlineReminder: {"{{.Domain}}：{{if .Overdue}}已逾期，期限为{{else}}请在期限前办理，截止{{end}} {{.Due}}",
			"{{if .Overdue}}期限 {{.Due}} 已过，请立即办理。{{else}}请在北京时间 {{.Due}} 结束前办理。{{end}}\n需要做：{{.ToDo}}" + chineseEnd},
		v1alpha1.EventApproved: {"{{.Domain}}：备案已通过{{with .Number}}，{{.}}{{end}}",
			"{{.Domain}} 已取得备案{{with .Number}}号 {{.}}{{end}}，网站可以开通。\n需要做：{{.ToDo}}" + chineseEnd},
		v1alpha1.EventRevoked: {"{{.Domain}}：备案被注销",
			"备案{{with .Number}} {{.}} {{end}}已失效{{with .ReasonNames}}，原因：{{.}}{{end}}。\n{{.ToDo}}" + chineseEnd},
		v1alpha1.EventCancelled: {"{{.Domain}}：备案已注销",
			"备案{{with .Number}} {{.}} {{end}}已注销{{with .ReasonNames}}，原因：{{.}}{{end}}。\n{{.ToDo}}" + chineseEnd},
		v1alpha1.EventRegistryMismatch: {"{{.Domain}}：备案查询结果与本备案不符",
			"已两次查询到不符{{with .ReasonNames}}：{{.}}{{end}}。\n需要做：{{.ToDo}}" + chineseEnd},
	}
}
