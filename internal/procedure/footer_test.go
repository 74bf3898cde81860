package procedure

import (
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/footer"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// footed is a filing in force whose home page is asked, and what it is asked.
func footed(t *testing.T, change func(*v1alpha1.IcpFiling)) (*pass, footer.Question) {
	t.Helper()
	set, err := rules.Book{}.Lookup("")
	if err != nil {
		t.Fatal(err)
	}
	f := &v1alpha1.IcpFiling{}
	f.Spec.Domain.Name, f.Spec.Website.Homepage, f.Spec.Subject.Province = "example.com", "www.example.com", "Zhejiang"
	f.Spec.PublicSecurity.Number = "浙公网安备 33010602000001号"
	f.Status.SubjectNumber, f.Status.WebsiteNumber = "浙ICP备26000001号", "浙ICP备26000001号-1"
	f.Status.ApprovedAt, f.Status.Stage = &metav1.Time{}, v1alpha1.StageApproved
	if change != nil {
		change(f)
	}
	p := &pass{Facts: Facts{Filing: f, Rules: set, Reminding: &Reminding{ProbeFooters: true}}, now: time.Unix(1, 0)}
	q, asked := AsksFooter(f, set)
	if !asked {
		t.Fatal("its page is not asked")
	}
	return p, q
}

func TestWhatAHomePageShowsIsSaidWithTheHTMLThatItLacks(t *testing.T) {
	t.Parallel()
	const (
		filingHTML = `<a href="https://beian.miit.gov.cn/" target="_blank" rel="noreferrer">浙ICP备26000001号-1</a>`
		policeHTML = `<a href="https://beian.mps.gov.cn/#/query/webSearch?code=33010602000001" target="_blank" rel="noreferrer">浙公网安备 33010602000001号</a>`
	)
	for name, tc := range map[string]struct {
		seen   FooterSeen
		status metav1.ConditionStatus
		reason string
		says   []string
		never  []string
	}{
		"both are shown": {FooterSeen{Finding: footer.Finding{Filing: footer.Linked, PublicSecurity: footer.Linked}}, metav1.ConditionTrue,
			v1alpha1.ReasonShown, []string{"www.example.com shows", "public-security"}, []string{"<a"}},
		"neither is": {FooterSeen{Finding: footer.Finding{Filing: footer.Missing, PublicSecurity: footer.Missing}}, metav1.ConditionFalse,
			v1alpha1.ReasonNumberMissing, []string{filingHTML, policeHTML}, nil},
		"only the public-security number is missing": {FooterSeen{Finding: footer.Finding{Filing: footer.Linked, PublicSecurity: footer.Missing}}, metav1.ConditionFalse,
			v1alpha1.ReasonPublicSecurityNumberMissing, []string{policeHTML}, []string{filingHTML}},
		"a number that is not linked": {FooterSeen{Finding: footer.Finding{Filing: footer.Unlinked, PublicSecurity: footer.Linked}}, metav1.ConditionFalse,
			v1alpha1.ReasonNumberNotLinked, []string{"without a link to https://beian.miit.gov.cn", filingHTML}, []string{policeHTML}},
		"a public-security number that is not linked": {FooterSeen{Finding: footer.Finding{Filing: footer.Linked, PublicSecurity: footer.Unlinked}}, metav1.ConditionFalse,
			v1alpha1.ReasonPublicSecurityNumberNotLinked, []string{policeHTML}, []string{filingHTML}},
		"the other of the filing's numbers": {FooterSeen{Finding: footer.Finding{Filing: footer.OtherShown, PublicSecurity: footer.Linked}}, metav1.ConditionFalse,
			v1alpha1.ReasonOtherNumber, []string{"shows 浙ICP备26000001号, where", filingHTML}, nil},
		"a page that scripts write says nothing": {FooterSeen{Finding: footer.Finding{Filing: footer.Missing, PublicSecurity: footer.Missing, Scripted: true}}, metav1.ConditionUnknown,
			v1alpha1.ReasonRenderedByScript, []string{"scripts", filingHTML, policeHTML}, nil},
		"a probe that failed says nothing": {FooterSeen{Why: "its home page answers HTTP 503"}, metav1.ConditionUnknown,
			v1alpha1.ReasonProbeFailed, []string{"HTTP 503"}, []string{"<a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, q := footed(t, nil)
			tc.seen.Of = q
			v := p.footerVerdict(tc.seen)
			if v.status != tc.status || v.reason != tc.reason {
				t.Errorf("%s %s: %s", v.status, v.reason, v.message)
			}
			for _, words := range tc.says {
				if !strings.Contains(v.message, words) {
					t.Errorf("%q does not say %q", v.message, words)
				}
			}
			for _, words := range tc.never {
				if strings.Contains(v.message, words) {
					t.Errorf("%q says %q", v.message, words)
				}
			}
		})
	}
}

func TestAHomePageIsAskedForTheNumberThatTheBureauWantsShown(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*v1alpha1.IcpFiling)
		want   footer.Want
	}{
		"the website's in most provinces": {nil, footer.Want{Number: "浙ICP备26000001号-1", Wrong: "浙ICP备26000001号", Host: "beian.miit.gov.cn"}},
		"the subject's in Guangdong": {func(f *v1alpha1.IcpFiling) { f.Spec.Subject.Province = "Guangdong" },
			footer.Want{Number: "浙ICP备26000001号", Wrong: "浙ICP备26000001号-1", Host: "beian.miit.gov.cn"}},
		"either where no rule is known": {func(f *v1alpha1.IcpFiling) { f.Spec.Subject.Province = "Elsewhere" },
			footer.Want{Number: "浙ICP备26000001号-1", Or: "浙ICP备26000001号", Host: "beian.miit.gov.cn"}},
		"the subject's taken from the website's": {func(f *v1alpha1.IcpFiling) { f.Spec.Subject.Province, f.Status.SubjectNumber = "Guangdong", "" },
			footer.Want{Number: "浙ICP备26000001号", Wrong: "浙ICP备26000001号-1", Host: "beian.miit.gov.cn"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, q := footed(t, tc.change); q.Filing != tc.want {
				t.Errorf("%+v, want %+v", q.Filing, tc.want)
			}
		})
	}
}

