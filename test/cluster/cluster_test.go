package cluster

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	. "github.com/onsi/gomega"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

var shared *Cluster

func TestMain(m *testing.M) {
	Main(m, Options{Audit: true}, func(_ context.Context, c *Cluster) error {
		shared = c
		return nil
	})
}

func clientsOf(t *testing.T, config *rest.Config) *kubernetes.Clientset {
	t.Helper()
	clients, err := kubernetes.NewForConfig(config)
	if err != nil {
		t.Fatal(err)
	}
	return clients
}

// newNamespace makes a namespace with a generated name and returns the name.
func newNamespace(t *testing.T) string {
	t.Helper()
	namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "harness-"}}
	made, err := clientsOf(t, shared.Config()).CoreV1().Namespaces().Create(t.Context(), namespace, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return made.Name
}

func TestTheRoleAdminHasItsRulesFromTheStart(t *testing.T) {
	t.Parallel()
	role, err := clientsOf(t, shared.Config()).RbacV1().ClusterRoles().Get(t.Context(), "admin", metav1.GetOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if len(role.Rules) == 0 {
		t.Error("ClusterRole admin has no rules: the controller manager has not put it together")
	}
}

func TestAUserMayDoWhatRBACGivesThemAndNoMore(t *testing.T) {
	t.Parallel()
	ctx, namespace := t.Context(), newNamespace(t)
	tenant := clientsOf(t, shared.ConfigFor("tenant@example.com"))
	config := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "any"}}

	_, err := tenant.CoreV1().ConfigMaps(namespace).Create(ctx, config, metav1.CreateOptions{})
	if !apierrors.IsForbidden(err) {
		t.Fatalf("create without a role: got %v, want it forbidden", err)
	}

	binding := &rbacv1.RoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "tenant"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "admin"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: "tenant@example.com"}},
	}
	if _, err := clientsOf(t, shared.Config()).RbacV1().RoleBindings(namespace).Create(ctx, binding, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	NewWithT(t).Eventually(func() error {
		_, err := tenant.CoreV1().ConfigMaps(namespace).Create(ctx, config, metav1.CreateOptions{})
		return err
	}).WithTimeout(time.Minute).Should(Succeed())
	if _, err := tenant.CoreV1().Namespaces().Get(ctx, "kube-system", metav1.GetOptions{}); !apierrors.IsForbidden(err) {
		t.Errorf("read another namespace: got %v, want it forbidden", err)
	}
}

func TestATokenActsAsItsServiceAccount(t *testing.T) {
	t.Parallel()
	ctx, namespace := t.Context(), newNamespace(t)
	account := &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "operator"}}
	if _, err := clientsOf(t, shared.Config()).CoreV1().ServiceAccounts(namespace).Create(ctx, account, metav1.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	config, err := shared.TokenConfig(ctx, namespace, "operator")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "kubeconfig")
	if err := WriteKubeconfig(path, config); err != nil {
		t.Fatal(err)
	}
	read, err := clientcmd.BuildConfigFromFlags("", path)
	if err != nil {
		t.Fatal(err)
	}
	for name, config := range map[string]*rest.Config{"the configuration": config, "the kubeconfig": read} {
		review, err := clientsOf(t, config).AuthenticationV1().SelfSubjectReviews().Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(ServiceAccountUser(namespace, "operator"), review.Status.UserInfo.Username); diff != "" {
			t.Errorf("%s: user (-want +got):\n%s", name, diff)
		}
	}
}

func TestADeletedNamespaceGoesAway(t *testing.T) {
	t.Parallel()
	ctx, namespace := t.Context(), newNamespace(t)
	namespaces := clientsOf(t, shared.Config()).CoreV1().Namespaces()
	if err := namespaces.Delete(ctx, namespace, metav1.DeleteOptions{}); err != nil {
		t.Fatal(err)
	}
	NewWithT(t).Eventually(func() bool {
		_, err := namespaces.Get(ctx, namespace, metav1.GetOptions{})
		return apierrors.IsNotFound(err)
	}).WithTimeout(2 * time.Minute).Should(BeTrue())
}

func TestTwoControlPlanesRunSideBySideAndLeaveNothingListening(t *testing.T) {
	t.Parallel()
	clusters := make(chan *Cluster, 2)
	for range cap(clusters) {
		go func() {
			c, err := Start(t.Context(), Options{})
			if err != nil {
				t.Error(err)
			}
			clusters <- c
		}()
	}
	first, second := <-clusters, <-clusters
	if first == nil || second == nil {
		t.FailNow()
	}
	if first.Config().Host == second.Config().Host {
		t.Errorf("both serve on %s", first.Config().Host)
	}
	if err := first.Stop(); err != nil {
		t.Error(err)
	}
	if answers(t, first) {
		t.Error("something still listens on the first one's port after Stop")
	}
	if !answers(t, second) {
		t.Error("stopping the first one stopped the second")
	}
	if err := second.Stop(); err != nil {
		t.Error(err)
	}
	for _, c := range []*Cluster{first, second} {
		if _, err := os.Stat(c.Dir()); !os.IsNotExist(err) {
			t.Errorf("%s is still there after Stop (%v)", c.Dir(), err)
		}
	}
}

func TestNothingOutlivesAControlPlaneThatIsKilled(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Log("only Linux can end the children of a process that is killed")
		return
	}
	c, err := Start(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	<-c.Done()
	NewWithT(t).Eventually(func() bool { return answers(t, c) }).WithTimeout(time.Minute).Should(BeFalse())
	if err := c.Stop(); err == nil {
		t.Error("Stop does not tell that the control plane had been killed")
	}
}

func TestADirectoryTakesOneControlPlaneAtATime(t *testing.T) {
	t.Parallel()
	c, err := Start(t.Context(), Options{Dir: shared.Dir()})
	if err == nil {
		_ = c.Stop()
		t.Fatal("a second control plane started in the directory of the first")
	}
	if !strings.Contains(err.Error(), "is running in "+shared.Dir()+" already") {
		t.Errorf("got %q, which does not say that one is running there", err)
	}
}

func TestAFlagThatTheAPIServerRefusesIsReportedWithItsReason(t *testing.T) {
	t.Parallel()
	c, err := Start(t.Context(), Options{APIServerArgs: []string{"--no-such-flag"}})
	if err == nil {
		_ = c.Stop()
		t.Fatal("a control plane started with a flag that does not exist")
	}
	if !strings.Contains(err.Error(), "unknown flag: --no-such-flag") {
		t.Errorf("got %q, which does not contain what the API server said", err)
	}
}

// answers tells whether anything accepts connections where c's API server does.
func answers(t *testing.T, c *Cluster) bool {
	t.Helper()
	server, err := url.Parse(c.Config().Host)
	if err != nil {
		t.Fatal(err)
	}
	connection, err := net.DialTimeout("tcp", server.Host, 10*time.Second)
	if err == nil {
		_ = connection.Close()
	}
	return err == nil
}
