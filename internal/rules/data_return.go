package rules

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ReturnReasonRow is a usual reason for which an order is returned (退回原因): where it is mended, and how.
type ReturnReasonRow struct {
	Rule
	// Reason, CamelCase, one of the constants Reason….
	Reason string
	// Chinese name.
	Chinese string
	// Stage to which the order goes back, the step that must be put right.
	Stage v1alpha1.StageName
	// Fields of the filing to look at; none where what must change is elsewhere.
	Fields []string
	// Remedy says how to put it right.
	Remedy string
}

// ReturnReasons lists the usual reasons for which orders are returned (退回原因), the source's first.
func (s Set) ReturnReasons() []ReturnReasonRow {
	rows := slices.Clone(s.rows().returns)
	for i := range rows {
		rows[i].Fields, rows[i].Remedy = slices.Clone(rows[i].Fields), s.Worded(rows[i].Remedy)
	}
	return rows
}

// ReturnReason finds the row of a reason, and false for one that is not a usual one.
func (s Set) ReturnReason(reason string) (ReturnReasonRow, bool) {
	row, ok := find(s.rows().returns, func(r ReturnReasonRow) bool { return r.Reason == reason })
	row.Fields, row.Remedy = slices.Clone(row.Fields), s.Worded(row.Remedy)
	return row, ok
}

// StageToMend is the step that an order returned for these reasons goes back to: the earliest that any of them asks
// for. Where none is a usual one, it is the applicant's information, from which all later steps are done again.
func (s Set) StageToMend(reasons ...string) v1alpha1.StageName {
	order := Stages()
	earliest := len(order)
	for _, reason := range reasons {
		if row, ok := s.ReturnReason(reason); ok {
			earliest = min(earliest, slices.Index(order, row.Stage))
		}
	}
	if earliest == len(order) {
		return v1alpha1.StageSubjectAndWebsiteInformation
	}
	return order[earliest]
}

func returnReasonRows() []ReturnReasonRow {
	const (
		preparation = v1alpha1.StagePreparation
		typing      = v1alpha1.StageTypeDetermination
		information = v1alpha1.StageSubjectAndWebsiteInformation
		materials   = v1alpha1.StageMaterialsAndAuthenticity
		confirm     = v1alpha1.StageConfirmation
	)
	const (
		subjectPerson = "spec.subject.responsiblePersonRef"
		websitePerson = "spec.website.responsiblePersonRef"
		certificate   = "spec.subject.certificate"
	)
	fields := func(f ...string) []string { return f }
	return []ReturnReasonRow{
		{guide, ReasonDomainNotRealNameVerified, "域名未实名认证", preparation, fields("spec.domain.realNameVerified"), "have the domain real-name verified at its registrar"},
		{guide, ReasonDomainNotSynchronised, "域名实名信息未同步", preparation, fields("spec.domain.realNameVerifiedAt"), "wait until the bureau's system knows the verification, 3 to 5 working days after it, and resubmit"},
		{guide, ReasonRegistrantMismatch, "域名所有者与主办单位不一致", preparation, fields("spec.domain.registrant", "spec.subject.name"), "transfer the domain to the subject, or to someone whom the province accepts"},
		{guide, ReasonTldNotApproved, "域名后缀未获批", preparation, fields("spec.domain.name"), "file a domain below a suffix, and at a registrar, that the ministry has approved"},
		{guide, ReasonDomainExpired, "域名已过期", preparation, fields("spec.domain.expiresAt"), "renew the domain and set its new date"},
		{guide, ReasonWebsiteNameInvalid, "网站名称不合规", information, fields("spec.website.name"), "give the website a name that says what it offers, by the rules for names"},
		{guide, ReasonPersonNotLegalRepresentative, "负责人非法定代表人", information, fields(subjectPerson, "spec.materials"), "name the legal representative, or add the letter of authorization where the province accepts one"},
		{guide, ReasonPhoneUnreachableOrReused, "电话无法接通或重复使用", information, fields(subjectPerson, websitePerson), "give mobile numbers that are answered and that no other subject uses"},
		{guide, ReasonCertificateUnclearOrExpiring, "证件不清晰或即将过期", materials, fields("spec.materials", certificate), "upload a sharp colour scan of a certificate that stays valid"},
		{guide, ReasonFaceCheckFailed, "人脸核验未通过", materials, fields(websitePerson), "have the website's responsible person repeat the check, without cover and in good light"},
		{guide, ReasonPreApprovalMissing, "缺少前置审批", preparation, fields("spec.preApprovals", "spec.website.preApprovalCategories"), "get the authority's paper and add it, or take the content off the website"},
		{guide, ReasonContentDoesNotFitNature, "网站内容与主办单位性质不符", information, fields("spec.website.serviceContents", "spec.subject.nature"), "offer only what the subject's nature allows, or file as the organization that runs it"},
		{guide, ReasonWrongFilingType, "备案类型有误", typing, fields("spec.existing"), "say in spec.existing what is filed already, and through whom"},
		{guide, ReasonAlreadyFiled, "网站已备案", typing, fields("spec.existing.website"), "set the number that the website has; nothing more is to be filed at this provider"},
		{guide, ReasonOrderInProgress, "存在在途订单", typing, nil, "wait until the subject's other order is finished, or withdraw it"},
		{guide, ReasonSubjectConflict, "主体信息冲突", typing, fields(certificate, "spec.existing.subject"), "file with the facts that the subject's filing has, or change that filing first"},
		{guide, ReasonSiteReachableBeforeFiling, "网站未备案已开通", preparation, nil, "close the website until it is filed: keep its routes in a namespace that is gated"},
		{guide, ReasonExistingSiteUnreachable, "已备案网站无法访问", preparation, nil, "make the subject's filed websites reachable, or cancel their filings"},
		{guide, ReasonFooterMissing, "网站底部未悬挂备案号", preparation, nil, "show the filing number at the bottom of the subject's filed websites, linked to https://beian.miit.gov.cn/"},
		{guide, ReasonShellSubject, "空壳主体", typing, fields("spec.existing.subject"), "cancel the subject's shell filing and file for the first time, where the province adds no website to it"},
		{guide, ReasonCrossProvince, "主体跨省", information, fields("spec.subject.province", certificate), "file in the province of the certificate; to move, cancel the old filing first"},
		{practice, ReasonSmsExpired, "短信核验超时", confirm, nil, "confirm the order again, and answer the SMS within {SmsWindowHours} hours"},
		{practice, ReasonSmsTooManyWrongEntries, "短信核验错误次数过多", confirm, fields(subjectPerson, websitePerson), "check mobile and identity numbers, confirm the order again, and answer the SMS as it asks"},
	}
}
