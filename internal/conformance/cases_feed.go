package conformance

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// page reads the feed after a cursor.
func (b *bench) page(after string, limit int) (protocol.EventPage, error) {
	var p protocol.EventPage
	query := url.Values{"limit": {strconv.Itoa(limit)}}
	if after != "" {
		query.Set("after", after)
	}
	err := b.wants(call{method: http.MethodGet, path: "/events?" + query.Encode()}, http.StatusOK, &p)
	return p, err
}

// end is the cursor of the feed's end.
func (b *bench) end() (string, error) {
	cursor := ""
	const most = 100000 // pages: a feed that comes to no end says more of nothing
	for range most {
		p, err := b.page(cursor, 1000)
		if err != nil {
			return "", err
		}
		if p.More && (p.Next == cursor || p.Next == "") {
			return "", holds(false, "there is more, and next leads nowhere")
		}
		cursor = p.Next
		if !p.More {
			return cursor, nil
		}
	}
	return "", holds(false, "the feed comes to no end")
}

// told are the events after a cursor, once one of the order is among them.
func (b *bench) told(after, orderID string) ([]protocol.Event, error) {
	var events []protocol.Event
	found, err := b.patiently(func() (bool, error) {
		p, err := b.page(after, 1000)
		events = p.Events
		return slices.ContainsFunc(p.Events, func(e protocol.Event) bool { return e.OrderID == orderID }), err
	})
	if err != nil {
		return nil, err
	}
	return events, holds(found, "within %s no event tells of order %s", b.Patience, orderID)
}

var eventCases = []Case{
	{"The feed tells of every order that grows", clauseEvents, "add an event whenever an entry is added to a history",
		func(b *bench) error {
			before, err := b.end()
			if err != nil {
				return err
			}
			o, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			events, err := b.told(before, o.ID)
			if err != nil {
				return err
			}
			for _, e := range events {
				if e.OrderID == o.ID && (e.Domain != o.Domain || e.Account != o.Account) {
					return holds(false, "the event names %s of account %q, the order is of %s, account %q", e.Domain, e.Account, o.Domain, o.Account)
				}
			}
			middle, err := b.end()
			if err != nil {
				return err
			}
			if _, err := b.order(cancelling(o.ID, b.key("cancel")), http.StatusOK); err != nil {
				return err
			}
			_, err = b.told(middle, o.ID)
			return err
		}},
	{"At its end the feed has a cursor to go on from, and nothing more", clauseEvents, "answer more: false, and next as the cursor to ask with the next time",
		func(b *bench) error {
			if _, err := b.create(b.fresh()); err != nil {
				return err // so that there is something to come to the end of
			}
			end, err := b.end()
			if err != nil {
				return err
			}
			p, err := b.page(end, 1000)
			if err != nil {
				return err
			}
			return all(
				func() error {
					return holds(len(p.Events) == 0 && !p.More, "after the end there are %d events, more: %v", len(p.Events), p.More)
				},
				func() error { return holds(end == "" || p.Next != "", "next is empty: the client would begin anew") },
			)
		}},
	{"No event comes twice after one cursor, and none is left out by a small page", clauseEvents, "page by your own order, with limit as the most events of a page",
		func(b *bench) error {
			before, err := b.end()
			if err != nil {
				return err
			}
			want := map[string]bool{}
			last := ""
			for range 3 {
				o, err := b.create(b.fresh())
				if err != nil {
					return err
				}
				want[o.ID], last = true, o.ID
			}
			if _, err := b.told(before, last); err != nil {
				return err
			}
			cursors := map[string]bool{}
			for cursor, more := before, true; more; {
				p, err := b.page(cursor, 1)
				if err != nil {
					return err
				}
				if len(p.Events) > 1 {
					return holds(false, "a page of one has %d events", len(p.Events))
				}
				for _, e := range p.Events {
					if cursors[e.Cursor] {
						return holds(false, "the event with cursor %s comes twice", e.Cursor)
					}
					cursors[e.Cursor] = true
					delete(want, e.OrderID)
				}
				if p.More && p.Next == cursor {
					return holds(false, "there is more, and next leads nowhere")
				}
				cursor, more = p.Next, p.More
			}
			return holds(len(want) == 0, "in pages of one, %d orders that were made are not told of", len(want))
		}},
	{"The feed goes on from an event's own cursor, too", clauseEvents, "take the cursor of an event for after: what follows it comes next",
		func(b *bench) error {
			before, err := b.end()
			if err != nil {
				return err
			}
			o, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			second, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			events, err := b.told(before, second.ID)
			if err != nil {
				return err
			}
			i := slices.IndexFunc(events, func(e protocol.Event) bool { return e.OrderID == o.ID })
			if i < 0 {
				return holds(false, "no event tells of order %s", o.ID)
			}
			p, err := b.page(events[i].Cursor, 1000)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(p.Events, func(e protocol.Event) bool { return e.Cursor == events[i].Cursor }) {
				return holds(false, "the event itself comes again after its cursor")
			}
			return holds(slices.ContainsFunc(p.Events, func(e protocol.Event) bool { return e.OrderID == second.ID }), "what follows it does not come")
		}},
	{"A cursor that is not known is said to be", clauseEvents, "answer 410 UnknownCursor: the client begins anew",
		func(b *bench) error {
			return b.refused(call{method: http.MethodGet, path: "/events?after=no-such-cursor-of-yours"}, http.StatusGone, protocol.ReasonUnknownCursor)
		}},
}

var lookupCases = []Case{
	{"Nothing filed is an answer, not a problem", clauseLookups, "answer 200 with filed: false",
		func(b *bench) error {
			f, err := b.filedOf(b.fresh().Domain.Name)
			if err != nil {
				return err
			}
			return holds(!f.Filed, "a domain that nobody has filed is filed")
		}},
	{"Many domains are looked up at once, each answered", clauseLookups, "answer with one entry for each domain; or answer 404, 405 or 501 where you do not implement it",
		func(b *bench) error {
			o, err := b.filed()
			if err != nil {
				return err
			}
			unfiled := b.fresh().Domain.Name
			a, err := b.send(call{method: http.MethodPost, path: "/filings/lookups", body: protocol.LookupQuestion{Domains: []protocol.DomainName{o.Domain, unfiled}}})
			if err != nil {
				return err
			}
			if a.status == http.StatusNotFound || a.status == http.StatusMethodNotAllowed || a.status == http.StatusNotImplemented {
				return untestedError{"the server does not implement it, as it may: clients ask for one domain at a time"}
			}
			var list protocol.LookupList
			if err := a.is(http.StatusOK, &list); err != nil {
				return err
			}
			got := map[string]protocol.LookupResult{}
			for _, l := range list.Lookups {
				got[l.Domain] = l.Result
			}
			return all(
				func() error {
					return holds(got[o.Domain] == protocol.LookupResultFiled, "%s is filed, and looked up as %q", o.Domain, got[o.Domain])
				},
				func() error {
					return holds(got[unfiled] == protocol.LookupResultNotFiled || got[unfiled] == protocol.LookupResultUnknown, "%s is not filed, and looked up as %q", unfiled, got[unfiled])
				},
			)
		}},
}
