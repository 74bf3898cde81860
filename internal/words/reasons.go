package words

import (
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Reason is the reason of a condition of that type; without a type, that of a stage, a decision or an Event. One that
// nobody has words for stands for itself.
func Reason(condition, reason string) Words {
	if w, ok := KnownReason(condition, reason); ok {
		return w
	}
	return itself(reason)
}

// KnownReason is a reason in words; false for one that is in no table, as whoever decides may give.
func KnownReason(condition, reason string) (Words, bool) {
	if w, ok := reasonsOf[[2]string{condition, reason}]; ok {
		return w, true
	}
	for _, table := range []map[string]Words{reasons, checkReasons, procedureReasons, clusterReasons, providerReasons} {
		if w, ok := table[reason]; ok {
			return w, true
		}
	}
	if english, ok := returnReasons[reason]; ok {
		row, _ := rules.Set{}.ReturnReason(reason)
		return Words{english, row.Chinese}, true
	}
	return Words{}, false
}

// Reasons are those of a stage, which joins several with commas.
func Reasons(joined string) []Words {
	var list []Words
	for _, reason := range Split(joined) {
		list = append(list, Reason("", reason))
	}
	return list
}

// Split takes the reasons of a stage apart.
func Split(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.Split(joined, ",")
}

// Join lists words, as each language does.
func Join(list []Words) Words {
	english, chinese := make([]string, len(list)), make([]string, len(list))
	for i, w := range list {
		english[i], chinese[i] = w.English, w.Chinese
	}
	return Words{strings.Join(english, "; "), strings.Join(chinese, "；")}
}

// reasonsOf are reasons that mean something else in one condition than elsewhere.
var reasonsOf = map[[2]string]Words{
	{v1alpha1.ConditionPublicSecurityRegistered, v1alpha1.ReasonSubmitted}:   {"submitted, waiting for the number", "已提交，等待公安备案号"},
	{v1alpha1.ConditionPublicSecurityRegistered, v1alpha1.ReasonNotRequired}: {"not needed", "无需公安联网备案"},
	{v1alpha1.ConditionFooterShown, v1alpha1.ReasonOtherNumber}:              {"the page shows the other of the filing's two numbers", "首页所示备案号类型与管局要求不符"},
	{v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonApproved}:             {"hosts of the domain may be exposed", "该域名可以对外提供访问"},
	{v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonNotApproved}:          {"not before the bureau approves", "管局审核通过后方可开放"},
	{v1alpha1.ConditionRegistryVerified, v1alpha1.ReasonVerified}:            {"the registry says that the domain is filed", "查询确认已备案"},
	{v1alpha1.ConditionIcpLicensed, v1alpha1.ReasonMissing}:                  {"no licence number is given", "未填写 ICP 许可证号"},
}

// reasons are those of the conditions of a filing and of a review.
var reasons = map[string]Words{
	v1alpha1.ReasonInForce:                       {"in force", "备案有效"},
	v1alpha1.ReasonImported:                      {"was filed before it came here", "此前已备案"},
	v1alpha1.ReasonImportUnconfirmed:             {"said to be filed already, which nobody has confirmed yet", "声明已备案，尚未核实"},
	v1alpha1.ReasonPrerequisitesNotMet:           {"prerequisites are not met", "未满足备案前准备"},
	v1alpha1.ReasonWaitingForSubject:             {"another order of the subject goes first", "等待同一主体的另一订单办结"},
	v1alpha1.ReasonDomainConflict:                {"the domain is held by another filing, or filed under another subject", "域名被其他备案占用，或已在其他主体名下备案"},
	v1alpha1.ReasonInReview:                      {"under review", "审核中"},
	v1alpha1.ReasonActionRequired:                {"a person must act", "需要人工办理"},
	v1alpha1.ReasonReturned:                      {"sent back", "被退回"},
	v1alpha1.ReasonRevoked:                       {"revoked, no longer in force", "备案被注销"},
	v1alpha1.ReasonCancelled:                     {"cancelled, no longer in force", "备案已注销"},
	v1alpha1.ReasonSuspended:                     {"suspended by spec.suspend", "已暂停（spec.suspend）"},
	v1alpha1.ReasonProviderUnavailable:           {"the access provider does not answer", "接入服务商无响应"},
	v1alpha1.ReasonProviderNotFound:              {"there is no such FilingProvider, or no default", "未找到 FilingProvider，或没有默认的"},
	v1alpha1.ReasonProviderNotAllowed:            {"the FilingProvider takes no filings of this namespace", "该 FilingProvider 不受理此命名空间的备案"},
	v1alpha1.ReasonProviderRefused:               {"the access provider refused the request as wrong", "接入服务商拒绝了请求"},
	v1alpha1.ReasonMisconfigured:                 {"something must be put right in the configuration", "配置有误"},
	v1alpha1.ReasonChannelNotAvailable:           {"the channel does not take this type of filing", "该办理渠道不支持此备案类型"},
	v1alpha1.ReasonProgressing:                   {"the operator is at work", "控制器办理中"},
	v1alpha1.ReasonDeleting:                      {"being deleted", "正在删除"},
	v1alpha1.ReasonDeletionProtected:             {"deletion waits, since hosts of the domain are served", "域名仍在提供访问，暂不删除"},
	v1alpha1.ReasonMet:                           {"all prerequisites hold", "准备条件均已满足"},
	v1alpha1.ReasonSubmitted:                     {"with the access provider", "已提交接入服务商"},
	v1alpha1.ReasonNotConfirmed:                  {"the order has not been confirmed", "订单尚未确认提交"},
	v1alpha1.ReasonWithdrawn:                     {"taken back by the applicant", "申请人撤回"},
	v1alpha1.ReasonPending:                       {"not yet", "尚未办理"},
	v1alpha1.ReasonPassed:                        {"passed", "已通过"},
	v1alpha1.ReasonNotRequired:                   {"not needed here", "无需办理"},
	v1alpha1.ReasonWaiting:                       {"waits for the SMS to be answered", "等待完成短信核验"},
	v1alpha1.ReasonVerified:                      {"verified", "已核验"},
	v1alpha1.ReasonExpired:                       {"the window of the SMS has closed", "短信核验已超时"},
	v1alpha1.ReasonApproved:                      {"approved", "审核通过"},
	v1alpha1.ReasonNotApproved:                   {"no filing is in force", "没有有效备案"},
	v1alpha1.ReasonRegistryMismatch:              {"the registry does not know the filing", "备案查询结果不符"},
	v1alpha1.ReasonRegistered:                    {"the number was given", "已取得公安备案号"},
	v1alpha1.ReasonNotDue:                        {"the site is not open yet", "网站尚未开通"},
	v1alpha1.ReasonOpeningUnknown:                {"it is not known when the site opened", "网站开通时间未知"},
	v1alpha1.ReasonDue:                           {"is to be submitted", "待提交"},
	v1alpha1.ReasonDueSoon:                       {"must be submitted within seven days", "须在七日内提交"},
	v1alpha1.ReasonOverdue:                       {"overdue", "已逾期"},
	v1alpha1.ReasonPublicSecurityOverdue:         {"the public-security registration is overdue", "公安联网备案逾期"},
	v1alpha1.ReasonSubmissionReturned:            {"the public-security organ sent the submission back", "公安联网备案申请被退回"},
	v1alpha1.ReasonCurrent:                       {"what is filed is what the spec says", "备案信息与 spec 一致"},
	v1alpha1.ReasonChangeFilingNeeded:            {"a change filing is needed", "需要变更备案"},
	v1alpha1.ReasonChangeNotPossible:             {"what was changed cannot be changed by a change filing", "所改内容不能通过变更备案修改"},
	v1alpha1.ReasonFiledFactsDiffer:              {"name or certificate differ from the filed ones", "名称或证件与已备案信息不同"},
	v1alpha1.ReasonSubjectFactsDiffer:            {"the subject's filings disagree", "同一主体的各备案信息不一致"},
	v1alpha1.ReasonFactsNotSeen:                  {"which facts were filed is not recorded", "没有记录当初备案的信息"},
	v1alpha1.ReasonChanging:                      {"a change filing is under way", "变更备案办理中"},
	v1alpha1.ReasonLicensed:                      {"the licence is given", "已填写许可证"},
	v1alpha1.ReasonMissing:                       {"not given", "未填写"},
	v1alpha1.ReasonNotFound:                      {"the registry knows no filing of the domain", "未查询到该域名的备案"},
	v1alpha1.ReasonOtherSubject:                  {"the domain is filed under another subject", "域名备案在其他主体名下"},
	v1alpha1.ReasonOtherNumber:                   {"the domain is filed under another number of the subject", "域名备案在同一主体的其他备案号下"},
	v1alpha1.ReasonAccessMissing:                 {"the domain is filed without access through this provider", "已备案但未在本接入商接入（空壳）"},
	v1alpha1.ReasonShown:                         {"every number is shown and linked", "备案号均已悬挂并链接"},
	v1alpha1.ReasonNumberMissing:                 {"the page does not show the filing number", "首页未悬挂备案号"},
	v1alpha1.ReasonNumberNotLinked:               {"the filing number is not linked", "备案号未链接至工信部网站"},
	v1alpha1.ReasonPublicSecurityNumberMissing:   {"the page does not show the public-security number", "首页未悬挂公安备案号"},
	v1alpha1.ReasonPublicSecurityNumberNotLinked: {"the public-security number is not linked", "公安备案号未链接至公安平台"},
	v1alpha1.ReasonRenderedByScript:              {"the page is written by scripts, which are not run", "页面由脚本生成，无法查看"},
	v1alpha1.ReasonProbeFailed:                   {"the page could not be seen", "无法查看首页"},
	v1alpha1.ReasonLookupFailed:                  {"nobody answers what is asked", "查询失败"},
	v1alpha1.ReasonFilingNotFound:                {"there is no such filing in the namespace", "命名空间中没有该备案"},
	v1alpha1.ReasonOtherProvider:                 {"the review names another provider than the filing's", "所填接入服务商与备案的不符"},
	v1alpha1.ReasonOtherFiling:                   {"the review was made for another filing of the same name", "该审核针对的是同名的另一备案"},
	v1alpha1.ReasonOtherAttempt:                  {"it is on another attempt than the one under way", "与当前提交次数不符"},
	v1alpha1.ReasonStageNotActive:                {"the stage was not active", "该环节当时不在办理中"},
	v1alpha1.ReasonProviderDecides:               {"the provider answers over the protocol; reviews do not count", "由接入服务商通过协议答复，人工审核记录不生效"},
	v1alpha1.ReasonNotPermittedDecision:          {"this decision cannot be taken at this stage", "该环节不能作出此决定"},
	v1alpha1.ReasonApplied:                       {"it counts", "已生效"},
}

// procedureReasons are those of stages and decisions, and of findings on Secrets.
var procedureReasons = map[string]Words{
	procedure.ReasonNotAProvinceOfSms:    {"the province does not verify by SMS", "该省无需短信核验"},
	procedure.ReasonNotAsked:             {"no reviewer asked for it", "审核未要求"},
	procedure.ReasonOnRequest:            {"only where a reviewer asks for it", "仅在审核人员要求时办理"},
	procedure.ReasonProvinceAsks:         {"the province asks for it in every filing", "该省每次备案都要求"},
	procedure.ReasonOfChange:             {"a change filing does not go through it", "变更备案无需办理"},
	procedure.ReasonSmsWrongEntry:        {"the SMS was answered wrongly", "短信核验信息有误"},
	procedure.ReasonDeterminedByProvider: {"determined by the access provider", "由接入服务商判定"},
	"DomainFiledByOtherSubject":          {"the domain is filed under another subject", "域名已在其他主体名下备案"},
	"WebsiteFiledElsewhere":              {"the domain is filed through another provider", "网站已在其他接入商备案"},
	"WebsiteFiledInCluster":              {"another filing of the cluster holds the domain's filing", "集群中的另一备案持有该网站的备案"},
	"WebsiteStillFiled":                  {"the domain's filing stays, without access here", "网站备案仍保留，尚无本接入商的接入"},
	"SubjectFiledInCluster":              {"another filing of the cluster holds the subject's filing", "集群中的另一备案持有该主体的备案"},
	"SubjectFiledHere":                   {"the subject is filed through this provider", "主体已在本接入商备案"},
	"SubjectFiledElsewhere":              {"the subject is filed through another provider", "主体已在其他接入商备案"},
	"SubjectStillFiled":                  {"the subject's filing stays", "主体备案仍保留"},
	"NothingFiled":                       {"nothing is filed yet", "主体和域名均未备案"},
	procedure.ConflictAlreadyFiledHere:   {"subject and domain are filed with this provider already", "主体和域名均已在本接入商备案"},
	procedure.EndWebsiteCancelled:        {"the website's filing was cancelled", "注销网站"},
	procedure.EndSubjectCancelled:        {"the subject was cancelled", "注销主体"},
	procedure.EndAccessCancelled:         {"access was cancelled", "取消接入"},
	procedure.EndShellFiling:             {"no access was left", "空壳备案"},
	procedure.EndRandomCheckFailed:       {"a check found the filed facts wrong", "抽查不合格"},
	// Of an end, too, though nothing in the procedure follows from them.
	"GivenUp":          {"given up by the applicant", "申请人放弃"},
	"PhoneUnreachable": {"a phone was not answered", "电话无法接通"},
	"FalseFacts":       {"the filed facts are false", "备案信息不实"},

	procedure.ReasonSecretNotFound:    {"a Secret that the filing names is not there", "备案所引用的 Secret 不存在"},
	procedure.ReasonSecretTypeRefused: {"a Secret has another type than is asked for", "Secret 类型不符"},
	procedure.ReasonMaterialMissing:   {"a Secret holds no file under the key", "Secret 中没有该资料"},
}
