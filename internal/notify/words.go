package notify

import (
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// words say the same in both languages.
type words struct{ english, chinese string }

func (w words) in(l v1alpha1.Language) string {
	if l == v1alpha1.LanguageEnglish {
		return w.english
	}
	return w.chinese
}

var eventWords = map[v1alpha1.FilingEvent]words{
	v1alpha1.EventReturned:         {"returned", "备案被退回"},
	v1alpha1.EventActionRequired:   {"action required", "备案待处理"},
	v1alpha1.EventSmsWindowOpen:    {"SMS to be answered", "请完成短信核验"},
	v1alpha1.EventDeadlineReminder: {"deadline", "备案期限提醒"},
	v1alpha1.EventApproved:         {"approved", "备案已通过"},
	v1alpha1.EventRevoked:          {"revoked", "备案被注销"},
	v1alpha1.EventCancelled:        {"cancelled", "备案已注销"},
	v1alpha1.EventRegistryMismatch: {"registry disagrees", "备案查询结果不符"},
}

var actorWords = map[v1alpha1.Actor]string{
	v1alpha1.ActorApplicant: "the applicant", v1alpha1.ActorSubjectResponsiblePerson: "the subject's responsible person",
	v1alpha1.ActorWebsiteResponsiblePerson: "the website's responsible person", v1alpha1.ActorOperator: "the operator",
	v1alpha1.ActorProvider: "the access provider", v1alpha1.ActorBureau: "the bureau", v1alpha1.ActorPublicSecurity: "public security",
}

// taskWords say what to do where the procedure's table has no task of that name.
var taskWords = map[string]words{
	procedure.TaskMendAndResubmit:            {"Put right in the spec what was returned, and it is submitted again.", "按退回原因修改备案信息，修改后会重新提交。"},
	procedure.TaskSayOpening:                 {"Say in spec.website.openedAt when the site opened.", "在 spec.website.openedAt 中填写网站开通日期。"},
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
	taskFinalWarning:                         {"The registration with public security is overdue, and this is the final warning: then the gate closes. Submit it at once and set spec.publicSecurity.submittedAt.", "公安联网备案已逾期，这是最后一次提醒，届时网站访问将被关闭：请立即提交，并填写 spec.publicSecurity.submittedAt。"},
	procedure.TaskMendPublicSecurity:         {"Put right what the public-security organ asks for and submit again, then set spec.publicSecurity.submittedAt.", "按公安机关的要求改正后重新提交，并更新 spec.publicSecurity.submittedAt。"},
	procedure.TaskObtainLicence:              {"Apply to the local authority for an ICP licence, then set spec.icpLicense.number.", "向属地主管部门申请 ICP 许可证，取得后填写 spec.icpLicense.number。"},
	procedure.TaskRecordPublicSecurityNumber: {"Set spec.publicSecurity.number once it is given.", "取得公安备案号后填写 spec.publicSecurity.number。"},
}

// elsewhere is what to do where nobody has words for the task.
var elsewhere = words{"See what the filing's status says (kubectl describe icp).", "详见备案状态（kubectl describe icp）。"}

// eventToDo say what follows from an event that has no task.
var eventToDo = map[v1alpha1.FilingEvent]words{
	v1alpha1.EventApproved:         {"Show the filing number at the bottom of the page, linked to https://beian.miit.gov.cn/.", "在网站首页底部悬挂备案号，并链接至 https://beian.miit.gov.cn/。"},
	v1alpha1.EventRevoked:          {"The gate is closed. The filing's status says how to file anew.", "网站访问已关闭。重新备案的办法见备案状态。"},
	v1alpha1.EventCancelled:        {"The gate is closed. The filing's status says how to file anew.", "网站访问已关闭。重新备案的办法见备案状态。"},
	v1alpha1.EventRegistryMismatch: {"Ask the access provider what stands, before the site is closed.", "尽快与接入服务商核实，以免网站被关闭。"},
}

// reasonWords name the reasons that the rules' table of returns does not have.
var reasonWords = map[string]words{
	v1alpha1.ReasonSubmissionReturned: {"the public-security organ sent the submission back", "公安联网备案申请被退回"},
	procedure.ReasonWithdrawn:         {"taken back by the applicant", "申请人撤回"},
	v1alpha1.ReasonNotFound:           {"the registry knows no filing of the domain", "未查询到该域名的备案"},
	v1alpha1.ReasonOtherSubject:       {"the domain is filed under another subject", "域名备案在其他主体名下"},
	v1alpha1.ReasonAccessMissing:      {"the domain is filed without access through this provider", "已备案但未在本接入商接入（空壳）"},
	v1alpha1.ReasonOtherNumber:        {"the domain is filed under another number of the subject", "域名备案在同一主体的其他备案号下"},
	procedure.EndWebsiteCancelled:     {"the website's filing was cancelled", "注销网站"},
	procedure.EndSubjectCancelled:     {"the subject was cancelled", "注销主体"},
	procedure.EndAccessCancelled:      {"access was cancelled", "取消接入"},
	procedure.EndShellFiling:          {"no access was left", "空壳备案"},
	procedure.EndRandomCheckFailed:    {"a check found the filed facts wrong", "抽查不合格"},
}

// otherReason stands for a reason that is in no table: whoever gave it may have written anything.
var otherReason = words{"another reason, see the filing", "其他原因，详见备案状态"}

// set are the rules whose words a filing's events are told in.
func (a Facts) set() rules.Set {
	set, err := rules.Lookup(a.RuleSet)
	if err != nil {
		return rules.Set{} // a set that the operator was started with, beside the built-in ones
	}
	return set
}

func (a Facts) reasonNames(l v1alpha1.Language) string {
	names := make([]string, 0, len(a.Reasons))
	for _, reason := range a.Reasons {
		name := otherReason.in(l)
		if row, ok := a.set().ReturnReason(reason); ok {
			name = words{row.Reason, row.Chinese}.in(l)
		} else if w, ok := reasonWords[reason]; ok {
			name = w.in(l)
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, words{"; ", "；"}.in(l))
}

func stageName(s v1alpha1.StageName, l v1alpha1.Language) string {
	return words{string(s), rules.Chinese(s)}.in(l)
}

func actorName(a v1alpha1.Actor, l v1alpha1.Language) string {
	return words{actorWords[a], rules.Chinese(a)}.in(l)
}

// whatToDo says what is to be done, in words of the tables.
func (e Event) whatToDo(l v1alpha1.Language) string {
	a := e.Facts
	if e.Kind == v1alpha1.EventReturned && a.Task == procedure.TaskMendAndResubmit {
		return a.remedies(l)
	}
	if w, ok := eventToDo[e.Kind]; ok && a.Task == "" {
		return w.in(l)
	}
	set := a.set()
	if w, ok := taskWords[a.Task]; ok {
		return w.in(l)
	}
	if w, ok := renewWords(a.Task, set); ok {
		return w.in(l)
	}
	if w, ok := tabled(a); ok {
		return set.Worded(w.in(l))
	}
	for _, r := range procedure.Requests() {
		if string(r.Task) == a.Task {
			return set.Worded(words{r.Description, r.Chinese}.in(l))
		}
	}
	return elsewhere.in(l)
}

// tabled finds a task in the procedure's table, one that is done where the filing's is before others.
func tabled(a Facts) (words, bool) {
	var found words
	for _, st := range procedure.Table() {
		for _, t := range st.Tasks {
			if t.Name != a.Task || st.Name != a.Stage && a.Stage != "" {
				continue
			}
			w := words{t.Description, t.Chinese}
			if t.Where == a.Where && t.Actor == a.Actor {
				return w, true
			}
			if found == (words{}) {
				found = w
			}
		}
	}
	return found, found != (words{})
}

// remedies say how to put right what was returned.
func (a Facts) remedies(l v1alpha1.Language) string {
	var list, fields []string
	for _, reason := range a.Reasons {
		row, ok := a.set().ReturnReason(reason)
		if !ok {
			continue
		}
		list = append(list, row.Remedy)
		for _, field := range row.Fields {
			if !slices.Contains(fields, field) {
				fields = append(fields, field)
			}
		}
	}
	general := taskWords[procedure.TaskMendAndResubmit].in(l)
	switch {
	case l == v1alpha1.LanguageEnglish && len(list) > 0:
		return strings.Join(list, "; ") + ". " + general
	case l != v1alpha1.LanguageEnglish && len(fields) > 0:
		return general + "涉及：" + strings.Join(fields, "、") + "。"
	}
	return general
}
