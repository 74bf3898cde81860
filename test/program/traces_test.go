package program

import (
	"slices"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"go.opentelemetry.io/otel/attribute"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/traces"
	"github.com/beian-dev/icp-operator/test/collector"
)

// traced waits until the traces tell the journey of a filing to its approval, with what was asked and written on the way, and returns
// all that was sent.
func traced(t *testing.T, filing client.Object) string {
	t.Helper()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		spans := told.Spans()
		passes := passesOver(filing, spans)
		has := func(what string, is func(collector.Span) bool) {
			g.Expect(slices.ContainsFunc(passes, is)).To(gomega.BeTrue(), what)
		}
		during := func(name string, says map[attribute.Key]string) func(collector.Span) bool {
			return func(of collector.Span) bool {
				return slices.ContainsFunc(spans, func(s collector.Span) bool { return s.Name == name && s.Within(of) && includes(s.Says, says) })
			}
		}
		has("a pass that writes the approval", func(s collector.Span) bool {
			return s.Says[traces.StageBefore] != string(v1alpha1.StageApproved) && s.Says[traces.StageAfter] == string(v1alpha1.StageApproved)
		})
		has("a status that is written", during("patch IcpFiling status", map[attribute.Key]string{traces.Name: filing.GetName()}))
		has("an order that is made", during("provider Create", map[attribute.Key]string{traces.Class: "OK", traces.Provider: filing.GetNamespace()}))
		has("one that is not", during("provider Create", map[attribute.Key]string{traces.Class: string(provider.Transient)}))
		g.Expect(slices.ContainsFunc(spans, func(s collector.Span) bool {
			return s.Name == "patch Namespace" && s.Says[traces.Name] == filing.GetNamespace()
		})).To(gomega.BeTrue(), "a clearance that is written")
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(gomega.Succeed())
	return told.Sent()
}

// passesOver are the spans of the passes over a filing.
func passesOver(filing client.Object, spans []collector.Span) []collector.Span {
	return slices.DeleteFunc(slices.Clone(spans), func(s collector.Span) bool {
		return s.Name != "reconcile IcpFiling" || s.Says[traces.Namespace] != filing.GetNamespace() || s.Says[traces.Name] != filing.GetName()
	})
}

func includes(all, some map[attribute.Key]string) bool {
	for key, value := range some {
		if all[key] != value {
			return false
		}
	}
	return true
}

// endsTelling has an operator that leads end, which sends what it has not sent yet.
func endsTelling(t *testing.T, p *operator, to *collector.Collector) {
	t.Helper()
	if before := len(to.Spans()); before > 0 {
		t.Errorf("%d spans came before the operator ended: it has nothing left to send", before)
	}
	if err := p.Stop(); err != nil {
		t.Fatal(err)
	}
	written := slices.ContainsFunc(to.Spans(), func(s collector.Span) bool {
		return s.Name == "patch ExposurePolicy status" && s.Status.GetCode() != trace.Status_STATUS_CODE_ERROR
	})
	if !written {
		t.Errorf("it ended without telling what it had done; it told %d spans", len(to.Spans()))
	}
}
