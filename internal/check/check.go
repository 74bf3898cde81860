package check

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Options say how manifests are judged.
type Options struct {
	// Now is the time by which days are counted.
	Now time.Time
	// Namespace of the manifests that name none.
	Namespace string
	// Mode of the exposure gate, a value of its label, in namespaces that no manifest labels; empty for what an ExposurePolicy
	// among the manifests says, or hold where there is none.
	Mode string
	// Cleared domains may be exposed in every namespace.
	Cleared []string
	// AssumeApproved takes every filing among the manifests for one that is in force.
	AssumeApproved bool
	// Rules is the book of filing rules.
	Rules rules.Book
	// Verbose tells of what was not looked at, too.
	Verbose bool
}

// Report is what was found.
type Report struct {
	// Findings in the order of the files.
	Findings []Finding
	// Routes among the manifests, in their order.
	Routes []Route
	// Manifests counts the objects that were read, Judged those that something was asked of, and Others the documents that are
	// no manifest.
	Manifests, Judged, Others int
	// Assumed tells that nothing said which mode the gate has, and routes were judged as in hold.
	Assumed bool
}

// Count counts the findings of a severity.
func (r Report) Count(severity Severity) int {
	n := 0
	for _, finding := range r.Findings {
		if finding.Severity == severity {
			n++
		}
	}
	return n
}

// judged is a manifest, and what became of it.
type judged struct {
	*Manifest
	// object is it with its defaults, where its kind is the operator's and could be read.
	object *unstructured.Unstructured
	// valid tells that its definition takes it.
	valid bool
	found []Finding
	route *Route
}

// defaulted is the object as the API server would have it.
func (j *judged) defaulted() *unstructured.Unstructured {
	if j.object != nil {
		return j.object
	}
	return j.Unstructured
}

// ours tells whether the kind is the operator's.
func (j *judged) ours() bool { return j.GroupVersionKind().Group == v1alpha1.GroupVersion.Group }

// leftOut says of a template that it is not judged.
func (j *judged) leftOut() {
	line, _ := j.at("")
	j.found = []Finding{skippedTemplate(j.file, line)}
}

// Check judges manifests.
func Check(ctx context.Context, sources []Source, o Options) Report {
	var report Report
	manifests := read(sources, o, &report)
	side(len(manifests), func(i int) { manifests[i].byItself(ctx) })
	s, found := gather(manifests, o)
	report.Findings = append(report.Findings, found...)
	side(len(manifests), func(i int) { s.amongOthers(ctx, manifests[i]) })
	for _, j := range manifests {
		report.Findings = append(report.Findings, j.found...)
		if j.route != nil {
			report.Routes = append(report.Routes, *j.route)
			report.Assumed = report.Assumed || s.assumed && !s.labelled(j.route.Namespace)
		}
		if j.route != nil || j.object != nil || len(j.found) > 0 {
			report.Judged++
		}
	}
	report.Findings = sorted(report.Findings)
	return report
}

// byItself judges a manifest by what its kind's definition says.
func (j *judged) byItself(ctx context.Context) {
	switch {
	case j.template && (j.ours() || routeObject(j.GroupVersionKind().GroupKind()) != nil || j.GetKind() == "Namespace"):
		j.leftOut()
	case !j.template && j.ours():
		j.object, j.found = ofOurs(ctx, j.Manifest)
		j.valid = j.object != nil && !slices.ContainsFunc(j.found, func(f Finding) bool { return f.Severity == Error })
	}
}

// amongOthers judges a manifest by the gate, the policies, and as the operator does.
func (s *surroundings) amongOthers(ctx context.Context, j *judged) {
	if j.template {
		if _, is := s.further(j.GroupVersionKind()); is {
			j.leftOut()
		}
		return
	}
	route, found := s.judge(j)
	j.route, j.found = route, append(j.found, found...)
	if route == nil && (j.valid || !j.ours()) {
		j.found = append(j.found, s.refused(ctx, j)...)
	}
	if j.valid {
		j.found = append(j.found, s.operators(j)...)
	}
}

// read reads all sources.
func read(sources []Source, o Options, report *Report) []*judged {
	type reading struct {
		manifests []*Manifest
		found     []Finding
		others    int
	}
	readings := make([]reading, len(sources))
	side(len(sources), func(i int) {
		r := &readings[i]
		r.manifests, r.found, r.others = manifestsOf(sources[i])
	})
	var all []*judged
	for _, r := range readings {
		report.Findings, report.Others = append(report.Findings, r.found...), report.Others+r.others
		for _, m := range r.manifests {
			if m.GetNamespace() == "" && !ofCluster(m) {
				m.SetNamespace(o.Namespace)
			}
			all = append(all, &judged{Manifest: m})
		}
	}
	report.Manifests = len(all)
	return all
}

// ofCluster tells whether objects of the kind stand in no namespace, as far as it matters here.
func ofCluster(m *Manifest) bool {
	return slices.Contains([]string{"Namespace", "IngressClass", "FilingProvider", "ExposurePolicy"}, m.GetKind())
}

// labelled tells whether a manifest gives a namespace its mode.
func (s *surroundings) labelled(namespace string) bool {
	_, labelled := s.in(namespace).Labels[v1alpha1.GateLabel]
	return labelled
}

// operators judges an object as the operator does, who says so in its status.
func (s *surroundings) operators(j *judged) []Finding {
	switch j.GetKind() {
	case "IcpFiling":
		for _, f := range s.filings {
			if f.manifest == j.Manifest {
				return s.ofFiling(f)
			}
		}
	case "FilingNotifier":
		return ofNotifier(j)
	case "FilingProvider":
		if provider := s.providers[j.GetName()]; provider != nil {
			if _, err := s.Rules.On(s.Now).Lookup(provider.Spec.RuleSet); err != nil {
				return []Finding{j.finding(Error, RuleRuleSetUnknown, "spec.ruleSet").quotes(err.Error())}
			}
		}
	}
	return nil
}

// ofNotifier tries the templates of a notifier.
func ofNotifier(j *judged) []Finding {
	var notifier v1alpha1.FilingNotifier
	if err := into(j.object, &notifier); err != nil {
		return []Finding{j.finding(Error, RuleInvalid, "").quotes(err.Error())}
	}
	var found []Finding
	if _, err := notify.Compile(&notifier.Spec); err != nil {
		found = append(found, j.finding(Error, RuleTemplateInvalid, "spec.templates").quotes(fmt.Sprint(err)))
	}
	if notifier.Spec.Sms != nil {
		if _, err := notify.CompileSms(notifier.Spec.Sms); err != nil {
			found = append(found, j.finding(Error, RuleTemplateInvalid, "spec.sms").quotes(fmt.Sprint(err)))
		}
	}
	return found
}

// side does n things side by side.
func side(n int, do func(i int)) {
	var next atomic.Int64
	var wait sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	wait.Wait()
}
