// Package board looks at the board in a real browser, as people do: with a mouse, with the keyboard alone, without script, in both
// languages and looks. The board is served as the operator does, on a real API server. Screenshots stay in bin/screenshots.
package board

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/go-logr/logr"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/test/board/stand"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// patience bounds all that is done in one tab, and how long a browser takes to start.
const patience = 8 * time.Minute

// What every test of the package stands on.
var (
	board *stand.Stand
	// changing is the filing that a test changes while a page is looked at.
	changing *v1alpha1.IcpFiling
	// chrome is the browser's program.
	chrome string
	// screenshots is where they stay.
	screenshots string
)

func TestMain(m *testing.M) {
	ctrl.SetLogger(logr.Discard())
	cluster.Main(m, cluster.Options{}, setup)
}

func setup(ctx context.Context, c *cluster.Cluster) (err error) {
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	screenshots = filepath.Join(root, "bin", "screenshots")
	if err := os.MkdirAll(screenshots, 0o755); err != nil {
		return err
	}
	fmt.Println("screenshots:", screenshots)
	if board, err = stand.New(ctx, c); err != nil {
		return err
	}
	if err := fill(ctx); err != nil {
		return err
	}
	chrome, err = chromium()
	return err
}

// chromium finds the browser.
func chromium() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("there is no Chromium: on Debian, apt-get install chromium")
}

// fill makes two teams with filings at every kind of stage.
func fill(ctx context.Context) (err error) {
	for namespace, mode := range map[string]string{"shop": v1alpha1.GateHold, "bank": v1alpha1.GateWarn} {
		if err := board.Team(ctx, namespace, map[string]string{v1alpha1.GateLabel: mode}); err != nil {
			return err
		}
	}
	waits := stand.Next
	for _, f := range []struct {
		namespace, domain string
		stage             v1alpha1.StageName
		edits             []stand.Edit
	}{
		{"shop", "prepare.example", v1alpha1.StagePreparation, []stand.Edit{waits(v1alpha1.ActorApplicant, "Unheard", procedure.InCluster, 0)}},
		{"shop", "sms.example", v1alpha1.StageSmsVerification, []stand.Edit{waits(v1alpha1.ActorWebsiteResponsiblePerson, "VerifySmsByWebsitePerson", procedure.AtMinistrySite, 1)}},
		{"shop", "late-sms.example", v1alpha1.StageSmsVerification, []stand.Edit{waits(v1alpha1.ActorSubjectResponsiblePerson, "VerifySmsBySubjectPerson", procedure.AtMinistrySite, -1)}},
		{"shop", "returned.example", v1alpha1.StagePreliminaryReview, []stand.Edit{stand.Returned("网站名称与内容不符。Give the site <b>another</b> name.", "WebsiteNameInvalid", "FaceCheckFailed")}},
		{"shop", "desk.example", v1alpha1.StagePreliminaryReview, []stand.Edit{waits(v1alpha1.ActorProvider, "PreliminaryReview", procedure.AtProvider, 2)}},
		{"shop", "bureau.example", v1alpha1.StageBureauReview, []stand.Edit{waits(v1alpha1.ActorBureau, "BureauReview", procedure.AtBureau, 12)}},
		{"shop", "a-domain-with-a-name-that-is-longer-than-most.example", v1alpha1.StageBureauReview, []stand.Edit{waits(v1alpha1.ActorBureau, "BureauReview", procedure.AtBureau, 15)}},
		{"shop", "open.example", v1alpha1.StageApproved, []stand.Edit{stand.InForce(26)}},
		{"shop", "overdue.example", v1alpha1.StageApproved, []stand.Edit{stand.InForce(40)}},
		{"bank", "hidden.example", v1alpha1.StageApproved, []stand.Edit{stand.InForce(3)}},
	} {
		if _, err := board.File(ctx, f.namespace, f.domain, f.stage, f.edits...); err != nil {
			return err
		}
	}
	if changing, err = board.File(ctx, "bank", "changing.example", v1alpha1.StageConfirmation, waits(v1alpha1.ActorApplicant, "ConfirmOrder", procedure.InConsole, 3)); err != nil {
		return err
	}
	for _, r := range [][]string{{"shop", "open", "www.open.example", "open.example"}, {"shop", "sms", "www.sms.example"}, {"shop", "unfiled", "xn--fsqu00a.example"}, {"bank", "web", "www.hidden.example"}} {
		if err := board.Route(ctx, r[0], r[1], r[2:]...); err != nil {
			return err
		}
	}
	return untilSeen(ctx)
}

// untilSeen waits until the operator has all of it in memory.
func untilSeen(ctx context.Context) error {
	token, err := board.Token(ctx, "bank", "")
	if err != nil {
		return err
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: board.Authority, MinVersion: tls.VersionTLS12}}}
	for ticker := time.NewTicker(time.Second); ; {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, board.URL+"/exposure", nil)
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+token)
		if answer, err := client.Do(r); err == nil {
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err == nil && strings.Contains(string(body), "www.hidden.example") {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// setting is how somebody looks at the board.
type setting struct {
	language string
	dark     bool
	script   bool
	width    int64
}

// tab opens a browser with a profile of its own. The board's certificate is nobody's that it knows.
func tab(t *testing.T, s setting) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chrome), chromedp.NoSandbox, chromedp.WSURLReadTimeout(patience), chromedp.Flag("ignore-certificate-errors", true))
	allocated, cancelAll := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancelAll)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	ctx, cancelLate := context.WithTimeout(ctx, patience)
	t.Cleanup(cancelLate)
	scheme := "light"
	if s.dark {
		scheme = "dark"
	}
	if s.width == 0 {
		s.width = 1280
	}
	run(ctx, t,
		emulation.SetUserAgentOverride("board test").WithAcceptLanguage(s.language),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
		emulation.SetScriptExecutionDisabled(!s.script),
		emulation.SetDeviceMetricsOverride(s.width, 900, 1, false),
	)
	return ctx
}

func run(ctx context.Context, t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// enter signs in as a team's viewer, at a page of the board.
func enter(ctx context.Context, t *testing.T, namespace, page string) {
	t.Helper()
	token, err := board.Token(ctx, namespace, "board.icp.beian.dev")
	if err != nil {
		t.Fatal(err)
	}
	run(ctx, t,
		chromedp.Navigate(board.URL+page),
		chromedp.WaitVisible(`#token`, chromedp.ByQuery),
		chromedp.SetValue(`#token`, token, chromedp.ByQuery),
		chromedp.Click(`button.main`, chromedp.ByQuery),
		chromedp.WaitVisible(`#live`, chromedp.ByQuery),
	)
}

// shoot keeps what the whole page looks like.
func shoot(name string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		var whole []byte
		if err := chromedp.FullScreenshot(&whole, 100).Do(ctx); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(screenshots, name+".png"), whole, 0o600)
	})
}

func text(ctx context.Context, t *testing.T, selector string) string {
	t.Helper()
	var said string
	run(ctx, t, chromedp.Text(selector, &said, chromedp.ByQuery))
	return said
}
