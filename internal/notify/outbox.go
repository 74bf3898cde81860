package notify

import (
	"container/heap"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
)

// Tries of what could not be sent begin with firstPause and double up to mostPause.
const (
	firstPause = 5 * time.Second
	mostPause  = 10 * time.Minute
)

// mostInARow is how many failures in a row mean that it is the channel that fails, and not a message.
const mostInARow = 2

// Outbox is what each notifier has to send, in memory. It is filled anew from the filings after a restart; what it must
// not forget stands in their records. It is safe for concurrent use.
type Outbox struct {
	mu     sync.Mutex
	seq    uint64
	queues map[types.NamespacedName]*queue
}

// NewOutbox makes an empty one.
func NewOutbox() *Outbox { return &Outbox{queues: map[types.NamespacedName]*queue{}} }

// Item is a message that waits.
type Item struct {
	// Filing that it is about.
	Filing types.NamespacedName
	// Event that it tells.
	Event Event

	seq      uint64
	tries    int
	tryAt    time.Time
	position int
}

// queue is what one notifier has to send, by filing and key.
type queue struct {
	items map[types.NamespacedName]map[string]*Item
	order byTurn
	// sent are those that were sent, and that the filings' records, as they were last read, do not tell of yet; true once it
	// was written there.
	sent map[types.NamespacedName]map[string]bool
	// held is when the next may be sent, after failures in a row.
	held  time.Time
	inRow int
	// rests counts the pauses since the last success.
	rests int
}

func (o *Outbox) queue(notifier types.NamespacedName) *queue {
	q := o.queues[notifier]
	if q == nil {
		q = &queue{items: map[types.NamespacedName]map[string]*Item{}, sent: map[types.NamespacedName]map[string]bool{}}
		o.queues[notifier] = q
	}
	return q
}

// Set says which events of a filing a notifier is to tell, by the filing's record as it was read. It says whether anything
// is new.
func (o *Outbox) Set(notifier, filing types.NamespacedName, events []Event, record Record) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.queues[notifier] == nil && len(events) == 0 {
		return false
	}
	q, changed, wanted := o.queue(notifier), false, map[string]bool{}
	for _, e := range events {
		if record.Has(notifier, e.Key) {
			q.forgetSent(filing, e.Key)
			continue
		}
		wanted[e.Key] = true
		if _, sent := q.sent[filing][e.Key]; sent || q.items[filing][e.Key] != nil {
			continue
		}
		o.seq++
		q.add(&Item{Filing: filing, Event: e, seq: o.seq})
		changed = true
	}
	for key, item := range q.items[filing] {
		if !wanted[key] {
			q.drop(item)
			changed = true
		}
	}
	return changed
}

func (q *queue) add(item *Item) {
	if q.items[item.Filing] == nil {
		q.items[item.Filing] = map[string]*Item{}
	}
	q.items[item.Filing][item.Event.Key] = item
	heap.Push(&q.order, item)
}

func (q *queue) drop(item *Item) {
	delete(q.items[item.Filing], item.Event.Key)
	if len(q.items[item.Filing]) == 0 {
		delete(q.items, item.Filing)
	}
	heap.Remove(&q.order, item.position)
}

func (q *queue) forgetSent(filing types.NamespacedName, key string) {
	delete(q.sent[filing], key)
	if len(q.sent[filing]) == 0 {
		delete(q.sent, filing)
	}
}

// Next is what a notifier may send now; else when there is something to send, zero for never.
func (o *Outbox) Next(notifier types.NamespacedName, now time.Time) (item Item, ok bool, when time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	q := o.queues[notifier]
	if q == nil || len(q.order) == 0 {
		return Item{}, false, time.Time{}
	}
	first := q.order[0]
	when = first.tryAt
	if q.held.After(when) {
		when = q.held
	}
	if when.After(now) {
		return Item{}, false, when
	}
	return *first, true, now
}

