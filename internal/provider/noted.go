package provider

import (
	"context"
	"time"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/procedure"
)

// Call is a call to a provider, or to its registry, that is over.
type Call struct {
	// Provider is the name of the FilingProvider, Operation that of the method.
	Provider, Operation string
	// Begun is when it began, by real time, whatever time filings live in; Took is how long it took.
	Begun time.Time
	Took  time.Duration
	// Err is what it failed with, or nil.
	Err error
}

// Note is told of each call that is over, with the context that it was made in.
type Note func(context.Context, Call)

// Noted has the calls to a provider noted under its name.
func Noted(name string, p Provider, notes ...Note) Provider {
	return &noted{name: name, p: p, notes: notes}
}

type noted struct {
	name  string
	p     Provider
	clock clock.RealClock
	notes []Note
}

// note makes a call and tells of it.
func note[T any](ctx context.Context, n *noted, operation string, ask func() (T, error)) (T, error) {
	call := Call{Provider: n.name, Operation: operation, Begun: n.clock.Now()}
	answer, err := ask()
	call.Took, call.Err = n.clock.Since(call.Begun), err
	for _, tell := range n.notes {
		tell(ctx, call)
	}
	return answer, err
}

// Determine implements Provider, as all that follow.
func (n *noted) Determine(ctx context.Context, question TypeQuestion) (procedure.Determination, error) {
	return note(ctx, n, "Determine", func() (procedure.Determination, error) { return n.p.Determine(ctx, question) })
}

// Find finds an order.
func (n *noted) Find(ctx context.Context, account, domain string) (*procedure.Order, error) {
	return note(ctx, n, "Find", func() (*procedure.Order, error) { return n.p.Find(ctx, account, domain) })
}

// Create makes an order.
func (n *noted) Create(ctx context.Context, key string, application Application) (*procedure.Order, error) {
	return note(ctx, n, "Create", func() (*procedure.Order, error) { return n.p.Create(ctx, key, application) })
}

// Resubmit takes an order up again.
func (n *noted) Resubmit(ctx context.Context, key, orderID string, attempt int32, application Application) (*procedure.Order, error) {
	return note(ctx, n, "Resubmit", func() (*procedure.Order, error) { return n.p.Resubmit(ctx, key, orderID, attempt, application) })
}

// Change files new facts.
func (n *noted) Change(ctx context.Context, key, orderID string, attempt int32, application Application, changes []procedure.Part) (*procedure.Order, error) {
	return note(ctx, n, "Change", func() (*procedure.Order, error) { return n.p.Change(ctx, key, orderID, attempt, application, changes) })
}

// Import takes a filing over.
func (n *noted) Import(ctx context.Context, key string, question TypeQuestion, websiteNumber, subjectNumber string) (*procedure.Order, error) {
	return note(ctx, n, "Import", func() (*procedure.Order, error) { return n.p.Import(ctx, key, question, websiteNumber, subjectNumber) })
}

// Upload sends a file.
func (n *noted) Upload(ctx context.Context, key, orderID string, file File) error {
	_, err := note(ctx, n, "Upload", func() (struct{}, error) { return struct{}{}, n.p.Upload(ctx, key, orderID, file) })
	return err
}

// Confirm submits an order.
func (n *noted) Confirm(ctx context.Context, key, orderID string, attempt int32) (*procedure.Order, error) {
	return note(ctx, n, "Confirm", func() (*procedure.Order, error) { return n.p.Confirm(ctx, key, orderID, attempt) })
}

// Withdraw takes an order back.
func (n *noted) Withdraw(ctx context.Context, key, orderID string, attempt int32) (*procedure.Order, error) {
	return note(ctx, n, "Withdraw", func() (*procedure.Order, error) { return n.p.Withdraw(ctx, key, orderID, attempt) })
}

// Cancel gives an order up.
func (n *noted) Cancel(ctx context.Context, key, orderID string) (*procedure.Order, error) {
	return note(ctx, n, "Cancel", func() (*procedure.Order, error) { return n.p.Cancel(ctx, key, orderID) })
}

// Get reads an order.
func (n *noted) Get(ctx context.Context, orderID string) (*procedure.Order, error) {
	return note(ctx, n, "Get", func() (*procedure.Order, error) { return n.p.Get(ctx, orderID) })
}

// LookUp asks what is filed.
func (n *noted) LookUp(ctx context.Context, domain string) (Filed, error) {
	return note(ctx, n, "LookUp", func() (Filed, error) { return n.p.LookUp(ctx, domain) })
}

// Events reads the feed.
func (n *noted) Events(ctx context.Context, cursor string, limit int) (Page, error) {
	return note(ctx, n, "Events", func() (Page, error) { return n.p.Events(ctx, cursor, limit) })
}