func TestAHomePageIsNotAskedOf(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*v1alpha1.IcpFiling){
		"a filing that is not approved":        func(f *v1alpha1.IcpFiling) { f.Status.ApprovedAt = nil },
		"one that was revoked":                 func(f *v1alpha1.IcpFiling) { f.Status.Stage = v1alpha1.StageRevoked },
		"one that was cancelled":               func(f *v1alpha1.IcpFiling) { f.Status.Stage = v1alpha1.StageCancelled },
		"one that is suspended":                func(f *v1alpha1.IcpFiling) { f.Spec.Suspend = true },
		"one whose applicant forbids it":       func(f *v1alpha1.IcpFiling) { f.Spec.FooterProbe = v1alpha1.FilingFooterNever },
		"one that is being deleted":            func(f *v1alpha1.IcpFiling) { f.DeletionTimestamp = new(metav1.Now()) },
		"one whose number nobody has recorded": func(f *v1alpha1.IcpFiling) { f.Status.SubjectNumber, f.Status.WebsiteNumber = "", "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := footed(t, nil)
			change(p.Filing)
			if q, asked := AsksFooter(p.Filing, p.Rules); asked {
				t.Errorf("asked %+v", q)
			}
		})
	}
}

func TestWhatAStatusSaysOfAHomePageStandsUntilItWasSeenAgain(t *testing.T) {
	t.Parallel()
	p, q := footed(t, nil)
	p.s = &State{SubjectNumber: p.Filing.Status.SubjectNumber, WebsiteNumber: p.Filing.Status.WebsiteNumber, ApprovedAt: time.Unix(1, 0)}
	var conditions []metav1.Condition
	reason := func() string {
		p.setFooter(&conditions)
		if c := meta.FindStatusCondition(conditions, v1alpha1.ConditionFooterShown); c != nil {
			return c.Reason
		}
		return ""
	}
	want := func(what, is string) {
		t.Helper()
		if got := reason(); got != is {
			t.Errorf("%s: %q, want %q", what, got, is)
		}
	}
	want("nothing was seen yet", v1alpha1.ReasonPending)
	p.Footer = FooterSeen{Of: q, Finding: footer.Finding{Filing: footer.Missing, PublicSecurity: footer.Linked}}
	want("seen", v1alpha1.ReasonNumberMissing)
	p.Footer = FooterSeen{}
	want("after a restart", v1alpha1.ReasonNumberMissing)
	p.Footer = FooterSeen{Of: footer.Question{Page: "old.example.com"}, Finding: footer.Finding{Filing: footer.Linked}}
	want("what another page shows", v1alpha1.ReasonNumberMissing)
	p.Footer = FooterSeen{Of: q, Why: "down"}
	want("a failure takes it back", v1alpha1.ReasonProbeFailed)
	p.Reminding = &Reminding{}
	want("where the cluster has none asked", "")
}
