// Package browser plays the bureau in a real browser, as a person would. It is a module of its own, since it needs a
// Chromium: make browser-test says how to get one.
package browser

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/internal/simulator/pages"
)

// patience bounds all that is done in one browser, and how long one takes to start.
const patience = 5 * time.Minute

// browser opens one, in a language.
func browser(t *testing.T, language string) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Fatal("there is no Chromium: on Debian, apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WSURLReadTimeout(patience), chromedp.Flag("accept-lang", language), chromedp.WindowSize(1100, 1400))
	allocated, cancelAll := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancelAll)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	ctx, cancelLate := context.WithTimeout(ctx, patience)
	t.Cleanup(cancelLate)
	return ctx
}

// desk is a simulator whose reviews wait for a person, and the address of its pages.
func desk(t *testing.T, orders int) (*simulator.Simulator, string) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview, v1alpha1.StageSmsVerification, v1alpha1.StageBureauReview}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range orders {
		if err := sim.AddOrder(simulator.NewOrder{Domain: fmt.Sprintf("shop-%d.cn", i), Confirmed: true}); err != nil {
			t.Fatal(err)
		}
	}
	handler, err := pages.Handler(sim)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return sim, server.URL
}

// follow does what leads to another page, and waits until that is loaded: the page before may have the same words and fields.
func follow(ctx context.Context, t *testing.T, actions ...chromedp.Action) {
	t.Helper()
	if _, err := chromedp.RunResponse(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// press presses a button, and reads on the page that follows what came of it.
func press(ctx context.Context, t *testing.T, does, says string) {
	t.Helper()
	follow(ctx, t, chromedp.Click(fmt.Sprintf(`button[value=%q]`, does), chromedp.ByQuery))
	if err := chromedp.Run(ctx, chromedp.WaitVisible(fmt.Sprintf(`//p[@role="status" and contains(., %q)]`, says), chromedp.BySearch)); err != nil {
		t.Fatal(err)
	}
}

func stage(t *testing.T, sim *simulator.Simulator, domain, want string) {
	t.Helper()
	if o, _ := sim.NewestOrder(domain); o.Stage != want {
		t.Errorf("the order of %s is at %s, want %s", domain, o.Stage, want)
	}
}

func TestAPersonApprovesOneOrderAndReturnsAnotherWithTwoReasons(t *testing.T) {
	sim, address := desk(t, 2)
	ctx := browser(t, "en")
	follow(ctx, t, chromedp.Navigate(address))
	follow(ctx, t, chromedp.Click(`//a[text()="shop-0.cn"]`, chromedp.BySearch))
	press(ctx, t, "pass", "The stage is passed.")
	press(ctx, t, "wrong", "The SMS was answered wrongly.")
	press(ctx, t, "pass", "The stage is passed.")
	press(ctx, t, "pass", "The stage is passed.")
	follow(ctx, t, chromedp.WaitVisible(`//span[text()="in force"]`, chromedp.BySearch), chromedp.Click(`//nav/a[text()="Orders"]`, chromedp.BySearch))
	follow(ctx, t, chromedp.SetValue(`input[name=q]`, "shop-1", chromedp.ByQuery), chromedp.Click(`form[role=search] button`, chromedp.ByQuery))
	follow(ctx, t, chromedp.Click(`//a[text()="shop-1.cn"]`, chromedp.BySearch))
	var said string
	if err := chromedp.Run(ctx,
		chromedp.Click(`input[value=WebsiteNameInvalid]`, chromedp.ByQuery),
		chromedp.Click(`input[value=FaceCheckFailed]`, chromedp.ByQuery),
	); err != nil {
		t.Fatal(err)
	}
	press(ctx, t, "return", "The order is returned.")
	if err := chromedp.Run(ctx, chromedp.Text(`main`, &said, chromedp.ByQuery)); err != nil {
		t.Fatal(err)
	}
	stage(t, sim, "shop-0.cn", "Approved")
	stage(t, sim, "shop-1.cn", "Returned")
	if !strings.Contains(said, "WebsiteNameInvalid, FaceCheckFailed") {
		t.Errorf("the page does not tell both reasons:\n%s", said)
	}
}

func TestAPersonWhoReadsChineseDecidesInChinese(t *testing.T) {
	sim, address := desk(t, 1)
	ctx := browser(t, "zh-CN")
	follow(ctx, t, chromedp.Navigate(address))
	follow(ctx, t, chromedp.Click(`//a[text()="shop-0.cn"]`, chromedp.BySearch))
	if err := chromedp.Run(ctx, chromedp.WaitVisible(`//button[text()="通过本阶段"]`, chromedp.BySearch)); err != nil {
		t.Fatal(err)
	}
	press(ctx, t, "pass", "本阶段已通过。")
	stage(t, sim, "shop-0.cn", "SmsVerification")
}

func TestThePagesAreUsedWithTheKeyboardAlone(t *testing.T) {
	sim, address := desk(t, 1)
	ctx := browser(t, "en")
	focused := func(selector string) chromedp.Action {
		return chromedp.ActionFunc(func(ctx context.Context) error {
			for range 60 {
				var there bool
				if err := chromedp.Evaluate(fmt.Sprintf("document.activeElement.matches(%q)", selector), &there).Do(ctx); err != nil || there {
					return err
				}
				if err := chromedp.KeyEvent("\t").Do(ctx); err != nil {
					return err
				}
			}
			return fmt.Errorf("the Tab key does not come to %s", selector)
		})
	}
	if err := chromedp.Run(ctx,
		chromedp.Navigate(address),
		focused(`td a`),
		chromedp.KeyEvent("\r"),
		chromedp.WaitVisible(`button[value=pass]`, chromedp.ByQuery),
		focused(`button[value=pass]`),
		chromedp.KeyEvent("\r"),
		chromedp.WaitVisible(`p[role=status]`, chromedp.ByQuery),
	); err != nil {
		t.Fatal(err)
	}
	stage(t, sim, "shop-0.cn", "SmsVerification")
}

func TestEveryFieldOfThePagesHasALabel(t *testing.T) {
	_, address := desk(t, 1)
	ctx := browser(t, "en")
	for _, path := range []string{"/ui/", "/ui/orders/O00000001", "/ui/faults", "/ui/clock"} {
		var bare []string
		if err := chromedp.Run(ctx, chromedp.Navigate(address+path),
			chromedp.Evaluate(`[...document.querySelectorAll("input,select")].filter(f => !f.labels.length).map(f => f.outerHTML)`, &bare)); err != nil {
			t.Fatal(err)
		}
		if len(bare) > 0 {
			t.Errorf("%s: fields without a label: %v", path, bare)
		}
	}
}
