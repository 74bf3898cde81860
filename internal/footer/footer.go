// Package footer reads a home page: whether the bottom of it, or any place that visitors see, shows the numbers of a filing
// (备案号悬挂), each linked to where it can be looked up.
package footer

import (
	"io"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Want is a number that a page is to show.
type Want struct {
	// Number to be shown; empty for none.
	Number string
	// Or is another number of the same filing that will do as well; empty for none.
	Or string
	// Wrong is another number of the same filing that will not do, and is told apart from none; empty for none.
	Wrong string
	// Host that the number is to be linked to.
	Host string
}

// Question is what a page is asked.
type Question struct {
	// Page is the host whose home page it is.
	Page string
	// Filing is the filing's number (备案号).
	Filing Want
	// PublicSecurity is the public-security number (公安备案号).
	PublicSecurity Want
}

// Shown says how a page shows a number.
type Shown string

// How a number is shown.
const (
	// NotWanted: no number was asked for.
	NotWanted Shown = ""
	// Linked: it is shown, and linked to where it belongs.
	Linked Shown = "Linked"
	// Unlinked: it is shown without such a link.
	Unlinked Shown = "Unlinked"
	// OtherShown: another number of the same filing is shown in its place.
	OtherShown Shown = "OtherShown"
	// Missing: it is not shown.
	Missing Shown = "Missing"
)

// Finding is what a page was found to show.
type Finding struct {
	// Filing says so of the filing's number.
	Filing Shown
	// PublicSecurity says so of the public-security number.
	PublicSecurity Shown
	// Scripted says that the page holds next to no text of its own: scripts write it, in a browser.
	Scripted bool
}

// Complete says that nothing is missing.
func (f Finding) Complete() bool {
	fine := func(s Shown) bool { return s == Linked || s == NotWanted }
	return fine(f.Filing) && fine(f.PublicSecurity)
}

// littleText is how many characters a page may hold that scripts write: a notice, a title.
const littleText = 200

// Look reads a page in UTF-8.
func Look(page io.Reader, q Question) (Finding, error) {
	root, err := html.Parse(page)
	if err != nil {
		return Finding{}, err
	}
	var s sight
	s.walk(root, false)
	text := fold(s.text.String())
	for i := range s.links {
		s.links[i].text = fold(s.links[i].text)
	}
	f := Finding{Filing: s.shows(text, q.Filing), PublicSecurity: s.shows(text, q.PublicSecurity)}
	none := f.Filing == Missing || f.Filing == NotWanted && f.PublicSecurity == Missing
	f.Scripted = none && s.scripts && utf8.RuneCountInString(strings.ReplaceAll(text, " ", "")) < littleText
	return f, nil
}

// sight is what a visitor sees of a page.
type sight struct {
	text    strings.Builder
	links   []link
	scripts bool
}

type link struct{ host, text string }

// walk takes in the text nodes of the body that are shown, and its links. Elements are set apart from one another by a blank.
func (s *sight) walk(n *html.Node, inBody bool) {
	switch {
	case n.Type == html.ElementNode && n.DataAtom == atom.Script:
		s.scripts = true
		return
	case n.Type == html.ElementNode && unseen(n):
		return
	case n.Type == html.TextNode && inBody:
		s.text.WriteString(n.Data)
		return
	case n.Type == html.CommentNode:
		return
	}
	inBody = inBody || n.Type == html.ElementNode && n.DataAtom == atom.Body
	if inBody && n.Type == html.ElementNode {
		s.text.WriteByte(' ')
	}
	start := s.text.Len()
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		s.walk(c, inBody)
	}
	if inBody && n.Type == html.ElementNode && n.DataAtom == atom.A {
		s.links = append(s.links, link{hostOf(attribute(n, "href")), s.text.String()[start:]})
	}
	if inBody && n.Type == html.ElementNode {
		s.text.WriteByte(' ')
	}
}

// unseen tells an element of which a browser shows nothing. What style sheets hide is not known.
func unseen(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Style, atom.Template, atom.Noscript, atom.Textarea, atom.Select, atom.Iframe, atom.Object, atom.Svg:
		return true
	}
	for _, a := range n.Attr {
		if a.Key == "hidden" {
			return true
		}
	}
	style := strings.ReplaceAll(strings.ToLower(attribute(n, "style")), " ", "")
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// hostOf is the host that a link leads to; empty where it leads elsewhere than to a website. Scheme, port, path and fragment
// are not compared: the ministry's page has had several.
func hostOf(href string) string {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil || u.User != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	return strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
}

// shows finds how the page shows a number.
func (s *sight) shows(text string, w Want) Shown {
	if w.Number == "" {
		return NotWanted
	}
	shown := false
	for _, number := range []string{w.Number, w.Or} {
		if number == "" || !holds(text, number) {
			continue
		}
		shown = true
		for _, l := range s.links {
			if l.host == w.Host && holds(l.text, number) {
				return Linked
			}
		}
	}
	switch {
	case shown:
		return Unlinked
	case w.Wrong != "" && holds(text, w.Wrong):
		return OtherShown
	}
	return Missing
}

// more is what makes a number that stands before it another one: a further digit, or the website's part after a subject's.
var more = regexp.MustCompile(`^(?:[0-9]| ?-[0-9]{1,3}(?:[^0-9]|$))`)

// holds says that folded text shows a number. Blanks within it do not count.
func holds(text, number string) bool {
	var pattern strings.Builder
	for _, r := range strings.ReplaceAll(fold(number), " ", "") {
		if pattern.Len() > 0 {
			pattern.WriteString(" ?")
		}
		pattern.WriteString(regexp.QuoteMeta(string(r)))
	}
	if pattern.Len() == 0 {
		return false
	}
	for _, at := range regexp.MustCompile(pattern.String()).FindAllStringIndex(text, -1) {
		if !more.MatchString(text[at[1]:]) {
			return true
		}
	}
	return false
}

// fold writes full-width characters (全角) as half-width ones, dashes as hyphens, small letters as capitals, and any run of
// blanks as one.
func fold(text string) string {
	folded := strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r >= '‐' && r <= '―', r == '−':
			return '-'
		case r == '\u200b', r == '\ufeff', r == '\u00ad':
			return -1
		}
		return r
	}, text)
	return strings.ToUpper(strings.Join(strings.Fields(folded), " "))
}
