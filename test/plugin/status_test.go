package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/plugin"
)

var languages = []string{"en", "zh"}

func TestStatusShowsTheTimelineWhatIsNextAndTheGate(t *testing.T) {
	t.Parallel()
	namespace(t, "status", "hold")
	secrets(t, "status")
	filing(t, "status", "walking", "walking.cn")
	filing(t, "status", "returned", "returned.cn")
	filing(t, "status", "approved", "approved.cn")
	walked(t, "status", "walking", v1alpha1.StageSmsVerification)
	records(t, "status", "walking", "--ask", "VerifyBySms", "--due", "24h")
	walked(t, "status", "returned", v1alpha1.StagePreliminaryReview)
	records(t, "status", "returned", "--return", "--reason", "WebsiteNameInvalid,FaceCheckFailed", "--message", "say what is sold \x1b[31mhere")
	walked(t, "status", "approved", v1alpha1.StageBureauReview)
	records(t, "status", "approved", "--pass", "--website-number", "浙ICP备12345678号-1")
	eventually(t, "status", "walking", because(v1alpha1.ConditionSmsVerified, v1alpha1.ReasonWaiting))
	eventually(t, "status", "returned", because(v1alpha1.ConditionReady, v1alpha1.ReasonReturned))
	eventually(t, "status", "approved", because(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonApproved))
	for _, language := range languages {
		golden(t, "status."+language+".txt", runs(t, language, "status", "-n", "status", "walking", "returned", "icp/approved"))
	}
	if out := runs(t, "en", "status", "-n", "status", "returned"); strings.Contains(out, "\x1b") {
		t.Errorf("a reviewer's message reaches the terminal: %q", out)
	}
}

func TestStatusForProgramsIsAnObjectOfItsOwnKind(t *testing.T) {
	t.Parallel()
	namespace(t, "status-json", "")
	secrets(t, "status-json")
	filing(t, "status-json", "f", "status-json.cn")
	eventually(t, "status-json", "f", at(v1alpha1.StageProductVerification))
	var one struct {
		APIVersion, Kind, Stage, Standing string
		Metadata                          struct{ Namespace, Name string }
		NextAction                        struct{ Actor, Task string }
		Timeline                          []struct{ Name, State string }
	}
	if err := json.Unmarshal([]byte(runs(t, "zh", "status", "f", "-n", "status-json", "-o", "json")), &one); err != nil {
		t.Fatal(err)
	}
	if one.APIVersion != "view.icp.beian.dev/v1" || one.Kind != "Filing" || one.Metadata.Name != "f" || one.Stage != "ProductVerification" ||
		one.Standing != "ToAct" || one.NextAction.Task != "VerifyProduct" || len(one.Timeline) != 11 || one.Timeline[0].State != "Done" {
		t.Errorf("%+v", one)
	}
	if got := runs(t, "en", "status", "f", "-n", "status-json", "-o", "jsonpath={.nextAction.actor}"); got != "Applicant" {
		t.Errorf("jsonpath yields %q", got)
	}
	if got := runs(t, "en", "status", "f", "f", "-n", "status-json", "-o", "yaml"); !strings.Contains(got, "kind: List") {
		t.Errorf("two are no list:\n%s", got)
	}
}

func TestWhatIsNotThereIsNamedWithWhereToLook(t *testing.T) {
	t.Parallel()
	namespace(t, "status-none", "")
	for language, says := range map[string]string{"en": "there is no filing f in namespace status-none: kubectl icp list -A", "zh": "命名空间 status-none 中没有备案 f"} {
		if got := icp(t, language, "status", "f", "-n", "status-none"); got.code != 2 || got.out != "" || !strings.Contains(got.err, says) {
			t.Errorf("%+v", got)
		}
	}
	for _, args := range [][]string{{"status"}, {"status", "f", "-o", "xml"}, {"list", "--stage", "Nowhere"}, {"list", "--waiting-for", "nobody"}, {"list", "-l", "a=b=c"}} {
		if got := icp(t, "en", args...); got.code != 2 || got.out != "" || got.err == "" {
			t.Errorf("%v: %+v", args, got)
		}
	}
}

// written is what a command that goes on has written so far.
type written struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buffer.Write(p)
}

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.buffer.String()
}

func TestStatusFollowsAFilingUntilTheUserEndsIt(t *testing.T) {
	t.Parallel()
	namespace(t, "status-watch", "")
	secrets(t, "status-watch")
	filing(t, "status-watch", "f", "status-watch.cn")
	eventually(t, "status-watch", "f", at(v1alpha1.StageProductVerification))
	ctx, end := context.WithCancel(t.Context())
	var out written
	ended := make(chan int, 1)
	go func() {
		streams := genericiooptions.IOStreams{In: strings.NewReader(""), Out: &out, ErrOut: &out}
		args := []string{"kubectl-icp", "--kubeconfig", plane.Kubeconfig(), "--lang", "en", "status", "f", "-n", "status-watch", "-w"}
		ended <- plugin.Run(ctx, args, func(string) string { return "" }, streams, now)
	}()
	shows := func(times int, text string) {
		t.Helper()
		gomega.NewWithT(t).Eventually(func() int { return strings.Count(out.String(), text) }).WithTimeout(within).WithPolling(50*time.Millisecond).
			Should(gomega.BeNumerically(">=", times), text)
	}
	shows(1, "Product verification; the applicant must act")
	records(t, "status-watch", "f", "--report")
	shows(1, "Subject and website information; the applicant must act")
	if n := strings.Count(out.String(), "Product verification; the applicant must act"); n != 1 {
		t.Errorf("what did not change was shown %d times:\n%s", n, out.String())
	}
	end()
	if code := <-ended; code != 0 {
		t.Errorf("it ended with %d", code)
	}
}

func TestWhoMayReadTheFilingSeesItAndWhoMayReadReviewsItsHistory(t *testing.T) {
	t.Parallel()
	namespace(t, "status-rights", "")
	secrets(t, "status-rights")
	filing(t, "status-rights", "f", "status-rights.cn")
	walked(t, "status-rights", "f", v1alpha1.StageSubjectAndWebsiteInformation)
	create(t, &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "status-rights"}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"icpfilings"}, Verbs: []string{"get"}}}})
	for user, role := range map[string]string{"status-viewer": "icp-viewer", "status-filings": "status-rights"} {
		create(t, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "status-rights", Name: user},
			RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
			Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}}})
	}
	for user, history := range map[string]bool{"status-viewer": true, "status-filings": false} {
		kubeconfig := kubeconfigOf(t, user)
		gomega.NewWithT(t).Eventually(func(g gomega.Gomega) { // rights are known a moment after they are given
			got := icpAs(t, kubeconfig, "", "en", "status", "f", "-n", "status-rights")
			g.Expect(got.code).To(gomega.Equal(0), got.err)
			g.Expect(strings.Contains(got.out, "HISTORY")).To(gomega.Equal(history), "%s:\n%s", user, got.out)
		}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(gomega.Succeed())
		if got := icpAs(t, kubeconfig, "", "en", "review", "f", "-n", "status-rights", "--report", "--yes"); got.code != 2 || !strings.Contains(got.err, "forbidden") {
			t.Errorf("%s records a review: %+v", user, got)
		}
	}
}
