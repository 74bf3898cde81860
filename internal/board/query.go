package board

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Query is what is asked for of a list, by the parameters of an address.
type Query struct {
	// Namespace that filings are of; "" for any.
	Namespace string
	// Stage that they are at; "" for any, as columns.
	Stage v1alpha1.StageName
	// Text that their domain, name, namespace, order or number has in it, in small letters.
	Text string
	// Which of them: one of the constants Which…
	Which string
	// Page of a list, from 1.
	Page int
}

// Which filings, or hosts.
const (
	// WhichPeople: those for which somebody on the applicant's side must act.
	WhichPeople = "people"
	// WhichOverdue: those with a deadline that has passed.
	WhichOverdue = "overdue"
	// WhichSoon: those with a deadline in the next days.
	WhichSoon = "soon"
	// WhichStuck: those for which nothing goes on before somebody changes something.
	WhichStuck = "stuck"
)

// longestParameter bounds what is read of one.
const longestParameter = 253

// QueryOf reads it. What makes no sense is left out: an address may be old, or typed.
func QueryOf(v url.Values) Query {
	q := Query{
		Namespace: short(v.Get("ns")), Stage: v1alpha1.StageName(short(v.Get("stage"))),
		Text: strings.ToLower(strings.TrimSpace(short(v.Get("q")))), Which: v.Get("which"), Page: 1,
	}
	if page, err := strconv.Atoi(v.Get("page")); err == nil && page > 1 && page < 1<<20 {
		q.Page = page
	}
	if !slices.Contains(stages(), q.Stage) {
		q.Stage = ""
	}
	return q
}

func short(text string) string {
	if len(text) > longestParameter {
		return ""
	}
	return Harmless(text)
}

// address is that of a list with this query, and another page of it.
func (q Query) address(f Frame, path string, page int) string {
	v := url.Values{}
	set := func(key, value string) {
		if value != "" {
			v.Set(key, value)
		}
	}
	set("ns", q.Namespace)
	set("stage", string(q.Stage))
	set("q", q.Text)
	set("which", q.Which)
	if page > 1 {
		set("page", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return f.To(path)
	}
	return f.To(path) + "?" + v.Encode()
}

// Paging is a page of a long list.
type Paging struct {
	// At is the number of the page, of Pages.
	At, Pages int
	// Earlier and Later are the addresses of the pages beside it; "" where there is none.
	Earlier, Later string
}

// pageOf cuts a page out of a list.
func pageOf[T any](f Frame, path string, q Query, size int, all []T) ([]T, Paging) {
	pages := max(1, (len(all)+size-1)/size)
	p := Paging{At: min(q.Page, pages), Pages: pages}
	if p.At > 1 {
		p.Earlier = q.address(f, path, p.At-1)
	}
	if p.At < pages {
		p.Later = q.address(f, path, p.At+1)
	}
	from := (p.At - 1) * size
	return all[from:min(from+size, len(all))], p
}
