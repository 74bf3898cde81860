// Package calendar_test subscribes to the calendars of coming dates on a real API server: its tokens, its rights, and the operator
// under its own service account.
package calendar_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/zap/zapcore"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"

	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// What every test of the package stands on.
var (
	// admin is a cluster admin's client, and asOperator acts as the operator's service account.
	admin, asOperator client.Client
	// tokens issues tokens of service accounts.
	tokens *kubernetes.Clientset
	// url is the address of the calendars, and secure the one over TLS, whose certificate authority trusts.
	url, secure string
	authority   *x509.CertPool
)

// within is how long a test waits for what takes a moment, unless the machine is busy.
const within = 2 * time.Minute

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(os.Stderr), zap.Level(zapcore.ErrorLevel), zap.StacktraceLevel(zapcore.DPanicLevel)))
	cluster.Main(m, cluster.Options{}, setup)
}

// setup installs what production installs and serves the calendars as the operator does. No controller runs: the tests write
// the statuses, as the operator.
func setup(ctx context.Context, c *cluster.Cluster) error {
	if err := c.Install(ctx); err != nil {
		return err
	}
	own, err := c.TokenConfig(ctx, "icp-system", "icp-operator")
	if err != nil {
		return err
	}
	if admin, err = client.New(c.Config(), client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	if asOperator, err = client.New(own, client.Options{Scheme: controllers.Scheme()}); err != nil {
		return err
	}
	if tokens, err = kubernetes.NewForConfig(c.Config()); err != nil {
		return err
	}
	mgr, err := ctrl.NewManager(own, ctrl.Options{Scheme: controllers.Scheme(), Cache: controllers.Cache(), Metrics: metricsserver.Options{BindAddress: "0"}})
	if err != nil {
		return err
	}
	address, err := controllers.AddCalendar(ctx, mgr, clock.RealClock{}, controllers.ServeOptions{Address: "127.0.0.1:0"})
	if err != nil {
		return err
	}
	url = "http://" + address
	if err := serveOverTLS(ctx, c, mgr); err != nil {
		return err
	}
	go func() {
		if err := mgr.Start(ctx); err != nil && ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "the operator:", err)
			os.Exit(1)
		}
	}()
	return nil
}

// serveOverTLS serves the calendars a second time, with a certificate in a directory.
func serveOverTLS(ctx context.Context, c *cluster.Cluster, mgr ctrl.Manager) error {
	certified := httptest.NewTLSServer(nil)
	certified.Close()
	authority = x509.NewCertPool()
	authority.AddCert(certified.Certificate())
	key, err := x509.MarshalPKCS8PrivateKey(certified.TLS.Certificates[0].PrivateKey)
	if err != nil {
		return err
	}
	dir := filepath.Join(c.Dir(), "calendar-tls")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for name, block := range map[string]*pem.Block{"tls.crt": {Type: "CERTIFICATE", Bytes: certified.Certificate().Raw}, "tls.key": {Type: "PRIVATE KEY", Bytes: key}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			return err
		}
	}
	address, err := controllers.AddCalendar(ctx, mgr, clock.RealClock{}, controllers.ServeOptions{Address: "127.0.0.1:0", CertDir: dir})
	secure = "https://" + address
	return err
}
