package sheet_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/equality"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/sheet"
)

var beijing = calendar.Beijing

// drawn makes filings at random, with every field that people write.
type drawn struct{ *rapid.T }

func (d drawn) text(name string) string {
	return rapid.StringMatching(`(?:[=+@'-]{0,2}[一-龥a-z][一-龥A-Za-z（）；,"|]{0,12}[一-龥a-z])?`).Draw(d.T, name)
}

func (d drawn) object(name string) string {
	return rapid.StringMatching(`[a-z][-a-z0-9]{0,10}[a-z0-9]`).Draw(d.T, name)
}

func (d drawn) time(name string) *metav1.Time {
	if !rapid.Bool().Draw(d.T, name+" is there") {
		return nil
	}
	at := time.Unix(rapid.Int64Range(1e9, 4e9).Draw(d.T, name), 0)
	switch rapid.IntRange(0, 2).Draw(d.T, name+" is") {
	case 0:
		at = calendar.StartOfDay(at)
	case 1:
		at = calendar.EndOfDay(at)
	}
	return &metav1.Time{Time: at}
}

func of[E any](d drawn, name string, values ...E) E { return rapid.SampledFrom(values).Draw(d.T, name) }

func (d drawn) filing(i int) v1alpha1.IcpFiling {
	f := v1alpha1.IcpFiling{}
	f.Namespace, f.Name = d.object("namespace"), fmt.Sprintf("%s-%d", d.object("name"), i)
	s := &f.Spec
	s.Domain = v1alpha1.Domain{Name: d.object("label") + of(d, "suffix", ".com", ".com.cn", ".xn--fiqs8s"), Registrar: d.text("registrar"),
		Registrant:       of(d, "registrant", "", v1alpha1.RegistrantSubject, v1alpha1.RegistrantShareholder),
		RealNameVerified: of(d, "verified", true, false), RealNameVerifiedAt: d.time("verified at"), ExpiresAt: d.time("domain ends")}
	if rapid.Bool().Draw(d.T, "provider") {
		s.ProviderRef = &v1alpha1.ProviderReference{Name: d.object("provider's")}
	}
	s.Channel, s.Account = of(d, "channel", "", v1alpha1.ChannelPC, v1alpha1.ChannelApp), v1alpha1.Account{Site: of(d, "site", "", v1alpha1.SiteChina), Name: d.text("account")}
	d.server(s)
	d.subject(s)
	d.website(s)
	for _, e := range []*v1alpha1.ExistingFiling{&s.Existing.Subject, &s.Existing.Website} {
		*e = of(d, "existing", v1alpha1.ExistingFiling{}, v1alpha1.ExistingFiling{AccessProvider: v1alpha1.OtherProvider},
			v1alpha1.ExistingFiling{Number: "浙ICP备12345678号-1"}, v1alpha1.ExistingFiling{Number: "浙ICP备12345678号-1", AccessProvider: v1alpha1.ThisProvider})
	}
	s.PublicSecurity = v1alpha1.PublicSecurity{SubmittedAt: d.time("submitted"), ReturnedAt: d.time("returned"), ReturnReason: d.text("return reason"),
		Number: of(d, "ps number", "", "浙公网安备 33010002000000号"), RegisteredAt: d.time("registered")}
	s.IcpLicense = v1alpha1.IcpLicense{Number: of(d, "licence", "", "浙B2-20200001"), ExpiresAt: d.time("licence ends")}
	s.FooterProbe = of(d, "probe", "", v1alpha1.FilingFooterNever)
	s.DeletionPolicy = of(d, "deletion", "", v1alpha1.DeletionCancelFiling)
	s.Suspend = of(d, "suspend", true, false)
	s.Exposure.Namespaces = of(d, "exposure", v1alpha1.ExposureNamespaces{}, v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesAll},
		v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{}},
		v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b", "c": "d"}}},
		v1alpha1.ExposureNamespaces{From: v1alpha1.NamespacesSelector, Selector: &metav1.LabelSelector{MatchExpressions: []metav1.LabelSelectorRequirement{
			{Key: "team", Operator: metav1.LabelSelectorOpIn, Values: []string{"a", "b"}}}}})
	return f
}

func (d drawn) server(s *v1alpha1.IcpFilingSpec) {
	s.Server.AccessType = of(d, "access type", "", v1alpha1.AccessCloudServer, v1alpha1.AccessOther)
	if rapid.Bool().Draw(d.T, "service number") {
		s.Server.ServiceNumber = d.object("number")
		return
	}
	s.Server.Instance = &v1alpha1.Instance{ID: d.object("id"), Region: d.text("region"), Location: d.text("location"),
		PublicIPs: of(d, "ips", nil, []string{"203.0.113.10"}, []string{"203.0.113.10", "2001:db8::1"}), Prepaid: of(d, "prepaid", nil, new(true), new(false)), ExpiresAt: d.time("server ends")}
}