// Sent says that a message was sent; its filing's record must still be written.
func (o *Outbox) Sent(notifier types.NamespacedName, item Item) {
	o.mu.Lock()
	defer o.mu.Unlock()
	q := o.queue(notifier)
	if own := q.items[item.Filing][item.Event.Key]; own != nil {
		q.drop(own)
	}
	if q.sent[item.Filing] == nil {
		q.sent[item.Filing] = map[string]bool{}
	}
	q.sent[item.Filing][item.Event.Key] = false
	q.inRow, q.rests, q.held = 0, 0, time.Time{}
}

// Recorded says that the filing's record tells of it now, or that there is no such filing any more.
func (o *Outbox) Recorded(notifier types.NamespacedName, filing types.NamespacedName, key string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if q := o.queues[notifier]; q != nil {
		if _, ok := q.sent[filing][key]; ok {
			q.sent[filing][key] = true
		}
	}
}

// Unrecorded lists what a notifier has sent and no record tells of, as keys by filing.
func (o *Outbox) Unrecorded(notifier types.NamespacedName) map[types.NamespacedName][]string {
	o.mu.Lock()
	defer o.mu.Unlock()
	list := map[types.NamespacedName][]string{}
	if q := o.queues[notifier]; q != nil {
		for filing, keys := range q.sent {
			for key, written := range keys {
				if !written {
					list[filing] = append(list[filing], key)
				}
			}
		}
	}
	return list
}

// Failed says that a message could not be sent. It is tried again after a pause, of wait where the server says how long;
// after failures in a row the others wait, too.
func (o *Outbox) Failed(notifier types.NamespacedName, item Item, now time.Time, wait time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	q := o.queue(notifier)
	if own := q.items[item.Filing][item.Event.Key]; own != nil {
		own.tryAt = now.Add(pause(own.tries))
		own.tries++
		heap.Fix(&q.order, own.position)
	}
	q.inRow++
	if wait > 0 {
		q.held = now.Add(wait)
	} else if q.inRow >= mostInARow {
		q.held = now.Add(pause(q.rests))
		q.rests++
		q.inRow = 0
	}
}

// TryAgain has everything tried at once: the notifier or its Secret was changed.
func (o *Outbox) TryAgain(notifier types.NamespacedName) {
	o.mu.Lock()
	defer o.mu.Unlock()
	q := o.queues[notifier]
	if q == nil {
		return
	}
	q.held, q.inRow, q.rests = time.Time{}, 0, 0
	for _, item := range q.order {
		item.tryAt, item.tries = time.Time{}, 0
	}
	heap.Init(&q.order)
}

// Waiting counts what a notifier has to send.
func (o *Outbox) Waiting(notifier types.NamespacedName) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	if q := o.queues[notifier]; q != nil {
		return len(q.order)
	}
	return 0
}

// ForgetNotifier drops a notifier that is no more.
func (o *Outbox) ForgetNotifier(notifier types.NamespacedName) {
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.queues, notifier)
}

// ForgetFiling drops a filing that is no more.
func (o *Outbox) ForgetFiling(filing types.NamespacedName) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, q := range o.queues {
		for _, item := range q.items[filing] {
			q.drop(item)
		}
		delete(q.sent, filing)
	}
}

func pause(tries int) time.Duration {
	return min(firstPause<<min(tries, 16), mostPause)
}

// byTurn is a heap of items: those that may be tried first, and among them the first that came.
type byTurn []*Item

// Len counts them.
func (b *byTurn) Len() int { return len(*b) }

// Less puts the one first whose turn it is.
func (b *byTurn) Less(i, j int) bool {
	one, other := (*b)[i], (*b)[j]
	if !one.tryAt.Equal(other.tryAt) {
		return one.tryAt.Before(other.tryAt)
	}
	return one.seq < other.seq
}

// Swap exchanges two, which know their places.
func (b *byTurn) Swap(i, j int) {
	h := *b
	h[i], h[j] = h[j], h[i]
	h[i].position, h[j].position = i, j
}

// Push adds one at the end.
func (b *byTurn) Push(x any) {
	item := x.(*Item)
	item.position = len(*b)
	*b = append(*b, item)
}

// Pop takes the last one.
func (b *byTurn) Pop() any {
	last := len(*b) - 1
	item := (*b)[last]
	(*b)[last], item.position = nil, -1
	*b = (*b)[:last]
	return item
}
