package conformance

import (
	"net/http"
	"sync"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

var effectCases = []Case{
	{"An effect without a key is refused", clauseEffects, "answer 400 IdempotencyKeyMissing",
		func(b *bench) error {
			return b.refused(creating(b.fresh(), ""), http.StatusBadRequest, protocol.ReasonIdempotencyKeyMissing)
		}},
	{"The same request with the same key has one effect, and the same answer", clauseEffects, "keep the key with the order, and give that order again",
		func(b *bench) error {
			a, key := b.fresh(), b.key("repeat")
			first, err := b.order(creating(a, key), http.StatusCreated)
			if err != nil {
				return err
			}
			again, err := b.order(creating(a, key), http.StatusCreated)
			if err != nil {
				return err
			}
			orders, err := b.find(a.Domain.Name)
			if err != nil {
				return err
			}
			return all(
				func() error {
					return holds(again.ID == first.ID, "the repeated request is answered by order %s, the first was %s", again.ID, first.ID)
				},
				func() error {
					return holds(len(orders) == 1, "the domain has %d orders, want one", len(orders))
				},
			)
		}},
	{"The same key with another request is refused, and changes nothing", clauseEffects, "keep a digest of the request with its key: answer 422 IdempotencyKeyReused to another",
		func(b *bench) error {
			a, key := b.fresh(), b.key("reuse")
			if _, err := b.order(creating(a, key), http.StatusCreated); err != nil {
				return err
			}
			a.Website.Name += "二"
			return b.refused(creating(a, key), http.StatusUnprocessableEntity, protocol.ReasonIdempotencyKeyReused)
		}},
	{"A request that was refused leaves its key free", clauseEffects, "keep a key only once there was an effect",
		func(b *bench) error {
			a, key := b.fresh(), b.key("free")
			a.FilingType = protocol.FilingTypeAccessFiling
			if err := b.refused(creating(a, key), http.StatusConflict, protocol.ReasonWrongFilingType); err != nil {
				return err
			}
			a.FilingType = protocol.FilingTypeFirstFiling
			_, err := b.order(creating(a, key), http.StatusCreated)
			return err
		}},
	{"Requests that come at once with the same key have one effect", clauseEffects, "hold the key while you work: answer 409 IdempotencyKeyInUse to the others, or let them wait",
		func(b *bench) error {
			const many = 4
			a, key := b.fresh(), b.key("at-once")
			answers, errs := make([]*answer, many), make([]error, many)
			var wg sync.WaitGroup
			for i := range many {
				// Each has notes of its own: they are not written at once.
				own := *b
				own.calls, own.broken = nil, nil
				wg.Go(func() { answers[i], errs[i] = own.send(creating(a, key)) })
			}
			wg.Wait()
			for i := range many {
				if errs[i] != nil {
					return errs[i]
				}
				if answers[i].status != http.StatusCreated {
					if err := answers[i].refused(http.StatusConflict, protocol.ReasonIdempotencyKeyInUse); err != nil {
						return err
					}
				}
			}
			orders, err := b.find(a.Domain.Name)
			if err != nil {
				return err
			}
			return holds(len(orders) == 1, "the domain has %d orders, want one", len(orders))
		}},
	{"A key that comes late is answered by the order as it stands", clauseEffects, "keep keys as long as the order, and answer with what it is now",
		func(b *bench) error {
			a, key := b.fresh(), b.key("late")
			o, err := b.order(creating(a, key), http.StatusCreated)
			if err != nil {
				return err
			}
			if _, err := b.order(cancelling(o.ID, b.key("cancel")), http.StatusOK); err != nil {
				return err
			}
			again, err := b.order(creating(a, key), http.StatusCreated)
			if err != nil {
				return err
			}
			return all(
				func() error { return holds(again.ID == o.ID, "it is answered by another order, %s", again.ID) },
				func() error { return holds(over(again), "the order was given up, and the answer does not say so") },
			)
		}},
	{"A domain of an account has one open order", clauseEffects, "answer 409 OrderExists to a second one",
		func(b *bench) error {
			a := b.fresh()
			if _, err := b.create(a); err != nil {
				return err
			}
			return b.refused(creating(a, b.key("second")), http.StatusConflict, protocol.ReasonOrderExists)
		}},
	{"A subject has one open order", clauseTypes, "answer 409 OrderInProgress to one for another domain",
		func(b *bench) error {
			a := b.fresh()
			if _, err := b.create(a); err != nil {
				return err
			}
			other := b.fresh()
			other.Subject = a.Subject
			return b.refused(creating(other, b.key("second-of-subject")), http.StatusConflict, protocol.ReasonOrderInProgress)
		}},
}

// over says that an order was given up or its filing has ended.
func over(o *protocol.Order) bool {
	for _, e := range o.History {
		if e.Decision == protocol.DecisionCancelled || e.Decision == protocol.DecisionRevoked {
			return true
		}
	}
	return false
}

var orderCases = []Case{
	{"An order begins with its type, as attempt 1", clauseOrders, "answer with id, account, domain, filingType, attempt 1 and the entry TypeDetermination Passed",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			return all(
				func() error {
					return holds(o.Domain == a.Domain.Name && o.Account == a.Account, "the order is of %q, account %q", o.Domain, o.Account)
				},
				func() error {
					return holds(o.FilingType == a.FilingType && o.Attempt == 1, "the order is %s, attempt %d", o.FilingType, o.Attempt)
				},
				func() error {
					return holds(len(entries(o, 1, protocol.StageTypeDetermination, protocol.DecisionPassed)) == 1, "the history has no TypeDetermination Passed")
				},
			)
		}},
	{"An order is found by its domain", clauseEffects, "list it at GET /orders?domain=, newest first: a client that lost its memory looks there first",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			if _, err := b.order(cancelling(o.ID, b.key("cancel")), http.StatusOK); err != nil {
				return err
			}
			second, err := b.create(a)
			if err != nil {
				return err
			}
			orders, err := b.find(a.Domain.Name)
			if err != nil {
				return err
			}
			return holds(len(orders) == 2 && orders[0].ID == second.ID && orders[1].ID == o.ID, "%d orders are found, want the new one and then the one that was given up", len(orders))
		}},
	{"A history only grows", clauseOrders, "add entries, and change none: id, attempt, stage, decision and time stay",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			if err := b.upload(o, a); err != nil {
				return err
			}
			for range 3 {
				if o, err = b.get(o.ID); err != nil {
					return err
				}
			}
			return nil
		}},
	{"An order that is given up is Cancelled, once", clauseOrders, "add one entry Cancelled; the same key again adds none",
		func(b *bench) error {
			o, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			key := b.key("cancel")
			for range 2 {
				if o, err = b.order(cancelling(o.ID, key), http.StatusOK); err != nil {
					return err
				}
			}
			n := 0
			for _, e := range o.History {
				if e.Decision == protocol.DecisionCancelled {
					n++
				}
			}
			return holds(n == 1, "the history has %d entries Cancelled, want one", n)
		}},
	{"An attempt that is taken back before its confirmation waits for the next", clauseOrders, "add Confirmation Returned with the reason Withdrawn, once, whatever the stage",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			return b.takenBack(o, a)
		}},
	{"An attempt that waits for nobody is not resubmitted", clauseOrders, "answer 409 NotSubmittable or AttemptMismatch where the order was neither returned nor withdrawn",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			return b.refused(resubmitting(o.ID, 2, a, b.key("resubmit")), http.StatusConflict, protocol.ReasonNotSubmittable, protocol.ReasonAttemptMismatch)
		}},
}

