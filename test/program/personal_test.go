package program

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda/serve"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// marked are persons who do not exist, and whose values stand nowhere else; so does the token that the notifier sends with.
var (
	markedLegal = map[string]string{
		v1alpha1.PersonName: "尉迟标记", v1alpha1.PersonIDNumber: residentID("33010619750415301"), v1alpha1.PersonMobile: "13955501234",
		v1alpha1.PersonEmergencyPhone: "0571-55501234", v1alpha1.PersonEmail: "marked-legal@example.com", v1alpha1.PersonAddress: "浙江省杭州市标记区暗号路75号",
	}
	markedWeb = map[string]string{
		v1alpha1.PersonName: "司马记号", v1alpha1.PersonIDNumber: residentID("33010619850617402"), v1alpha1.PersonMobile: "13955505678",
		v1alpha1.PersonEmergencyPhone: "0571-55505678", v1alpha1.PersonEmail: "marked-web@example.com", v1alpha1.PersonAddress: "浙江省杭州市标记区暗号路85号",
	}
	// markedWrong are what the second person's Secret holds at first.
	markedWrong = map[string]string{v1alpha1.PersonIDNumber: "330106198506174099", v1alpha1.PersonMobile: "139-marked-5678", v1alpha1.PersonAddress: "暗号路错误"}
	markedToken = "marked-token-of-the-notifier"
)

// residentID adds the check digit to a resident identity number (GB 11643-1999).
func residentID(body string) string {
	sum := 0
	for i, weight := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += weight * int(body[i]-'0')
	}
	return body + string("10X98765432"[sum%11])
}

// marks are the values by which any of that could be told.
func marks() map[string]string {
	all := map[string]string{"the notifier's token": markedToken}
	for of, values := range map[string]map[string]string{"the subject's person": markedLegal, "the website's person": markedWeb, "the wrong Secret": markedWrong} {
		for key, value := range values {
			all[of+", "+key] = value
		}
	}
	return all
}

// repeating is a provider that fails each of its operations a few times, and says with whom it has to do.
type repeating struct {
	http.Handler
	words string

	mu sync.Mutex
	// knows tells that it has heard of the persons: what a Secret never held nobody can find in anything.
	knows  bool
	failed map[string]int
}

var nameInPath = regexp.MustCompile(`/(orders|materials)/[^/]+`)

// ServeHTTP implements http.Handler.
func (p *repeating) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation := r.Method + " " + nameInPath.ReplaceAllString(r.URL.Path, "/$1/NAME")
	p.mu.Lock()
	knows, n := p.knows, p.failed[operation]
	if knows {
		p.failed[operation]++
	}
	p.mu.Unlock()
	// A client tries twice; the first failure is shown for half a second, the second for one.
	if !knows || n >= 4 {
		p.Handler.ServeHTTP(w, r)
		return
	}
	w.Header().Set("Content-Type", protocol.ProblemMediaType)
	w.WriteHeader(http.StatusInternalServerError)
	_ = json.NewEncoder(w).Encode(protocol.Problem{
		Type: protocol.ProblemTypePrefix + "InvalidFacts", Title: "of " + p.words, Detail: "no place for " + p.words, Status: http.StatusInternalServerError,
		Errors: []protocol.FieldError{{Pointer: "/" + p.words, Rule: p.words}}, Reasons: []string{p.words},
	})
}

func (p *repeating) learn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.knows = true
}

