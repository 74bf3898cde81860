package serve_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/metrics"
	"github.com/beian-dev/icp-operator/internal/metrics/serve"
)

// crowd is a cache that holds filings alone.
type crowd []v1alpha1.IcpFiling

// Get implements client.Reader.
func (crowd) Get(context.Context, client.ObjectKey, client.Object, ...client.GetOption) error {
	return nil
}

// List implements client.Reader.
func (c crowd) List(_ context.Context, list client.ObjectList, _ ...client.ListOption) error {
	if filings, are := list.(*v1alpha1.IcpFilingList); are {
		filings.Items = c
	}
	return nil
}

// many are filings, half of them in force and half under review, with every condition that there is.
func many(count int) crowd {
	at := metav1.NewTime(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	made := make(crowd, count)
	for i := range made {
		f := &made[i]
		f.Namespace, f.Name, f.Spec.Domain.Name = fmt.Sprintf("team-%d", i%500), fmt.Sprintf("site-%d-example", i), fmt.Sprintf("site-%d.example", i)
		f.Status.Provider, f.Status.FilingType, f.Status.Stage = "console", v1alpha1.FirstFiling, v1alpha1.StageBureauReview
		for _, name := range []v1alpha1.StageName{v1alpha1.StagePreparation, v1alpha1.StageTypeDetermination, v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation,
			v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation, v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification} {
			f.Status.Stages = append(f.Status.Stages, v1alpha1.StageStatus{Name: name, State: v1alpha1.StageDone, StartedAt: &at, FinishedAt: &at})
		}
		for _, kind := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionReconciling, v1alpha1.ConditionPrerequisitesMet, v1alpha1.ConditionSubmitted, v1alpha1.ConditionPreliminaryReviewPassed,
			v1alpha1.ConditionSmsVerified, v1alpha1.ConditionBureauApproved, v1alpha1.ConditionExposureAllowed, v1alpha1.ConditionPublicSecurityRegistered, v1alpha1.ConditionInformationCurrent,
			v1alpha1.ConditionIcpLicensed, v1alpha1.ConditionRegistryVerified, v1alpha1.ConditionFooterShown} {
			f.Status.Conditions = append(f.Status.Conditions, metav1.Condition{Type: kind, Status: metav1.ConditionFalse, Reason: v1alpha1.ReasonDue, Message: "a message"})
		}
		f.Status.Stages = append(f.Status.Stages, v1alpha1.StageStatus{Name: v1alpha1.StageBureauReview, State: v1alpha1.StageActive, StartedAt: &at, DueAt: &at})
		if i%2 == 0 {
			f.Status.Stage, f.Status.ApprovedAt = v1alpha1.StageApproved, &at
			f.Status.Deadlines = []v1alpha1.DeadlineStatus{{Name: "Domain", Date: "2027-03-01"}, {Name: "Server", Date: "2027-03-01"}, {Name: "Certificate", Date: "2027-03-01"}}
		}
	}
	return made
}

// BenchmarkScrape reads and writes the state of ten thousand filings, as a scrape does.
func BenchmarkScrape(b *testing.B) {
	registry := prometheus.NewRegistry()
	none := func(context.Context) (metrics.Gate, error) { return metrics.Gate{}, nil }
	if err := registry.Register(serve.NewCollector(many(10_000), func() bool { return true }, none)); err != nil {
		b.Fatal(err)
	}
	series, size := 0, 0
	for b.Loop() {
		families, err := registry.Gather()
		if err != nil {
			b.Fatal(err)
		}
		var text bytes.Buffer
		series = 0
		for _, family := range families {
			series += len(family.GetMetric())
			if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
				b.Fatal(err)
			}
		}
		size = text.Len()
	}
	b.ReportMetric(float64(series), "series")
	b.ReportMetric(float64(size)/1e6, "MB")
}
