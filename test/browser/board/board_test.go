package board

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/test/board/stand"
)

// pages of the board that a viewer of shop looks at.
var pages = []struct{ name, path string }{
	{"overview", "/"}, {"stage", "/?stage=SmsVerification"}, {"filing-returned", "/filings/shop/returned-example"}, {"filing-open", "/filings/shop/open-example"},
	{"dates", "/dates"}, {"exposure", "/exposure"}, {"none", "/filings/bank/hidden-example"},
}

func TestAViewerOfOneNamespaceSeesThatOneInBothLanguagesAndLooks(t *testing.T) {
	for name, s := range map[string]setting{
		"en-light": {language: "en", script: true}, "zh-dark": {language: "zh-CN", script: true, dark: true},
		"zh-light-narrow": {language: "zh-CN", width: 390}, "en-dark-narrow": {language: "en", dark: true, width: 390},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := tab(t, s)
			run(ctx, t, chromedp.Navigate(board.URL), chromedp.WaitVisible(`#token`, chromedp.ByQuery), shoot("sign-in."+name))
			fit(ctx, t, "sign-in")
			enter(ctx, t, "shop", "/")
			for _, p := range pages {
				run(ctx, t, chromedp.Navigate(board.URL+p.path), chromedp.WaitVisible(`h1`, chromedp.ByQuery), shoot(p.name+"."+name))
				if said := text(ctx, t, "body"); strings.Contains(said, "hidden.example") {
					t.Errorf("%s shows another team's filing:\n%s", p.name, said)
				}
				fit(ctx, t, p.name)
			}
		})
	}
}

func TestAPersonFindsTheirFilingAndSignsOut(t *testing.T) {
	ctx := tab(t, setting{language: "en", script: true})
	enter(ctx, t, "shop", "/dates?ns=shop")
	var at string
	run(ctx, t, chromedp.Location(&at))
	if at != board.URL+"/dates?ns=shop" {
		t.Errorf("signing in led to %s", at)
	}
	run(ctx, t,
		chromedp.Click(`//header//a[text()="Board"]`, chromedp.BySearch),
		chromedp.WaitVisible(`.columns`, chromedp.ByQuery),
		chromedp.SetValue(`input[name=q]`, "RETURNED", chromedp.ByQuery),
		chromedp.Click(`form[role=search] button`, chromedp.ByQuery),
		chromedp.WaitVisible(`//span[@class="count" and text()="1"]`, chromedp.BySearch),
		chromedp.Click(`//a[text()="returned.example"]`, chromedp.BySearch),
		chromedp.WaitVisible(`#timeline`, chromedp.ByQuery),
	)
	said := text(ctx, t, "main")
	for _, want := range []string{"Next action", "the website's name breaks the rules for names", "spec.website.name", "Attempt 2"} {
		if !strings.Contains(strings.ToLower(said), strings.ToLower(want)) {
			t.Errorf("the page does not say %q:\n%s", want, said)
		}
	}
	run(ctx, t, chromedp.Click(`//button[text()="Sign out"]`, chromedp.BySearch), chromedp.WaitVisible(`#token`, chromedp.ByQuery),
		chromedp.Navigate(board.URL+"/filings/shop/returned-example"), chromedp.WaitVisible(`#token`, chromedp.ByQuery))
}

func TestWithoutScriptThePagesDoAllTheSame(t *testing.T) {
	ctx := tab(t, setting{language: "en"})
	enter(ctx, t, "shop", "/")
	var light, dark string
	background := func(to *string) chromedp.Action {
		return chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, to)
	}
	run(ctx, t,
		background(&light),
		chromedp.Click(`//a[text()="Dark"]`, chromedp.BySearch), chromedp.WaitVisible(`html[data-look=dark] #live`, chromedp.ByQuery), background(&dark),
		chromedp.Click(`//a[text()="中文"]`, chromedp.BySearch), chromedp.WaitVisible(`html[lang=zh-CN] #live`, chromedp.ByQuery),
		chromedp.Click(`//a[text()="期限"]`, chromedp.BySearch), chromedp.WaitVisible(`html[lang=zh-CN][data-look=dark] #list`, chromedp.ByQuery),
		chromedp.Click(`//table//a[text()="open.example"]`, chromedp.BySearch), chromedp.WaitVisible(`#timeline`, chromedp.ByQuery),
		chromedp.Click(`//header//a[text()="对外开放"]`, chromedp.BySearch), chromedp.WaitVisible(`#map`, chromedp.ByQuery),
	)
	if light == dark {
		t.Errorf("the dark look is as the light one: %s", dark)
	}
	var hidden bool
	if run(ctx, t, chromedp.Evaluate(`document.getElementById("live-tools").hidden`, &hidden)); !hidden {
		t.Error("what needs script is shown without it")
	}
}

func TestThePageFollowsAFilingWhileItIsLookedAt(t *testing.T) {
	ctx := tab(t, setting{language: "en", script: true})
	enter(ctx, t, "bank", "/")
	const focus = `document.activeElement.getAttribute("href")`
	run(ctx, t,
		chromedp.WaitVisible(`#pause`, chromedp.ByQuery),
		chromedp.Evaluate(`window.loadedOnce = true; document.querySelector('a[href="/filings/bank/changing-example"]').focus()`, nil),
	)
	if err := board.Write(t.Context(), changing, stand.At(v1alpha1.StageBureauReview), stand.Next(v1alpha1.ActorBureau, "BureauReview", procedure.AtBureau, 9)); err != nil {
		t.Fatal(err)
	}
	var focused string
	var same bool
	run(ctx, t,
		chromedp.WaitVisible(`#at-BureauReview`, chromedp.ByQuery),
		chromedp.WaitVisible(`//span[@id="said" and starts-with(., "Updated at")]`, chromedp.BySearch),
		chromedp.Evaluate(`window.loadedOnce === true`, &same), chromedp.Evaluate(focus, &focused),
	)
	if !same {
		t.Error("the whole page was loaded again")
	}
	if focused != "/filings/bank/changing-example" {
		t.Errorf("the focus is on %q", focused)
	}
}

// tabTo presses Tab until something is focused.
func tabTo(selector string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		for range 80 {
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

func TestTheBoardIsUsedWithTheKeyboardAlone(t *testing.T) {
	ctx := tab(t, setting{language: "en", script: true})
	enter(ctx, t, "shop", "/")
	var seen bool
	run(ctx, t,
		chromedp.Navigate(board.URL+"/"), chromedp.WaitVisible(`.columns`, chromedp.ByQuery),
		tabTo(`a.skip`), chromedp.Evaluate(`document.querySelector("a.skip").getBoundingClientRect().left >= 0`, &seen), shoot("keyboard-skip"),
		chromedp.KeyEvent("\r"), tabTo(`.column a[href$="/returned-example"]`), shoot("keyboard-card"),
		chromedp.KeyEvent("\r"), chromedp.WaitVisible(`#timeline`, chromedp.ByQuery),
		tabTo(`details summary`), chromedp.KeyEvent("\r"), chromedp.WaitVisible(`details[open]`, chromedp.ByQuery),
	)
	if !seen {
		t.Error("the link over the header is not seen when it is focused")
	}
}
