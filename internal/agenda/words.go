package agenda

import (
	"strings"
	"sync"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// stages are what happens in each stage, in the words of the procedure's table.
var stages = sync.OnceValue(func() map[v1alpha1.StageName]Words {
	words := map[v1alpha1.StageName]Words{}
	for _, st := range procedure.Table() {
		words[st.Name] = Words{st.Description, st.Chinese}
	}
	return words
})

// endWords say what ends. A paper of a special authority (前置审批) is named after its category.
var endWords = map[string]Words{
	string(rules.ExpiryDomain):      {"the domain's registration ends", "域名到期"},
	string(rules.ExpiryServer):      {"the server's lease ends", "云服务器到期"},
	string(rules.ExpiryCertificate): {"the organization's certificate ends", "主办单位证件到期"},
	"SubjectPersonPaper":            {"the identity paper of the subject's responsible person ends", "主体负责人证件到期"},
	"WebsitePersonPaper":            {"the identity paper of the website's responsible person ends", "网站负责人证件到期"},
	string(rules.ExpiryLicense):     {"the ICP licence ends", "ICP 许可证到期"},
}

// places are where things are done.
var places = map[string]Words{
	procedure.InCluster: {"the cluster", "集群"}, procedure.InConsole: {"the provider's web console", "接入服务商控制台"},
	procedure.InApp: {"the provider's app", "接入服务商 App"}, procedure.OnPhone: {"a phone", "手机"},
	procedure.OverProtocol: {"the provider protocol", "接入服务商协议"}, procedure.AtProvider: {"the provider's back office", "接入服务商后台"},
	procedure.AtBureau: {"the bureau", "管局"}, procedure.AtMinistrySite: {"the ministry's SMS page", "工信部短信核验页面"},
	procedure.ByCourier: {"mail", "邮寄"}, procedure.AtPublicSecurityPlatform: {"https://beian.mps.gov.cn", "全国互联网安全管理服务平台 https://beian.mps.gov.cn"},
	procedure.AtLocalAuthority: {"the local authority", "属地主管部门"}, procedure.OutsideCluster: {"whoever issued it", "原签发机构或服务商"},
}

// place is where something is done, in words.
func place(where string) Words {
	if w, ok := places[where]; ok {
		return w
	}
	return Words{where, where}
}

// words are a date's title, and what is to be done.
func words(f *v1alpha1.IcpFiling, d Date, stage v1alpha1.StageName, task string) (title, todo Words) {
	name := titleWords(d, stage, task)
	title = Words{d.Domain + ": " + name.English, d.Domain + "：" + name.Chinese}
	if d.Kind == KindStage {
		return title, stages()[v1alpha1.StageName(d.Name)]
	}
	facts := notify.Facts{Stage: stage, Task: task, Actor: d.Actor, Where: d.Where, RuleSet: f.Status.RuleSet}
	return title, Words{facts.WhatToDo(v1alpha1.LanguageEnglish), facts.WhatToDo(v1alpha1.LanguageChinese)}
}

func titleWords(d Date, stage v1alpha1.StageName, task string) Words {
	switch d.Kind {
	case KindStage:
		at := v1alpha1.StageName(d.Name)
		if d.Deadline {
			return Words{d.Name + " must be over", rules.Chinese(at) + "截止"}
		}
		return Words{d.Name + " expected to be over", rules.Chinese(at) + "预计完成"}
	case KindTask:
		return Words{"deadline for " + notify.ActorName(d.Actor, v1alpha1.LanguageEnglish) + " at " + string(stage) + " (" + task + ")",
			rules.Chinese(stage) + "截止（" + notify.ActorName(d.Actor, v1alpha1.LanguageChinese) + "）"}
	case KindPublicSecurity:
		return Words{"last day to submit the public-security registration", "公安联网备案截止日"}
	case KindGateCloses:
		return Words{"the gate closes for want of the public-security registration", "因公安联网备案逾期，网站访问将被关闭"}
	case KindEnd:
		if category, ok := strings.CutPrefix(d.Name, string(rules.ExpiryPreApproval)); ok {
			return Words{"the paper for " + category + " ends", "前置审批文件（" + rules.Chinese(v1alpha1.PreApprovalCategory(category)) + "）到期"}
		}
		if w, ok := endWords[d.Name]; ok {
			return w
		}
		return Words{d.Name + " ends", d.Name + " 到期"}
	}
	return Words{task, "备案待处理（" + task + "）"}
}

// description is what a calendar shows below the title.
func (d Date) description(l v1alpha1.Language) string {
	kind := Words{"Expected end, no deadline.", "预计时间，并非截止期限。"}
	if d.Deadline {
		kind = Words{"Deadline.", "截止期限。"}
	}
	lines := []string{kind.In(l), d.ToDo.In(l)}
	if d.Actor != "" {
		lines = append(lines, Words{"Who: ", "办理人："}.In(l)+notify.ActorName(d.Actor, l))
	}
	if d.Where != "" {
		lines = append(lines, Words{"Where: ", "办理处："}.In(l)+place(d.Where).In(l))
	}
	if !d.Day {
		lines = append(lines, d.At.In(calendar.Beijing).Format("2006-01-02 15:04")+Words{", Beijing time", "（北京时间）"}.In(l))
	}
	return strings.Join(append(lines, "kubectl describe icp -n "+d.Namespace+" "+d.Filing), "\n")
}
