package rules

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Demand says how firmly a paper is asked for.
type Demand string

// Demands.
const (
	// Required: no filing without it.
	Required Demand = "Required"
	// AtDiscretion: abolished nationally; a bureau may still ask for it.
	AtDiscretion Demand = "AtDiscretion"
	// NotAsked: an added row says that nobody asks for it.
	NotAsked Demand = "NotAsked"
)

// PreApprovalRow is a content that needs a special authority's approval before it is filed (前置审批).
type PreApprovalRow struct {
	Rule
	// Category of content.
	Category v1alpha1.PreApprovalCategory
	// Chinese name of the category.
	Chinese string
	// Authority that approves (审批机关).
	Authority string
	// Document that it gives (批准文件), in Chinese; "" where no source names one.
	Document string
	// Demand says whether the filing stops without it.
	Demand Demand
}

// PreApprovals lists the categories that need pre-approval (前置审批), in the source's order.
func (s Set) PreApprovals() []PreApprovalRow { return slices.Clone(s.rows().preApprovals) }

// PreApproval finds a category's row, and false for one that this set does not know.
func (s Set) PreApproval(category v1alpha1.PreApprovalCategory) (PreApprovalRow, bool) {
	return find(s.rows().preApprovals, func(r PreApprovalRow) bool { return r.Category == category })
}

// BureauApprovalRow is what one bureau asks for a content, beside what holds nationally. No built-in row is one.
type BureauApprovalRow struct {
	PreApprovalRow
	// Province whose bureau asks.
	Province v1alpha1.Province
}

// PreApprovalIn finds what is asked for a category in a province: the bureau's own row, else the national one. It is
// false for a category that this set does not know.
func (s Set) PreApprovalIn(category v1alpha1.PreApprovalCategory, province v1alpha1.Province) (PreApprovalRow, bool) {
	row, own := find(s.rows().byBureau, func(r BureauApprovalRow) bool { return r.Category == category && r.Province == province })
	if own {
		return row.PreApprovalRow, true
	}
	return s.PreApproval(category)
}

func preApprovalRows() []PreApprovalRow {
	old := Rule{Date: "2019-09-16", Until: "2026-01-01", Source: SourceQuickStart}
	abolished := Rule{Date: "2026-01-01", Source: SourcePractice}
	return []PreApprovalRow{
		{quickStart, v1alpha1.PreApprovalNews, "新闻", "provincial information office", "互联网新闻信息服务许可证", Required},
		{quickStart, v1alpha1.PreApprovalPublishing, "出版", "press and publication administration", "互联网出版许可证", Required},
		{quickStart, v1alpha1.PreApprovalDrugsAndMedicalDevices, "药品和医疗器械", "drug regulator", "互联网药品信息服务资格证书", Required},
		{quickStart, v1alpha1.PreApprovalCulture, "文化", "culture administration", "网络文化经营许可证", Required},
		{quickStart, v1alpha1.PreApprovalRadioFilmTelevision, "广播电影电视节目", "radio and television administration", "信息网络传播视听节目许可证", Required},
		{old, v1alpha1.PreApprovalEducation, "教育", "education administration", "", Required},
		{abolished, v1alpha1.PreApprovalEducation, "教育", "education administration", "", AtDiscretion},
		{old, v1alpha1.PreApprovalHealthCare, "医疗保健", "health administration", "", Required},
		{abolished, v1alpha1.PreApprovalHealthCare, "医疗保健", "health administration", "", AtDiscretion},
		{quickStart, v1alpha1.PreApprovalRideHailing, "网络预约车", "transport administration", "网络预约出租汽车经营许可证", Required},
		{old, v1alpha1.PreApprovalElectronicBulletin, "电子公告", "communications bureau", "", Required},
		{abolished, v1alpha1.PreApprovalElectronicBulletin, "电子公告", "communications bureau", "", AtDiscretion},
	}
}
