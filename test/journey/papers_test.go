package journey_test

import (
	"testing"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// papers is the Secret of the samples' papers.
func papers(ns string) *corev1.Secret {
	return &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: "shop-materials"}}
}

func TestAnOrderWithoutItsPapersIsNotMade(t *testing.T) {
	t.Parallel()
	const name = "no-papers"
	at := deskFor(t, name, simulator.Options{})
	filing(t, name, "f", "no-papers.cn", with(name, "spec.subject.certificate.number", "91330100MA0EXAM075"))
	amend(t, name, "f", `{"subject":{"certificate":{"number":"91330100MA0EXAM076"}},"materials":[{"kind":"SubjectCertificate","secretRef":{"name":"shop-materials","key":"license.png"}}]}`)
	eventually(t, name, "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonPrerequisitesNotMet),
		hasReason(v1alpha1.ConditionPrerequisitesMet, rules.ReasonMaterialNeeded),
		says(v1alpha1.ConditionPrerequisitesMet, string(v1alpha1.MaterialWebsiteResponsiblePersonCertificate))))
	if n := len(at.Orders()); n != 0 {
		t.Fatalf("%d orders were made", n)
	}
	amend(t, name, "f", `{"materials":[
		{"kind":"SubjectCertificate","secretRef":{"name":"shop-materials","key":"license.png"}},
		{"kind":"ResponsiblePersonCertificate","secretRef":{"name":"shop-materials","key":"legal.png"}},
		{"kind":"WebsiteResponsiblePersonCertificate","secretRef":{"name":"shop-materials","key":"web.png"}}]}`)
	eventually(t, name, "f", inForce)
	ordersAre(t, at, "no-papers.cn", 1, 1)
}

func TestThePaperOfAPreApprovalIsHandedInWithTheOrder(t *testing.T) {
	t.Parallel()
	const name = "permit"
	at := deskFor(t, name, simulator.Options{})
	filing(t, name, "f", "permit.cn", with(name, "spec.website.responsiblePersonRef.name", "nobody-yet"))
	amend(t, name, "f", `{"website":{"preApprovalCategories":["Publishing"],"responsiblePersonRef":{"name":"person-web"}},
		"preApprovals":[{"category":"Publishing","number":"网出证1号","documentRef":{"name":"permit","key":"permit.png"}}]}`)
	eventually(t, name, "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonPrerequisitesNotMet), says(v1alpha1.ConditionPrerequisitesMet, "spec.preApprovals[0].documentRef")))
	if err := admin.Create(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "permit"},
		Type: v1alpha1.MaterialSecretType, StringData: map[string]string{"permit.png": "a permit"}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, name, "f", inForce)
	if n := asked(at, "putMaterial"); n != 4 {
		t.Errorf("%d files were uploaded, want the three of spec.materials and the permit", n)
	}
}

func TestASupplementThatReplacesAFileInItsSecretIsUploadedOnce(t *testing.T) {
	t.Parallel()
	const name = "sharper"
	at := deskFor(t, name, simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}})
	filing(t, name, "f", "sharper.cn", with(name))
	eventually(t, name, "f", next(v1alpha1.ActorProvider, "PreliminaryReview"))
	uploaded := asked(at, "putMaterial")
	if uploaded != 3 {
		t.Fatalf("%d files were uploaded, want 3", uploaded)
	}
	decide(t, at, "sharper.cn", simulator.Ruling{
		Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskSupplement, Message: "a sharper scan",
	})
	f := eventually(t, name, "f", next(v1alpha1.ActorApplicant, string(v1alpha1.TaskSupplement)))
	before := procedure.RecordOf(f).Files

	// The same files in another version of the Secret are no supplement.
	patch(t, papers(name), `{"metadata":{"labels":{"example.com/applied":"again"}}}`)
	eventually(t, name, "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		now := procedure.RecordOf(f).Files
		g.Expect(now.Versions).NotTo(gomega.Equal(before.Versions))
		g.Expect(now.Content).To(gomega.Equal(before.Content))
	})
	if n := asked(at, "putMaterial"); n != uploaded {
		t.Errorf("%d files were uploaded, and none of them is another one", n-uploaded)
	}

	patch(t, papers(name), `{"stringData":{"license.png":"a sharper scan"}}`)
	eventually(t, name, "f", func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		g.Expect(procedure.RecordOf(f).Files.Content).NotTo(gomega.Equal(before.Content))
	})
	if n := asked(at, "putMaterial"); n != 2*uploaded {
		t.Errorf("%d calls uploaded the files again, want %d", n-uploaded, uploaded)
	}
	pass(t, at, "sharper.cn", v1alpha1.StagePreliminaryReview)
	eventually(t, name, "f", inForce)
	ordersAre(t, at, "sharper.cn", 1, 1)
	nothingTells(t, name)
}

func TestASupplementWhoseSecretIsGoneSaysSoAndBlamesNoProvider(t *testing.T) {
	t.Parallel()
	const name = "gone-papers"
	at := deskFor(t, name, simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}})
	filing(t, name, "f", "gone-papers.cn", with(name))
	eventually(t, name, "f", next(v1alpha1.ActorProvider, "PreliminaryReview"))
	decide(t, at, "gone-papers.cn", simulator.Ruling{
		Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionActionRequested, Task: v1alpha1.TaskSupplement, Message: "one more",
	})
	eventually(t, name, "f", next(v1alpha1.ActorApplicant, string(v1alpha1.TaskSupplement)))
	amend(t, name, "f", `{"materials":[{"kind":"Auxiliary","secretRef":{"name":"not-there","key":"one.png"}}]}`)
	eventually(t, name, "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonPrerequisitesNotMet),
		says(v1alpha1.ConditionReady, "not-there"), next(v1alpha1.ActorApplicant, "PutPrerequisitesRight")))
	if err := admin.Create(t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "not-there"},
		Type: v1alpha1.MaterialSecretType, StringData: map[string]string{"one.png": "one more"}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, name, "f", is(hasReason(v1alpha1.ConditionReady, v1alpha1.ReasonInReview), next(v1alpha1.ActorProvider, "PreliminaryReview")))
	pass(t, at, "gone-papers.cn", v1alpha1.StagePreliminaryReview)
	eventually(t, name, "f", inForce)
}
