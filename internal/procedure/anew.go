package procedure

import (
	"fmt"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Reasons with which decisions say how a filing ended, where that tells what is left of it at the bureau.
const (
	// EndWebsiteCancelled: the website's filing was cancelled (注销网站).
	EndWebsiteCancelled = "WebsiteCancelled"
	// EndSubjectCancelled: the subject was cancelled (注销主体).
	EndSubjectCancelled = "SubjectCancelled"
	// EndAccessCancelled: access through this provider was cancelled (取消接入).
	EndAccessCancelled = "AccessCancelled"
	// EndShellFiling: no access was left, and the bureau took the website's filing back (空壳备案).
	EndShellFiling = "ShellFiling"
	// EndRandomCheckFailed: what is filed was found wrong, and the website's filing taken back (抽查不合格).
	EndRandomCheckFailed = "RandomCheckFailed"
)

// remains is what the end of a filing leaves of it at the bureau; the zero value where nothing has ended.
type remains struct {
	// end is the reason that tells it, one of End…; empty where the end gave none of them.
	end string
	// said are the reasons that the end gave.
	said string
	// subject is 主体备案号 and website 网站备案号, as they were in force.
	subject, website string
}

// leaves is what is left of a filing that has ended. An order that was given up before its approval leaves what there was
// before it.
func (s *State) leaves() remains {
	said := s.stage(v1alpha1.StageApproved).Reason
	end := endOf(s.Ended, strings.Split(said, ","))
	if s.ApprovedAt.IsZero() && end != EndSubjectCancelled {
		return s.left
	}
	r := remains{end: end, said: said, subject: orDefault(s.SubjectNumber, s.left.subject), website: orDefault(s.WebsiteNumber, s.left.website)}
	if n, err := rules.ParseFilingNumber(r.website); err == nil && r.subject == "" {
		r.subject = n.Subject().String()
	}
	return r
}

// endOf is the reason that tells what is left. Where several are given, the one that takes most counts; a shell whose
// website was not taken back is an access that was cancelled.
func endOf(ended v1alpha1.StageName, said []string) string {
	for _, end := range []string{EndSubjectCancelled, EndShellFiling, EndWebsiteCancelled, EndRandomCheckFailed, EndAccessCancelled} {
		if slices.Contains(said, end) && (end != EndShellFiling || ended == v1alpha1.StageRevoked) {
			return end
		}
	}
	return ""
}

// existing is what the applicant says to be filed, less what has ended here: the spec may still name it.
func (p *pass) existing() v1alpha1.Existing {
	existing := p.Filing.Spec.Existing
	if claimsImport(existing) {
		existing.Website = v1alpha1.ExistingFiling{} // what was filed here, and ended, is filed nowhere
	}
	left := p.left
	if left.end == "" || left.end == EndAccessCancelled {
		return existing
	}
	if sameNumber(existing.Website.Number, left.website) {
		existing.Website = v1alpha1.ExistingFiling{}
	}
	if left.end == EndSubjectCancelled && sameNumber(existing.Subject.Number, left.subject) {
		existing.Subject = v1alpha1.ExistingFiling{}
	}
	return existing
}

// sameNumber says that two filing numbers (备案号) are the same, however they are written.
func sameNumber(a, b string) bool {
	x, errX := rules.ParseFilingNumber(a)
	y, errY := rules.ParseFilingNumber(b)
	if errX != nil || errY != nil {
		return a == b
	}
	return x.Same(y)
}

// determineByLeft is the type as which a filing that has ended is filed anew, by what its end has left, where neither the
// website nor the subject is known to be filed otherwise; false where the end does not tell.
func (p *pass) determineByLeft() (Determination, bool) {
	left := p.left
	if named := p.existing().Subject.Number; named != "" && left.subject != "" && !sameNumber(named, left.subject) {
		return Determination{}, false // another subject's by now
	}
	switch left.end {
	case EndAccessCancelled:
		return Determination{Type: v1alpha1.AccessFiling, Reason: "WebsiteStillFiled",
			Message: fmt.Sprintf("access was cancelled (取消接入), and the domain's filing%s stays: this adds access to it", spaced(left.website))}, true
	case EndWebsiteCancelled, EndRandomCheckFailed:
		return Determination{Type: v1alpha1.NewWebsiteFiledHere, Reason: "SubjectStillFiled",
			Message: fmt.Sprintf("the website's filing has ended (%s), and the subject's%s, through this provider, stays", left.end, spaced(left.subject))}, true
	case EndShellFiling:
		return p.determineShell(), true
	}
	return Determination{}, false
}

// determineShell is the type of a new website of a subject whose filing has lost every access (空壳主体): the bureau's own
// rule says whether one may be added. Where that is not known, the applicant says what the provider told them.
func (p *pass) determineShell() Determination {
	province, subject := p.Filing.Spec.Subject.Province, p.left.subject
	row, known := p.Rules.Provincial(province, rules.TopicShellSubject)
	named := sameNumber(p.Filing.Spec.Existing.Subject.Number, subject)
	switch {
	case known && row.Value == rules.ShellAddWebsite:
		return Determination{Type: v1alpha1.NewWebsiteFiledHere, Reason: "SubjectStillFiled",
			Message: fmt.Sprintf("the subject's filing%s is a shell (空壳主体), and the bureau of %s lets a website be added to it %s", spaced(subject), province, row.Rule)}
	case known:
		return Determination{Conflict: ConflictShellSubject, Reason: rules.ReasonShellSubject,
			Message: fmt.Sprintf("the subject's filing%s is a shell (空壳主体), and the bureau of %s adds no website to one %s: %s", spaced(subject), province, row.Rule, p.cancelSubjectWords())}
	case named && subject != "":
		return Determination{Type: v1alpha1.NewWebsiteFiledHere, Reason: "SubjectFiledHere",
			Message: fmt.Sprintf("spec.existing.subject: the subject is filed as %s; its filing is a shell (空壳主体), and no rule of %s is known on adding a website to one", subject, province)}
	}
	return Determination{Conflict: ConflictShellSubject, Reason: rules.ReasonShellSubject,
		Message: fmt.Sprintf("the subject's filing%s is a shell (空壳主体), and no rule of %s is known on adding a website to one: ask the provider. If it may be added, name that filing in spec.existing.subject; if not, %s",
			spaced(subject), province, p.cancelSubjectWords())}
}

// cancelSubjectWords say how a subject is cancelled first, and how that is recorded.
func (p *pass) cancelSubjectWords() string {
	attempt := p.s.Attempt
	if p.s.Ended != "" {
		attempt++ // which is begun with this
	}
	return fmt.Sprintf("have the subject cancelled (注销主体) in the provider's console, record that as an IcpReview on stage Approved, attempt %d, decision Cancelled, reasons [%s], and annotate the filing %s=%d",
		attempt, EndSubjectCancelled, v1alpha1.ResubmitAnnotation, attempt+1)
}

// spaced sets a number off, where it is known.
func spaced(number string) string {
	if number == "" {
		return ""
	}
	return " " + number
}

// conflictOfDomain says that the domain is in the way, and not the subject, whose cancellation somebody must see to.
func (d Determination) conflictOfDomain() bool {
	return d.Conflict != "" && d.Conflict != ConflictShellSubject
}
