package procedure

import (
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// fault is why a type's order is returned in the table of journeys, and how it is mended: in the spec, in a Secret, or
// elsewhere. Together they cover the ways to mend, and the steps to go back to.
type fault struct {
	reasons []string
	message string
	mended  string
	mend    func(*journey)
}

var faults = map[v1alpha1.StageName]map[v1alpha1.FilingType]fault{
	v1alpha1.StagePreliminaryReview: {
		v1alpha1.FirstFiling: {[]string{"WebsiteNameInvalid"}, "", "the website's name is changed in the spec", rename},
		v1alpha1.AccessFiling: {[]string{"CertificateUnclearOrExpiring"}, "the licence is cut off at the right",
			"the file is replaced in its Secret, and somebody asks for the next attempt", nil},
		v1alpha1.NewWebsiteFiledElsewhere: {[]string{"PhoneUnreachableOrReused"}, "nobody answers the subject's responsible person's phone",
			"the phone is changed in the Secret of the subject's responsible person", changeOwner},
		v1alpha1.NewWebsiteFiledHere: {[]string{"FooterMissing"}, "the subject's other website",
			"the number is put on the other website, and somebody asks for the next attempt", nil},
	},
	v1alpha1.StageBureauReview: {
		v1alpha1.FirstFiling: {[]string{"CertificateUnclearOrExpiring", "WebsiteNameInvalid", "PhoneUnreachableOrReused"}, "",
			"the website's name is changed in the spec", rename},
		v1alpha1.AccessFiling: {[]string{"ExistingSiteUnreachable"}, "", "the site is back, and somebody asks for the next attempt", nil},
		v1alpha1.NewWebsiteFiledElsewhere: {[]string{"SiteReachableBeforeFiling"}, "",
			"the site is closed, and somebody asks for the next attempt", nil},
		v1alpha1.NewWebsiteFiledHere: {[]string{"ContentDoesNotFitNature"}, "the remark promises more than the subject may offer",
			"the remark is changed in the spec", func(j *journey) { j.mend() }},
	},
}

func rename(j *journey) {
	j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = "示例贸易官网" })
}

func changeOwner(j *journey) { j.persons.Subject, j.persons.Versions = "owner-2", "2" }

// mended has what a return names put right, and the order submitted again.
func (j *journey) mended(f fault) {
	j.t.Helper()
	if f.mend == nil {
		j.resubmitted(f.mended)
		return
	}
	j.after(2*time.Hour, f.mended, f.mend)
}

// returnedBy is the path of an order that is returned at a review, mended, and approved.
func returnedBy(stage v1alpha1.StageName) func(*journey) {
	return func(j *journey) {
		f := faults[stage][j.typ]
		j.apply().until(stage)
		who := map[v1alpha1.StageName]string{v1alpha1.StagePreliminaryReview: "the provider returns it", v1alpha1.StageBureauReview: "the bureau returns it"}[stage]
		j.after(24*time.Hour, who, told(stage, v1alpha1.DecisionReturned, reasons(f.reasons...), saying(f.message)))
		j.mended(f)
		j.until(v1alpha1.StageApproved)
	}
}

func smsExpired(j *journey) {
	j.apply().until(v1alpha1.StageSmsVerification).smsSent()
	j.after(25*time.Hour, "nobody has answered: the order is returned", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionReturned, reasons("SmsExpired")))
	j.resubmitted("somebody asks for the next attempt").until(v1alpha1.StageApproved)
}

func mailingAsked(j *journey) {
	j.apply().until(v1alpha1.StagePreliminaryReview)
	j.after(5*time.Hour, "the provider asks for the papers", requested(v1alpha1.StagePreliminaryReview, v1alpha1.TaskMailMaterials, 7*24*time.Hour, "the letter of commitment, signed"))
	j.after(48*time.Hour, "reported: the papers are mailed", told(v1alpha1.StageMaterialMailing, v1alpha1.DecisionReported))
	j.until(v1alpha1.StageApproved)
}

func withdrawnAndResubmitted(j *journey) {
	j.apply().until(v1alpha1.StageBureauReview)
	j.withdrawn("the applicant wants it back")
	j.after(time.Hour, "the website's name is changed in the spec", rename)
	j.until(v1alpha1.StageApproved)
}

func revoked(j *journey) {
	j.straight().after(time.Hour, "the first host is served", hosts(1, 0))
	j.after(5*24*time.Hour, "a notice of rectification comes", requested(v1alpha1.StageApproved, v1alpha1.TaskRectify, 10*24*time.Hour, "the phone of the website's responsible person is not answered"))
	j.after(11*24*time.Hour, "nothing was put right, and the bureau revokes", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("PhoneUnreachable")))
}
