package journey_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

const certificate = "spec.subject.certificate.number"

func TestASubjectsFactsAreChangedInOneOrderForAllItsFilingsOnceTheyAgree(t *testing.T) {
	t.Parallel()
	at := desk(t, "one-subject", byReviews)
	code := creditCode(t)
	namespace(t, "one-subject", everySecret...)
	tell(t, at, "one-subject", "a")
	for _, name := range []string{"a", "b", "c"} {
		filed(t, at, "one-subject", name, "one-subject-"+name+".cn", with("one-subject", certificate, code))
	}
	const moved = `{"subject":{"address":"浙江省杭州市西湖区示例路2号"}}`
	amend(t, "one-subject", "a", moved)
	eventually(t, "one-subject", "a", is(isReady, gateOpen, hasReason(v1alpha1.ConditionInformationCurrent, v1alpha1.ReasonSubjectFactsDiffer)))
	amend(t, "one-subject", "b", moved)
	eventually(t, "one-subject", "b", hasReason(v1alpha1.ConditionInformationCurrent, v1alpha1.ReasonSubjectFactsDiffer))
	if n := asked(at, "changeFiling"); n != 0 {
		t.Errorf("%d changes were asked for while the filings of the subject disagree", n)
	}
	amend(t, "one-subject", "c", moved)
	changing := ""
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		for _, name := range []string{"a", "b", "c"} {
			f, err := filingOf(t.Context(), "one-subject", name)
			g.Expect(err).NotTo(gomega.HaveOccurred())
			hasReason(v1alpha1.ConditionInformationCurrent, v1alpha1.ReasonChanging)(g, f)
			if f.Status.Stage == v1alpha1.StageChanging {
				changing = f.Spec.Domain.Name
			}
		}
		g.Expect(changing).NotTo(gomega.BeEmpty())
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
	pass(t, at, changing, v1alpha1.StageBureauReview)
	for _, name := range []string{"a", "b", "c"} {
		eventually(t, "one-subject", name, inForce)
	}
	if n := asked(at, "changeFiling"); n != 1 {
		t.Errorf("%d changes were asked for, want one order for all three filings", n)
	}
}

func TestTenFilingsOfOneSubjectTakeTurnsOverTheProtocol(t *testing.T) {
	t.Parallel()
	const filings = 10
	at := desk(t, "ten", byReviews)
	code := creditCode(t)
	namespace(t, "ten", everySecret...)
	for i := range filings {
		filing(t, "ten", fmt.Sprintf("f%d", i), fmt.Sprintf("ten-%d.cn", i), with("ten", certificate, code))
	}
	gomega.NewWithT(t).Eventually(func() (map[string]int, error) { return readiness(t, "ten") }).WithTimeout(within).WithPolling(50*time.Millisecond).
		Should(gomega.Equal(map[string]int{v1alpha1.ReasonWaitingForSubject: filings - 1, v1alpha1.ReasonInReview: 1}), "one order of a subject is under way at a time")
	if err := at.SetManual(v1alpha1.StageBureauReview, false); err != nil {
		t.Fatal(err)
	}
	allInForce(t, "ten", filings)
	neverTwoAtOnce(t, at)
	h := at.Requests()
	t.Logf("%d requests but for the feed: %v", h.Total-h.Operations["listEvents"], h.Operations)
	if h.Statuses[409] > filings || h.Operations["createOrder"] > 2*filings || h.Operations["determineType"] > 3*filings {
		t.Errorf("%d refusals as conflicts, %d orders asked for, %d determinations for %d filings", h.Statuses[409], h.Operations["createOrder"], h.Operations["determineType"], filings)
	}
}

