package audit

import (
	"fmt"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Step is something to do next.
type Step struct {
	// Says what.
	Says words.Words
	// Command that does it, or shows more; "" for none.
	Command string
}

// Next says what to do about a finding, the first step first; nothing where nothing is to be done.
func (f *Finding) Next() []Step {
	steps := f.cover()
	switch f.Served {
	case ServedByMode:
		steps = append(steps, Step{words.Words{
			English: "until then, have the gate keep it from being served",
			Chinese: "在此之前，让闸门停止对外提供服务",
		}, "kubectl label namespace " + f.Namespace + " icp.beian.dev/gate=hold --overwrite"})
	case ServedUnparkable:
		steps = append(steps, Step{words.Words{
			English: "it cannot be parked: until then, take its public name away, or delete it",
			Chinese: "它无法停放：在此之前，请去掉它的公开名称，或将其删除",
		}, "kubectl edit -n " + f.Namespace + " " + f.resource() + " " + f.Name})
	case ServedUntilClosed:
		steps = append(steps, Step{words.Words{
			English: "the gate closes it within seconds; if it stays, see that the operator runs",
			Chinese: "闸门会在数秒内将其关闭；若仍未关闭，请检查控制器是否在运行",
		}, seeOperator})
	}
	return steps
}

// seeOperator shows whether the operator runs.
const seeOperator = "kubectl get pods -n " + v1alpha1.OperatorNamespace

func (f *Finding) resource() string {
	return strings.TrimSuffix(strings.ToLower(f.Kind)+"."+f.Group, ".")
}

// cover says how to have the host covered.
func (f *Finding) cover() []Step {
	one := func(command, english, chinese string) []Step {
		return []Step{{words.Words{English: english, Chinese: chinese}, command}}
	}
	namespace, filing, _ := strings.Cut(f.Filing, "/")
	status := fmt.Sprintf("kubectl icp status %s -n %s", filing, namespace)
	switch f.Reason {
	case NoFiling, FilingUnknown:
		return Start(f.Domain, f.Namespace)
	case FilingNotInForce:
		return one(status, "see what the filing waits for", "查看该备案在等待什么")
	case NotLetIn:
		return one("kubectl edit icpfiling "+filing+" -n "+namespace,
			"let namespace "+f.Namespace+" in by its spec.exposure.namespaces, or move the route to namespace "+namespace,
			"在其 spec.exposure.namespaces 中允许命名空间 "+f.Namespace+"，或把路由移到命名空间 "+namespace)
	case ClearancePending, ReleasePending, ClearedWithoutFiling:
		return one(seeOperator, "the operator sees to it within seconds; if it stays, see that it runs", "控制器会在数秒内处理；若没有变化，请检查它是否在运行")
	case NamespaceFull:
		return one("kubectl get exposurepolicy default -o yaml", "move filings with their routes to other namespaces", "把部分备案连同其路由移到其他命名空间")
	case NotAHostName:
		return one("", "write a host name, without address, port, scheme or trailing dot", "请写主机名，不要写地址、端口、协议或末尾的点")
	case NamesNoHost:
		return one("", "name the route's hosts", "请写明路由的主机名")
	case ListenerNamesNoHost, ListenersNotKnown:
		return one("", "name the route's hosts, or give each listener of "+f.From+" a hostname", "请写明路由的主机名，或为 "+f.From+" 的每个监听器设置主机名")
	case ParkedForOthers:
		return one("", "see the other hosts of the route", "请看该路由的其他主机名")
	case ParkedByOwner:
		return one("", "give the route a class, or a parent, that serves it", "请为路由设置对外服务的类别或上级")
	}
	return nil
}

// Start says how to start a filing of a domain; "" where nobody can have registered it.
func Start(domain, namespace string) []Step {
	if domain == "" {
		return []Step{{Says: words.Words{
			English: "no such domain can be registered, and so filed: use a name below one that you registered",
			Chinese: "这样的域名无法注册，也就无法备案：请使用您已注册域名之下的主机名",
		}}}
	}
	return []Step{{words.Words{English: "start a filing of " + ShowHost(domain), Chinese: "为 " + ShowHost(domain) + " 发起备案"}, fmt.Sprintf("kubectl icp init --domain %s -n %s", domain, namespace)}}
}
