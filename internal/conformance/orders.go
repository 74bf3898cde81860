package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// key is a fresh idempotency key.
func (b *bench) key(what string) string {
	b.number++
	return fmt.Sprintf("conformance-%s-%s-%d", b.Run, what, b.number)
}

// creating is the call that makes an order.
func creating(a protocol.Application, key string) call {
	return call{method: http.MethodPost, path: "/orders", body: a, key: key}
}

// create makes an order of an application.
func (b *bench) create(a protocol.Application) (*protocol.Order, error) {
	return b.order(creating(a, b.key("create")), http.StatusCreated)
}

// order makes a call that is answered by an order, and holds that to what was known of it.
func (b *bench) order(c call, status int) (*protocol.Order, error) {
	var o protocol.Order
	if err := b.wants(c, status, &o); err != nil {
		return nil, err
	}
	return &o, b.remember(&o)
}

// get reads an order.
func (b *bench) get(id string) (*protocol.Order, error) {
	return b.order(call{method: http.MethodGet, path: "/orders/" + id}, http.StatusOK)
}

// find lists the orders of a domain.
func (b *bench) find(domain string) ([]protocol.Order, error) {
	var list protocol.OrderList
	query := url.Values{"domain": {domain}, "limit": {"100"}}
	if b.Account != "" {
		query.Set("account", b.Account)
	}
	if err := b.wants(call{method: http.MethodGet, path: "/orders?" + query.Encode()}, http.StatusOK, &list); err != nil {
		return nil, err
	}
	for i := range list.Orders {
		if err := b.remember(&list.Orders[i]); err != nil {
			return nil, err
		}
	}
	return list.Orders, nil
}

// remember holds an order's history to what was read before: entries are only ever added.
func (b *bench) remember(o *protocol.Order) error {
	before, known := b.seen[o.ID]
	if !known && !slices.Contains(b.made, o.ID) {
		b.made = append(b.made, o.ID)
	}
	b.seen[o.ID] = o.History
	ids := map[string]bool{}
	for i, e := range o.History {
		if ids[e.ID] {
			return fmt.Errorf("order %s: two entries have the id %s", o.ID, e.ID)
		}
		ids[e.ID] = true
		if i < len(before) && (e.ID != before[i].ID || e.Stage != before[i].Stage || e.Decision != before[i].Decision || e.Attempt != before[i].Attempt || !e.At.Equal(before[i].At)) {
			return fmt.Errorf("order %s: entry %d of the history was %s %s (%s), and is now %s %s (%s): entries are only ever added", o.ID, i, before[i].Stage, before[i].Decision, before[i].ID, e.Stage, e.Decision, e.ID)
		}
	}
	if len(o.History) < len(before) {
		return fmt.Errorf("order %s: the history had %d entries, and has %d", o.ID, len(before), len(o.History))
	}
	return nil
}

// entries are those of a history on a stage of an attempt, with a decision.
func entries(o *protocol.Order, attempt int32, stage protocol.Stage, decision protocol.Decision) []protocol.HistoryEntry {
	return slices.DeleteFunc(slices.Clone(o.History), func(e protocol.HistoryEntry) bool {
		return e.Attempt != attempt || e.Stage != stage || e.Decision != decision
	})
}

// until reads an order until its attempt has an entry, or patience is at its end: then what it waits for is not tested.
func (b *bench) until(o *protocol.Order, stage protocol.Stage, decision protocol.Decision) (*protocol.Order, error) {
	has, err := b.patiently(func() (bool, error) {
		now, err := b.get(o.ID)
		if err != nil {
			return false, err
		}
		o = now
		return len(entries(o, o.Attempt, stage, decision)) > 0, nil
	})
	if err == nil && !has {
		return o, untestedError{fmt.Sprintf("within %s the order has no %s %s: see to it that the server takes this step by itself, or decide it", b.Patience, stage, decision)}
	}
	return o, err
}

// upload sends the files that an application names.
func (b *bench) upload(o *protocol.Order, a protocol.Application) error {
	for _, m := range a.Materials {
		if err := b.wants(uploading(o.ID, m, b.key("upload"), scan), http.StatusNoContent, nil); err != nil {
			return err
		}
	}
	return nil
}

func confirming(id string, attempt int32, key string) call {
	return call{method: http.MethodPost, path: "/orders/" + id + "/confirmation", body: protocol.AttemptReference{Attempt: attempt}, key: key}
}

func withdrawing(id string, attempt int32, key string) call {
	return call{method: http.MethodPost, path: "/orders/" + id + "/withdrawal", body: protocol.AttemptReference{Attempt: attempt}, key: key}
}

func cancelling(id, key string) call {
	return call{method: http.MethodPost, path: "/orders/" + id + "/cancellation", key: key}
}

