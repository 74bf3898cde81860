package notify_test

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
)

// BenchmarkTenThousandFilings looks at ten thousand filings for three notifiers that were told everything, as a restart does.
func BenchmarkTenThousandFilings(b *testing.B) {
	notifiers := []types.NamespacedName{named("mail"), named("chat"), named("hook")}
	filings := make([]*v1alpha1.IcpFiling, 10_000)
	for i := range filings {
		f := approvedFiling(opened("15d"), ends("Domain", "2027-01-10", "60d"), ends("Server", "2027-01-11", "60d"))
		f.Name = fmt.Sprint("f", i)
		var record notify.Record
		for _, n := range notifiers {
			for _, e := range notify.Events(f, day(25, 0)) {
				record = record.With(n, e.Key, notifiers)
			}
		}
		f.Annotations = map[string]string{v1alpha1.NotifiedAnnotation: record.String()}
		filings[i] = f
	}
	for b.Loop() {
		outbox := notify.NewOutbox()
		for _, f := range filings {
			record, happening := notify.RecordOf(f), notify.Events(f, day(25, 0))
			for _, n := range notifiers {
				outbox.Set(n, types.NamespacedName{Namespace: f.Namespace, Name: f.Name}, happening, record)
			}
		}
		for _, n := range notifiers {
			if outbox.Waiting(n) > 0 {
				b.Fatalf("%d messages wait for %s, who was told everything", outbox.Waiting(n), n)
			}
		}
	}
	b.ReportMetric(float64(len(filings[0].Annotations[v1alpha1.NotifiedAnnotation])), "bytes/record")
}
