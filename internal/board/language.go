package board

// inChinese are the pages' own texts. What stages, tasks, reasons and the like are called stands in package words.
var inChinese = map[string]string{
	"ICP filings": "ICP 备案", "Skip to the content": "跳到正文", "Pages": "页面", "Board": "看板", "Dates": "期限", "Exposure": "对外开放",
	"Look": "外观", "Auto": "自动", "Light": "浅色", "Dark": "深色", "Sign out": "退出", "Updated at": "已更新：",
	"Not updated: the server does not answer": "未更新：服务器没有应答", "Pause live updates": "暂停实时更新",
	"You are": "您的身份：", "You see all namespaces.": "您可以看到所有命名空间。", "You see these namespaces:": "您可以看到这些命名空间：",
	"There is no namespace whose filings you may list.":                                                      "没有任何命名空间的备案允许您列出。",
	"There are more namespaces than are looked at one by one: name one in the filter to see it, if you may.": "命名空间太多，未逐一查看：如有权限，可在筛选中填写命名空间名称查看。",
	"Times are Beijing time. This page only shows; nothing is changed here.":                                 "时间均为北京时间。本页面只供查看，不能修改任何内容。",
	// Lists.
	"Filter": "筛选", "Domain, name, order or number": "域名、名称、订单号或备案号", "Namespace": "命名空间", "all": "全部", "Stage": "阶段", "Which": "范围", "Show": "显示",
	"all, as columns": "全部，分列显示", "overdue": "已逾期", "due within seven days": "七天内到期", "wait for the applicant's side": "等待申请方办理",
	"stand still until something is changed": "停滞，需有人处理", "filings": "个备案", "No filing fits.": "没有符合条件的备案。", "All stages": "全部阶段", "%s more at this stage": "该阶段还有 %s 个", ": ": "：", ". ": "。",
	"Filings at each stage": "各阶段的备案数", "There is no filing that you may see.": "没有您可以查看的备案。", "Who must act first comes first.": "最先需要办理的排在最前。",
	"Domain": "域名", "Filing": "备案", "Who acts next": "下一步由谁办理", "By": "截止", "Notes": "备注", "Pages of the list": "列表分页", "Earlier page": "上一页", "Later page": "下一页", "Page %s of %s": "第 %s 页，共 %s 页",
	"Returned": "被退回", "Overdue": "已逾期", "Due soon": "即将到期", "Suspended": "已暂停办理", "Attempt %s": "第 %s 次提交",
	// Dates.
	"Coming dates": "近期期限", "dates": "个日期", "The earliest first; what has passed stays until it is done.": "按时间先后排列；已过的日期在办完之前一直保留。",
	"Date": "日期", "What": "事项", "Who acts": "由谁办理", "How firm": "性质", "Deadline": "截止期限", "Expected": "预计", "There is no such date.": "没有这样的日期。", "deadlines alone": "只看截止期限",
	"%s ago": "%s前", "%s overdue": "已逾期 %s", "overdue since today": "今天逾期", "today": "今天", "tomorrow": "明天", "in %s": "还有 %s", "days": "天",
	// A filing.
	"Next action": "下一步", "Who:": "办理人：", "Where:": "办理处：", "By:": "截止：", "In the operator's words": "控制器的说明（英文）", "Nothing is to be done.": "目前没有要办理的事项。", "Timeline": "办理进度",
	"What was said": "审核意见", "Done:": "已完成：", "The filing": "备案信息", "Gate": "闸门", "Reminders given": "已发出的提醒", "Conditions": "状态条件",
	"What the operator found, for people and machines. Details are in English.": "控制器得出的结论，供人和程序查看。详情为英文。",
	"Condition": "条件", "Holds": "是否成立", "Reason": "原因", "Since": "自", "Details": "详情（英文）", "Expected to end:": "预计完成：", "Late": "已超时", "Being deleted": "正在删除", "What was decided": "审核记录", "As it was recorded, the oldest first.": "按记录的先后排列。", "When": "时间", "Decision": "决定", "Reasons": "原因", "By whom": "记录人", "does not count:": "不计入：", "Public security": "公安联网备案", "%s to %s (%s)": "%s 至 %s（%s）", "since %s (%s)": "自 %s 起（%s）",
	"Type": "备案类型", "Attempt": "第几次提交", "Provider": "接入服务商", "Order": "订单号", "Subject's number": "主体备案号", "Website's number": "网站备案号", "Approved": "通过时间",
	"yes: the operator asks nothing of the provider": "是：控制器不向接入服务商提出任何申请", "For the domain's hosts": "该域名的主机名", "closed": "未开放", "open": "已开放", "Hosts served": "对外提供访问的主机名", "Hosts parked": "停放中的主机名", "Open since": "网站开通时间",
	"overdue, on %s": "逾期提醒，%s", "%s days before": "提前 %s 天", "yes": "是", "no": "否", "unknown": "未知",
	// Exposure.
	"What is exposed": "对外开放情况", "What these words mean": "名词解释", "This page says nothing of:": "本页未涵盖：", "By namespace": "按命名空间", "By host": "按主机名",
	"Hosts of each namespace, that with the most uncovered first.": "各命名空间的主机名，未覆盖最多的排在最前。", "%s more namespaces are not shown.": "另有 %s 个命名空间未显示。",
	"Host": "主机名", "hosts": "个主机名", "The gravest first.": "最严重的排在最前。", "Routes that are attached to nothing that serves are not shown: %s.": "未连接到任何服务入口的路由未显示：%s 条。",
	"Verdict": "结论", "Why, and what to do": "原因与办法", "Route": "路由", "No route that you may see names a host that fits.": "您可以查看的路由中，没有符合条件的主机名。",
	// Signing in, and what goes wrong.
	"Sign in": "登录", "Token of the cluster": "集群令牌", "NAMESPACE": "命名空间", "SERVICE-ACCOUNT": "服务账号",
	"You see the filings of the namespaces that you may list. For a token that is good for this board alone:": "您可以看到有权列出的命名空间中的备案。签发仅供本看板使用的令牌：",
	"With your own credentials, whatever they are:":                                                           "使用您自己的任意凭据：",
	SignInWrong: "API 服务器不认识该令牌，或令牌已过期。", SignInTooLong: "该令牌太长，浏览器无法保存。请改用 kubectl icp board。",
	"There is no such page": "没有这个页面", "What it is about does not exist, or you may not see it.": "它所指的内容不存在，或者您无权查看。",
	"Too many requests": "请求过于频繁", "Wait a moment, then load the page again.": "请稍候，然后重新加载页面。",
	"You may not see this": "您无权查看", "Ask an admin to bind the ClusterRole icp-viewer to you in your namespace.": "请管理员在您的命名空间中为您绑定 ClusterRole icp-viewer。",
	"The page cannot be made now": "暂时无法生成页面", "The API server could not be asked. Load the page again in a moment.": "无法询问 API 服务器。请稍后重新加载页面。",
	"This board is somebody's own": "这是他人的看板", "Open the address that kubectl icp board printed. It is good once: run the command again for another.": "请打开 kubectl icp board 显示的地址。该地址只能使用一次：如需新地址，请重新运行该命令。",
	"To the board": "返回看板",
}
