package serve_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// crowd are ten thousand filings in a hundred namespaces, at every stage.
func crowd() []v1alpha1.IcpFiling {
	list := make([]v1alpha1.IcpFiling, 0, 10_000)
	table := procedure.Table()
	for i := range 10_000 {
		f := aFiling(fmt.Sprintf("team-%03d", i%100), fmt.Sprintf("site-%05d.example", i))
		f.Status.Stage = table[i%len(table)].Name
		due := metav1.Time{Time: time.Date(2026, 11, 1+i%30, 0, 0, 0, 0, time.UTC)}
		f.Status.NextAction = &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: "VerifyProduct", DueAt: &due}
		for _, row := range table {
			f.Status.Stages = append(f.Status.Stages, v1alpha1.StageStatus{Name: row.Name, State: v1alpha1.StagePending, DueAt: &due})
		}
		list = append(list, f)
	}
	return list
}

// BenchmarkFirstPage is the whole answer to an admin's browser: rights, filings, page.
func BenchmarkFirstPage(b *testing.B) {
	p := newPlace()
	p.filings = crowd()
	size := 0
	for b.Loop() {
		r := p.get("/", bearer("admin"), with("Accept-Language", "zh"))
		body, err := io.ReadAll(r.Body)
		if err != nil || r.StatusCode != http.StatusOK {
			b.Fatal(r.StatusCode, err)
		}
		size = len(body)
		p.clock.SetTime(p.clock.Now().Add(time.Second))
	}
	b.ReportMetric(float64(size), "bytes/page")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/page")
}
