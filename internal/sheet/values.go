package sheet

import (
	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// terms are values that the rules have Chinese for.
func terms[T interface {
	rules.Term
	~string
}](aliases map[T][]string, values ...T) []Value {
	list := make([]Value, len(values))
	for i, v := range values {
		list[i] = Value{Name: string(v), Chinese: rules.Chinese(v), Aliases: aliases[v]}
	}
	return list
}

// The values of enumerations, with what companies' sheets write for them.
var (
	natures = terms(map[v1alpha1.Nature][]string{
		v1alpha1.NatureEnterprise: {"企业单位", "公司", "企业法人", "个体工商户", "个体户"}, v1alpha1.NatureGovernmentAgency: {"机关", "党政机关", "政府", "国家机关"},
		v1alpha1.NaturePrivateNonEnterprise: {"民办非企业", "社会服务机构"}, v1alpha1.NatureLawFirm: {"律师事务所", "律所"},
		v1alpha1.NatureIndividual: {"自然人", "个人备案"}, v1alpha1.NatureMilitary: {"部队"}, v1alpha1.NatureSocialOrganization: {"社团", "社会组织"},
		v1alpha1.NatureOther: {"其它"},
	}, v1alpha1.NatureIndividual, v1alpha1.NatureEnterprise, v1alpha1.NatureGovernmentAgency, v1alpha1.NaturePublicInstitution, v1alpha1.NatureSocialOrganization,
		v1alpha1.NaturePrivateNonEnterprise, v1alpha1.NatureFoundation, v1alpha1.NatureLawFirm, v1alpha1.NatureMilitary, v1alpha1.NatureOther)

	certificateTypes = terms(map[v1alpha1.CertificateType][]string{
		v1alpha1.CertificateUSCC:             {"统一社会信用代码", "信用代码", "USCC", "三证合一营业执照", "营业执照(统一社会信用代码)"},
		v1alpha1.CertificateBusinessLicence:  {"营业执照", "营业执照(个人或企业)", "企业营业执照"},
		v1alpha1.CertificateOrganizationCode: {"组织机构代码"}, v1alpha1.CertificateLawFirm: {"律师执业许可证", "律师事务所执业证"}, v1alpha1.CertificateOther: {"其它"},
	}, v1alpha1.CertificateUSCC, v1alpha1.CertificateBusinessLicence, v1alpha1.CertificateOrganizationCode, v1alpha1.CertificatePublicInstitution,
		v1alpha1.CertificateSocialOrganization, v1alpha1.CertificatePrivateNonEnterprise, v1alpha1.CertificateFoundation,
		v1alpha1.CertificateLawFirm, v1alpha1.CertificateMilitary, v1alpha1.CertificateOther)

	registrants = terms(map[v1alpha1.Registrant][]string{v1alpha1.RegistrantSubject: {"主办单位", "本单位", "公司", "本公司"}, v1alpha1.RegistrantResponsiblePerson: {"负责人", "法人", "法定代表人"}},
		v1alpha1.RegistrantSubject, v1alpha1.RegistrantResponsiblePerson, v1alpha1.RegistrantShareholder, v1alpha1.RegistrantExecutive)

	accessTypes = terms(map[v1alpha1.AccessType][]string{v1alpha1.AccessCloudServer: {"云主机", "ECS", "云服务"}, v1alpha1.AccessOther: {"其它"}},
		v1alpha1.AccessCloudServer, v1alpha1.AccessVirtualHost, v1alpha1.AccessServerHosting, v1alpha1.AccessDedicatedLine, v1alpha1.AccessOther)

	channels = terms(map[v1alpha1.Channel][]string{v1alpha1.ChannelPC: {"电脑", "网页"}, v1alpha1.ChannelApp: {"手机", "手机App"}}, v1alpha1.ChannelPC, v1alpha1.ChannelApp)
	sites    = terms(map[v1alpha1.AccountSite][]string{v1alpha1.SiteChina: {"国内站"}}, v1alpha1.SiteChina, v1alpha1.SiteInternational)

	categories = terms(nil, v1alpha1.PreApprovalNews, v1alpha1.PreApprovalPublishing, v1alpha1.PreApprovalDrugsAndMedicalDevices, v1alpha1.PreApprovalCulture,
		v1alpha1.PreApprovalRadioFilmTelevision, v1alpha1.PreApprovalEducation, v1alpha1.PreApprovalHealthCare, v1alpha1.PreApprovalRideHailing, v1alpha1.PreApprovalElectronicBulletin)

	materialKinds = terms(nil, v1alpha1.MaterialSubjectCertificate, v1alpha1.MaterialResponsiblePersonCertificate, v1alpha1.MaterialWebsiteResponsiblePersonCertificate,
		v1alpha1.MaterialAuthorizationLetter, v1alpha1.MaterialCommitmentLetter, v1alpha1.MaterialResidencePermit, v1alpha1.MaterialDomainCertificate,
		v1alpha1.MaterialVerificationForm, v1alpha1.MaterialAuxiliary)

	provinces = provinceValues()
	contents  = contentValues()

	accesses = []Value{
		{Name: string(v1alpha1.ThisProvider), Chinese: "本接入商", Aliases: []string{"本接入服务商"}},
		{Name: string(v1alpha1.OtherProvider), Chinese: "其他接入商", Aliases: []string{"其它接入商", "其他接入服务商"}},
		{Name: notSaid, Chinese: "未说明"},
	}
	froms = []Value{
		{Name: string(v1alpha1.NamespacesSame), Chinese: "同一命名空间"}, {Name: string(v1alpha1.NamespacesAll), Chinese: "所有命名空间"},
	}
	deletions = []Value{
		{Name: string(v1alpha1.DeletionProtect), Chinese: "保护"}, {Name: string(v1alpha1.DeletionCloseExposure), Chinese: "关闭暴露"},
		{Name: string(v1alpha1.DeletionCancelFiling), Chinese: "注销备案"},
	}
	probes = []Value{
		{Name: string(v1alpha1.FilingFooterInherit), Chinese: "按集群设置"}, {Name: string(v1alpha1.FilingFooterNever), Chinese: "从不"},
	}
)

// notSaid is a number of which it is not said through whom it was filed.
const notSaid = "NotSaid"

// provinceValues are the mainland's 31, with the long names that forms have.
func provinceValues() []Value {
	english := map[v1alpha1.Province][]string{"InnerMongolia": {"Inner Mongolia"}, "Xizang": {"Tibet"}}
	rows := rules.Set{}.Provinces()
	list := make([]Value, len(rows))
	for i, row := range rows {
		aliases := english[row.Province]
		for _, kind := range []string{"省", "市", "自治区", "壮族自治区", "回族自治区", "维吾尔自治区"} {
			aliases = append(aliases, row.Chinese+kind)
		}
		list[i] = Value{Name: string(row.Province), Chinese: row.Chinese, Aliases: aliases}
	}
	return list
}

func contentValues() []Value {
	var list []Value
	for _, row := range (rules.Set{}).ServiceContents() {
		list = append(list, Value{Name: string(row.Content), Chinese: row.Chinese})
	}
	return list
}
