package check

import (
	"slices"

	"golang.org/x/net/idna"

	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// effects say what each verdict means for a host, before its namespace and why.
var effects = map[Verdict]struct {
	severity Severity
	rule     string
	does     words.Words
}{
	Refused: {Error, RuleRefused, words.Words{English: "the route would be refused", Chinese: "该路由会被拒绝"}},
	Held:    {Warning, RuleHeld, words.Words{English: "the route would be held (parked)", Chinese: "该路由会被停放（不对外服务）"}},
	Warned:  {Warning, RuleWarned, words.Words{English: "the route would be let be, with a warning", Chinese: "该路由会放行，并给出警告"}},
	Audited: {Note, RuleAudited, words.Words{English: "the route would be let be, and stand in the audit log", Chinese: "该路由会放行，并记入审计日志"}},
}

// ofHost says what the gate does because of a host that is not cleared, and what to do about it. That a route waits for a
// filing which is among the manifests is as it should be.
func (s *surroundings) ofHost(m *judged, route exposure.Route, verdict *Route, host string, in *standing) Finding {
	effect := effects[verdict.Verdict]
	why, waits := s.why(route, host, in)
	if waits && verdict.Verdict == Held {
		effect.severity = Note
	}
	finding := m.finding(effect.severity, effect.rule, "")
	finding.Line, finding.Column = m.ofHost(host)
	unheld := words.Words{}
	if verdict.Verdict == Refused && route.Unparkable && verdict.Mode != "deny" {
		unheld = words.Words{English: "; a " + m.GetKind() + " cannot be held", Chinese: "；" + m.GetKind() + " 不能停放"}
	}
	return finding.says(
		host+": "+effect.does.English+" in namespace "+verdict.Namespace+" (mode "+verdict.Mode+unheld.English+"): "+why.English,
		host+"："+effect.does.Chinese+"，命名空间 "+verdict.Namespace+"（模式 "+verdict.Mode+unheld.Chinese+"）："+why.Chinese)
}

// why says why a host is not cleared. waits tells that it is for a filing among the manifests to come to be in force.
func (s *surroundings) why(route exposure.Route, host string, in *standing) (why words.Words, waits bool) {
	switch {
	case host == exposure.AnyHost && len(route.Via) > 0:
		return words.Parked(exposure.NamesNoHostVia), false
	case host == exposure.AnyHost:
		return words.Parked(exposure.NamesNoHost), false
	case slices.Contains(route.Malformed, host):
		return malformed(host), false
	}
	if f, letIn, found := s.covering(host, in); found {
		name := f.Namespace + "/" + f.Name + " (" + f.manifest.place() + ")"
		if letIn {
			return words.Words{
				English: "it waits for filing " + name + ", of which nothing here says that it is in force (--assume-approved judges as if all were, --cleared " + f.Spec.Domain.Name + " as if this one were)",
				Chinese: "等待备案 " + name + " 生效；此处无从得知其是否已生效（--assume-approved 假定全部已生效，--cleared " + f.Spec.Domain.Name + " 假定此域名已生效）"}, true
		}
		return words.Words{
			English: "filing " + name + " is for its domain and does not let this namespace in: name the namespace in its spec.exposure.namespaces",
			Chinese: "备案 " + name + " 涵盖其域名，但未对本命名空间开放：请在其 spec.exposure.namespaces 中写入"}, false
	}
	domain, known := rules.RegistrableDomain(trimWildcard(host))
	if !known || domain == "" {
		return words.Words{
			English: "it lies below no domain that can be registered, so no filing can cover it: correct it or, if it is the cluster's own, name it in the ExposurePolicy's exemptDomains",
			Chinese: "它不属于任何可注册的域名，无法备案：请更正；若为集群内部名称，请写入 ExposurePolicy 的 exemptDomains"}, false
	}
	return words.Words{
		English: "no filing here covers it: add an IcpFiling of " + domain + " in namespace " + in.Name,
		Chinese: "此处没有备案涵盖它：请在命名空间 " + in.Name + " 添加域名 " + domain + " 的 IcpFiling"}, false
}

// malformed says what is wrong with a host: mostly nothing but that an international name is written as people read it.
func malformed(host string) words.Words {
	said := words.Parked(exposure.NoHostName)
	label, err := idna.Lookup.ToASCII(host)
	if _, good := exposure.NormalizeHost(label); err != nil || !good || label == host {
		return said
	}
	return words.Words{
		English: "an international name is written as its A-label: " + label,
		Chinese: "国际化域名须写成 A-label：" + label,
	}
}

func trimWildcard(host string) string {
	if len(host) > 2 && host[:2] == "*." {
		return host[2:]
	}
	return host
}
