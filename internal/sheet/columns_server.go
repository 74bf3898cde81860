package sheet

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// instance is the server, made where there is none: one that stays empty is taken away again.
func instance(f *filing) *v1alpha1.Instance {
	if f.Spec.Server.Instance == nil {
		f.Spec.Server.Instance = &v1alpha1.Instance{}
	}
	return f.Spec.Server.Instance
}

func provider(f *filing) *string {
	if f.Spec.ProviderRef == nil {
		f.Spec.ProviderRef = &v1alpha1.ProviderReference{}
	}
	return &f.Spec.ProviderRef.Name
}

// serverColumns say through whom it is filed, and what hosts it (服务器及接入信息), then what is known of the domain.
func serverColumns() []Column {
	return []Column{
		with(Column{Key: "provider", Title: words.Words{English: "Provider", Chinese: "接入商"}, Aliases: []string{"接入服务商", "接入服务商名称", "接入商名称", "服务商", "云厂商", "网站接入服务提供者"}, Field: "spec.providerRef",
			Help: words.Words{English: "Name of the FilingProvider. Default: the cluster's default one. A company's name is turned into it by --provider-of.", Chinese: "FilingProvider 对象的名称。默认为集群的默认接入商。公司名称可用 --provider-of 对应。"}},
			provider, object),
		with(Column{Key: "channel", Title: words.Words{English: "Channel", Chinese: "备案渠道"}, Aliases: []string{"渠道", "办理渠道"}, Field: "spec.channel", Values: channels,
			Help: words.Words{English: "Where the applicant's steps are done. Default: PC.", Chinese: "申请人在哪里办理。默认 PC 端。"}},
			func(f *filing) *v1alpha1.Channel { return &f.Spec.Channel }, oneOf[v1alpha1.Channel](channels)),
		with(Column{Key: "accountSite", Title: words.Words{English: "Account site", Chinese: "账号站点"}, Field: "spec.account.site", Values: sites,
			Help: words.Words{English: "Default: China.", Chinese: "默认中国站。"}},
			func(f *filing) *v1alpha1.AccountSite { return &f.Spec.Account.Site }, oneOf[v1alpha1.AccountSite](sites)),
		with(Column{Key: "accountName", Title: words.Words{English: "Account", Chinese: "备案账号"}, Aliases: []string{"接入商账号", "云账号"}, Field: "spec.account.name",
			Help: words.Words{English: "Account at the provider, where one operator serves several. Never a person's name, phone or mail.", Chinese: "接入商处的账号（多账号时填写）。不得为姓名、手机号或邮箱。"}},
			func(f *filing) *string { return &f.Spec.Account.Name }, free),
		with(Column{Key: "serviceNumber", Title: words.Words{English: "Service number", Chinese: "备案服务号"}, Aliases: []string{"服务号", "备案授权码", "授权码"}, Field: "spec.server.serviceNumber",
			Help: words.Words{English: "Given by the provider in place of a server. Give it or an instance.", Chinese: "接入商给出、代表服务器的编号。与服务器实例二选一。"}},
			func(f *filing) *string { return &f.Spec.Server.ServiceNumber }, number),
		with(Column{Key: "instanceID", Title: words.Words{English: "Instance", Chinese: "服务器实例"}, Aliases: []string{"实例ID", "服务器实例ID", "服务器ID", "云服务器ID", "云服务器实例", "ECS实例ID", "instance id"}, Field: "spec.server.instance.id", Example: "i-example",
			Help: words.Words{English: "Id of the server at the provider. Without it, the server's first address stands for it.", Chinese: "接入商处的服务器实例 ID。未填时以第一个公网 IP 代替。"}},
			func(f *filing) *string { return &instance(f).ID }, free),
		with(Column{Key: "region", Title: words.Words{English: "Region", Chinese: "地域"}, Aliases: []string{"服务器地域", "区域", "服务器区域"}, Field: "spec.server.instance.region", Example: "cn-hangzhou",
			Help: words.Words{English: "In the provider's spelling, in the mainland.", Chinese: "接入商的地域名，须在中国内地。"}},
			func(f *filing) *string { return &instance(f).Region }, free),
		with(Column{Key: "location", Title: words.Words{English: "Server location", Chinese: "服务器放置地"}, Aliases: []string{"服务器所在地", "放置地", "服务器放置地点", "机房"}, Field: "spec.server.instance.location",
			Help: words.Words{English: "In words, as 浙江杭州.", Chinese: "例如 浙江杭州。"}},
			func(f *filing) *string { return &instance(f).Location }, free),
		with(Column{Key: "publicIPs", Title: words.Words{English: "Public IPs", Chinese: "服务器IP"}, Aliases: []string{"IP", "IP地址", "公网IP", "网站IP", "网站IP地址", "服务器公网IP", "服务器IP地址", "IP列表", "public ip"}, Field: "spec.server.instance.publicIPs", Example: "203.0.113.10", Several: true, Open: true,
			Help: words.Words{English: "Several separated by a semicolon.", Chinese: "多个用分号分隔。"}},
			func(f *filing) *[]string { return &instance(f).PublicIPs }, several(free)),
		with(Column{Key: "prepaid", Title: words.Words{English: "Prepaid", Chinese: "包年包月"}, Aliases: []string{"付费方式", "是否包年包月", "计费方式"}, Field: "spec.server.instance.prepaid", Values: truths,
			Help: words.Words{English: "A filing needs a server that is paid by the month or year.", Chinese: "备案需要包年包月的服务器。"}},
			func(f *filing) **bool { return &instance(f).Prepaid }, perhaps),
		with(Column{Key: "serverExpiresAt", Title: words.Words{English: "Server ends", Chinese: "服务器到期时间"}, Aliases: []string{"服务器到期日", "实例到期时间", "服务器有效期"}, Field: "spec.server.instance.expiresAt",
			Help: words.Words{English: "Last day of the lease.", Chinese: "服务器到期的最后一日。"}},
			func(f *filing) **metav1.Time { return &instance(f).ExpiresAt }, endDay),
		with(Column{Key: "accessType", Title: words.Words{English: "Access type", Chinese: "接入方式"}, Aliases: []string{"网站接入方式", "服务器接入方式"}, Field: "spec.server.accessType", Values: accessTypes,
			Help: words.Words{English: "Default: CloudServer.", Chinese: "默认云服务器。"}},
			func(f *filing) *v1alpha1.AccessType { return &f.Spec.Server.AccessType }, oneOf[v1alpha1.AccessType](accessTypes)),
		registrantColumn(),
		with(Column{Key: "registrar", Title: words.Words{English: "Registrar", Chinese: "域名注册商"}, Aliases: []string{"注册商", "域名注册服务机构", "域名服务商"}, Field: "spec.domain.registrar",
			Help: words.Words{English: "Company that the domain is registered with.", Chinese: "域名注册服务机构。"}},
			func(f *filing) *string { return &f.Spec.Domain.Registrar }, free),
		with(Column{Key: "realNameVerified", Title: words.Words{English: "Real-name verified", Chinese: "域名实名认证"}, Aliases: []string{"实名认证", "是否实名", "已实名认证", "是否实名认证", "域名是否实名认证"}, Field: "spec.domain.realNameVerified", Example: "是", Values: truths,
			Help: words.Words{English: "Whether the domain is. A filing needs it.", Chinese: "域名是否已实名认证。备案必须。"}},
			func(f *filing) *bool { return &f.Spec.Domain.RealNameVerified }, truth),
		with(Column{Key: "realNameVerifiedAt", Title: words.Words{English: "Real-name verified on", Chinese: "实名认证时间"}, Aliases: []string{"域名实名认证时间", "实名认证日期"}, Field: "spec.domain.realNameVerifiedAt",
			Help: words.Words{English: "Day on which it passed.", Chinese: "实名认证通过日期。"}},
			func(f *filing) **metav1.Time { return &f.Spec.Domain.RealNameVerifiedAt }, onDay),
		with(Column{Key: "domainExpiresAt", Title: words.Words{English: "Domain ends", Chinese: "域名到期时间"}, Aliases: []string{"域名到期日", "域名到期日期", "域名有效期", "域名过期时间", "域名有效期至"}, Field: "spec.domain.expiresAt", Example: "2036-01-01",
			Help: words.Words{English: "Last day of the registration.", Chinese: "域名注册的最后一日。"}},
			func(f *filing) **metav1.Time { return &f.Spec.Domain.ExpiresAt }, endDay),
	}
}

