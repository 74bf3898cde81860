package simulator

import (
	"container/heap"
	"time"
)

// appointment is when an order's next step falls due.
type appointment struct {
	at    time.Time
	order *order
	// version is the order's when it was made; a later change makes it stale.
	version int
}

// agenda is a heap of appointments, the earliest first. It holds nothing that could not be derived anew.
type agenda []appointment

// Len implements heap.Interface.
func (a *agenda) Len() int { return len(*a) }

// Less implements heap.Interface: of steps due at the same time, the older order's comes first.
func (a *agenda) Less(i, j int) bool {
	first, second := (*a)[i], (*a)[j]
	if !first.at.Equal(second.at) {
		return first.at.Before(second.at)
	}
	return first.order.id < second.order.id
}

// Swap implements heap.Interface.
func (a *agenda) Swap(i, j int) { (*a)[i], (*a)[j] = (*a)[j], (*a)[i] }

// Push implements heap.Interface.
func (a *agenda) Push(x any) { *a = append(*a, x.(appointment)) } //nolint:forcetypeassert // heap's own contract

// Pop implements heap.Interface.
func (a *agenda) Pop() any {
	last := len(*a) - 1
	x := (*a)[last]
	*a = (*a)[:last]
	return x
}

// schedule notes when the order's next step falls due, in place of what was noted before.
func (s *Simulator) schedule(o *order) {
	o.version++
	s.changed = true
	if at, _, ok := s.next(o); ok {
		heap.Push(&s.agenda, appointment{at: at, order: o, version: o.version})
	}
}

// replan schedules every order anew, after the plan or a delay has changed.
func (s *Simulator) replan() {
	s.agenda = s.agenda[:0]
	for _, o := range s.orders {
		s.schedule(o)
	}
}

// catchUp takes every step that has fallen due, in the order in which they did.
func (s *Simulator) catchUp() {
	now := s.now()
	for len(s.agenda) > 0 && !s.agenda[0].at.After(now) {
		due, _ := heap.Pop(&s.agenda).(appointment)
		if due.version != due.order.version {
			continue
		}
		if at, step, ok := s.next(due.order); ok && !at.After(now) {
			s.append(due.order, step(at), at)
		}
	}
}
