package sheet

import (
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// furtherColumns are of what comes after approval, and of how the operator treats the filing.
func furtherColumns() []Column {
	return []Column{
		with(Column{Key: "publicSecurityNumber", Title: words.Words{English: "Public-security number", Chinese: "公安备案号"}, Aliases: []string{"公安联网备案号", "联网备案号", "公网安备号", "公安机关备案号", "网安备案号"}, Field: "spec.publicSecurity.number",
			Help: words.Words{English: "As 浙公网安备 33010002000000号.", Chinese: "例如 浙公网安备 33010002000000号。"}},
			func(f *filing) *string { return &f.Spec.PublicSecurity.Number }, number),
		with(Column{Key: "publicSecuritySubmittedAt", Title: words.Words{English: "Public security submitted", Chinese: "公安备案提交时间"}, Aliases: []string{"公安备案提交日期"}, Field: "spec.publicSecurity.submittedAt",
			Help: words.Words{English: "Day on which the application was submitted.", Chinese: "提交公安联网备案的日期。"}},
			func(f *filing) **metav1.Time { return &f.Spec.PublicSecurity.SubmittedAt }, onDay),
		with(Column{Key: "publicSecurityRegisteredAt", Title: words.Words{English: "Public security registered", Chinese: "公安备案时间"}, Aliases: []string{"公安联网备案时间", "公安备案通过时间", "公安备案日期"}, Field: "spec.publicSecurity.registeredAt",
			Help: words.Words{English: "Day on which the number was given.", Chinese: "取得公安备案号的日期。"}},
			func(f *filing) **metav1.Time { return &f.Spec.PublicSecurity.RegisteredAt }, onDay),
		with(Column{Key: "publicSecurityReturnedAt", Title: words.Words{English: "Public security returned", Chinese: "公安备案退回时间"}, Field: "spec.publicSecurity.returnedAt",
			Help: words.Words{English: "Day on which the submission was sent back.", Chinese: "公安备案被退回的日期。"}},
			func(f *filing) **metav1.Time { return &f.Spec.PublicSecurity.ReturnedAt }, onDay),
		with(Column{Key: "publicSecurityReturnReason", Title: words.Words{English: "Public security asks", Chinese: "公安备案退回原因"}, Field: "spec.publicSecurity.returnReason",
			Help: words.Words{English: "What is to be put right. No personal data.", Chinese: "需补正的内容。不得含个人信息。"}},
			func(f *filing) *string { return &f.Spec.PublicSecurity.ReturnReason }, free),
		with(Column{Key: "icpLicenseNumber", Title: words.Words{English: "ICP licence", Chinese: "ICP许可证号"}, Aliases: []string{"ICP许可证", "增值电信业务经营许可证号", "增值电信业务经营许可证", "经营许可证号"}, Field: "spec.icpLicense.number",
			Help: words.Words{English: "Of a commercial website, as 浙B2-20200001.", Chinese: "经营性网站填写，如 浙B2-20200001。"}},
			func(f *filing) *string { return &f.Spec.IcpLicense.Number }, number),
		with(Column{Key: "icpLicenseExpiresAt", Title: words.Words{English: "ICP licence ends", Chinese: "ICP许可证有效期"}, Aliases: []string{"ICP许可证到期日", "许可证有效期"}, Field: "spec.icpLicense.expiresAt",
			Help: words.Words{English: "Last day.", Chinese: "最后一日。"}},
			func(f *filing) **metav1.Time { return &f.Spec.IcpLicense.ExpiresAt }, endDay),
		with(Column{Key: "materials", Title: words.Words{English: "Materials", Chinese: "备案资料"}, Field: "spec.materials", Several: true,
			Help: words.Words{English: "Files to be uploaded, each as SubjectCertificate=secret/key.", Chinese: "上传资料，每项写成 主体证件=Secret名/键。"}},
			func(f *filing) *[]v1alpha1.Material { return &f.Spec.Materials }, asJSON(several(paper))),
		with(Column{Key: "exposure", Title: words.Words{English: "Exposed in", Chinese: "可暴露的命名空间"}, Field: "spec.exposure.namespaces", Values: froms, Open: true,
			Help: words.Words{English: "Namespaces in which the domain may be exposed: Same (default), All, or a selector of their labels.", Chinese: "域名可在哪些命名空间暴露：同一命名空间（默认）、所有命名空间，或命名空间标签选择器。"}},
			func(f *filing) *v1alpha1.ExposureNamespaces { return &f.Spec.Exposure.Namespaces }, where),
		with(Column{Key: "footerProbe", Title: words.Words{English: "Footer probe", Chinese: "首页检测"}, Field: "spec.footerProbe", Values: probes,
			Help: words.Words{English: "Whether the operator may ask the home page for its numbers.", Chinese: "控制器是否可以检测首页底部备案号。"}},
			func(f *filing) *v1alpha1.FilingFooterProbe { return &f.Spec.FooterProbe }, oneOf[v1alpha1.FilingFooterProbe](probes)),
		with(Column{Key: "deletionPolicy", Title: words.Words{English: "On deletion", Chinese: "删除策略"}, Field: "spec.deletionPolicy", Values: deletions,
			Help: words.Words{English: "Default: Protect.", Chinese: "默认保护。"}},
			func(f *filing) *v1alpha1.DeletionPolicy { return &f.Spec.DeletionPolicy }, oneOf[v1alpha1.DeletionPolicy](deletions)),
		with(Column{Key: "suspend", Title: words.Words{English: "Suspended", Chinese: "暂停"}, Field: "spec.suspend", Values: truths,
			Help: words.Words{English: "Whether the operator asks nothing of the provider.", Chinese: "是否暂停控制器向接入商提出申请。"}},
			func(f *filing) *bool { return &f.Spec.Suspend }, truth),
	}
}

// status makes a column of what the operator says.
func status(key, english, chinese string, aliases []string, write func(f *filing, l v1alpha1.Language) string) Column {
	return Column{Key: "status." + key, Title: words.Words{English: english, Chinese: chinese}, Aliases: aliases, Field: "status", Status: true, write: write}
}

func chineseOr[T interface {
	rules.Term
	~string
}](value T, l v1alpha1.Language) string {
	if chinese := rules.Chinese(value); l == v1alpha1.LanguageChinese && chinese != "" {
		return chinese
	}
	return string(value)
}

func day(at *metav1.Time) string {
	if at == nil {
		return ""
	}
	return calendar.Date(at.Time)
}

// statusColumns say how far the filing is.
func statusColumns() []Column {
	return []Column{
		status("stage", "Stage", "阶段", []string{"备案状态", "状态", "备案进度", "审核状态"}, func(f *filing, l v1alpha1.Language) string { return chineseOr(f.Status.Stage, l) }),
		status("filingType", "Filing type", "备案类型", nil, func(f *filing, l v1alpha1.Language) string { return chineseOr(f.Status.FilingType, l) }),
		status("subjectNumber", "Subject number in force", "现行主体备案号", nil, func(f *filing, _ v1alpha1.Language) string { return f.Status.SubjectNumber }),
		status("websiteNumber", "Website number in force", "现行网站备案号", nil, func(f *filing, _ v1alpha1.Language) string { return f.Status.WebsiteNumber }),
		status("approvedAt", "Approved", "审核通过时间", []string{"审核时间", "审核日期", "备案时间", "备案日期", "备案通过时间", "审核通过日期", "备案成功时间", "approved at", "approvedAt"}, func(f *filing, _ v1alpha1.Language) string { return day(f.Status.ApprovedAt) }),
		status("nextActor", "Next: who", "下一步由谁办理", nil, func(f *filing, l v1alpha1.Language) string {
			if f.Status.NextAction == nil {
				return ""
			}
			return chineseOr(f.Status.NextAction.Actor, l)
		}),
		status("nextTask", "Next: what", "下一步事项", nil, func(f *filing, _ v1alpha1.Language) string {
			if f.Status.NextAction == nil {
				return ""
			}
			return f.Status.NextAction.Task
		}),
		status("nextDue", "Next: by", "下一步期限", nil, func(f *filing, _ v1alpha1.Language) string {
			if f.Status.NextAction == nil {
				return ""
			}
			return f.Status.NextAction.DueDate
		}),
		status("publicSecurityDue", "Public security by", "公安备案期限", nil, func(f *filing, _ v1alpha1.Language) string {
			if f.Status.PublicSecurity == nil {
				return ""
			}
			return f.Status.PublicSecurity.DueDate
		}),
		status("deadlines", "Deadlines", "到期事项", nil, func(f *filing, _ v1alpha1.Language) string {
			var list []string
			for _, d := range f.Status.Deadlines {
				list = append(list, d.Name+" "+d.Date)
			}
			return strings.Join(list, "; ")
		}),
		status("servedHosts", "Hosts served", "已暴露主机数", nil, func(f *filing, _ v1alpha1.Language) string {
			if f.Status.Exposure == nil {
				return ""
			}
			return strconv.Itoa(int(f.Status.Exposure.ServedHosts))
		}),
		status("heldHosts", "Hosts held", "已拦截主机数", nil, func(f *filing, _ v1alpha1.Language) string {
			if f.Status.Exposure == nil {
				return ""
			}
			return strconv.Itoa(int(f.Status.Exposure.HeldHosts))
		}),
	}
}