func (d drawn) subject(s *v1alpha1.IcpFilingSpec) {
	var natures []v1alpha1.Nature
	for _, row := range (rules.Set{}).Natures() {
		natures = append(natures, row.Nature)
	}
	var provinces []v1alpha1.Province
	for _, row := range (rules.Set{}).Provinces() {
		provinces = append(provinces, row.Province)
	}
	s.Subject = v1alpha1.Subject{Nature: of(d, "nature", natures...), Province: of(d, "province", provinces...), City: d.text("city"), District: d.text("district"),
		Superior: d.text("superior"), Remark: d.text("remark"), ResponsiblePersonRef: &v1alpha1.SecretReference{Name: d.object("person")}}
	if s.Subject.Nature != v1alpha1.NatureIndividual {
		s.Subject.Name, s.Subject.Address = "示例"+d.text("organization"), d.text("address")
		s.Subject.Certificate = &v1alpha1.Certificate{Type: of(d, "certificate", v1alpha1.CertificateUSCC, v1alpha1.CertificateOther), Number: of(d, "code", "91330100MA0EXAM076", "粤民字第01号"),
			Address: d.text("certificate's address"), ExpiresAt: d.time("certificate ends")}
	}
}

func (d drawn) website(s *v1alpha1.IcpFilingSpec) {
	s.Website = v1alpha1.Website{Name: "示例" + d.text("website"), Homepage: of(d, "homepage", "", s.Domain.Name, "www."+s.Domain.Name), Remark: d.text("website's remark"),
		ServiceContents: of(d, "contents", nil, []v1alpha1.ServiceContent{"Ecommerce"}, []v1alpha1.ServiceContent{"Blog", "Quite", "PersonalBlog"}),
		Languages:       of(d, "languages", nil, []string{"zh"}, []string{"en", "fr"}),
		Interactive:     of(d, "interactive", true, false), Commercial: of(d, "commercial", true, false),
		ResponsiblePersonRef: &v1alpha1.SecretReference{Name: d.object("website's person")}, OpenedAt: d.time("opened")}
	if rapid.Bool().Draw(d.T, "approval") {
		s.Website.PreApprovalCategories = []v1alpha1.PreApprovalCategory{v1alpha1.PreApprovalNews, v1alpha1.PreApprovalPublishing}
		s.PreApprovals = []v1alpha1.PreApproval{{Category: v1alpha1.PreApprovalPublishing, Number: d.text("approval's number"), Authority: d.text("authority"), ExpiresAt: d.time("approval ends")}}
	}
	s.Materials = of(d, "materials", nil, []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate, SecretRef: v1alpha1.SecretKeyReference{Name: "papers", Key: "license.png"}},
		{Kind: v1alpha1.MaterialAuxiliary, SecretRef: v1alpha1.SecretKeyReference{Name: "papers", Key: "a;b"}}})
}

func TestWhatIsExportedIsImportedAsItWas(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var filings []v1alpha1.IcpFiling
		for i := range rapid.IntRange(1, 3).Draw(rt, "filings") {
			filings = append(filings, drawn{rt}.filing(i))
		}
		headers := rapid.SampledFrom([]sheet.Headers{sheet.Keys, sheet.Titles}).Draw(rt, "headers")
		language := rapid.SampledFrom([]v1alpha1.Language{v1alpha1.LanguageEnglish, v1alpha1.LanguageChinese}).Draw(rt, "language")
		table := sheet.Export(filings, headers, language)
		var file bytes.Buffer
		var err error
		switch rapid.IntRange(0, 2).Draw(rt, "file") {
		case 0:
			err = table.WriteCSV(&file, false)
		case 1:
			err = table.WriteCSV(&file, true)
		default:
			err = table.WriteXLSX(&file)
		}
		if err != nil {
			rt.Fatal(err)
		}
		grid, err := sheet.Read(file.Bytes(), "")
		if err != nil {
			rt.Fatal(err)
		}
		s := sheet.Filings(grid)
		if len(s.Rows) != len(filings) {
			rt.Fatalf("%d rows of %d filings: %v", len(s.Rows), len(filings), s.Problems)
		}
		for i, row := range s.Rows {
			var again v1alpha1.IcpFiling
			if problems := row.Onto(&again, sheet.Defaults{Namespace: "other", SubjectPerson: "none", WebsitePerson: "none"}); len(problems) > 0 {
				rt.Fatal(problems)
			}
			if !equality.Semantic.DeepEqual(filings[i], again) {
				rt.Fatal(cmp.Diff(filings[i], again))
			}
		}
	})
}
