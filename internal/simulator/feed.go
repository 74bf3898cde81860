package simulator

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// feedEntry says that an order's history grew.
type feedEntry struct {
	order *order
	at    time.Time
}

// cursor stands behind the first n entries of the feed.
func (s *Simulator) cursor(n int) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%s.%d", s.epoch, n))
}

// position is what a cursor stands for. One of another simulator, or made up, is a problem.
func (s *Simulator) position(cursor string) (int, error) {
	if cursor == "" {
		return 0, nil
	}
	unknown := newProblem(410, protocol.ReasonUnknownCursor, "the feed does not reach back to this cursor: begin anew with an empty one")
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return 0, unknown
	}
	number, ok := strings.CutPrefix(string(raw), s.epoch+".")
	if !ok {
		return 0, unknown
	}
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n > len(s.feed) {
		return 0, unknown
	}
	return n, nil
}

// page is a page of the feed after a cursor.
func (s *Simulator) page(after string, limit int) (protocol.EventPage, error) {
	from, err := s.position(after)
	if err != nil {
		return protocol.EventPage{}, err
	}
	to := min(from+limit, len(s.feed))
	page := protocol.EventPage{Events: make([]protocol.Event, 0, to-from), Next: s.cursor(to), More: to < len(s.feed)}
	for i := from; i < to; i++ {
		e := s.feed[i]
		page.Events = append(page.Events, protocol.Event{
			Cursor: s.cursor(i + 1), OrderID: e.order.id, Account: e.order.account, Domain: e.order.domain, At: e.at,
		})
	}
	return page, nil
}
