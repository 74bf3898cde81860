package board

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
)

// unfit finds what a page has that some people cannot use: it yields a sentence for each.
const unfit = `(() => {
  const found = [], all = (s) => [...document.querySelectorAll(s)];
  const short = (e) => e.outerHTML.slice(0, 90);
  if (!document.documentElement.lang) found.push("the page has no language");
  if (!document.title) found.push("the page has no title");
  if (all("main").length !== 1) found.push("there is not one main");
  if (all("h1").length !== 1) found.push("there is not one h1");
  if (all("header").length < 1 || all("footer").length < 1) found.push("a landmark is missing");
  let before = 0;
  for (const h of all("h1,h2,h3,h4")) {
    const level = Number(h.localName[1]);
    if (level > before + 1) found.push("a heading is skipped before " + short(h));
    before = level;
  }
  const ids = all("[id]").map((e) => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push("two elements have the id " + id);
  for (const e of all("[aria-labelledby],[aria-describedby]"))
    for (const id of ((e.getAttribute("aria-labelledby") || "") + " " + (e.getAttribute("aria-describedby") || "")).trim().split(/\s+/))
      if (!document.getElementById(id)) found.push("nothing has the id " + id + " of " + short(e));
  for (const f of all("input:not([type=hidden]),select,textarea")) if (!f.labels.length) found.push("no label: " + short(f));
  for (const a of all("a,button,summary")) if (!(a.getAttribute("aria-label") || a.textContent).trim()) found.push("no text: " + short(a));
  for (const n of all("nav,[role=region]")) if (!n.getAttribute("aria-label") && !n.getAttribute("aria-labelledby")) found.push("no name: " + short(n));
  for (const t of all("table")) {
    const named = t.caption || t.closest("[aria-label],[aria-labelledby]");
    if (!named) found.push("a table has no name: " + short(t));
    for (const th of t.querySelectorAll("th")) if (!th.scope) found.push("no scope: " + short(th));
  }
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) found.push("the page is wider than the window by " + (document.documentElement.scrollWidth - document.documentElement.clientWidth));
  const channels = (c) => { const m = c.match(/[\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m.length > 3 ? m[3] : 1 }; };
  const ground = (e) => { for (; e; e = e.parentElement) { const c = channels(getComputedStyle(e).backgroundColor); if (c.a === 1) return c.rgb; } return [255, 255, 255]; };
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), told = new Set();
  while (walker.nextNode()) {
    const node = walker.currentNode, e = node.parentElement;
    if (!node.textContent.trim() || ["SCRIPT", "STYLE", "OPTION"].includes(e.nodeName) || !e.getClientRects().length) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize), large = size >= 24 || size >= 18.66 && Number(style.fontWeight) >= 700;
    const ratio = contrast(channels(style.color).rgb, ground(e));
    const key = style.color + ground(e);
    if (ratio < (large ? 3 : 4.5) && !told.has(key)) { told.add(key); found.push("contrast " + ratio.toFixed(2) + ": " + short(e)); }
  }
  return found;
})()`

// fit holds the page to what people need who see little, hear it read, or have a narrow window.
func fit(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	var found []string
	run(ctx, t, chromedp.Evaluate(unfit, &found))
	for _, what := range found {
		t.Errorf("%s: %s", name, what)
	}
}

func TestWhatIsUnfitIsFound(t *testing.T) {
	ctx := tab(t, setting{language: "en", script: true})
	var found []string
	run(ctx, t, chromedp.Navigate("data:text/html,<body style='color:silver;background:white'><h3>x</h3><input><table><tr><th>y</table><div style='width:5000px'>z</div>"), chromedp.Evaluate(unfit, &found))
	if len(found) < 8 {
		t.Errorf("only this is found: %q", found)
	}
}
