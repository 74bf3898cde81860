package words

import (
	"strings"
	"unicode"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Stage of the procedure, or how it went on or ended.
func Stage(name v1alpha1.StageName) Words { return term(name) }

// StageState is the state of a stage.
func StageState(state v1alpha1.StageState) Words { return term(state) }

// FilingType is a type of filing (备案类型).
func FilingType(name v1alpha1.FilingType) Words { return term(name) }

// Actor is who acts.
func Actor(a v1alpha1.Actor) Words {
	if english, ok := actors[a]; ok {
		return Words{english, rules.Chinese(a)}
	}
	return itself(string(a))
}

// term is a value of the API whose Chinese the rules have; its English is its identifier, taken apart.
func term[T interface {
	rules.Term
	~string
}](value T) Words {
	chinese := rules.Chinese(value)
	if chinese == "" {
		return itself(string(value))
	}
	return Words{apart(string(value)), chinese}
}

// apart writes an identifier in words: SmsVerification is "SMS verification".
func apart(identifier string) string {
	var b strings.Builder
	for i, r := range identifier {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.ReplaceAll(b.String(), "sms", "SMS")
}

// actors in English; the rules have them in Chinese.
var actors = map[v1alpha1.Actor]string{
	v1alpha1.ActorApplicant: "the applicant", v1alpha1.ActorSubjectResponsiblePerson: "the subject's responsible person",
	v1alpha1.ActorWebsiteResponsiblePerson: "the website's responsible person", v1alpha1.ActorOperator: "the operator",
	v1alpha1.ActorProvider: "the access provider", v1alpha1.ActorBureau: "the bureau", v1alpha1.ActorPublicSecurity: "public security",
}

// Place is where something is done: one of the places of package procedure.
func Place(where string) Words { return of(places, where) }

var places = map[string]Words{
	procedure.InCluster: {"the cluster", "集群"}, procedure.InConsole: {"the provider's web console", "接入服务商控制台"},
	procedure.InApp: {"the provider's app", "接入服务商 App"}, procedure.OnPhone: {"a phone", "手机"},
	procedure.OverProtocol: {"the provider protocol", "接入服务商协议"}, procedure.AtProvider: {"the provider's back office", "接入服务商后台"},
	procedure.AtBureau: {"the bureau", "管局"}, procedure.AtMinistrySite: {"the ministry's SMS page", "工信部短信核验页面"},
	procedure.ByCourier:                {"mail", "邮寄"},
	procedure.AtPublicSecurityPlatform: {"the public-security platform, https://beian.mps.gov.cn", "全国互联网安全管理服务平台 https://beian.mps.gov.cn"},
	procedure.AtLocalAuthority:         {"the local authority", "属地主管部门"}, procedure.OutsideCluster: {"whoever issued it", "原签发机构或服务商"},
}

// Decision is what an IcpReview says.
func Decision(d v1alpha1.Decision) Words { return of(decisions, d) }

var decisions = map[v1alpha1.Decision]Words{
	v1alpha1.DecisionReported: {"reported as done", "报告已办理"}, v1alpha1.DecisionPassed: {"passed", "通过"},
	v1alpha1.DecisionReturned: {"returned", "退回"}, v1alpha1.DecisionActionRequested: {"something is asked for", "要求补充办理"},
	v1alpha1.DecisionRevoked: {"revoked", "被注销"}, v1alpha1.DecisionCancelled: {"cancelled", "注销"},
}

// Event is a kind of event that notifiers tell of.
func Event(kind v1alpha1.FilingEvent) Words { return of(events, kind) }

var events = map[v1alpha1.FilingEvent]Words{
	v1alpha1.EventReturned:         {"returned", "备案被退回"},
	v1alpha1.EventActionRequired:   {"action required", "备案待处理"},
	v1alpha1.EventSmsWindowOpen:    {"SMS to be answered", "请完成短信核验"},
	v1alpha1.EventDeadlineReminder: {"deadline", "备案期限提醒"},
	v1alpha1.EventApproved:         {"approved", "备案已通过"},
	v1alpha1.EventRevoked:          {"revoked", "备案被注销"},
	v1alpha1.EventCancelled:        {"cancelled", "备案已注销"},
	v1alpha1.EventRegistryMismatch: {"registry disagrees", "备案查询结果不符"},
}

// Deadline says what ends, by its name in a filing's status. A paper of a special authority (前置审批) is named after its
// category.
func Deadline(name string) Words {
	if category, ok := strings.CutPrefix(name, string(rules.ExpiryPreApproval)); ok {
		if chinese := rules.Chinese(v1alpha1.PreApprovalCategory(category)); chinese != "" {
			return Words{"the paper for " + category + " ends", "前置审批文件（" + chinese + "）到期"}
		}
	}
	return of(deadlines, name)
}

var deadlines = map[string]Words{
	procedure.DeadlinePublicSecurity: {"last day to submit the public-security registration", "公安联网备案截止日"},
	string(rules.ExpiryDomain):       {"the domain's registration ends", "域名到期"},
	string(rules.ExpiryServer):       {"the server's lease ends", "云服务器到期"},
	string(rules.ExpiryCertificate):  {"the organization's certificate ends", "主办单位证件到期"},
	"SubjectPersonPaper":             {"the identity paper of the subject's responsible person ends", "主体负责人证件到期"},
	"WebsitePersonPaper":             {"the identity paper of the website's responsible person ends", "网站负责人证件到期"},
	string(rules.ExpiryLicense):      {"the ICP licence ends", "ICP 许可证到期"},
}

// Condition is a type of condition, of any of the operator's kinds.
func Condition(kind string) Words { return of(conditions, kind) }

var conditions = map[string]Words{
	v1alpha1.ConditionReady:                    {"ready", "就绪"},
	v1alpha1.ConditionReconciling:              {"under way", "办理中"},
	v1alpha1.ConditionStalled:                  {"stopped", "停滞"},
	v1alpha1.ConditionPrerequisitesMet:         {"prerequisites met", "满足备案前准备"},
	v1alpha1.ConditionSubmitted:                {"submitted", "已提交"},
	v1alpha1.ConditionPreliminaryReviewPassed:  {"preliminary review passed", "初审通过"},
	v1alpha1.ConditionSmsVerified:              {"verified by SMS", "短信核验"},
	v1alpha1.ConditionBureauApproved:           {"approved by the bureau", "管局审核通过"},
	v1alpha1.ConditionExposureAllowed:          {"exposure allowed", "允许对外提供访问"},
	v1alpha1.ConditionPublicSecurityRegistered: {"registered with public security", "公安联网备案"},
	v1alpha1.ConditionInformationCurrent:       {"filed facts are current", "备案信息与实际一致"},
	v1alpha1.ConditionIcpLicensed:              {"ICP licence", "ICP 许可证"},
	v1alpha1.ConditionRegistryVerified:         {"registry agrees", "备案查询核对"},
	v1alpha1.ConditionFooterShown:              {"numbers shown on the home page", "备案号悬挂"},
	v1alpha1.ConditionApplied:                  {"the review counts", "审核结果生效"},
	v1alpha1.ConditionHoldSupported:            {"the API server can park routes", "API 服务器支持暂停路由"},
	v1alpha1.ConditionClearancesComplete:       {"clearances complete", "放行记录完整"},
	v1alpha1.ConditionRouteKindsWatched:        {"further kinds of route watched", "其他路由类型受监视"},
	v1alpha1.ConditionRegistryReady:            {"registry answers", "备案查询可用"},
}

// of finds a name's words; without any it stands for itself.
func of[T ~string](table map[T]Words, name T) Words {
	if w, ok := table[name]; ok {
		return w
	}
	return itself(string(name))
}
