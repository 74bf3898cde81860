package rules

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Parts of what is filed on which there is a rule whether a change filing (变更备案) may change them, as package
// procedure names them. Every other part may be changed.
const (
	// ChangePartDomain is the website's domain (域名).
	ChangePartDomain = "Domain"
	// ChangePartProvince is the subject's province (主体所在省).
	ChangePartProvince = "Province"
	// ChangePartName is the subject's name (主办单位名称).
	ChangePartName = "Name"
	// ChangePartCertificate is the type and number of the subject's certificate (主办单位证件).
	ChangePartCertificate = "Certificate"
)

// ChangeRow says that a part of what is filed can be changed by no change filing (变更备案), or that it is the bureau's
// rule whether it can.
type ChangeRow struct {
	Rule
	// Part of what is filed.
	Part string
	// Chinese name of the part.
	Chinese string
	// Topic of the bureaus' own rules that decides; "" where the change is refused everywhere.
	Topic Topic
	// Remedy says what to do where the change is refused.
	Remedy string
}

// ChangeAllowed says whether a change filing (变更备案) may change a part of what is filed, one of ChangePart… or another
// name that package procedure has. known is false where it is the bureau's rule, and no row holds it: the provider must
// be asked. remedy says what to do where the change is refused, and whom to ask where nothing is known.
func (s Set) ChangeAllowed(part string, province v1alpha1.Province) (allowed, known bool, rule Rule, remedy string) {
	row, ruled := find(s.rows().changes, func(r ChangeRow) bool { return r.Part == part })
	switch {
	case !ruled:
		return true, true, guide, ""
	case row.Topic == "":
		return false, true, row.Rule, row.Remedy
	}
	if bureau, has := s.Provincial(province, row.Topic); has {
		if bureau.Value == ChangeIsAllowed {
			return true, true, bureau.Rule, ""
		}
		return false, true, bureau.Rule, row.Remedy
	}
	return false, false, row.Rule, "ask the provider whether the bureau of " + string(province) + " allows it; who runs the operator can add a row on " + string(row.Topic) + " (docs/rules.md)"
}

// ChangeRows lists the parts on which there is a rule.
func (s Set) ChangeRows() []ChangeRow { return slices.Clone(s.rows().changes) }

func changeRows() []ChangeRow {
	const anew = "cancel the filing (注销) and file anew"
	return []ChangeRow{
		{guide, ChangePartDomain, "域名", "", "cancel the website's filing (注销网站) and file the other domain"},
		{guide, ChangePartProvince, "主体所在省", "", "cancel the subject's filing (注销主体) and file anew in the other province"},
		{practice, ChangePartName, "主办单位名称", TopicChangeName, anew},
		{practice, ChangePartCertificate, "主办单位证件", TopicChangeCertificate, anew},
	}
}