// seen are all versions of filings, providers, notifiers and Namespaces that there ever were, as they were written.
type seen struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (s *seen) follow(t *testing.T, lists ...client.ObjectList) {
	t.Helper()
	for _, list := range lists {
		events, err := admin.Watch(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(events.Stop)
		go func() {
			for e := range events.ResultChan() {
				raw, _ := json.Marshal(e.Object)
				s.mu.Lock()
				s.all.Write(append(raw, '\n'))
				s.mu.Unlock()
			}
		}()
	}
}

// String is all of it.
func (s *seen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all.String()
}

// A journey whose provider repeats whom it has to do with wherever it can, whose Secrets are wrong at first, and of which
// everything is read that is written or served: outside Secrets nothing of a person is there.
func TestNothingOfAPersonIsWrittenOrServedOutsideSecretsWhateverTheProviderRepeats(t *testing.T) {
	const ns, domain = "personal", "personal.cn"
	var written seen
	written.follow(t, &v1alpha1.IcpFilingList{}, &v1alpha1.FilingProviderList{}, &v1alpha1.FilingNotifierList{}, &corev1.NamespaceList{})
	desk, provider := repeatingDesk(t, ns)
	filing := markedFiling(t, ns, domain)

	until(t, filing, "its Secret is said to be wrong", func(f *v1alpha1.IcpFiling) bool {
		c := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionPrerequisitesMet)
		return c != nil && c.Status == metav1.ConditionFalse
	})
	patchSecret(t, ns, "person-web", markedWeb)
	provider.learn()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		o, ok := desk.NewestOrder(domain)
		g.Expect(ok).To(gomega.BeTrue())
		g.Expect(desk.Decide(o.Order.ID, simulator.Ruling{Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionReturned,
			Reasons: []string{"WebsiteNameInvalid"}, Message: "ask " + provider.words})).To(gomega.Succeed())
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(gomega.Succeed())
	until(t, filing, "it is returned", func(f *v1alpha1.IcpFiling) bool {
		c := meta.FindStatusCondition(f.Status.Conditions, v1alpha1.ConditionReady)
		return c != nil && c.Reason == v1alpha1.ReasonReturned
	})
	served := serves(t, ns)
	if err := desk.SetManual(v1alpha1.StagePreliminaryReview, false); err != nil {
		t.Fatal(err)
	}
	mergeInto(t, filing, fmt.Sprintf(`{"metadata":{"annotations":{%q:"2"}}}`, v1alpha1.ResubmitAnnotation))
	until(t, filing, "it is approved", func(f *v1alpha1.IcpFiling) bool {
		return meta.IsStatusConditionTrue(f.Status.Conditions, v1alpha1.ConditionReady)
	})
	for name, text := range serves(t, ns) {
		served[name+", in the end"] = text
	}
	served["the traces"] = traced(t, filing)
	served["every version that was written"] = written.String()
	served["the cluster"] = everythingButSecrets(t)
	for i, p := range running.alive {
		log, err := os.ReadFile(p.log)
		if err != nil {
			t.Fatal(err)
		}
		served[fmt.Sprintf("the log of operator %d", i)] = string(log)
		if strings.Contains(string(log), "Response Body") || strings.Contains(string(log), "Request Body") {
			t.Errorf("operator %d logs what it is answered, Secrets too", i)
		}
	}
	if !strings.Contains(served["every version that was written"], "***") {
		t.Error("nothing that the provider repeated was ever written: it tries nothing")
	}
	provider.failedEverything(t)
	for where, text := range served {
		if len(text) < 100 {
			t.Errorf("%s is next to nothing: %q", where, text)
		}
		for of, value := range marks() {
			for how, form := range forms(value) {
				if strings.Contains(text, form) {
					t.Errorf("%s tells %s (%s)", where, of, how)
				}
			}
		}
	}
}

// forms are how a value may be written.
func forms(value string) map[string]string {
	escaped, _ := json.Marshal(value)
	return map[string]string{
		"as it is": value, "in base64": strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(value)), "="),
		"in hexadecimal": hex.EncodeToString([]byte(value)), "as a string of Go": strings.Trim(fmt.Sprintf("%+q", value), `"`),
		"as a string of JSON": strings.Trim(string(escaped), `"`),
	}
}

func repeatingDesk(t *testing.T, name string) (*simulator.Simulator, *repeating) {
	t.Helper()
	desk, err := simulator.New(simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}})
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, person := range []map[string]string{markedLegal, markedWeb} {
		for _, value := range person {
			words = append(words, value)
		}
	}
	p := &repeating{Handler: desk.Protocol(), words: strings.Join(words, " / "), failed: map[string]int{}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	create(t,
		&v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: v1alpha1.FilingProviderSpec{
			HTTP: &v1alpha1.HTTPProvider{URL: server.URL + "/v1", PollInterval: &metav1.Duration{Duration: 200 * time.Millisecond}},
		}},
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateHold}}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "hook"}, Type: v1alpha1.NotifierSecretType,
			StringData: map[string]string{"url": hook(t) + "/" + markedToken}},
		&v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: name, Name: "hook"}, Spec: v1alpha1.FilingNotifierSpec{
			Webhook: &v1alpha1.WebhookChannel{SecretRef: v1alpha1.SecretReference{Name: "hook"}},
		}},
	)
	return desk, p
}

// failedEverything fails the test where an operation of the journey was never failed.
func (p *repeating) failedEverything(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, operation := range []string{"GET /v1/events", "GET /v1/orders", "POST /v1/orders", "POST /v1/type-determinations", "GET /v1/orders/NAME", "POST /v1/orders/NAME/confirmation", "POST /v1/orders/NAME/attempts"} {
		if p.failed[operation] == 0 {
			t.Errorf("%s was never asked for; what was: %v", operation, p.failed)
		}
	}
}

func markedFiling(t *testing.T, ns, domain string) *v1alpha1.IcpFiling {
	t.Helper()
	for _, secret := range samples.secrets {
		secret = secret.DeepCopy()
		secret.SetNamespace(ns)
		create(t, secret)
	}
	patchSecret(t, ns, "person-legal", markedLegal)
	patchSecret(t, ns, "person-web", markedWeb)
	patchSecret(t, ns, "person-web", markedWrong)
	return file(t, ns, domain, 4711)
}

