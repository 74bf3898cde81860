// Package stand serves the board on a real API server, as the operator does and under its service account, with the filings of two
// teams: for the tests of the board, by HTTP and in a browser.
package stand

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// Viewer is the service account of each team that may view its namespace.
const Viewer = "viewer"

// Stand is a board that is served.
type Stand struct {
	// Admin is a cluster admin's client, and AsOperator acts as the operator's service account.
	Admin, AsOperator client.Client
	// URL is the board's address, over TLS with a certificate that Authority trusts; Other is that of a second operator's.
	URL, Other string
	Authority  *x509.CertPool

	tokens *kubernetes.Clientset
	sample *v1alpha1.IcpFiling
}

// New installs what production installs, and serves the board as two operators would. No controller runs: tests write statuses, as
// the operator.
func New(ctx context.Context, c *cluster.Cluster) (*Stand, error) {
	if err := c.Install(ctx); err != nil {
		return nil, err
	}
	own, err := c.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		return nil, err
	}
	s := &Stand{}
	if s.sample, err = sampleFiling(); err != nil {
		return nil, err
	}
	if s.Admin, err = client.New(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return nil, err
	}
	if s.AsOperator, err = client.New(own, client.Options{Scheme: controllers.Scheme()}); err != nil {
		return nil, err
	}
	if s.tokens, err = kubernetes.NewForConfig(c.Config()); err != nil {
		return nil, err
	}
	mgr, err := ctrl.NewManager(own, ctrl.Options{Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"}})
	if err != nil {
		return nil, err
	}
	routes, err := controllers.NewRoutes(ctx, mgr)
	if err != nil {
		return nil, err
	}
	options := controllers.ServeOptions{Address: "127.0.0.1:0"}
	if options.CertDir, s.Authority, err = certificate(c.Dir()); err != nil {
		return nil, err
	}
	for _, url := range []*string{&s.URL, &s.Other} {
		address, err := controllers.AddBoard(ctx, mgr, clock.RealClock{}, routes, options)
		if err != nil {
			return nil, err
		}
		*url = "https://" + address
	}
	go func() {
		if err := mgr.Start(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "the operator:", err)
			os.Exit(1)
		}
	}()
	return s, nil
}

// certificate writes one that is good for 127.0.0.1.
func certificate(below string) (dir string, authority *x509.CertPool, err error) {
	certified := httptest.NewTLSServer(nil)
	certified.Close()
	authority = x509.NewCertPool()
	authority.AddCert(certified.Certificate())
	key, err := x509.MarshalPKCS8PrivateKey(certified.TLS.Certificates[0].PrivateKey)
	if err != nil {
		return "", nil, err
	}
	dir = filepath.Join(below, "board-tls")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return "", nil, err
	}
	for name, block := range map[string]*pem.Block{"tls.crt": {Type: "CERTIFICATE", Bytes: certified.Certificate().Raw}, "tls.key": {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			return "", nil, err
		}
	}
	return dir, authority, nil
}

// Team makes a namespace, and a service account that may view it.
func (s *Stand) Team(ctx context.Context, namespace string, labels map[string]string) error {
	return s.create(ctx,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: namespace, Labels: labels}},
		&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: Viewer}},
		&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: Viewer},
			RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "view"},
			Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: namespace, Name: Viewer}}})
}

func (s *Stand) create(ctx context.Context, objects ...client.Object) error {
	for _, o := range objects {
		if err := s.Admin.Create(ctx, o); err != nil {
			return fmt.Errorf("making %T %s: %w", o, client.ObjectKeyFromObject(o), err)
		}
	}
	return nil
}

// Token is one of a team's viewer, of an audience; "" for the API server's own.
func (s *Stand) Token(ctx context.Context, namespace, audience string) (string, error) {
	request := &authenticationv1.TokenRequest{}
	if audience != "" {
		request.Spec.Audiences = []string{audience}
	}
	answer, err := s.tokens.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, Viewer, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("issuing a token of %s's viewer: %w", namespace, err)
	}
	return answer.Status.Token, nil
}
