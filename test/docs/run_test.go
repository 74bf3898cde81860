package docs

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// order is that in which the pages are followed, one after the other, on one cluster: each finds what those before it left.
var order = []string{
	"docs/quick-start.md", "README.md", "docs/install.md", "docs/filing.md", "docs/after-approval.md", "docs/calendar.md", "docs/board.md",
	"docs/rules.md", "docs/kubectl-icp.md", "docs/monitoring.md", "docs/security.md", "docs/operations.md",
}

// refused are commands that the pages show because they are refused, by what is said then.
var refused = map[string]string{
	"-n strict create ingress":     "no ICP filing (ICP备案) in force covers it there",
	"https://other.com":            "a filed domain cannot be changed",
	`"homepage":"www.example.org"`: "website.homepage must be domain.name or a host below it",
}

// within bounds every wait.
const within = 3 * time.Minute

// place is where the pages are followed: what `make run` brings up.
type place struct {
	root, kubeconfig string
	// here is what stands here for what the pages name: an address that another demo may have, and a program that make dist makes.
	here *strings.Replacer
}

// metrics are where the demo says that it serves them; scrapes is how the pages look at them.
var (
	metrics = regexp.MustCompile(`http://127\.0\.0\.1:\d+/metrics`)
	scrapes = regexp.MustCompile(`^curl -s (http://\S+/metrics) \| grep -E '(.+)'$`)
)

func TestTheCommandsOfThePagesRun(t *testing.T) {
	at := open(t)
	for _, name := range order {
		p := read(t, name)
		t.Run(name, func(t *testing.T) { at.follow(t, p) })
	}
	t.Run("sentences", at.runSentences)
}

// looks is a command that changes nothing; names are what stands in such commands for an object's name.
var (
	looks = regexp.MustCompile(`^kubectl ((get|describe|auth can-i) [a-z]|(events|icp (audit|list|status|explain)) \S)`)
	names = strings.NewReplacer("NAMESPACE", "shop", "FILING", "example-com", "ingress/NAME", "ingress/web",
		"filingprovider NAME", "filingprovider simulator", "filingproviders/NAME", "filingproviders/simulator", "filingnotifier NAME", "filingnotifier team-chat")
)

// runSentences runs what the pages tell to look at in their sentences, of which a page on notifiers has been followed.
func (p *place) runSentences(t *testing.T) {
	dir, ran := t.TempDir(), map[string]bool{}
	for _, b := range read(t, "docs/notifications.md").blocks {
		if b.lang == "yaml" {
			if out, err := p.run(t.Context(), dir, "kubectl apply -f - <<'EOF'\n"+b.text+"EOF\n"); err != nil {
				t.Errorf("%s: %v: %s", b.name("docs/notifications.md"), err, out)
			}
		}
	}
	for _, of := range scripts(t) {
		for _, command := range of.said() {
			if !looks.MatchString(command) || ran[command] {
				continue
			}
			ran[command] = true
			if out, err := p.run(t.Context(), dir, names.Replace(command)); err != nil {
				t.Errorf("%s: %s: %v: %s", of.path, command, err, out)
			}
		}
	}
	if len(ran) < 15 {
		t.Errorf("only %d commands stand in sentences", len(ran))
	}
}

// open runs the demo as `make run` does, in a folder of its own, and waits until its filing is approved.
func open(t *testing.T) *place {
	t.Helper()
	runtime.LockOSThread() // with which what it starts would end
	p := &place{root: root(t)}
	dir := filepath.Join(p.root, "bin", "pages")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "demo.log")
	demo, _, err := cluster.StartProgram(cluster.ProgramOptions{
		Path: filepath.Join(p.root, "bin", "demo"), Args: []string{"--stay", "--dir", "bin/pages", "--delay", "100ms"}, Log: log, Announces: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := demo.Stop(); err != nil {
			t.Error(err)
		}
	})
	stays := make(chan error, 1)
	go func() { stays <- demo.Ended() }()
	var said []byte
	NewWithT(t).Eventually(func() string {
		select {
		case err := <-stays:
			t.Fatal(err)
		default:
		}
		if said, err = os.ReadFile(log); err != nil {
			t.Fatal(err)
		}
		return string(said)
	}).WithTimeout(within).WithPolling(100 * time.Millisecond).Should(And(ContainSubstring("stay up until Ctrl-C"), MatchRegexp(metrics.String())))
	p.kubeconfig = filepath.Join(dir, "kubeconfig")
	p.here = strings.NewReplacer("http://127.0.0.1:8651/metrics", metrics.FindString(string(said)), "dist/icp-operator_linux_amd64", "icp-operator")
	p.nodeRuns(t)
	for _, kind := range []string{"ServiceMonitor", "PrometheusRule"} {
		p.knows(t, "monitoring.coreos.com", "v1", kind)
	}
	return p
}

// knows has the cluster take a kind of another project's, whatever its objects hold: test/monitoring holds ours to its definition.
func (p *place) knows(t *testing.T, group, version, kind string) {
	t.Helper()
	plural := strings.ToLower(kind) + "s"
	name := plural + "." + group
	out, err := p.run(t.Context(), t.TempDir(), "kubectl apply -f - <<'EOF'\n"+`apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: `+name+`}
spec:
  group: `+group+`
  scope: Namespaced
  names: {kind: `+kind+`, plural: `+plural+`}
  versions:
  - {name: `+version+`, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
EOF
kubectl wait crd/`+name+" --for=condition=Established --timeout=1m\n")
	if err != nil {
		t.Fatalf("%s: %v: %s", kind, err, out)
	}
}