// registrantColumn says who holds the domain: never a name. An organization's own name means the subject; of any other, which
// may be a person's, nothing is shown.
func registrantColumn() Column {
	k := oneOf[v1alpha1.Registrant](registrants)
	c := with(Column{Key: "registrant", Title: words.Words{English: "Domain holder", Chinese: "域名所有者"}, Aliases: []string{"域名持有者", "域名所有人", "域名持有人", "域名注册人"}, Field: "spec.domain.registrant", Values: registrants,
		Help: words.Words{English: "Who holds the domain, by their part: Subject (default), ResponsiblePerson, Shareholder, Executive. Never a name.", Chinese: "域名由谁持有：主体（默认）、主体负责人、股东、高管。不填姓名。"}},
		func(f *filing) *v1alpha1.Registrant { return &f.Spec.Domain.Registrant }, k)
	c.read = func(text string, f *filing) *words.Words {
		if text != "" && text == f.Spec.Subject.Name {
			f.Spec.Domain.Registrant = v1alpha1.RegistrantSubject
			return nil
		}
		value, wrong := k.read(text)
		if wrong != nil {
			return wrongf("is neither a part nor the organizer's own name: write one of %s, never a person's name", "既不是身份也不是主办单位名称：请填写 %s，不得填写姓名", listed(registrants))
		}
		f.Spec.Domain.Registrant = value
		return nil
	}
	return c
}
