package procedure

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// EndingView is a way in which a filing that is in force ends, as a decision on Approved says it. Other reasons may be
// given, too; they are shown as they come.
type EndingView struct {
	// Reason that the decision gives.
	Reason string
	// Decision that ends it: Cancelled (注销) or Revoked (被注销).
	Decision v1alpha1.Decision
	// Term is its Chinese name.
	Term string
	// Description says in English what has happened, and what is left.
	Description string
	// Chinese is the description in Chinese.
	Chinese string
}

// Endings lists the usual ways in which a filing ends.
func Endings() []EndingView {
	return []EndingView{
		{EndWebsiteCancelled, v1alpha1.DecisionCancelled, "注销网站",
			"The website's filing was cancelled. The subject's filing stays: anew it is filed as NewWebsiteFiledHere.",
			"网站备案已注销，主体备案保留：重新备案时为 NewWebsiteFiledHere。"},
		{EndSubjectCancelled, v1alpha1.DecisionCancelled, "注销主体",
			"The subject was cancelled, and with it every filing that it had. Nothing is left: anew it is filed as FirstFiling.",
			"主体已注销，其名下全部备案随之注销：重新备案时为 FirstFiling。"},
		{EndAccessCancelled, v1alpha1.DecisionCancelled, "取消接入",
			"Access through this provider was cancelled. The filing stays, with the access through others; with none it is a shell. Anew it is filed as AccessFiling.",
			"已取消在本接入商的接入。其他接入商的接入保留；全部接入取消后成为空壳。重新备案时为 AccessFiling。"},
		{EndShellFiling, v1alpha1.DecisionRevoked, "空壳备案",
			"No access was left, and the bureau took the filing back. The subject's filing stays; whether a website may be added to it is the bureau's own rule: anew it is filed as NewWebsiteFiledHere, or, once the subject is cancelled, as FirstFiling.",
			"网站已无任何接入，被管局注销。主体备案保留；能否在空壳主体下新增网站，依各省管局规则：重新备案时为 NewWebsiteFiledHere，须先注销主体的为 FirstFiling。"},
		{EndRandomCheckFailed, v1alpha1.DecisionRevoked, "抽查不合格",
			"A check of what is filed found it wrong: a phone that nobody answers, or facts that are false. The subject's filing stays: anew it is filed as NewWebsiteFiledHere.",
			"备案信息抽查不合格（电话无法接通、信息不实等），被注销。主体备案保留：重新备案时为 NewWebsiteFiledHere。"},
	}
}
