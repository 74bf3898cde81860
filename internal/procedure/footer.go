package procedure

import (
	"fmt"
	"html"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/footer"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// FooterSeen is what a filing's home page was last found to show, as far as one process has seen. The zero value: nothing was.
type FooterSeen struct {
	// Of is what the page was asked.
	Of footer.Question
	// Finding is what it shows, where Why is empty.
	Finding footer.Finding
	// Why the page could not be seen. No personal data, and nothing of what the page says.
	Why string
}

// AsksFooter says whether a filing's home page is to be asked for its numbers, by the written status, and for which: that of
// one in force whose applicant does not forbid it.
func AsksFooter(filing *v1alpha1.IcpFiling, set rules.Set) (footer.Question, bool) {
	status := &filing.Status
	if status.ApprovedAt == nil || status.Stage.Ended() {
		return footer.Question{}, false
	}
	return footerQuestion(filing, set, Numbers{status.SubjectNumber, status.WebsiteNumber})
}

func footerQuestion(filing *v1alpha1.IcpFiling, set rules.Set, numbers Numbers) (footer.Question, bool) {
	spec := &filing.Spec
	asked, other, known := set.FooterNumbers(spec.Subject.Province, numbers.subject(), numbers.Website)
	if asked == "" || spec.Suspend || spec.FooterProbe == v1alpha1.FilingFooterNever || !filing.DeletionTimestamp.IsZero() {
		return footer.Question{}, false
	}
	q := footer.Question{Page: spec.Website.Homepage, Filing: footer.Want{Number: asked, Host: rules.FilingLink().Host}}
	if q.Page == "" {
		q.Page = spec.Domain.Name
	}
	if known {
		q.Filing.Wrong = other
	} else {
		q.Filing.Or = other
	}
	if number := spec.PublicSecurity.Number; number != "" {
		q.PublicSecurity = footer.Want{Number: number, Host: rules.PublicSecurityLink(number).Host}
	}
	return q, true
}

// setFooter sets FooterShown, where home pages are asked, and takes it away where they are not. As long as this process has
// not seen the page, what the status says stands.
func (p *pass) setFooter(conditions *[]metav1.Condition) {
	var q footer.Question
	asked := p.Reminding.ProbeFooters && p.s.InForce() && !p.deleting()
	if asked {
		q, asked = footerQuestion(p.Filing, p.Rules, Numbers{p.s.SubjectNumber, p.s.WebsiteNumber})
	}
	switch {
	case !asked:
		meta.RemoveStatusCondition(conditions, v1alpha1.ConditionFooterShown)
	case p.Footer.Of == q:
		p.set(conditions, v1alpha1.ConditionFooterShown, p.footerVerdict(p.Footer))
	case meta.FindStatusCondition(*conditions, v1alpha1.ConditionFooterShown) == nil:
		p.set(conditions, v1alpha1.ConditionFooterShown, isUnknown(v1alpha1.ReasonPending, q.Page+" has not been asked yet"))
	}
}

// footerVerdict is the condition where this process has asked the page.
func (p *pass) footerVerdict(seen FooterSeen) verdict {
	page, f := seen.Of.Page, seen.Finding
	filing, police := rules.FilingLink(), rules.PublicSecurityLink(seen.Of.PublicSecurity.Number)
	switch {
	case seen.Why != "":
		return isUnknown(v1alpha1.ReasonProbeFailed, clip(fmt.Sprintf("%s could not be seen: %s", page, seen.Why)))
	case f.Complete():
		words := fmt.Sprintf("%s shows the filing number, linked to %s", page, filing.Link)
		if f.PublicSecurity != footer.NotWanted {
			words += ", and the public-security number, linked to https://" + police.Host
		}
		return isTrue(v1alpha1.ReasonShown, words)
	}
	lacks := []lack{
		lackOf(f.Filing, seen.Of.Filing, "filing number", filing.Link, v1alpha1.ReasonNumberMissing, v1alpha1.ReasonNumberNotLinked),
		lackOf(f.PublicSecurity, seen.Of.PublicSecurity, "public-security number", police.Link, v1alpha1.ReasonPublicSecurityNumberMissing, v1alpha1.ReasonPublicSecurityNumberNotLinked),
	}
	lacks = slices.DeleteFunc(lacks, func(l lack) bool { return l.reason == "" })
	var words, add []string
	for _, l := range lacks {
		words, add = append(words, l.words), append(add, l.html)
	}
	adding := "; at the bottom of the page, in the centre, write " + strings.Join(add, " ")
	if f.Scripted {
		return isUnknown(v1alpha1.ReasonRenderedByScript, clip(page+" is written by scripts in the visitor's browser, which are not run here: look yourself whether it shows its numbers"+adding))
	}
	return isFalse(lacks[0].reason, clip(page+" "+strings.Join(words, ", and ")+adding))
}

// lack is what is wrong with one number; without a reason, nothing is.
type lack struct{ reason, words, html string }

func lackOf(shown footer.Shown, want footer.Want, name, link, missing, unlinked string) lack {
	l := lack{html: fmt.Sprintf(`<a href="%s" target="_blank" rel="noreferrer">%s</a>`, html.EscapeString(link), html.EscapeString(want.Number))}
	switch shown {
	case footer.Missing:
		l.reason, l.words = missing, fmt.Sprintf("does not show the %s %s", name, want.Number)
	case footer.OtherShown:
		l.reason, l.words = v1alpha1.ReasonOtherNumber, fmt.Sprintf("shows %s, where the bureau asks for the %s %s", want.Wrong, name, want.Number)
	case footer.Unlinked:
		l.reason, l.words = unlinked, fmt.Sprintf("shows the %s without a link to https://%s", name, want.Host)
	}
	return l
}