func patchSecret(t *testing.T, ns, name string, values map[string]string) {
	t.Helper()
	raw, err := json.Marshal(map[string]any{"stringData": values})
	if err != nil {
		t.Fatal(err)
	}
	mergeInto(t, &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: name}}, string(raw))
}

func mergeInto(t *testing.T, o client.Object, body string) {
	t.Helper()
	if err := admin.Patch(t.Context(), o, client.RawPatch(types.MergePatchType, []byte(body))); err != nil {
		t.Fatal(err)
	}
}

func until(t *testing.T, filing *v1alpha1.IcpFiling, what string, holds func(*v1alpha1.IcpFiling) bool) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		g.Expect(admin.Get(t.Context(), client.ObjectKeyFromObject(filing), filing)).To(gomega.Succeed())
		g.Expect(holds(filing)).To(gomega.BeTrue(), "wait until %s: %+v", what, filing.Status)
	}).WithTimeout(within).WithPolling(50 * time.Millisecond).Should(gomega.Succeed())
}

// serves is what operators and the plugin say of a namespace to whoever may see it.
func serves(t *testing.T, ns string) map[string]string {
	t.Helper()
	said := map[string]string{}
	said["the leader's metrics"] = metricsOfTheLeader(t)
	reader, err := plane.TokenConfig(t.Context(), v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount)
	if err != nil {
		t.Fatal(err)
	}
	as := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+reader.BearerToken) }
	p := running.alive[0]
	_, said["the calendar"] = p.get(t.Context(), "calendar", serve.Path+"?namespace="+ns, as)
	for _, page := range []string{"/", "/filings/" + ns + "/filing-4711", "/dates"} {
		_, said["the board's page "+page] = p.get(t.Context(), "board", page, as)
	}
	for _, args := range [][]string{
		{"list", "-A"}, {"list", "-A", "-o", "json"}, {"status", "filing-4711", "-n", ns}, {"status", "filing-4711", "-n", ns, "-o", "json"},
		{"export", "-n", ns, "-o", "csv"}, {"audit", "-A", "-o", "json", "--exit-zero"}, {"explain", "www.personal.cn"},
	} {
		said["kubectl icp "+strings.Join(args, " ")] = plugin(t, args...)
	}
	return said
}

// metricsOfTheLeader are those that say something of filings.
func metricsOfTheLeader(t *testing.T) string {
	t.Helper()
	var all string
	gomega.NewWithT(t).Eventually(func(g gomega.Gomega) {
		for _, address := range metricsAddresses {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/metrics", nil)
			g.Expect(err).NotTo(gomega.HaveOccurred())
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				continue // one that was killed
			}
			defer func() { _ = answer.Body.Close() }()
			body, err := io.ReadAll(answer.Body)
			g.Expect(err).NotTo(gomega.HaveOccurred())
			if strings.Contains(string(body), "icp_filing_info{") {
				all = string(body)
			}
		}
		g.Expect(all).NotTo(gomega.BeEmpty())
	}).WithTimeout(within).Should(gomega.Succeed())
	return all
}

// plugin runs the built plugin as a cluster admin.
func plugin(t *testing.T, args ...string) string {
	t.Helper()
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	if err := cluster.WriteKubeconfig(kubeconfig, plane.Config()); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), filepath.Join(root, "bin", "kubectl-icp"), args...)
	command.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
	out, err := command.CombinedOutput()
	if err != nil {
		t.Errorf("kubectl icp %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// everythingButSecrets is all that the API server has, with managed fields and Events.
func everythingButSecrets(t *testing.T) string {
	t.Helper()
	asked, err := discovery.NewDiscoveryClientForConfig(plane.Config())
	if err != nil {
		t.Fatal(err)
	}
	reader, err := dynamic.NewForConfig(plane.Config())
	if err != nil {
		t.Fatal(err)
	}
	lists, err := asked.ServerPreferredResources()
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, list := range lists {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			t.Fatal(err)
		}
		for _, resource := range list.APIResources {
			if !strings.Contains(strings.Join(resource.Verbs, " "), "list") || version.Group == "" && resource.Name == "secrets" {
				continue
			}
			var objects *unstructured.UnstructuredList
			if objects, err = reader.Resource(version.WithResource(resource.Name)).List(t.Context(), metav1.ListOptions{}); err != nil {
				t.Fatalf("listing %s: %v", resource.Name, err)
			}
			raw, err := objects.MarshalJSON()
			if err != nil {
				t.Fatal(err)
			}
			all.Write(raw)
		}
	}
	return all.String()
}