func TestTenFilingsOfOneSubjectTakeTurnsByHand(t *testing.T) {
	t.Parallel()
	const filings = 10
	manualProvider(t, "ten-by-hand", nil)
	code := creditCode(t)
	namespace(t, "ten-by-hand", everySecret...)
	for i := range filings {
		filing(t, "ten-by-hand", fmt.Sprintf("f%d", i), fmt.Sprintf("ten-by-hand-%d.cn", i), with("ten-by-hand", certificate, code))
	}
	for turn := range filings {
		turns := ""
		gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
			counts, err := readiness(t, "ten-by-hand")
			g.Expect(err).NotTo(gomega.HaveOccurred())
			want := map[string]int{v1alpha1.ReasonActionRequired: 1}
			if turn > 0 {
				want[v1alpha1.ReasonInForce] = turn
			}
			if left := filings - turn - 1; left > 0 {
				want[v1alpha1.ReasonWaitingForSubject] = left
			}
			g.Expect(counts).To(gomega.Equal(want))
			turns = nameOf(t, "ten-by-hand", v1alpha1.ReasonActionRequired)
			g.Expect(turns).NotTo(gomega.BeEmpty())
		}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
		approve(t, "ten-by-hand", turns, "ten-by-hand", 1, now.Now().Add(time.Duration(turn-filings)*time.Minute))
		eventually(t, "ten-by-hand", turns, inForce)
	}
	allInForce(t, "ten-by-hand", filings)
}

// readiness counts the filings of a namespace by the reason of their condition Ready.
func readiness(t *testing.T, ns string) (map[string]int, error) {
	t.Helper()
	var list v1alpha1.IcpFilingList
	if err := admin.List(t.Context(), &list, client.InNamespace(ns)); err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for i := range list.Items {
		if ready := meta.FindStatusCondition(list.Items[i].Status.Conditions, v1alpha1.ConditionReady); ready != nil {
			counts[ready.Reason]++
		}
	}
	return counts, nil
}

// nameOf is the namespace's filing whose condition Ready has a reason.
func nameOf(t *testing.T, ns, reason string) string {
	t.Helper()
	var list v1alpha1.IcpFilingList
	if err := admin.List(t.Context(), &list, client.InNamespace(ns)); err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		if ready := meta.FindStatusCondition(list.Items[i].Status.Conditions, v1alpha1.ConditionReady); ready != nil && ready.Reason == reason {
			return list.Items[i].Name
		}
	}
	return ""
}

// allInForce waits until every filing of a namespace is, and checks that the first was the subject's first.
func allInForce(t *testing.T, ns string, filings int) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func() (map[string]int, error) { return readiness(t, ns) }).WithTimeout(within).WithPolling(50 * time.Millisecond).
		Should(gomega.Equal(map[string]int{v1alpha1.ReasonInForce: filings}))
	var list v1alpha1.IcpFilingList
	if err := admin.List(t.Context(), &list, client.InNamespace(ns)); err != nil {
		t.Fatal(err)
	}
	types := map[v1alpha1.FilingType]int{}
	for _, f := range list.Items {
		types[f.Status.FilingType]++
	}
	if types[v1alpha1.FirstFiling] != 1 || types[v1alpha1.NewWebsiteFiledHere] != filings-1 {
		t.Errorf("types %v, want one first filing, then new websites of the subject that is filed here", types)
	}
}

// neverTwoAtOnce checks from a desk's own history that no two of its orders were under way at one time.
func neverTwoAtOnce(t *testing.T, at *simulator.Simulator) {
	t.Helper()
	orders := at.Orders()
	slices.SortStableFunc(orders, func(a, b simulator.Overview) int { return a.Order.CreatedAt.Compare(b.Order.CreatedAt) })
	for i := 1; i < len(orders); i++ {
		before := orders[i-1].Order
		if ended := before.History[len(before.History)-1].At; orders[i].Order.CreatedAt.Before(ended) {
			t.Errorf("the order of %s was made at %s, before that of %s had ended at %s", orders[i].Order.Domain, orders[i].Order.CreatedAt, before.Domain, ended)
		}
	}
}
