package sheet

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

type filing = v1alpha1.IcpFiling

// placeColumns say which object a row is.
func placeColumns() []Column {
	return []Column{
		with(Column{Key: "namespace", Title: words.Words{English: "Namespace", Chinese: "命名空间"}, Aliases: []string{"Kubernetes命名空间"}, Field: "metadata.namespace", Example: "shop",
			Help: words.Words{English: "The filing's namespace, which must be there. Default: that of the flag -n.", Chinese: "备案对象所在的命名空间，须已存在。默认取 -n 参数。"}},
			func(f *filing) *string { return &f.Namespace }, object),
		with(Column{Key: "name", Title: words.Words{English: "Object", Chinese: "对象名称"}, Field: "metadata.name", Example: "your-domain-example",
			Help: words.Words{English: "The object's name in the cluster. Default: the domain with hyphens for dots.", Chinese: "集群对象的名称。默认为域名，点换成连字符。"}},
			func(f *filing) *string { return &f.Name }, object),
	}
}

// websiteColumns say what is filed: the domain (域名) and the website (网站).
func websiteColumns() []Column {
	domain := Column{Key: "domain", Title: words.Words{English: "Domain", Chinese: "域名"}, Aliases: []string{"网站域名", "备案域名", "主域名", "顶级域名", "已备案域名", "domain name", "domainname"},
		Field: "spec.domain.name", Example: "your-domain.example", Required: true,
		Help: words.Words{English: "The registered domain, without www. One a row.", Chinese: "注册的域名，不带 www。每行一个。"}}
	domain = with(domain, func(f *filing) *string { return &f.Spec.Domain.Name }, host)
	domain.read = readDomain
	return []Column{
		domain,
		with(Column{Key: "websiteName", Title: words.Words{English: "Website name", Chinese: "网站名称"}, Aliases: []string{"网站名", "站点名称", "网站中文名称", "site name"}, Field: "spec.website.name", Example: "示例商城", Required: true,
			Help: words.Words{English: "Three Chinese characters at least.", Chinese: "至少三个汉字。"}},
			func(f *filing) *string { return &f.Spec.Website.Name }, free),
		with(Column{Key: "homepage", Title: words.Words{English: "Home page", Chinese: "首页网址"}, Aliases: []string{"网站首页", "网站首页网址", "首页地址", "首页URL", "网站首页URL", "网址", "网站地址", "homepage url"}, Field: "spec.website.homepage", Example: "www.your-domain.example",
			Help: words.Words{English: "Host of the home page, within the domain. Default: the domain.", Chinese: "首页主机名，须在该域名之下。默认为域名本身。"}},
			func(f *filing) *string { return &f.Spec.Website.Homepage }, host),
		with(Column{Key: "websiteNumber", Title: words.Words{English: "Website filing number", Chinese: "网站备案号"}, Aliases: []string{"备案号", "ICP备案号", "网站备案/许可证号", "ICP备案/许可证号", "备案/许可证号", "备案许可证号", "网站ICP备案号", "ICP number", "filing number"},
			Field: "spec.existing.website.number",
			Help:  words.Words{English: "Where the domain is filed already, as 浙ICP备12345678号-1: it is then taken over, and confirmed by the provider. Empty: it is filed anew.", Chinese: "域名已备案时填写，如 浙ICP备12345678号-1：将接管该备案，由接入商确认。空表示尚未备案。"}},
			func(f *filing) *string { return &f.Spec.Existing.Website.Number }, number),
		accessColumn(Column{Key: "websiteAccess", Title: words.Words{English: "Website filed through", Chinese: "网站备案接入商"}, Field: "spec.existing.website.accessProvider", Values: accesses,
			Help: words.Words{English: "Through whom the website is filed: ThisProvider (default), or Other, which makes it an access filing.", Chinese: "网站通过谁备案：本接入商（默认）；其他接入商则为接入备案。"}},
			func(f *filing) *v1alpha1.ExistingFiling { return &f.Spec.Existing.Website }),
		with(Column{Key: "serviceContents", Title: words.Words{English: "Contents", Chinese: "服务内容"}, Aliases: []string{"网站服务内容", "网站内容", "服务类型", "网站内容/服务类型", "网站类型", "应用服务类型"}, Field: "spec.website.serviceContents", Example: "电子商务", Values: contents, Several: true, Open: true,
			Help: words.Words{English: "What the website offers; several separated by a semicolon.", Chinese: "网站提供的内容；多个用分号分隔。"}},
			func(f *filing) *[]v1alpha1.ServiceContent { return &f.Spec.Website.ServiceContents }, several(content)),
		with(Column{Key: "languages", Title: words.Words{English: "Languages", Chinese: "网站语言"}, Aliases: []string{"语言", "语种", "语言类别", "网站语种"}, Field: "spec.website.languages", Example: "zh", Several: true, Open: true,
			Help: words.Words{English: "For example zh.", Chinese: "例如 zh 或 中文。"}},
			func(f *filing) *[]string { return &f.Spec.Website.Languages }, several(language)),
		with(Column{Key: "interactive", Title: words.Words{English: "Interactive", Chinese: "交互式"}, Aliases: []string{"是否交互式", "是否提供交互式服务", "交互式服务", "网站是否交互"}, Field: "spec.website.interactive", Values: truths,
			Help: words.Words{English: "Whether visitors can publish on it.", Chinese: "访问者是否可以在网站上发布内容。"}},
			func(f *filing) *bool { return &f.Spec.Website.Interactive }, truth),
		with(Column{Key: "commercial", Title: words.Words{English: "Commercial", Chinese: "经营性"}, Aliases: []string{"是否经营性", "是否经营性网站", "网站性质", "经营性质"}, Field: "spec.website.commercial", Values: truths,
			Help: words.Words{English: "Whether it offers paid information or page-making: an ICP licence is then needed.", Chinese: "是否提供有偿信息或网页制作等服务：是则需 ICP 许可证。"}},
			func(f *filing) *bool { return &f.Spec.Website.Commercial }, truth),
		with(Column{Key: "preApprovalCategories", Title: words.Words{English: "Pre-approval categories", Chinese: "前置审批类别"}, Aliases: []string{"前置审批", "前置审批项", "前置审批内容类型", "前置或专项审批内容类型"}, Field: "spec.website.preApprovalCategories", Values: categories, Several: true,
			Help: words.Words{English: "Contents that a special authority approves first.", Chinese: "需要前置审批的内容类别。"}},
			func(f *filing) *[]v1alpha1.PreApprovalCategory { return &f.Spec.Website.PreApprovalCategories }, several(oneOf[v1alpha1.PreApprovalCategory](categories))),
		with(Column{Key: "preApprovals", Title: words.Words{English: "Pre-approvals", Chinese: "前置审批文件"}, Aliases: []string{"前置审批文号", "前置审批号", "前置审批批准文号"}, Field: "spec.preApprovals", Several: true,
			Help: words.Words{English: "Each as Publishing=number; with more of them, as the JSON of spec.preApprovals.", Chinese: "每项写成 出版=批准文号；需要更多字段时写 spec.preApprovals 的 JSON。"}},
			func(f *filing) *[]v1alpha1.PreApproval { return &f.Spec.PreApprovals }, asJSON(several(approval))),
		with(Column{Key: "openedAt", Title: words.Words{English: "Opened", Chinese: "开通时间"}, Aliases: []string{"网站开通时间", "网站开通日期", "开通日期", "上线时间", "上线日期"}, Field: "spec.website.openedAt",
			Help: words.Words{English: "When the site opened, where that was before: the public-security registration is due thirty days later.", Chinese: "网站已开通时填写开通日期：公安备案自该日起三十日内办理。"}},
			func(f *filing) **metav1.Time { return &f.Spec.Website.OpenedAt }, onDay),
		with(Column{Key: "websiteRemark", Title: words.Words{English: "Remark", Chinese: "备注"}, Aliases: []string{"网站备注", "note", "remarks"}, Field: "spec.website.remark",
			Help: words.Words{English: "To the reviewer. No personal data.", Chinese: "给审核人员的备注。不得含个人信息。"}},
			func(f *filing) *string { return &f.Spec.Website.Remark }, free),
	}
}

// accessColumn says through whom something was filed. A number of which that is not said is written as such, since an empty
// cell beside a number means this provider.
func accessColumn(c Column, at func(*filing) *v1alpha1.ExistingFiling) Column {
	k := oneOf[v1alpha1.AccessProvider](accesses)
	c.read = func(text string, f *filing) *words.Words {
		access, wrong := k.read(text)
		switch {
		case wrong != nil:
			return wrong
		case access == notSaid:
			access = ""
		case access == "" && at(f).Number != "":
			access = v1alpha1.ThisProvider
		}
		at(f).AccessProvider = access
		return nil
	}
	c.write = func(f *filing, l v1alpha1.Language) string {
		existing := at(f)
		if existing.Number != "" && existing.AccessProvider == "" {
			return k.write(notSaid, l)
		}
		return k.write(existing.AccessProvider, l)
	}
	return c
}
