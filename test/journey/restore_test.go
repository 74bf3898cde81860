package journey_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
	running "github.com/beian-dev/icp-operator/test/operator"
)

func TestWhereverFilingsStandTheirStatusesComeBackAndNothingIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*testing.T, []*v1alpha1.IcpFiling){
		"lost-statuses":    loseStatuses,
		"recreated-filing": recreate,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := standing(t, name)
			names := []string{"approved", "returned", "changing", "changed", "imported", "anew", "waiting", "in-review"}
			before, all := map[string]*v1alpha1.IcpFiling{}, []*v1alpha1.IcpFiling(nil)
			for _, f := range names {
				filing, err := filingOf(t.Context(), name, f)
				if err != nil {
					t.Fatal(err)
				}
				before[f], all = filing, append(all, filing)
			}
			at.ForgetRequests()
			lose(t, all)
			for _, f := range names {
				eventually(t, name, f, func(g gomega.Gomega, again *v1alpha1.IcpFiling) {
					g.Expect(cmp.Diff(running.Remembered(before[f]), running.Remembered(again))).To(gomega.BeEmpty(), "filing %s (-lost +back)", f)
				})
			}
			for _, q := range at.Requests().Latest {
				if q.Key != "" {
					t.Errorf("asked for again: %s %s %s", q.Operation, q.OrderID, q.Key)
				}
			}
		})
	}
}

// standing brings filings to where a restore may find them.
func standing(t *testing.T, ns string) *simulator.Simulator {
	t.Helper()
	at := desk(t, ns, byReviews)
	namespace(t, ns, everySecret...)
	code, shared := creditCode(t), creditCode(t)
	if err := at.Learn(simulator.Known{Subjects: []simulator.KnownSubject{{
		Number: "浙ICP备24000004号", Access: hereBefore, Certificate: &simulator.KnownCertificate{Type: "UnifiedSocialCreditCode", Number: code},
		Websites: []simulator.KnownWebsite{{Domain: ns + "-imported.cn", Number: "浙ICP备24000004号-1", Access: hereBefore}},
	}}}); err != nil {
		t.Fatal(err)
	}
	domain := func(name string) string { return ns + "-" + name + ".cn" }
	filing(t, ns, "imported", domain("imported"), claiming(ns, "浙ICP备24000004号", "浙ICP备24000004号-1", certificate, code))
	// Each of these sites is open, which an annotation remembers.
	var hosts []string
	for _, name := range []string{"approved", "changing", "changed", "anew"} {
		hosts = append(hosts, "www."+domain(name))
		filing(t, ns, name, domain(name), with(ns))
		tell(t, at, ns, name)
	}
	ingresses(t, ns, hosts...)
	for _, name := range []string{"approved", "changing", "changed", "anew"} {
		pass(t, at, domain(name), v1alpha1.StageBureauReview)
		eventually(t, ns, name, inForce)
	}
	decide(t, at, domain("anew"), simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionCancelled, Reasons: []string{"WebsiteCancelled"}})
	eventually(t, ns, "anew", atStage(v1alpha1.StageCancelled))
	annotate(t, ns, "anew", v1alpha1.ResubmitAnnotation, "2")
	for _, name := range []string{"changing", "changed"} {
		amend(t, ns, name, `{"website":{"name":"示例商城二"}}`)
	}
	filing(t, ns, "returned", domain("returned"), with(ns))
	decide(t, at, domain("returned"), simulator.Ruling{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}})
	filing(t, ns, "in-review", domain("in-review"), with(ns, certificate, shared))
	eventually(t, ns, "in-review", next(v1alpha1.ActorBureau, "BureauReview"))
	filing(t, ns, "waiting", domain("waiting"), with(ns, certificate, shared))
	eventually(t, ns, "anew", next(v1alpha1.ActorBureau, "BureauReview"))
	for _, name := range []string{"anew", "changed"} {
		pass(t, at, domain(name), v1alpha1.StageBureauReview)
	}
	for name, c := range map[string]check{
		"imported": imported, "approved": is(inForce, opened), "changed": is(inForce, opened, atAttempt(2)), "anew": is(inForce, opened, atAttempt(2)),
		"changing": is(underChange, opened, hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonInForce), func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
			g.Expect(stageOf(f, v1alpha1.StageBureauReview).State).To(gomega.Equal(v1alpha1.StageActive))
		}), "returned": hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonReturned),
		"waiting": hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonWaitingForSubject),
	} {
		eventually(t, ns, name, c)
	}
	return at
}

// opened says that the site is served, and the thirty days run.
func opened(g gomega.Gomega, f *v1alpha1.IcpFiling) {
	g.Expect(f.Status.PublicSecurity).NotTo(gomega.BeNil())
	g.Expect(f.Status.Exposure).To(gomega.Equal(&v1alpha1.ExposureStatus{ServedHosts: 1}))
}

func stageOf(f *v1alpha1.IcpFiling, name v1alpha1.StageName) v1alpha1.StageStatus {
	for _, st := range f.Status.Stages {
		if st.Name == name {
			return st
		}
	}
	return v1alpha1.StageStatus{}
}

// ingresses applies an Ingress for each host: one whose hosts are not all cleared is parked whole.
func ingresses(t *testing.T, ns string, hosts ...string) {
	t.Helper()
	for _, host := range hosts {
		o := sampleOf(t, samples, "Ingress", "web")
		o.SetNamespace(ns)
		o.SetName(host)
		if err := setHosts(o, host); err != nil {
			t.Fatal(err)
		}
		applyTo(t, o)
	}
}

func loseStatuses(t *testing.T, filings []*v1alpha1.IcpFiling) {
	t.Helper()
	for _, f := range filings {
		loseStatus(t, f)
	}
}

// recreate restores filings from their manifests, as a backup does: with their annotations, without their statuses, under
// other UIDs. All are gone before the first comes back, and the one that waits goes before, and comes back after, the one
// that it waits for: were that one away alone, it would rightly take its turn, and the provider refuse it.
func recreate(t *testing.T, filings []*v1alpha1.IcpFiling) {
	t.Helper()
	for _, f := range filings {
		// A served filing is protected from deletion: what is lost with a cluster asks nobody.
		amend(t, f.Namespace, f.Name, `{"deletionPolicy":"CloseExposure"}`)
		if err := admin.Delete(t.Context(), f.DeepCopy()); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range slices.Backward(filings) {
		restored := &v1alpha1.IcpFiling{
			ObjectMeta: metav1.ObjectMeta{Namespace: f.Namespace, Name: f.Name, Annotations: f.Annotations}, Spec: *f.Spec.DeepCopy(),
		}
		gomega.NewWithT(t).Eventually(func() error {
			return admin.Create(t.Context(), restored.DeepCopy())
		}).WithTimeout(within).Should(gomega.Succeed())
		if again, err := filingOf(t.Context(), f.Namespace, f.Name); err != nil || again.UID == f.UID {
			t.Errorf("filing %s was not recreated: %v", f.Name, err)
		}
	}
}
