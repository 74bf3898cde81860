package procedure

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// BenchmarkOneSubject measures a pass over one of many filings of one subject, all in force, and prints how much more it
// takes than over the only one. In the worst case the subject's name was changed in all manifests at once, and this
// filing is the last in line.
func BenchmarkOneSubject(b *testing.B) {
	for _, name := range []string{"nothing-changed", "subject-renamed"} {
		var alone float64
		for _, n := range []int{0, 1000, 10000} {
			b.Run(fmt.Sprintf("%s/others=%d", name, n), func(b *testing.B) {
				f := sameSubjects(b, n, name == "subject-renamed")
				b.ReportAllocs()
				for b.Loop() {
					Next(f, monday.AddDate(0, 0, 90))
				}
				each := b.Elapsed().Seconds() / float64(b.N)
				if n == 0 {
					alone = each
				} else if alone > 0 {
					b.ReportMetric(each/alone, "x-alone")
				}
			})
		}
	}
}

// sameSubjects are the facts of a filing beside which n others of its subject are in force.
func sameSubjects(t failer, n int, renamed bool) Facts {
	t.Helper()
	j := inForceIn(t, "Guangdong", ByPeople)
	j.quiet = true
	j.after(time.Hour, "", nil)
	if renamed {
		j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Subject.Name = "示例贸易集团有限公司" })
	}
	f := j.gather()
	for i := range n {
		o := j.filing.DeepCopy()
		o.Name = fmt.Sprintf("site-%05d", i)
		o.Spec.Domain.Name = o.Name + ".com"
		o.CreationTimestamp = metav1.NewTime(monday.Add(-time.Duration(i+1) * time.Minute))
		f.Subject = append(f.Subject, Other{Filing: o, Provider: "cloud"})
	}
	return f
}
