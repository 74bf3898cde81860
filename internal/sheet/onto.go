package sheet

import (
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Defaults are what a row does not say.
type Defaults struct {
	// Namespace of the filings.
	Namespace string
	// SubjectPerson and WebsitePerson name the Secrets of the responsible persons.
	SubjectPerson, WebsitePerson string
	// Provider names the FilingProvider, whatever the column of providers says; "" leaves it to the column.
	Provider string
	// Providers are FilingProviders by how a sheet calls them.
	Providers map[string]string
}

// Onto lays the row over a filing: each column that the sheet has, an empty cell too, and nothing else. It says what is wrong, all
// at once. A new filing is laid over a zero one.
func (r Row) Onto(f *v1alpha1.IcpFiling, d Defaults) []Problem {
	o := &onto{row: r, filing: f, defaults: d, bad: map[string]bool{}}
	for i := range columns {
		if c, has := r.cell(columns[i].Key); has {
			o.cell(c)
		}
	}
	o.fill()
	prune(f)
	o.whole()
	return o.problems
}

type onto struct {
	row      Row
	filing   *v1alpha1.IcpFiling
	defaults Defaults
	problems []Problem
	// bad are the columns whose cells could not be read.
	bad map[string]bool
}

func (o *onto) individual() bool { return o.filing.Spec.Subject.Nature == v1alpha1.NatureIndividual }

func (o *onto) cell(c cell) {
	text := c.text
	switch {
	case c.column.Key == "provider" && o.defaults.Provider != "":
		return
	case c.column.Key == "provider" && o.defaults.Providers[text] != "":
		text = o.defaults.Providers[text]
	case c.column.OfOrganizations && o.individual() && text != "":
		o.problems = append(o.problems, Problem{Line: o.row.Line, Column: c.header, Note: true, Words: *wrongf(
			"of an individual this is personal data: not taken, it stays in the person's Secret", "个人主体的此项属于个人信息：不导入，只放在负责人的 Secret 中")})
		text = ""
	}
	if wrong := c.column.read(text, o.filing); wrong != nil {
		o.bad[c.column.Key] = true
		if o.individual() && c.column.Key == "registrant" {
			wrong = wrongf("write Subject: an individual's domain is the person's own", "请填写“主体”：个人的域名由本人持有")
		}
		o.problems = append(o.problems, Problem{Line: o.row.Line, Column: c.header, Words: *wrong})
	}
}

// fill gives what the row leaves out and something else tells.
func (o *onto) fill() {
	f, d := o.filing, o.defaults
	fallback(&f.Namespace, d.Namespace)
	fallback(&f.Name, NameOf(f))
	fallback(secret(&f.Spec.Subject.ResponsiblePersonRef), d.SubjectPerson)
	fallback(secret(&f.Spec.Website.ResponsiblePersonRef), d.WebsitePerson)
	if d.Provider != "" {
		*provider(f) = d.Provider
	}
	o.homepage()
	fallback(&f.Spec.Subject.Province, provinceOf(f))
	if c := f.Spec.Subject.Certificate; c != nil {
		if code, err := rules.ParseCreditCode(c.Number); err == nil {
			if f.Spec.Subject.Nature == "" {
				if row, known := (rules.Set{}).CodePrefix(code.Prefix); known && len(row.Natures) == 1 {
					f.Spec.Subject.Nature = row.Natures[0]
				}
			}
			fallback(&c.Type, v1alpha1.CertificateUSCC)
		}
	}
	for _, existing := range []*v1alpha1.ExistingFiling{&f.Spec.Existing.Website, &f.Spec.Existing.Subject} {
		key := "websiteAccess"
		if existing == &f.Spec.Existing.Subject {
			key = "subjectAccess"
		}
		if _, said := o.row.cell(key); !said && existing.Number != "" {
			fallback(&existing.AccessProvider, v1alpha1.ThisProvider)
		}
	}
	o.server()
}

// NameOf is what a filing is called that has no name of its own: its domain, hyphens for dots.
func NameOf(f *v1alpha1.IcpFiling) string { return strings.ReplaceAll(f.Spec.Domain.Name, ".", "-") }

func fallback[T ~string](value *T, otherwise T) {
	if *value == "" {
		*value = otherwise
	}
}

// homepage is what the domain's cell names, where that is a host below the domain and no other is given.
func (o *onto) homepage() {
	c, has := o.row.cell("domain")
	if !has || o.bad["domain"] || o.filing.Spec.Website.Homepage != "" {
		return
	}
	if name, wrong := host.read(c.text); wrong == nil && name != o.filing.Spec.Domain.Name {
		o.filing.Spec.Website.Homepage = name
	}
}

// server is told by its address where nothing else names it; beside a service number the address says nothing.
func (o *onto) server() {
	i := o.filing.Spec.Server.Instance
	if i == nil || i.ID != "" || len(i.PublicIPs) == 0 {
		return
	}
	if o.filing.Spec.Server.ServiceNumber != "" {
		o.filing.Spec.Server.Instance = nil
		return
	}
	i.ID = i.PublicIPs[0]
}

// prune takes away what was made to be filled and stayed empty.
func prune(f *v1alpha1.IcpFiling) {
	spec := &f.Spec
	if c := spec.Subject.Certificate; c != nil && *c == (v1alpha1.Certificate{}) {
		spec.Subject.Certificate = nil
	}
	if i := spec.Server.Instance; i != nil && i.ID == "" && i.Region == "" && i.Location == "" && len(i.PublicIPs) == 0 && i.Prepaid == nil && i.ExpiresAt == nil {
		spec.Server.Instance = nil
	}
	if p := spec.ProviderRef; p != nil && p.Name == "" {
		spec.ProviderRef = nil
	}
	for _, ref := range []**v1alpha1.SecretReference{&spec.Subject.ResponsiblePersonRef, &spec.Website.ResponsiblePersonRef} {
		if *ref != nil && (*ref).Name == "" {
			*ref = nil
		}
	}
}

// whole says what the row as a whole lacks. What the API server says of it besides is the API server's.
func (o *onto) whole() {
	f := o.filing
	for _, c := range columns {
		if _, has := o.row.cell(c.Key); c.Required && !o.bad[c.Key] && c.write(f, v1alpha1.LanguageEnglish) == "" && (has || c.Key == "nature" || c.Key == "province") {
			o.wrong(c.Field, wrongf("%[1]s is missing", "缺少“%[2]s”", c.Title.English, c.Title.Chinese))
		}
	}
	o.serverWhole()
	if nature := f.Spec.Subject.Nature; nature != "" && nature != v1alpha1.NatureIndividual {
		o.organization()
	}
	if home, domain := f.Spec.Website.Homepage, f.Spec.Domain.Name; home != "" && domain != "" && home != domain && !strings.HasSuffix(home, "."+domain) {
		o.wrong("spec.website.homepage", wrongf("%s is not within %s", "%s 不在 %s 之下", shown(home), domain))
	}
	o.numbers()
}

// serverWhole asks for one server, and a name of it.
func (o *onto) serverWhole() {
	f := o.filing
	instance, service := f.Spec.Server.Instance != nil, f.Spec.Server.ServiceNumber != ""
	switch {
	case instance && service:
		o.wrong("spec.server.serviceNumber", wrongf("both an instance and a service number (备案服务号): give one", "服务器实例和备案服务号只能填一个"))
	case !instance && !service && !o.bad["instanceID"] && !o.bad["publicIPs"] && !o.bad["serviceNumber"]:
		o.wrong("spec.server.instance.id", wrongf("no server: give an instance (服务器实例), its public address (服务器IP) or a service number (备案服务号)", "缺少服务器：请填写服务器实例、服务器IP 或备案服务号"))
	case instance && f.Spec.Server.Instance.ID == "":
		o.wrong("spec.server.instance.id", wrongf("the instance has no id (服务器实例): give it, or its public address", "缺少服务器实例 ID：请填写，或填写服务器IP"))
	}
}

// numbers asks for filing numbers in their form: a sheet that calls something else so is misread.
func (o *onto) numbers() {
	existing := o.filing.Spec.Existing
	for _, given := range []struct{ field, number string }{
		{"spec.existing.website.number", existing.Website.Number}, {"spec.existing.subject.number", existing.Subject.Number},
	} {
		if _, err := rules.ParseFilingNumber(given.number); given.number != "" && err != nil {
			o.wrong(given.field, wrongf("%s is no filing number: write it as 浙ICP备12345678号-1 for a website, 浙ICP备12345678号 for a subject", "%s 不是备案号：网站写成 浙ICP备12345678号-1，主体写成 浙ICP备12345678号", shown(given.number)))
		}
	}
}

func (o *onto) organization() {
	subject := o.filing.Spec.Subject
	if subject.Name == "" && !o.bad["subjectName"] {
		o.wrong("spec.subject.name", wrongf("an organization needs its full name (主办单位名称)", "单位须填写主办单位名称"))
	}
	c := subject.Certificate
	if (c == nil || c.Number == "") && !o.bad["certificateNumber"] {
		o.wrong("spec.subject.certificate.number", wrongf("an organization needs its certificate's number (证件号码)", "单位须填写证件号码"))
	}
	if c != nil && c.Number != "" && c.Type == "" && !o.bad["certificateType"] {
		o.wrong("spec.subject.certificate.type", wrongf("what kind of certificate is it (证件类型)? The number is no unified social credit code", "缺少证件类型：该号码不是有效的统一社会信用代码"))
	}
}

func (o *onto) wrong(field string, w *words.Words) {
	o.problems = append(o.problems, Problem{Line: o.row.Line, Column: o.row.Where(field), Words: *w})
}
