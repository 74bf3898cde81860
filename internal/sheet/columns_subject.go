package sheet

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// certificate is the subject's, made where there is none: one that stays empty is taken away again.
func certificate(f *filing) *v1alpha1.Certificate {
	if f.Spec.Subject.Certificate == nil {
		f.Spec.Subject.Certificate = &v1alpha1.Certificate{}
	}
	return f.Spec.Subject.Certificate
}

// secret is a person's, made likewise.
func secret(ref **v1alpha1.SecretReference) *string {
	if *ref == nil {
		*ref = &v1alpha1.SecretReference{}
	}
	return &(*ref).Name
}

// subjectColumns say who files (主体, 主办单位). The nature comes first: it decides what of the rest is personal data.
func subjectColumns() []Column {
	return []Column{
		with(Column{Key: "nature", Title: words.Words{English: "Nature", Chinese: "主办单位性质"}, Aliases: []string{"单位性质", "主体性质", "主办者性质", "主办单位类型", "性质", "主体类型"}, Field: "spec.subject.nature", Example: "企业", Values: natures, Required: true,
			Help: words.Words{English: "Of the organizer. Without it, a unified social credit code tells it.", Chinese: "主办单位性质。未填时由统一社会信用代码判断。"}},
			func(f *filing) *v1alpha1.Nature { return &f.Spec.Subject.Nature }, oneOf[v1alpha1.Nature](natures)),
		with(Column{Key: "province", Title: words.Words{English: "Province", Chinese: "省份"}, Aliases: []string{"省", "所在省", "所在省份", "主体所在省", "主办单位所在省", "主办单位省份", "备案省份", "省级", "省/直辖市"}, Field: "spec.subject.province", Example: "浙江", Values: provinces, Required: true,
			Help: words.Words{English: "Whose bureau decides. Without it, a filing number tells it.", Chinese: "由该省管局审核。未填时由备案号判断。"}},
			func(f *filing) *v1alpha1.Province { return &f.Spec.Subject.Province }, oneOf[v1alpha1.Province](provinces)),
		with(Column{Key: "city", Title: words.Words{English: "City", Chinese: "城市"}, Aliases: []string{"市", "所在市", "地市", "市级", "所在城市"}, Field: "spec.subject.city", Example: "杭州",
			Help: words.Words{English: "Of the organizer.", Chinese: "主办单位所在市。"}},
			func(f *filing) *string { return &f.Spec.Subject.City }, free),
		with(Column{Key: "district", Title: words.Words{English: "District", Chinese: "区县"}, Aliases: []string{"区/县", "区", "县", "县区", "区县级", "所在区县"}, Field: "spec.subject.district",
			Help: words.Words{English: "Of the organizer.", Chinese: "主办单位所在区县。"}},
			func(f *filing) *string { return &f.Spec.Subject.District }, free),
		with(Column{Key: "subjectName", Title: words.Words{English: "Organizer", Chinese: "主办单位名称"}, Aliases: []string{"主办单位", "主体名称", "单位名称", "公司名称", "企业名称", "备案主体", "主办者名称", "主办者", "公司", "organization", "company"}, Field: "spec.subject.name", Example: "示例有限公司", OfOrganizations: true,
			Help: words.Words{English: "Full name as on the certificate. Organizations only: a person's name stays in the Secret.", Chinese: "与证件一致的全称。仅限单位：个人姓名只放在 Secret 中。"}},
			func(f *filing) *string { return &f.Spec.Subject.Name }, free),
		with(Column{Key: "certificateType", Title: words.Words{English: "Certificate type", Chinese: "证件类型"}, Aliases: []string{"主办单位证件类型", "主体证件类型", "单位证件类型"}, Field: "spec.subject.certificate.type", Example: "统一社会信用代码证书", Values: certificateTypes, OfOrganizations: true,
			Help: words.Words{English: "Of the organization. Without it, a unified social credit code tells it.", Chinese: "单位证件类型。未填时由统一社会信用代码判断。"}},
			func(f *filing) *v1alpha1.CertificateType { return &certificate(f).Type }, oneOf[v1alpha1.CertificateType](certificateTypes)),
		with(Column{Key: "certificateNumber", Title: words.Words{English: "Certificate number", Chinese: "证件号码"}, Aliases: []string{"主办单位证件号码", "主体证件号码", "单位证件号码", "证件号", "主办单位证件号", "统一社会信用代码", "信用代码", "社会信用代码", "营业执照号", "营业执照注册号", "credit code", "uscc"}, Field: "spec.subject.certificate.number", OfOrganizations: true,
			Help: words.Words{English: "Of the organization; as text, so that no digit is lost. Never a person's identity number.", Chinese: "单位证件号码；单元格须为文本格式，以免丢失数字。不得填写个人身份证号。"}},
			func(f *filing) *string { return &certificate(f).Number }, certificateNumber),
		with(Column{Key: "certificateAddress", Title: words.Words{English: "Certificate address", Chinese: "证件住所"}, Aliases: []string{"证件地址", "注册地址", "住所", "主办单位证件住所", "单位证件住所", "营业执照地址"}, Field: "spec.subject.certificate.address", OfOrganizations: true,
			Help: words.Words{English: "As on the certificate.", Chinese: "证件上的住所。"}},
			func(f *filing) *string { return &certificate(f).Address }, free),
		with(Column{Key: "certificateExpiresAt", Title: words.Words{English: "Certificate ends", Chinese: "证件有效期"}, Aliases: []string{"证件有效期至", "证件到期日", "证件到期时间", "营业执照有效期", "营业期限至"}, Field: "spec.subject.certificate.expiresAt", OfOrganizations: true,
			Help: words.Words{English: "Last day; empty for a long-term one.", Chinese: "最后一日；长期有效则留空。"}},
			func(f *filing) **metav1.Time { return &certificate(f).ExpiresAt }, endDay),
		with(Column{Key: "address", Title: words.Words{English: "Address", Chinese: "通信地址"}, Aliases: []string{"通讯地址", "主办单位通信地址", "主办单位通讯地址", "办公地址", "单位地址", "公司地址"}, Field: "spec.subject.address", OfOrganizations: true,
			Help: words.Words{English: "Where the organization can be reached.", Chinese: "单位通信地址。"}},
			func(f *filing) *string { return &f.Spec.Subject.Address }, free),
		with(Column{Key: "superior", Title: words.Words{English: "Superior", Chinese: "投资者或主管单位"}, Aliases: []string{"主管单位", "上级主管单位", "投资者或上级主管单位", "投资者或上级主管单位名称"}, Field: "spec.subject.superior",
			Help: words.Words{English: "Investor or supervising body, an organization.", Chinese: "投资者或主管单位（须为单位）。"}},
			func(f *filing) *string { return &f.Spec.Subject.Superior }, free),
		with(Column{Key: "subjectRemark", Title: words.Words{English: "Organizer's remark", Chinese: "主体备注"}, Field: "spec.subject.remark",
			Help: words.Words{English: "To the reviewer. No personal data.", Chinese: "给审核人员的备注。不得含个人信息。"}},
			func(f *filing) *string { return &f.Spec.Subject.Remark }, free),
		with(Column{Key: "subjectPersonSecret", Title: words.Words{English: "Subject person's Secret", Chinese: "主体负责人Secret"}, Field: "spec.subject.responsiblePersonRef", Example: "person-subject",
			Help: words.Words{English: "Name of the Secret that holds the subject's responsible person; never the person's name. Default: that of --subject-person.", Chinese: "主体负责人所在 Secret 的名称，不是人名。默认取 --subject-person 参数。"}},
			func(f *filing) *string { return secret(&f.Spec.Subject.ResponsiblePersonRef) }, object),
		with(Column{Key: "websitePersonSecret", Title: words.Words{English: "Website person's Secret", Chinese: "网站负责人Secret"}, Field: "spec.website.responsiblePersonRef", Example: "person-website",
			Help: words.Words{English: "The same of the website's responsible person. Default: that of --website-person.", Chinese: "网站负责人所在 Secret 的名称。默认取 --website-person 参数。"}},
			func(f *filing) *string { return secret(&f.Spec.Website.ResponsiblePersonRef) }, object),
		with(Column{Key: "subjectNumber", Title: words.Words{English: "Subject filing number", Chinese: "主体备案号"}, Aliases: []string{"主体备案/许可证号", "ICP主体备案号", "ICP备案主体号"}, Field: "spec.existing.subject.number",
			Help: words.Words{English: "Where the organizer is filed already, as 浙ICP备12345678号.", Chinese: "主体已备案时填写，如 浙ICP备12345678号。"}},
			func(f *filing) *string { return &f.Spec.Existing.Subject.Number }, number),
		accessColumn(Column{Key: "subjectAccess", Title: words.Words{English: "Subject filed through", Chinese: "主体备案接入商"}, Field: "spec.existing.subject.accessProvider", Values: accesses,
			Help: words.Words{English: "Through whom: ThisProvider (default) or Other.", Chinese: "主体通过谁备案：本接入商（默认）或其他接入商。"}},
			func(f *filing) *v1alpha1.ExistingFiling { return &f.Spec.Existing.Subject }),
	}
}
