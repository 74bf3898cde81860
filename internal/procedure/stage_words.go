package procedure

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// words say the same in both languages.
type words struct{ english, chinese string }

// stageWords say what happens in each stage.
var stageWords = map[v1alpha1.StageName]words{
	v1alpha1.StagePreparation: {
		"The applicant has an account at the access provider, a domain that is registered and real-name verified, a server in mainland China or a service number (备案服务号) for one, pre-approval where the content needs it, and has read the province's rules. The operator checks what it can.",
		"申请人备齐：接入服务商账号、已注册并通过实名认证的域名、中国内地服务器或备案服务号、内容需要时的前置审批文件，并了解本省管局规则。控制器检查其中能检查的部分。",
	},
	v1alpha1.StageTypeDetermination: {
		"The facts of the organizer and the site decide the filing type. The system decides; nobody chooses it.",
		"根据主办单位和网站的信息判断备案类型。由系统判断，任何人都不能自行选择。",
	},
	v1alpha1.StageProductVerification: {
		"The server that will host the site is verified at the access provider.",
		"在接入服务商处验证承载网站的服务器。",
	},
	v1alpha1.StageSubjectAndWebsiteInformation: {
		"The true facts of the person or organization that files, and of its website, are entered.",
		"填写主办单位（或个人）及其网站的真实信息。",
	},
	v1alpha1.StageMaterialsAndAuthenticity: {
		"Certificates are uploaded as photos or colour scans, and it is checked that the responsible person is who the papers say.",
		"上传证件照片或彩色扫描件，并核验负责人身份的真实性。",
	},
	v1alpha1.StageConfirmation: {
		"Subject, website and access facts are confirmed, and the order is submitted to the provider.",
		"确认主体、网站和接入信息，向接入服务商提交订单。",
	},
	v1alpha1.StagePreliminaryReview: {
		"The provider's own reviewers check the order. They pass it on, ask for something, or return it.",
		"接入服务商的审核人员审核订单：通过、要求补充，或退回。",
	},
	v1alpha1.StageMaterialMailing: {
		"Inside the preliminary review, which waits for it: where the papers or the bureau ask for it, originals are mailed to the provider.",
		"属于备案初审的一部分，初审等待其完成：视资料情况或管局要求，将原件邮寄给接入服务商。",
	},
	v1alpha1.StageSmsVerification: {
		"In the provinces that verify by SMS, the persons named in the order answer the ministry's message; only then can the order go to the bureau.",
		"在需要短信核验的省份，订单中的负责人须完成工信部短信核验，订单才能提交管局。",
	},
	v1alpha1.StageBureauReview: {
		"The communications bureau of the subject's province decides.",
		"主体所在省的通信管理局作出最终审核。",
	},
	v1alpha1.StageApproved: {
		"The filing numbers exist, and the site may be opened.",
		"取得备案号，网站可以开通。",
	},
}
