package plugin_test

import (
	"strings"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// eventually waits until a filing is as a check wants it.
func eventually(t *testing.T, namespace, name string, check func(gomega.Gomega, *v1alpha1.IcpFiling)) *v1alpha1.IcpFiling {
	t.Helper()
	var f v1alpha1.IcpFiling
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		f = v1alpha1.IcpFiling{}
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: name}, &f)).To(gomega.Succeed())
		check(g, &f)
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
	return &f
}

// at waits for a stage to be under way.
func at(stage v1alpha1.StageName) func(gomega.Gomega, *v1alpha1.IcpFiling) {
	return func(g gomega.Gomega, f *v1alpha1.IcpFiling) { g.Expect(f.Status.Stage).To(gomega.Equal(stage)) }
}

// because waits for the reason of a condition.
func because(kind, reason string) func(gomega.Gomega, *v1alpha1.IcpFiling) {
	return func(g gomega.Gomega, f *v1alpha1.IcpFiling) {
		c := meta.FindStatusCondition(f.Status.Conditions, kind)
		g.Expect(c).NotTo(gomega.BeNil())
		g.Expect(c.Reason).To(gomega.Equal(reason), c.Message)
	}
}

// runs is a command that must succeed, and returns what it printed.
func runs(t *testing.T, language string, args ...string) string {
	t.Helper()
	got := icp(t, language, args...)
	if got.code != 0 {
		t.Fatalf("kubectl icp %s ended with %d: %s%s", strings.Join(args, " "), got.code, got.out, got.err)
	}
	return got.out
}

// records writes down a decision, and fails where it does not count.
func records(t *testing.T, namespace, name string, args ...string) {
	t.Helper()
	runs(t, "en", append([]string{"review", name, "-n", namespace, "--yes"}, args...)...)
}

// walked brings a filing of people as far as a stage, by reporting and passing the stages before it.
func walked(t *testing.T, namespace, name string, to v1alpha1.StageName) {
	t.Helper()
	for _, step := range []struct {
		stage    v1alpha1.StageName
		decision string
	}{
		{v1alpha1.StageProductVerification, "--report"}, {v1alpha1.StageSubjectAndWebsiteInformation, "--report"},
		{v1alpha1.StageMaterialsAndAuthenticity, "--report"}, {v1alpha1.StageConfirmation, "--report"},
		{v1alpha1.StagePreliminaryReview, "--pass"}, {v1alpha1.StageSmsVerification, "--report"},
	} {
		if step.stage == to {
			break
		}
		eventually(t, namespace, name, at(step.stage))
		records(t, namespace, name, step.decision)
	}
	eventually(t, namespace, name, at(to))
}