// submit uploads and confirms an order, as soon as the server lets it.
func (b *bench) submit(o *protocol.Order, a protocol.Application) (*protocol.Order, error) {
	if err := b.upload(o, a); err != nil {
		return nil, err
	}
	return b.confirm(o, b.key("confirm"))
}

// confirm confirms an order, and asks again as long as it is told that it comes too early.
func (b *bench) confirm(o *protocol.Order, key string) (*protocol.Order, error) {
	var last *answer
	done, err := b.patiently(func() (bool, error) {
		a, err := b.send(confirming(o.ID, o.Attempt, key))
		if err != nil {
			return false, err
		}
		last = a
		early := a.status == http.StatusConflict && (a.reason() == protocol.ReasonNotYet || a.reason() == protocol.ReasonMaterialsMissing)
		return !early, nil
	})
	if err != nil {
		return nil, err
	}
	if !done {
		return nil, untestedError{fmt.Sprintf("within %s the order could not be confirmed (%s): see to it that the server takes the steps before by itself", b.Patience, last.words())}
	}
	var now protocol.Order
	if err := last.is(http.StatusOK, &now); err != nil {
		return nil, err
	}
	return &now, b.remember(&now)
}

// decide has a reviewer decide, or waits for the server to do so by itself where the decision is to pass.
func (b *bench) decide(o *protocol.Order, stage protocol.Stage, decision protocol.Decision, reasons ...string) (*protocol.Order, error) {
	if b.Decide == nil {
		if decision != protocol.DecisionPassed {
			return nil, untestedError{"needs a decision: " + Decision{OrderID: o.ID, Domain: o.Domain, Stage: stage, Decision: decision, Reasons: reasons}.String() + " (see --control-url and --interactive)"}
		}
		return b.until(o, stage, decision)
	}
	var failure error
	done, err := b.patiently(func() (bool, error) {
		now, err := b.get(o.ID)
		if err != nil {
			return false, err
		}
		if len(entries(now, now.Attempt, stage, decision)) > 0 {
			return true, nil // the server was faster
		}
		next := Decision{OrderID: o.ID, Domain: o.Domain, Stage: stage, Decision: decision, Reasons: reasons}
		if stage == protocol.StageBureauReview && waitsForSms(now) {
			next = Decision{OrderID: o.ID, Domain: o.Domain, Stage: protocol.StageSmsVerification, Decision: protocol.DecisionPassed}
		}
		failure = b.Decide(b.ctx, next)
		if errors.As(failure, new(untestedError)) {
			return false, failure
		}
		return failure == nil && next.Stage == stage, nil
	})
	if err != nil {
		return nil, err
	}
	if !done {
		return nil, untestedError{fmt.Sprintf("nobody decided: %v", failure)}
	}
	return b.until(o, stage, decision)
}

// waitsForSms says that the persons were asked to answer an SMS, which no test can read for them.
func waitsForSms(o *protocol.Order) bool {
	stage := protocol.StageSmsVerification
	return len(entries(o, o.Attempt, stage, protocol.DecisionActionRequested)) > 0 && len(entries(o, o.Attempt, stage, protocol.DecisionPassed)) == 0
}

// approved takes an application through to its approval.
func (b *bench) approved(a protocol.Application) (*protocol.Order, error) {
	o, err := b.create(a)
	if err != nil {
		return nil, err
	}
	if o, err = b.submit(o, a); err != nil {
		return nil, err
	}
	return b.pass(o)
}

// pass has the reviews of an order's attempt passed.
func (b *bench) pass(o *protocol.Order) (*protocol.Order, error) {
	o, err := b.decide(o, protocol.StagePreliminaryReview, protocol.DecisionPassed)
	if err != nil {
		return nil, err
	}
	return b.decide(o, protocol.StageBureauReview, protocol.DecisionPassed)
}

// filed is an order in force that the cases share; none of them changes that it is.
func (b *bench) filed() (*protocol.Order, error) {
	if b.inForce != nil {
		return b.get(b.inForce.ID)
	}
	o, err := b.approved(b.fresh())
	if err != nil {
		return nil, err
	}
	b.inForce = o
	return o, nil
}

// tidy gives up what the run has made, as far as the server lets it.
func (b *bench) tidy(ctx context.Context) {
	b.begin(ctx)
	for _, id := range b.made {
		_, _ = b.send(cancelling(id, b.key("tidy")))
	}
}

// all says of several checks what is the first that fails.
func all(checks ...func() error) error {
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// holds says that something is not as it should be.
func holds(is bool, format string, args ...any) error {
	if is {
		return nil
	}
	return errors.New(strings.TrimSpace(fmt.Sprintf(format, args...)))
}
