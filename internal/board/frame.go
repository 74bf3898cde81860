package board

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Look is how the pages are coloured.
type Look string

// Looks. Without one, the browser says which it prefers.
const (
	LookLight Look = "light"
	LookDark  Look = "dark"
	LookAuto  Look = "auto"
)

// Viewer is what is said of who looks.
type Viewer struct {
	// Name that the cluster knows them by.
	Name string
	// All says that they may see every namespace; else Namespaces are those that they may.
	All        bool
	Namespaces []string
	// More says that there are further namespaces, which are looked at when they are named.
	More bool
	// MaySignOut says that the browser keeps a session that can be ended.
	MaySignOut bool
}

// Frame is what stands around every page.
type Frame struct {
	// Language that the page speaks.
	Language v1alpha1.Language
	// Look that was chosen.
	Look Look
	// Base is the path that all pages are below, without a slash at its end.
	Base string
	// Path is the page's own, below Base, and Query what was asked for.
	Path  string
	Query url.Values
	// Viewer who looks; nil where nobody is known to.
	Viewer *Viewer
	// Now is the time.
	Now time.Time
}

// LanguageTag is the language's name in HTML.
func (f Frame) LanguageTag() string {
	return words.Words{English: "en", Chinese: "zh-CN"}.In(f.Language)
}

// Chinese tells whether the page speaks it.
func (f Frame) Chinese() bool { return f.Language != v1alpha1.LanguageEnglish }

// Say is a text of the pages in the page's language. A text of which there is no Chinese stays English: a test holds that
// there is none.
func (f Frame) Say(english string) string {
	if chinese, ok := inChinese[english]; ok && f.Chinese() {
		return chinese
	}
	return english
}

// Sayf is Say with what is to be filled in.
func (f Frame) Sayf(english string, fill ...any) string { return fmt.Sprintf(f.Say(english), fill...) }

// In is the words in the page's language.
func (f Frame) In(w words.Words) string { return Harmless(w.In(f.Language)) }

// To is the address of a page.
func (f Frame) To(path string) string { return f.Base + path }

// With is the address of this page with one parameter changed.
func (f Frame) With(key, value string) string {
	changed := url.Values{}
	for k, v := range f.Query {
		if k != key && len(v) > 0 && v[0] != "" {
			changed.Set(k, v[0])
		}
	}
	changed.Set(key, value)
	return f.Base + f.Path + "?" + changed.Encode()
}

// File is the address of a file that pages load.
func (f Frame) File(name string) string { return f.Base + "/files/" + FilesVersion() + "/" + name }

// Here says whether a path is the page's own.
func (f Frame) Here(path string) bool { return f.Path == path }

// Beijing shows a time, all of which are Beijing's.
func (f Frame) Beijing(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(calendar.Beijing).Format("2006-01-02 15:04")
}

// Stamp is a time for machines.
func (f Frame) Stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Number writes a number with its thousands apart.
func (f Frame) Number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Count says how many of something there are: "1 filing", "3 filings", 3 个备案.
func (f Frame) Count(n int, one, many string) string {
	if f.Chinese() {
		return f.Number(n) + " " + f.Say(many)
	}
	if n == 1 {
		return "1 " + one
	}
	return f.Number(n) + " " + many
}

// Harmless is a text that people wrote without what would not show, or would make what stands beside it read otherwise: control
// characters, and those that turn the direction of text around.
func Harmless(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20, r >= 0x7f && r < 0xa0, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x061c, r == 0xfeff:
			return '\ufffd'
		}
		return r
	}, text)
}

// filing is the address of a filing's page.
func (f Frame) filing(namespace, name string) string {
	return f.To("/filings/" + url.PathEscape(namespace) + "/" + url.PathEscape(name))
}
