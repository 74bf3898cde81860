package procedure

import (
	"fmt"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Determine finds the filing type (备案类型) from what the applicant says is filed already. It is how the type is found
// where no provider can be asked.
func Determine(existing v1alpha1.Existing) Determination {
	d := Determination{SubjectNumber: existing.Subject.Number, WebsiteNumber: existing.Website.Number}
	switch {
	case existing.Website.Number != "" && existing.Website.AccessProvider == v1alpha1.ThisProvider:
		d.Conflict = ConflictAlreadyFiledHere
		d.Reason = "WebsiteFiledHere"
		d.Message = fmt.Sprintf("spec.existing.website says that the domain is filed with this provider as %s: there is nothing to file", existing.Website.Number)
	case existing.Website.Number != "":
		d.Type, d.Reason = v1alpha1.AccessFiling, "WebsiteFiledElsewhere"
		d.Message = fmt.Sprintf("spec.existing.website: the domain is filed as %s through another provider, so this adds access", existing.Website.Number)
	case existing.Subject.Number != "" && existing.Subject.AccessProvider == v1alpha1.ThisProvider:
		d.Type, d.Reason = v1alpha1.NewWebsiteFiledHere, "SubjectFiledHere"
		d.Message = fmt.Sprintf("spec.existing.subject: the subject is filed as %s through this provider, the domain is not", existing.Subject.Number)
	case existing.Subject.Number != "":
		d.Type, d.Reason = v1alpha1.NewWebsiteFiledElsewhere, "SubjectFiledElsewhere"
		d.Message = fmt.Sprintf("spec.existing.subject: the subject is filed as %s through another provider, the domain is not", existing.Subject.Number)
	default:
		d.Type, d.Reason = v1alpha1.FirstFiling, "NothingFiled"
		d.Message = "spec.existing names no filing of the subject or the domain"
	}
	return d
}
