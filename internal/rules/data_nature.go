package rules

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// NatureRow is a nature of organizers (主办单位性质) and the certificates (证件类型) that fit it.
type NatureRow struct {
	Rule
	// Nature of the organizer.
	Nature v1alpha1.Nature
	// Chinese name.
	Chinese string
	// Certificates that fit; none for a person, whose papers stay in the Secret.
	Certificates []v1alpha1.CertificateType
}

// Natures lists the natures of organizers (主办单位性质).
func (s Set) Natures() []NatureRow {
	rows := slices.Clone(s.rows().natures)
	for i := range rows {
		rows[i].Certificates = slices.Clone(rows[i].Certificates)
	}
	return rows
}

// Nature finds a nature's row.
func (s Set) Nature(nature v1alpha1.Nature) (NatureRow, bool) {
	return find(s.rows().natures, func(r NatureRow) bool { return r.Nature == nature })
}

func natureRows() []NatureRow {
	const (
		uscc  = v1alpha1.CertificateUSCC
		code  = v1alpha1.CertificateOrganizationCode
		other = v1alpha1.CertificateOther
	)
	row := func(nature v1alpha1.Nature, chinese string, certificates ...v1alpha1.CertificateType) NatureRow {
		return NatureRow{forms, nature, chinese, certificates}
	}
	return []NatureRow{
		row(v1alpha1.NatureIndividual, "个人"),
		row(v1alpha1.NatureEnterprise, "企业", uscc, v1alpha1.CertificateBusinessLicence, code),
		row(v1alpha1.NatureGovernmentAgency, "政府机关", uscc, code),
		row(v1alpha1.NaturePublicInstitution, "事业单位", uscc, v1alpha1.CertificatePublicInstitution, code),
		row(v1alpha1.NatureSocialOrganization, "社会团体", uscc, v1alpha1.CertificateSocialOrganization, code),
		row(v1alpha1.NaturePrivateNonEnterprise, "民办非企业单位", uscc, v1alpha1.CertificatePrivateNonEnterprise, code),
		row(v1alpha1.NatureFoundation, "基金会", uscc, v1alpha1.CertificateFoundation, code),
		row(v1alpha1.NatureLawFirm, "律师执业机构", uscc, v1alpha1.CertificateLawFirm),
		row(v1alpha1.NatureMilitary, "军队", v1alpha1.CertificateMilitary, uscc),
		row(v1alpha1.NatureOther, "其他", uscc, code, other),
	}
}

// CodePrefixRow is what the first two characters of a unified social credit code say: who registered it
// (登记管理部门代码) and what it is (机构类别代码).
type CodePrefixRow struct {
	Rule
	// Prefix, two characters.
	Prefix string
	// Chinese name of the kind of organization.
	Chinese string
	// Natures that it fits beside Other, which it always fits. None: no nature of its own.
	Natures []v1alpha1.Nature
}

// CodePrefix finds what the first two characters of a unified social credit code mean.
func (s Set) CodePrefix(prefix string) (CodePrefixRow, bool) {
	row, ok := find(s.rows().prefixes, func(r CodePrefixRow) bool { return r.Prefix == prefix })
	row.Natures = slices.Clone(row.Natures)
	return row, ok
}

func codePrefixRows() []CodePrefixRow {
	row := func(prefix, chinese string, natures ...v1alpha1.Nature) CodePrefixRow {
		return CodePrefixRow{usccRule, prefix, chinese, natures}
	}
	return []CodePrefixRow{
		row("11", "机关", v1alpha1.NatureGovernmentAgency),
		row("12", "事业单位", v1alpha1.NaturePublicInstitution),
		row("13", "编办直接管理机构编制的群众团体", v1alpha1.NatureSocialOrganization, v1alpha1.NatureGovernmentAgency),
		row("19", "机构编制部门登记的其他机构"),
		row("21", "外国常驻新闻机构"),
		row("29", "外交部门登记的其他机构"),
		row("31", "律师执业机构", v1alpha1.NatureLawFirm),
		row("32", "公证处", v1alpha1.NaturePublicInstitution),
		row("33", "基层法律服务所"),
		row("34", "司法鉴定机构"),
		row("35", "仲裁委员会"),
		row("39", "司法行政部门登记的其他机构"),
		row("41", "外国在华文化中心"),
		row("49", "文化部门登记的其他机构"),
		row("51", "社会团体", v1alpha1.NatureSocialOrganization),
		row("52", "民办非企业单位", v1alpha1.NaturePrivateNonEnterprise),
		row("53", "基金会", v1alpha1.NatureFoundation),
		row("59", "民政部门登记的其他机构"),
		row("71", "宗教活动场所"),
		row("72", "宗教院校"),
		row("79", "宗教部门登记的其他机构"),
		row("81", "基层工会", v1alpha1.NatureSocialOrganization),
		row("89", "工会系统登记的其他机构", v1alpha1.NatureSocialOrganization),
		row("91", "企业", v1alpha1.NatureEnterprise),
		row("92", "个体工商户", v1alpha1.NatureEnterprise),
		row("93", "农民专业合作社", v1alpha1.NatureEnterprise),
		row("99", "市场监管部门登记的其他机构", v1alpha1.NatureEnterprise),
		row("A1", "军队事业单位", v1alpha1.NatureMilitary),
		row("N1", "组级集体经济组织", v1alpha1.NatureEnterprise),
		row("N2", "村级集体经济组织", v1alpha1.NatureEnterprise),
		row("N3", "乡镇级集体经济组织", v1alpha1.NatureEnterprise),
		row("Y1", "其他机构"),
	}
}
