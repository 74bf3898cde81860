package words

import (
	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// clusterReasons are those of an ExposurePolicy, a FilingProvider, a FilingNotifier, and of Events.
var clusterReasons = map[string]Words{
	v1alpha1.ReasonComplete:              {"every namespace has room for its clearances", "各命名空间均能容纳放行记录"},
	v1alpha1.ReasonNamespaceFull:         {"the namespace has no room for the clearance", "命名空间无法容纳放行记录"},
	v1alpha1.ReasonSomeNamespacesFull:    {"some of the namespaces have no room for the clearance", "部分命名空间无法容纳放行记录"},
	v1alpha1.ReasonInvalidPolicy:         {"the ExposurePolicy is wrong; what stood before stays", "ExposurePolicy 有误，仍沿用之前的策略"},
	v1alpha1.ReasonRouteKindsInvalid:     {"an entry of spec.routeKinds is wrong", "spec.routeKinds 中有错误"},
	v1alpha1.ReasonRouteKindsOnTrial:     {"an entry of spec.routeKinds is being tried", "spec.routeKinds 中的类型正在验证"},
	v1alpha1.ReasonWatched:               {"every kind is watched", "各类型均受监视"},
	v1alpha1.ReasonRouteKindNotServed:    {"the API server does not serve a kind", "API 服务器不提供该类型"},
	v1alpha1.ReasonRouteKindsReleasing:   {"objects of a kind that was taken out are being released", "正在释放已移除类型的路由"},
	v1alpha1.ReasonRouteKindNotPermitted: {"the operator may not read a kind", "控制器无权读取该类型"},
	v1alpha1.ReasonPoliciesInForce:       {"the admission policies stand", "准入策略已生效"},
	v1alpha1.ReasonSupported:             {"the API server can park routes", "API 服务器支持"},
	v1alpha1.ReasonSupportedAsBeta:       {"the API server can park routes, as beta", "API 服务器支持（beta）"},
	v1alpha1.ReasonHoldOnTrial:           {"whether the API server parks routes is being tried", "正在验证 API 服务器是否支持"},
	v1alpha1.ReasonNotEnforced:           {"the API server does not act on it", "API 服务器未执行"},
	v1alpha1.ReasonNotSupported:          {"the API server cannot park routes", "API 服务器不支持"},
	v1alpha1.ReasonAvailable:             {"it answers", "可用"},
	v1alpha1.ReasonCredentialsNotFound:   {"the Secret of the credentials is missing or lacks a key", "凭据 Secret 不存在或缺少字段"},
	v1alpha1.ReasonNotifierReady:         {"able to send", "可以发送"},
	v1alpha1.ReasonNamespacesNotAllowed:  {"it may not name other namespaces than its own", "不得指定其他命名空间"},
	v1alpha1.ReasonTemplateInvalid:       {"a template cannot be used", "模板有误"},
	v1alpha1.ReasonNotifierSecretInvalid: {"the Secret is missing, of another type, or lacks a key", "Secret 不存在、类型不符或缺少字段"},
	v1alpha1.ReasonSelectorInvalid:       {"a label selector cannot be used", "标签选择器有误"},
	v1alpha1.ReasonSendFailed:            {"the last message could not be sent", "上一条消息发送失败"},
	// Events.
	"ClearancesFull":             {"the namespace has no room for the clearance", "命名空间无法容纳放行记录"},
	"ReliedFull":                 {"there is no room for what routes rely on", "无法容纳路由所依据的记录"},
	"Parked":                     {"not served, since it is not cleared", "未放行，暂停访问"},
	"Released":                   {"may be served", "已放行"},
	"Uncovered":                  {"served though it is not cleared", "未放行却在提供访问"},
	"NotCancelled":               {"deleted without being cancelled at the provider", "删除时未在接入服务商处注销"},
	"DeadlineReminder":           {"a deadline comes near", "期限临近"},
	"DeadlineOverdue":            {"a deadline has passed", "已逾期"},
	"PublicSecurityReminder":     {"the public-security registration is due", "公安联网备案期限临近"},
	"PublicSecurityOverdue":      {"the public-security registration is overdue", "公安联网备案逾期"},
	"PublicSecurityFinalWarning": {"final warning: the gate closes", "最后一次提醒：访问将被关闭"},
}

// providerReasons are those of requests that a provider does not serve.
var providerReasons = map[string]Words{
	provider.ReasonUnreachable:           {"no connection, or it broke", "无法连接"},
	provider.ReasonTimeout:               {"no answer in time", "响应超时"},
	provider.ReasonMalformedAnswer:       {"the answer is not what the protocol says", "响应不符合协议"},
	provider.ReasonAnswerTooLarge:        {"the answer is longer than the protocol allows", "响应过大"},
	provider.ReasonWrongMediaType:        {"the answer has another media type", "响应类型不符"},
	provider.ReasonCertificateNotTrusted: {"the server's certificate does not verify", "服务器证书不受信任"},
	provider.ReasonBadURL:                {"the URL cannot be used", "URL 有误"},
	provider.ReasonBadCABundle:           {"the CA bundle holds no certificate", "CA 证书有误"},
	provider.ReasonRedirected:            {"the server sends elsewhere", "服务器要求转向他处"},
	provider.ReasonBadCredentials:        {"the token could not be had", "无法取得令牌"},
	provider.ReasonNoAnswer:              {"the answer leaves the domain out", "响应未提及该域名"},
	provider.ReasonNotSaid:               {"the server does not say why it cannot tell", "服务器未说明原因"},

	protocol.ReasonMalformed:             {"the request is malformed", "请求格式有误"},
	protocol.ReasonIdempotencyKeyMissing: {"the request has no idempotency key", "请求缺少幂等键"},
	protocol.ReasonDigestMismatch:        {"the file is not what its digest says", "文件与摘要不符"},
	protocol.ReasonUnauthorized:          {"no token, or not a good one", "令牌无效"},
	protocol.ReasonForbidden:             {"the token may not do this", "令牌没有权限"},
	protocol.ReasonUnknownOrder:          {"no such order in reach of the token", "订单不存在"},
	protocol.ReasonNotAcceptable:         {"the media type that is asked for is not spoken", "不支持所要求的响应类型"},
	protocol.ReasonOrderExists:           {"the domain has an open order in this account", "该域名已有在途订单"},
	protocol.ReasonNotSubmittable:        {"the order is not in a state that takes this", "订单状态不允许此操作"},
	protocol.ReasonNotYet:                {"the provider is still at a step before", "接入服务商尚未完成前一步"},
	protocol.ReasonAttemptMismatch:       {"another attempt is under way", "与当前提交次数不符"},
	protocol.ReasonMaterialsMissing:      {"files that the application names were not uploaded", "有资料未上传"},
	protocol.ReasonIdempotencyKeyInUse:   {"the same request is being worked on", "相同请求正在处理"},
	protocol.ReasonUnknownCursor:         {"the feed no longer reaches back so far", "事件记录已不可追溯"},
	protocol.ReasonTooLarge:              {"more than the server takes", "超出服务器允许的大小"},
	protocol.ReasonUnsupportedMediaType:  {"the server does not take this media type", "不支持的请求类型"},
	protocol.ReasonInvalidFacts:          {"facts break the provider's rules", "信息不符合接入服务商的要求"},
	protocol.ReasonIdempotencyKeyReused:  {"the key came before with another request", "幂等键已用于其他请求"},
	protocol.ReasonTooManyRequests:       {"too many requests", "请求过于频繁"},
	protocol.ReasonInternal:              {"the server's own fault", "服务器内部错误"},
	protocol.ReasonUnavailable:           {"not now", "服务暂不可用"},
	protocol.ReasonNotChangeable:         {"the order's filing is not in force", "备案未生效，不能变更"},
	protocol.ReasonNotFiledHere:          {"the domain is not filed, or has no access through this provider", "域名未备案，或未在本接入商接入"},
	protocol.ReasonNumberMismatch:        {"the domain is filed under another number", "域名的备案号不符"},
}
