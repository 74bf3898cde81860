package rules

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// Stages lists the stages of the procedure (备案流程) in order, then what may follow approval.
func Stages() []v1alpha1.StageName {
	return []v1alpha1.StageName{
		v1alpha1.StagePreparation, v1alpha1.StageTypeDetermination, v1alpha1.StageProductVerification,
		v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation,
		v1alpha1.StagePreliminaryReview, v1alpha1.StageMaterialMailing, v1alpha1.StageSmsVerification,
		v1alpha1.StageBureauReview, v1alpha1.StageApproved,
		v1alpha1.StageChanging, v1alpha1.StageRevoked, v1alpha1.StageCancelled,
	}
}

// FilingTypes lists the types of filing (备案类型).
func FilingTypes() []v1alpha1.FilingType {
	return []v1alpha1.FilingType{
		v1alpha1.FirstFiling, v1alpha1.AccessFiling, v1alpha1.NewWebsiteFiledElsewhere, v1alpha1.NewWebsiteFiledHere,
	}
}

// Term is a value of the API that has a Chinese name.
type Term interface {
	v1alpha1.StageName | v1alpha1.StageState | v1alpha1.FilingType | v1alpha1.Actor | v1alpha1.Channel |
		v1alpha1.AccountSite | v1alpha1.Registrant | v1alpha1.AccessType | v1alpha1.Nature | v1alpha1.Province |
		v1alpha1.CertificateType | v1alpha1.PreApprovalCategory | v1alpha1.MaterialKind | v1alpha1.ServiceContent
}

// Chinese is the Chinese name of a value of the API, the same in every rule set, and "" for one that has none.
func Chinese[T Term](value T) string {
	current := Set{}
	switch v := any(value).(type) {
	case v1alpha1.Nature:
		row, _ := current.Nature(v)
		return row.Chinese
	case v1alpha1.Province:
		row, _ := current.Province(v)
		return row.Chinese
	case v1alpha1.PreApprovalCategory:
		row, _ := current.PreApproval(v)
		return row.Chinese
	case v1alpha1.ServiceContent:
		row, _ := current.ServiceContent(v)
		return row.Chinese
	default:
		return terms[v]
	}
}

// terms are the Chinese names of values that no other table holds, by typed value.
var terms = map[any]string{
	v1alpha1.StagePreparation:                  "备案前准备",
	v1alpha1.StageTypeDetermination:            "填写信息验证备案类型",
	v1alpha1.StageProductVerification:          "产品验证",
	v1alpha1.StageSubjectAndWebsiteInformation: "填写主体信息和网站信息",
	v1alpha1.StageMaterialsAndAuthenticity:     "上传资料及真实性核验",
	v1alpha1.StageConfirmation:                 "信息核验",
	v1alpha1.StagePreliminaryReview:            "备案初审",
	v1alpha1.StageMaterialMailing:              "邮寄资料",
	v1alpha1.StageSmsVerification:              "短信验证",
	v1alpha1.StageBureauReview:                 "管局审核",
	v1alpha1.StageApproved:                     "备案成功",
	v1alpha1.StageChanging:                     "变更备案",
	v1alpha1.StageRevoked:                      "备案被注销",
	v1alpha1.StageCancelled:                    "注销备案",

	v1alpha1.StagePending:  "未开始",
	v1alpha1.StageActive:   "进行中",
	v1alpha1.StageDone:     "已完成",
	v1alpha1.StageSkipped:  "无需办理",
	v1alpha1.StageReturned: "已退回",

	v1alpha1.FirstFiling:              "首次备案",
	v1alpha1.AccessFiling:             "接入备案",
	v1alpha1.NewWebsiteFiledElsewhere: "新增网站(原备案不在本接入商)",
	v1alpha1.NewWebsiteFiledHere:      "新增网站(原备案在本接入商)",

	v1alpha1.ActorApplicant:                "备案申请人",
	v1alpha1.ActorSubjectResponsiblePerson: "主体负责人",
	v1alpha1.ActorWebsiteResponsiblePerson: "网站负责人",
	v1alpha1.ActorOperator:                 "备案控制器",
	v1alpha1.ActorProvider:                 "接入服务商",
	v1alpha1.ActorBureau:                   "管局",
	v1alpha1.ActorPublicSecurity:           "公安机关",

	v1alpha1.ChannelPC:         "PC端",
	v1alpha1.ChannelApp:        "App端",
	v1alpha1.SiteChina:         "中国站",
	v1alpha1.SiteInternational: "国际站",

	v1alpha1.RegistrantSubject:           "主体",
	v1alpha1.RegistrantResponsiblePerson: "主体负责人",
	v1alpha1.RegistrantShareholder:       "股东",
	v1alpha1.RegistrantExecutive:         "高管",

	v1alpha1.AccessCloudServer:   "云服务器",
	v1alpha1.AccessVirtualHost:   "虚拟主机",
	v1alpha1.AccessServerHosting: "主机托管",
	v1alpha1.AccessDedicatedLine: "专线",
	v1alpha1.AccessOther:         "其他",

	v1alpha1.CertificateUSCC:                 "统一社会信用代码证书",
	v1alpha1.CertificateBusinessLicence:      "工商营业执照",
	v1alpha1.CertificateOrganizationCode:     "组织机构代码证",
	v1alpha1.CertificatePublicInstitution:    "事业单位法人证书",
	v1alpha1.CertificateSocialOrganization:   "社会团体法人登记证书",
	v1alpha1.CertificatePrivateNonEnterprise: "民办非企业单位登记证书",
	v1alpha1.CertificateFoundation:           "基金会法人登记证书",
	v1alpha1.CertificateLawFirm:              "律师事务所执业许可证",
	v1alpha1.CertificateMilitary:             "军队代号",
	v1alpha1.CertificateOther:                "其他",

	v1alpha1.MaterialSubjectCertificate:                  "主体证件",
	v1alpha1.MaterialResponsiblePersonCertificate:        "主体负责人证件",
	v1alpha1.MaterialWebsiteResponsiblePersonCertificate: "网站负责人证件",
	v1alpha1.MaterialAuthorizationLetter:                 "授权书",
	v1alpha1.MaterialCommitmentLetter:                    "承诺书",
	v1alpha1.MaterialResidencePermit:                     "居住证",
	v1alpha1.MaterialDomainCertificate:                   "域名证书",
	v1alpha1.MaterialVerificationForm:                    "核验单",
	v1alpha1.MaterialAuxiliary:                           "辅助资料",
}
