package rules

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ServiceContentRow is a content or service of websites (网站内容/服务类型).
type ServiceContentRow struct {
	Rule
	// Content as a filing's spec names it.
	Content v1alpha1.ServiceContent
	// Chinese name.
	Chinese string
	// Category of pre-approval (前置审批) that such a content usually needs; "" for none.
	Category v1alpha1.PreApprovalCategory
}

// ServiceContents lists the contents that are known. Others may be named too; they are judged by nobody here.
func (s Set) ServiceContents() []ServiceContentRow { return slices.Clone(s.rows().contents) }

// ServiceContent finds a content's row, and false for one that is not known.
func (s Set) ServiceContent(content v1alpha1.ServiceContent) (ServiceContentRow, bool) {
	return find(s.rows().contents, func(r ServiceContentRow) bool { return r.Content == content })
}

// PersonalContentRow is a content that an individual's website may have (个人网站内容).
type PersonalContentRow struct {
	Rule
	// Content that is allowed.
	Content v1alpha1.ServiceContent
}

// PersonalContents lists the contents that an individual's website may have. None: this set has no rule on it.
func (s Set) PersonalContents() []PersonalContentRow { return slices.Clone(s.rows().personal) }

func personalContentRows() []PersonalContentRow {
	return []PersonalContentRow{{guide, "PersonalBlog"}, {guide, "Blog"}, {guide, "Other"}}
}

func serviceContentRows() []ServiceContentRow {
	var rows []ServiceContentRow
	add := func(content v1alpha1.ServiceContent, chinese string, category v1alpha1.PreApprovalCategory) {
		rows = append(rows, ServiceContentRow{forms, content, chinese, category})
	}
	add("PersonalBlog", "博客/个人空间", "")
	add("Blog", "博客/个人空间", "")
	add("Other", "其他", "")
	add("OrganizationPortal", "单位门户网站", "")
	add("CorporatePortal", "企业门户网站", "")
	add("GeneralPortal", "综合门户网站", "")
	add("Ecommerce", "电子商务", "")
	add("Advertising", "网络广告", "")
	add("SearchEngine", "搜索引擎", "")
	add("Email", "电子邮箱", "")
	add("InstantMessaging", "即时通信", "")
	add("SoftwareDownload", "软件下载", "")
	add("Recruitment", "招聘求职", "")
	add("Travel", "旅游", "")
	add("Finance", "金融", "")
	add("DomainRegistration", "域名注册", "")
	add("News", "新闻", v1alpha1.PreApprovalNews)
	add("Publishing", "网络出版", v1alpha1.PreApprovalPublishing)
	add("DrugsAndMedicalDevices", "药品和医疗器械", v1alpha1.PreApprovalDrugsAndMedicalDevices)
	add("Games", "网络游戏", v1alpha1.PreApprovalCulture)
	add("Music", "网络音乐", v1alpha1.PreApprovalCulture)
	add("Video", "网络影视", v1alpha1.PreApprovalRadioFilmTelevision)
	add("Education", "教育", v1alpha1.PreApprovalEducation)
	add("HealthCare", "医疗保健", v1alpha1.PreApprovalHealthCare)
	add("RideHailing", "网络预约车", v1alpha1.PreApprovalRideHailing)
	add("Forum", "论坛/社区", v1alpha1.PreApprovalElectronicBulletin)
	return rows
}
