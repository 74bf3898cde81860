// Package board_test looks at the board on a real API server: its tokens, its rights, and the operator under its own service
// account. How it looks in a browser is test/browser's.
package board_test

import (
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"os"
	"testing"
	"time"

	"go.uber.org/zap/zapcore"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/beian-dev/icp-operator/test/board/stand"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// What every test of the package stands on.
var (
	board *stand.Stand
	// browser asks over TLS, and follows nothing.
	browser *http.Client
)

// within is how long a test waits for what takes a moment, unless the machine is busy.
const within = 2 * time.Minute

func TestMain(m *testing.M) {
	ctrl.SetLogger(zap.New(zap.WriteTo(os.Stderr), zap.Level(zapcore.ErrorLevel), zap.StacktraceLevel(zapcore.DPanicLevel)))
	cluster.Main(m, cluster.Options{}, func(ctx context.Context, c *cluster.Cluster) (err error) {
		if board, err = stand.New(ctx, c); err != nil {
			return err
		}
		browser = &http.Client{
			Transport:     &http.Transport{TLSClientConfig: &tls.Config{RootCAs: board.Authority, MinVersion: tls.VersionTLS12}},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		return nil
	})
}

// answer is what the board said.
type answer struct {
	status  int
	body    string
	header  http.Header
	cookies []*http.Cookie
}

func do(t *testing.T, r *http.Request) answer {
	t.Helper()
	response, err := browser.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, string(body), response.Header, response.Cookies()}
}

func get(t *testing.T, address, token string, cookies ...*http.Cookie) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return do(t, r)
}
