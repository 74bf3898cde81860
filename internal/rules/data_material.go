package rules

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// Applicants are those of whom a row asks something.
type Applicants string

// Applicants.
const (
	// Organizations are all subjects but individuals (单位).
	Organizations Applicants = "Organizations"
	// Individuals are persons who file for themselves (个人).
	Individuals Applicants = "Individuals"
	// Everyone is both.
	Everyone Applicants = "Everyone"
)

// MaterialRow is a paper (备案资料) that an order must come with, as a photo or a colour scan.
type MaterialRow struct {
	Rule
	// Kinds of spec.materials any one of which it is.
	Kinds []v1alpha1.MaterialKind
	// Of whom it is asked.
	Of Applicants
	// OfSubject says that it is the subject's, and the same for all its filings; else it is the website's.
	OfSubject bool
	// OneForBoth says that it is not asked where one person is responsible for the subject and for the website.
	OneForBoth bool
	// Chinese name of the paper.
	Chinese string
}

// Materials are the papers that an order must come with.
func (s Set) Materials() []MaterialRow { return append([]MaterialRow(nil), s.rows().materials...) }

func materialRows() []MaterialRow {
	const (
		subject = v1alpha1.MaterialSubjectCertificate
		person  = v1alpha1.MaterialResponsiblePersonCertificate
		website = v1alpha1.MaterialWebsiteResponsiblePersonCertificate
	)
	type kinds = []v1alpha1.MaterialKind
	return []MaterialRow{
		{quickStart, kinds{subject}, Organizations, true, false, "主体证件"},
		{quickStart, kinds{person}, Organizations, true, false, "主体负责人证件"},
		{quickStart, kinds{subject, person}, Individuals, true, false, "个人证件"},
		{quickStart, kinds{website}, Everyone, false, true, "网站负责人证件"},
	}
}
