package plugin_test

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/beian-dev/icp-operator/internal/plugin"
)

// boardOf runs the board with a kubeconfig until the test ends, and opens it as a browser does.
func boardOf(t *testing.T, kubeconfig string, args ...string) (*http.Client, string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	out, ended := &written{}, make(chan int, 1)
	streams := genericiooptions.IOStreams{In: strings.NewReader(""), Out: out, ErrOut: out}
	args = append([]string{"kubectl-icp", "--kubeconfig", kubeconfig, "board", "--open=false", "--lang", "en"}, args...)
	go func() { ended <- plugin.Run(ctx, args, func(string) string { return "" }, streams, now) }()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("the board ended with %d: %s", code, out)
		}
	})
	gomega.NewWithT(t).Eventually(out.String).WithTimeout(within).Should(gomega.ContainSubstring("good once"))
	_, rest, _ := strings.Cut(out.String(), "The board is at ")
	address, _, _ := strings.Cut(rest, "\n")
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar}, address
}

// load asks for a page.
func load(t *testing.T, c *http.Client, address string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestTheBoardShowsWhatTheUserMayList(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"board-own", "board-strange"} {
		namespace(t, name, "")
		filing(t, name, "site", name+".cn")
	}
	create(t, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "board-own", Name: "viewer"},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "board-viewer"}}})

	viewer := kubeconfigOf(t, "board-viewer")
	gomega.NewWithT(t).Eventually(func() int { return icpAs(t, viewer, "", "en", "list", "-n", "board-own").code }).WithTimeout(within).Should(gomega.BeZero())

	c, address := boardOf(t, viewer, "-n", "board-own")
	status, body := load(t, c, address)
	if status != http.StatusOK || !strings.Contains(body, "board-own.cn") || strings.Contains(body, "board-strange") || !strings.Contains(body, "board-viewer") {
		t.Errorf("the viewer sees, with %d:\n%s", status, body)
	}
	if status, body := load(t, http.DefaultClient, address); status != http.StatusUnauthorized || strings.Contains(body, "board-own.cn") {
		t.Errorf("the second who opens the address sees, with %d:\n%s", status, body)
	}
	at, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	base, _, _ := strings.Cut(strings.TrimPrefix(at.Path, "/"), "/")
	for _, page := range []string{"/filings/board-own/site", "/dates", "/exposure"} {
		if status, body := load(t, c, "http://"+at.Host+"/"+base+page); status != http.StatusOK || strings.Contains(body, "board-strange") {
			t.Errorf("%s: %d\n%s", page, status, body)
		}
	}

	c, address = boardOf(t, plane.Kubeconfig())
	if _, body := load(t, c, address); !strings.Contains(body, "You see all namespaces.") {
		t.Errorf("an admin sees\n%s", body)
	}
}

func TestWhoMayListNoFilingsIsToldSo(t *testing.T) {
	t.Parallel()
	got := icpAs(t, kubeconfigOf(t, "board-nobody"), "", "en", "board", "--open=false")
	if got.code != plugin.ExitFailed || !strings.Contains(got.err, "icp-viewer") {
		t.Errorf("%+v", got)
	}
}

func TestTheBoardIsServedToThisMachineAlone(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0", "192.0.2.1", "example.com", "::"} {
		if got := icp(t, "en", "board", "--open=false", "--address", address); got.code != plugin.ExitFailed || !strings.Contains(got.err, "loopback") {
			t.Errorf("%s: %+v", address, got)
		}
	}
}
