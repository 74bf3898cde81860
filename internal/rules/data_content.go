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
	// Individuals may have it.
	Individuals bool
	// Category of pre-approval (前置审批) that such a content usually needs; "" for none.
	Category v1alpha1.PreApprovalCategory
}

// ServiceContents lists the contents that are known. Others may be named too; they are judged by nobody here.
func (s Set) ServiceContents() []ServiceContentRow { return slices.Clone(s.rows().contents) }

// ServiceContent finds a content's row, and false for one that is not known.
func (s Set) ServiceContent(content v1alpha1.ServiceContent) (ServiceContentRow, bool) {
	return find(s.rows().contents, func(r ServiceContentRow) bool { return r.Content == content })
}

func serviceContentRows() []ServiceContentRow {
	var rows []ServiceContentRow
	individual := func(content v1alpha1.ServiceContent, chinese string) {
		rows = append(rows, ServiceContentRow{guide, content, chinese, true, ""})
	}
	organization := func(content v1alpha1.ServiceContent, chinese string, category v1alpha1.PreApprovalCategory) {
		rows = append(rows, ServiceContentRow{forms, content, chinese, false, category})
	}
	individual("PersonalBlog", "博客/个人空间")
	individual("Blog", "博客/个人空间")
	individual("Other", "其他")
	organization("OrganizationPortal", "单位门户网站", "")
	organization("CorporatePortal", "企业门户网站", "")
	organization("GeneralPortal", "综合门户网站", "")
	organization("Ecommerce", "电子商务", "")
	organization("Advertising", "网络广告", "")
	organization("SearchEngine", "搜索引擎", "")
	organization("Email", "电子邮箱", "")
	organization("InstantMessaging", "即时通信", "")
	organization("SoftwareDownload", "软件下载", "")
	organization("Recruitment", "招聘求职", "")
	organization("Travel", "旅游", "")
	organization("Finance", "金融", "")
	organization("DomainRegistration", "域名注册", "")
	organization("News", "新闻", v1alpha1.PreApprovalNews)
	organization("Publishing", "网络出版", v1alpha1.PreApprovalPublishing)
	organization("DrugsAndMedicalDevices", "药品和医疗器械", v1alpha1.PreApprovalDrugsAndMedicalDevices)
	organization("Games", "网络游戏", v1alpha1.PreApprovalCulture)
	organization("Music", "网络音乐", v1alpha1.PreApprovalCulture)
	organization("Video", "网络影视", v1alpha1.PreApprovalRadioFilmTelevision)
	organization("Education", "教育", v1alpha1.PreApprovalEducation)
	organization("HealthCare", "医疗保健", v1alpha1.PreApprovalHealthCare)
	organization("RideHailing", "网络预约车", v1alpha1.PreApprovalRideHailing)
	organization("Forum", "论坛/社区", v1alpha1.PreApprovalElectronicBulletin)
	return rows
}
