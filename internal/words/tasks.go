package words

import (
	"strings"
	"sync"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Task is something that somebody must do, with what tells it from others of its name.
type Task struct {
	// Name of the task.
	Name string
	// Stage that it is of; none for any.
	Stage v1alpha1.StageName
	// Actor who does it, and Where.
	Actor v1alpha1.Actor
	Where string
	// RuleSet is the date of the filing rules whose figures are told; one that is not built in stands for the current one.
	RuleSet string
}

// WhatToDo says what a task asks for; false where nobody has words for it.
func (t Task) WhatToDo() (Words, bool) {
	set := Rules(t.RuleSet)
	if w, ok := tasks[t.Name]; ok {
		return w, true
	}
	if w, ok := renew(t.Name, set); ok {
		return w, true
	}
	if w, ok := t.tabled(); ok {
		return worded(set, w), true
	}
	for _, r := range requests() {
		if string(r.Task) == t.Name {
			return worded(set, Words{r.Description, r.Chinese}), true
		}
	}
	if procedure.StageOrder(v1alpha1.StageName(t.Name)) >= 0 {
		return checks, true
	}
	return Words{}, false
}

// checks is what is left of a stage whose every known task is done.
var checks = Words{"The provider checks what was handed in.", "接入服务商审核已提交的内容。"}

// StageSays is what happens in a stage.
func StageSays(name v1alpha1.StageName) Words {
	for _, st := range table() {
		if st.Name == name {
			return Words{st.Description, st.Chinese}
		}
	}
	return Stage(name)
}

// Rules are those of a rule set, for their figures: the current ones where the operator was started with a set of its own.
func Rules(ruleSet string) rules.Set {
	set, err := rules.Lookup(ruleSet)
	if err != nil {
		return rules.Set{}
	}
	return set
}

func worded(set rules.Set, w Words) Words {
	return Words{set.Worded(w.English), set.Worded(w.Chinese)}
}

// The procedure's table and what reviewers may ask for, once: each call copies them, and lists of filings look at them often.
var (
	table    = sync.OnceValue(procedure.Table)
	requests = sync.OnceValue(procedure.Requests)
)

// tabled finds a task in the procedure's table, one that is done where this one is before others.
func (t Task) tabled() (Words, bool) {
	var found Words
	for _, st := range table() {
		for _, row := range st.Tasks {
			if row.Name != t.Name || st.Name != t.Stage && t.Stage != "" {
				continue
			}
			w := Words{row.Description, row.Chinese}
			if row.Where == t.Where && row.Actor == t.Actor {
				return w, true
			}
			if found == (Words{}) {
				found = w
			}
		}
	}
	return found, found != (Words{})
}

// renew says how to renew what ends, by the name of its task; false for another task.
func renew(task string, set rules.Set) (Words, bool) {
	name, ok := strings.CutPrefix(task, procedure.TaskRenew)
	if !ok {
		return Words{}, false
	}
	kind, actor, who, category := rules.Expiry(name), v1alpha1.Actor(""), "", ""
	switch {
	case name == "SubjectPersonPaper":
		kind, actor, who = rules.ExpiryPersonPaper, v1alpha1.ActorSubjectResponsiblePerson, "subject's responsible person"
	case name == "WebsitePersonPaper":
		kind, actor, who = rules.ExpiryPersonPaper, v1alpha1.ActorWebsiteResponsiblePerson, "website's responsible person"
	case strings.HasPrefix(name, string(rules.ExpiryPreApproval)):
		kind, category = rules.ExpiryPreApproval, strings.TrimPrefix(name, string(rules.ExpiryPreApproval))
	}
	row := set.Expiry(kind)
	if row.English == "" {
		return Words{}, false
	}
	fill := strings.NewReplacer("{who}", who, "{category}", category, "Secret {secret}", "the person's Secret").Replace
	chinese := row.Chinese
	if category != "" {
		chinese += "（" + rules.Chinese(v1alpha1.PreApprovalCategory(category)) + "）"
	}
	if actor != "" {
		chinese = rules.Chinese(actor) + strings.TrimPrefix(chinese, "负责人")
	}
	return Words{"Renew " + fill(row.English) + ": " + fill(row.Renew) + ".", chinese + "即将或已经到期：请及时续期，并更新备案中的日期。"}, true
}

// TaskFinalWarning is to submit the public-security registration before the gate closes for want of it.
const TaskFinalWarning = "SubmitBeforeTheGateCloses"

// tasks say what to do where the procedure's table has no task of that name.
var tasks = map[string]Words{
	procedure.TaskMendAndResubmit:            {"Put right in the spec what was returned, and it is submitted again.", "按退回原因修改备案信息，修改后会重新提交。"},
	procedure.TaskSayOpening:                 {"Say in spec.website.openedAt when the site opened.", "在 spec.website.openedAt 中填写网站开通日期。"},
	procedure.TaskWaitForSubject:             {"Another order of this subject goes first; the operator goes on by itself.", "等待同一主体的另一订单办结，控制器随后自动继续。"},
	"ResolveDomainConflict":                  {"Resolve the conflict over the domain that the filing's condition Ready describes.", "解决备案条件 Ready 所述的域名冲突。"},
	"ConfirmImport":                          {"Confirm that the domain is filed already, or correct what spec.existing says.", "确认域名已备案，或更正 spec.existing。"},
	"ChangeChannel":                          {"Choose the channel that takes this type of filing.", "改用支持该备案类型的办理渠道。"},
	"Resume":                                 {"Set spec.suspend to false, and the operator goes on.", "将 spec.suspend 设为 false，控制器继续办理。"},
	"PutProviderRight":                       {"Put right which FilingProvider the filing uses.", "更正备案所用的 FilingProvider。"},
	"CancelSubject":                          {"Cancel the subject's shell filing at the provider first.", "先在接入服务商处注销空壳主体。"},
	"PutRefusedFactsRight":                   {"Put right the facts that the provider refused; the filing's condition Ready says which.", "更正被接入服务商拒绝的信息，详见备案条件 Ready。"},
	"PutBackOrFileAnew":                      {"Put back what a change filing cannot change, or file anew.", "恢复变更备案不能变更的信息，或重新备案。"},
	"MakeSubjectFactsAgree":                  {"Make the facts of the subject agree in all of its filings.", "使该主体名下各备案的主体信息一致。"},
	"WithdrawOrder":                          {"Take the order back in the provider's console (撤回), and record it.", "在接入服务商控制台撤回订单，并记录结果。"},
	"CancelFiling":                           {"Have the filing cancelled in the provider's console (注销), and record it.", "在接入服务商控制台注销备案，并记录结果。"},
	procedure.TaskSubmitPublicSecurity:       {"On the public-security platform, register the organizer first, then the website; then set spec.publicSecurity.submittedAt.", "登录全国互联网安全管理服务平台，先登记开办主体，再登记网站，然后填写 spec.publicSecurity.submittedAt。"},
	TaskFinalWarning:                         {"The registration with public security is overdue, and this is the final warning: then the gate closes. Submit it at once and set spec.publicSecurity.submittedAt.", "公安联网备案已逾期，这是最后一次提醒，届时网站访问将被关闭：请立即提交，并填写 spec.publicSecurity.submittedAt。"},
	procedure.TaskMendPublicSecurity:         {"Put right what the public-security organ asks for and submit again, then set spec.publicSecurity.submittedAt.", "按公安机关的要求改正后重新提交，并更新 spec.publicSecurity.submittedAt。"},
	procedure.TaskObtainLicence:              {"Apply to the local authority for an ICP licence, then set spec.icpLicense.number.", "向属地主管部门申请 ICP 许可证，取得后填写 spec.icpLicense.number。"},
	procedure.TaskRecordPublicSecurityNumber: {"Set spec.publicSecurity.number once it is given.", "取得公安备案号后填写 spec.publicSecurity.number。"},
}
