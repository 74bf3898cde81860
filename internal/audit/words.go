package audit

import (
	"fmt"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Words of a verdict: its name.
func (v Verdict) Words() words.Words { return verdictWords[v] }

// Says is what a verdict means, in a sentence.
func (v Verdict) Says() words.Words { return verdictSays[v] }

var verdictWords = map[Verdict]words.Words{
	Uncovered: {English: "uncovered", Chinese: "未覆盖"},
	Parked:    {English: "parked", Chinese: "已停放"},
	Covered:   {English: "covered", Chinese: "已覆盖"},
	Exempt:    {English: "exempt", Chinese: "豁免"},
}

var verdictSays = map[Verdict]words.Words{
	Uncovered: {
		English: "A controller may serve the host, and no filing in force covers it.",
		Chinese: "控制器可能对外提供该主机名的服务，但没有生效的备案覆盖它。",
	},
	Parked: {
		English: "No controller serves the route: it waits until all of its hosts are covered.",
		Chinese: "没有控制器对外提供该路由：它停放着，等待其全部主机名被覆盖。",
	},
	Covered: {
		English: "A controller may serve the host, and a filing in force covers it.",
		Chinese: "控制器可能对外提供该主机名的服务，并有生效的备案覆盖它。",
	},
	Exempt: {
		English: "A controller may serve the host, and the ExposurePolicy says that it needs no filing.",
		Chinese: "控制器可能对外提供该主机名的服务，ExposurePolicy 规定它不需要备案。",
	},
}

// plainWhy are the sentences that are the same for every host.
var plainWhy = map[Reason]words.Words{
	ExemptDomain:    {English: "spec.exemptDomains of the ExposurePolicy has its domain", Chinese: "其域名在 ExposurePolicy 的 spec.exemptDomains 中"},
	HostlessAllowed: {English: "spec.hostless of the ExposurePolicy allows routes that name no host", Chinese: "ExposurePolicy 的 spec.hostless 允许不写主机名的路由"},
	NoFiling:        {English: "no filing covers it", Chinese: "没有备案覆盖它"},
	FilingUnknown:   {English: "none of the filings that you may read covers it", Chinese: "您有权查看的备案都不覆盖它"},
	NotAHostName:    {English: "it is no host name, so that no filing can cover it", Chinese: "它不是合法的主机名，任何备案都无法覆盖"},
	NamesNoHost:     {English: "what names no host may serve every one", Chinese: "不写主机名的路由可能对外提供任何主机名"},
	ParkedForOthers: {English: "another host of its route is not covered", Chinese: "同一路由上另有主机名未被覆盖"},
	ReleasePending:  {English: "nothing keeps its route parked any more: it is released within seconds", Chinese: "已没有理由停放其路由：数秒内即会放行"},
	ParkedByOwner:   {English: "its owner gave its route the class that no controller serves", Chinese: "其所有者为路由设置了没有控制器服务的类别"},
}

// Why says in a sentence why a host has its verdict.
func (f *Finding) Why() words.Words {
	if plain, is := plainWhy[f.Reason]; is {
		return plain
	}
	sayf := func(english, chinese string, args ...any) words.Words {
		return words.Words{English: fmt.Sprintf(english, args...), Chinese: fmt.Sprintf(chinese, args...)}
	}
	stage := stageWords(f)
	switch f.Reason {
	case InForce:
		if f.Number == "" {
			return sayf("filing %s is in force", "备案 %s 已生效", f.Filing)
		}
		return sayf("filing %s (%s) is in force", "备案 %s（%s）已生效", f.Filing, f.Number)
	case Kept:
		return sayf("%s stays cleared while the standing of filing %s is asked for anew", "正在重新查询备案 %[2]s 的状态，%[1]s 暂时维持放行", f.Domain, f.Filing)
	case FilingNotSeen:
		return sayf("%s is cleared in this namespace, by a filing that you may not read", "%s 在本命名空间已放行，依据的备案您无权查看", f.Domain)
	case ExemptNamespace:
		return sayf("namespace %s is never gated", "命名空间 %s 不经闸门", f.Namespace)
	case FilingNotInForce:
		return words.Words{English: fmt.Sprintf("filing %s is at %s", f.Filing, stage.English), Chinese: fmt.Sprintf("备案 %s 处于“%s”", f.Filing, stage.Chinese)}
	case NotLetIn:
		return words.Words{
			English: fmt.Sprintf("filing %s (at %s) does not let namespace %s in", f.Filing, stage.English, f.Namespace),
			Chinese: fmt.Sprintf("备案 %s（处于“%s”）未允许命名空间 %s 使用", f.Filing, stage.Chinese, f.Namespace),
		}
	case ClearancePending:
		return sayf("filing %s is in force, and the operator has not cleared it here yet", "备案 %s 已生效，控制器尚未在此放行", f.Filing)
	case NamespaceFull:
		return sayf("filing %s is in force, and namespace %s has no room for more cleared domains", "备案 %s 已生效，但命名空间 %s 已放不下更多放行的域名", f.Filing, f.Namespace)
	case ClearedWithoutFiling:
		return sayf("%s is cleared here still, and no filing of it is in force", "%s 在此仍被放行，但没有生效的备案", f.Domain)
	case ListenerNamesNoHost:
		return sayf("%s names no host for the route, and may serve every one", "%s 没有为该路由限定主机名，可能对外提供任何主机名", f.From)
	case ListenersNotKnown:
		return sayf("the route names no host, and what %s listens for is not known", "该路由不写主机名，而 %s 监听什么无从得知", f.From)
	}
	return words.Words{}
}

// stageWords name the stage of a finding's filing, and why its gate is closed where the stage does not say it.
func stageWords(f *Finding) words.Words {
	stage := words.Stage(f.Stage)
	if f.Closed == "" {
		return stage
	}
	closed := words.Reason(v1alpha1.ConditionExposureAllowed, f.Closed)
	return words.Words{English: fmt.Sprintf("%s (%s)", stage.English, closed.English), Chinese: fmt.Sprintf("%s（%s）", stage.Chinese, closed.Chinese)}
}

// HostWords are a host for people.
func HostWords(host string) words.Words {
	if host == exposure.AnyHost {
		return words.Words{English: "* (every host)", Chinese: "*（任何主机名）"}
	}
	return words.Words{English: host, Chinese: host}
}

// Words say what was not seen, and why.
func (n NotSeen) Words() words.Words {
	where := words.Words{English: "", Chinese: ""}
	if n.Namespace != "" {
		where = words.Words{English: " in namespace " + n.Namespace, Chinese: "（命名空间 " + n.Namespace + "）"}
	}
	says := notSeenSays[n.Reason]
	detail := ""
	if n.Detail != "" {
		detail = ": " + n.Detail
	}
	return words.Words{English: n.What + where.English + ": " + says.English + detail, Chinese: n.What + where.Chinese + "：" + says.Chinese + detail}
}

var notSeenSays = map[NotSeenReason]words.Words{
	NotInstalled:    {English: "the cluster does not have it", Chinese: "集群没有安装"},
	NotPermitted:    {English: "you may not read it", Chinese: "您无权读取"},
	OtherNamespaces: {English: "you may not read it in other namespaces", Chinese: "您无权读取其他命名空间中的"},
	KindInvalid:     {English: "its entry in spec.routeKinds of the ExposurePolicy is wrong, and nothing stands for it", Chinese: "它在 ExposurePolicy 的 spec.routeKinds 中的条目有误，也没有此前生效的版本"},
}

// Words say why an uncovered host is served.
func (s Served) Words() words.Words { return servedWords[s] }

var servedWords = map[Served]words.Words{
	ServedByMode:      {English: "the gate's mode in the namespace lets it be served", Chinese: "命名空间的闸门模式允许对外服务"},
	ServedUnparkable:  {English: "it was there before, and cannot be parked", Chinese: "它先前已存在，且无法停放"},
	ServedUntilClosed: {English: "the gate closes it within seconds", Chinese: "闸门会在数秒内将其关闭"},
}