func resubmitting(id string, attempt int32, a protocol.Application, key string) call {
	return call{method: http.MethodPost, path: "/orders/" + id + "/attempts", body: protocol.Resubmission{Application: a, Attempt: attempt}, key: key}
}

// takenBack withdraws an attempt twice with one key, and resubmits it.
func (b *bench) takenBack(o *protocol.Order, a protocol.Application) (err error) {
	attempt, key := o.Attempt, b.key("withdraw")
	for range 2 {
		if o, err = b.order(withdrawing(o.ID, attempt, key), http.StatusOK); err != nil {
			return err
		}
	}
	taken := entries(o, attempt, protocol.StageConfirmation, protocol.DecisionReturned)
	if len(taken) != 1 || len(taken[0].Reasons) != 1 || taken[0].Reasons[0] != protocol.ReasonWithdrawn {
		return holds(false, "the history has %d entries Confirmation Returned, want one, with the reason %s", len(taken), protocol.ReasonWithdrawn)
	}
	return b.onceMore(resubmitting(o.ID, attempt+1, a, b.key("resubmit")), attempt+1)
}

// onceMore sends what begins an attempt twice with one key: it begins once.
func (b *bench) onceMore(c call, attempt int32) error {
	for range 2 {
		o, err := b.order(c, http.StatusCreated)
		if err != nil {
			return err
		}
		if o.Attempt != attempt {
			return holds(false, "the order is at attempt %d, want %d", o.Attempt, attempt)
		}
	}
	return nil
}