// nodeRuns has Pods run as a node would, while the test runs: what is waited for is that Deployments are available. The operator
// itself runs beside the cluster.
func (p *place) nodeRuns(t *testing.T) {
	t.Helper()
	rest, err := clientcmd.BuildConfigFromFlags("", p.kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := client.New(rest, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- wait.PollUntilContextCancel(ctx, 100*time.Millisecond, true, func(ctx context.Context) (bool, error) { return false, runPods(ctx, admin) })
	}()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
}

// runPods says of every Pod that waits for a node that it runs.
func runPods(ctx context.Context, admin client.Client) error {
	var pods corev1.PodList
	if err := admin.List(ctx, &pods); err != nil {
		return err
	}
	for i := range pods.Items {
		pod := &pods.Items[i]
		if pod.Status.Phase == corev1.PodRunning {
			continue
		}
		before := pod.DeepCopy()
		pod.Status.Phase = corev1.PodRunning
		pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
		if err := client.IgnoreNotFound(admin.Status().Patch(ctx, pod, client.MergeFrom(before))); err != nil {
			return err
		}
	}
	return nil
}

// follow runs the commands of a page, block by block, in a folder with what a clone of the repository has.
func (p *place) follow(t *testing.T, of page) {
	t.Helper()
	dir := p.folder(t, of)
	ran := 0
	for _, b := range of.blocks {
		if !b.isShell() || isElsewhere(of.path, b) {
			continue
		}
		ran++
		for _, script := range b.scripts() {
			out, err := p.enter(t.Context(), dir, p.here.Replace(script.typed))
			want := wantRefusal(script.typed)
			switch {
			case want != "" && (err == nil || !strings.Contains(out, want)):
				t.Fatalf("%s: %v: want it refused by %q:\n%s\n%s", b.name(of.path), err, want, script.typed, out)
			case want == "" && err != nil:
				t.Fatalf("%s: %v:\n%s\n%s", b.name(of.path), err, script.typed, out)
			}
			t.Logf("%s: %s\n%s", b.name(of.path), script.typed, out)
			if slices.Contains(exact, of.path) && b.lang == "console" {
				if diff := cmp.Diff(alike(script.shown), alike(out)); diff != "" {
					t.Errorf("%s: %s (-shown +printed):\n%s", b.name(of.path), script.typed, diff)
				}
			}
		}
	}
	if ran == 0 {
		t.Error("nothing of it was run")
	}
}

// enter runs a command as a shell does, but looks at metrics by itself, for not every machine has curl.
func (p *place) enter(ctx context.Context, dir, command string) (string, error) {
	scraped := scrapes.FindStringSubmatch(command)
	if scraped == nil {
		return p.run(ctx, dir, command)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scraped[1], nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	matching, err := regexp.Compile(scraped[2])
	if err != nil {
		return "", err
	}
	var found strings.Builder
	for line := range strings.Lines(string(body)) {
		if matching.MatchString(line) {
			found.WriteString(line)
		}
	}
	if found.Len() == 0 {
		return "", errors.New("nothing of what is served is that")
	}
	return found.String(), nil
}

// script is what is run at a time, and what the page shows that it prints.
type script struct{ typed, shown string }

// scripts are all of what is one script, and each command of a console.
func (b block) scripts() []script {
	if b.lang == "sh" {
		return []script{{typed: b.text}}
	}
	var all []script
	for line := range strings.Lines(b.text) {
		command, is := strings.CutPrefix(line, "$ ")
		switch {
		case is:
			all = append(all, script{typed: command})
		case len(all) > 0:
			all[len(all)-1].shown += line
		}
	}
	return all
}

// exact are the pages whose consoles show what is really printed.
var exact = []string{"docs/quick-start.md"}

var (
	blanks  = regexp.MustCompile(`[ \t]+`)
	numbers = regexp.MustCompile(`[0-9]+`)
	ages    = regexp.MustCompile(`\b(0[smhd])+\b`)
)

// alike is a text without what is another each time: numbers, ages, and the widths of columns that follow from them.
func alike(text string) string {
	text = ages.ReplaceAllString(numbers.ReplaceAllString(text, "0"), "0s")
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimSpace(blanks.ReplaceAllString(line, " ")))
	}
	return strings.Join(lines, "\n")
}

func isElsewhere(page string, b block) bool {
	return slices.ContainsFunc(slices.Concat(elsewhere, nowhere), func(r row) bool { return r.is(page, b) })
}

func wantRefusal(script string) string {
	for holds, says := range refused {
		if strings.Contains(script, holds) {
			return says
		}
	}
	return ""
}

// folder is what a reader has: the repository's folders, files that a page tells to make, and a certificate.
func (p *place) folder(t *testing.T, of page) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"config", "examples", "dist", "hack"} {
		if err := os.Symlink(filepath.Join(p.root, name), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	files := map[string]string{}
	files["tls.crt"], files["tls.key"] = certificate(t)
	if of.path == "docs/rules.md" {
		for _, b := range of.blocks {
			if strings.Contains(b.text, "rows:") {
				files["rules.yaml"] = b.text
			}
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// certificate is one with its key, such as readers have of their authority.
func certificate(t *testing.T) (certificate, key string) {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	pair := server.TLS.Certificates[0]
	pkcs8, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}))
}

// run runs a script as an admin of the cluster does, with the programs that make run has built.
func (p *place) run(ctx context.Context, dir, script string) (string, error) {
	command := exec.CommandContext(ctx, "bash", "-euo", "pipefail", "-c", script)
	command.Dir = dir
	command.Env = append(os.Environ(), "KUBECONFIG="+p.kubeconfig, "EDITOR=true",
		"PATH="+filepath.Join(p.root, "bin")+":"+os.Getenv("PATH")+":"+filepath.Join(p.root, "bin", "k8s"))
	out, err := command.CombinedOutput()
	return string(out), err
}
