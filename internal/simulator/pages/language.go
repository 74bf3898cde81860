package pages

import (
	"net/http"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// language is the one that a page is in.
type language struct{ Chinese bool }

// Tag is its name in HTML.
func (l language) Tag() string { return l.of("en", "zh-CN") }

func (l language) of(english, chinese string) string {
	if l.Chinese {
		return chinese
	}
	return english
}

// Say is an English text in the page's language.
func (l language) Say(english string) string {
	if chinese, ok := inChinese[english]; ok && l.Chinese {
		return chinese
	}
	return english
}

// spoken is the language that the reader has chosen, else the one that the browser prefers.
func spoken(w http.ResponseWriter, r *http.Request) language {
	switch chosen := r.URL.Query().Get("lang"); chosen {
	case "zh", "en":
		http.SetCookie(w, &http.Cookie{Name: "lang", Value: chosen, Path: "/ui/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		return language{chosen == "zh"}
	}
	if cookie, err := r.Cookie("lang"); err == nil {
		return language{cookie.Value == "zh"}
	}
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	return language{strings.HasPrefix(strings.ToLower(first), "zh")}
}

// stage is a stage's name, or how an order ended.
func (l language) stage(name string) string {
	chinese := rules.Chinese(v1alpha1.StageName(name))
	if other, ok := inChinese[name]; ok {
		chinese = other
	}
	return l.of(name, chinese)
}

func (l language) word(t v1alpha1.FilingType) string {
	if t == "" {
		return ""
	}
	return l.of(string(t), rules.Chinese(t))
}

// task is a task that somebody was asked for.
func (l language) task(name string) string { return l.Say(name) }

// tasks are those that may be asked for: the rectification of a filing in force, else what a review may need.
func (l language) tasks(inForce bool) []choice {
	names := []v1alpha1.RequestedTask{v1alpha1.TaskSupplement, v1alpha1.TaskVerifyByPhone, v1alpha1.TaskVerifyInPerson, v1alpha1.TaskMailMaterials}
	if inForce {
		names = []v1alpha1.RequestedTask{v1alpha1.TaskRectify}
	}
	var list []choice
	for _, name := range names {
		list = append(list, choice{string(name), l.task(string(name))})
	}
	return list
}

// ends are the reasons for which a filing ends.
func (l language) ends() []choice {
	var list []choice
	for _, reason := range []string{
		protocol.ReasonRandomCheckFailed, protocol.ReasonShellFiling, protocol.ReasonWebsiteCancelled, protocol.ReasonAccessCancelled, protocol.ReasonSubjectCancelled,
	} {
		list = append(list, choice{reason, l.Say(reason)})
	}
	return list
}

var inChinese = map[string]string{
	"Simulated filing desk": "备案模拟台", "Orders": "订单", "Faults": "故障", "Clock": "时钟",
	"Domain or order": "域名或订单号", "Search": "搜索", "only those that wait for me": "只看等我决定的", "orders": "个订单", "found": "个符合",
	"Order": "订单", "Domain": "域名", "Stage": "阶段", "Attempt": "第几次提交", "Waits for": "等待", "you": "等你决定", "in force": "已生效", "newer": "较新", "older": "较旧",
	"There are no orders yet.": "还没有订单。", "No order fits.": "没有符合的订单。",
	"Account": "账号", "Type": "备案类型", "the token's own": "令牌所属账号", "Next step of its own": "下一步自动进行", "Files that are missing": "缺少的资料", "imported": "接管的备案",
	"Decide": "决定", "Pass this stage": "通过本阶段", "Return it": "退回", "Reasons": "原因", "Message": "说明", "Ask for something": "要求配合", "Task": "任务", "Days until it is due": "几天内完成", "Ask": "提出要求",
	"What was asked for is done": "所要求的已完成", "The SMS expires": "短信超时", "The SMS is answered wrongly": "短信填写错误", "End the filing": "终止备案", "Revoke it": "注销（管局）", "Cancel it": "注销（申请人或接入商）",
	"Nothing is to be decided now: the applicant must act.": "现在没有要决定的：等申请人办理。", "This order has ended.": "该订单已结束。", "History": "经过", "Time": "时间", "Decision": "决定", "Details": "详情", "due": "截止",
	"Beijing time": "北京时间", "It was not done": "未能完成", "Back to the orders": "返回订单列表",
	"Passed": "通过", "Returned": "退回", "Reported": "申请人已办", "ActionRequested": "要求配合", "Revoked": "被注销", "Cancelled": "已注销",
	"Supplement": "补充资料", "VerifyByPhone": "电话核实", "VerifyInPerson": "当面核验", "MailMaterials": "邮寄资料", "Rectify": "整改", "VerifyBySms": "短信核验",
	"RandomCheckFailed": "抽查不合格", "ShellFiling": "空壳", "WebsiteCancelled": "注销网站", "AccessCancelled": "取消接入", "SubjectCancelled": "注销主体",
	"The SMS has expired.": "短信已超时。", "The SMS was answered wrongly.": "短信填写错误一次。", "The stage is passed.": "本阶段已通过。", "The order is returned.": "订单已退回。", "It is asked for.": "已提出要求。",
	"What was asked for is done.": "所要求的已完成。", "The filing is revoked.": "备案已被注销。", "The filing is cancelled.": "备案已注销。",
	"There are no faults any more.": "故障已全部清除。", "So many calls fail from now on.": "从现在起按此比例出错。", "The next calls fail.": "接下来的调用将出错。",
	"The clock was moved.": "时钟已拨快。", "The stages that are ticked wait for you.": "勾选的阶段等你决定。",
	"Faults to come": "将要发生的故障", "none": "无", "Add": "添加", "Kind": "种类", "Operation": "操作", "any": "任意", "Times": "次数", "Delay": "延迟", "By chance": "随机", "Percent of calls": "出错比例（%）", "Seed": "种子", "Set": "设置", "End all faults": "清除全部故障",
	"It is now": "现在是", "Move the clock": "拨快时钟", "Hours": "小时", "Move": "拨快", "Who decides": "由谁决定", "waits for you": "等你决定", "takes by itself": "自动通过，用时", "Save": "保存",
	"There is no such page": "没有这个页面",
}
