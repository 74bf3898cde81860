package serve

import (
	"context"
	"slices"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
)

// Provider has the calls to a provider measured under its name. They are measured by real time, whatever time filings live in.
func (m *Meters) Provider(name string, p provider.Provider) provider.Provider {
	return &measured{Meters: m, name: name, p: p}
}

// Registry has the look-ups at a provider's registry measured. One that the registry's pace did not let go out is none.
func (m *Meters) Registry(name string, r registry.Registry) registry.Registry {
	return &measuredRegistry{Registry: r, meters: m, name: name}
}

type measured struct {
	*Meters
	clock clock.RealClock
	name  string
	p     provider.Provider
}

// call makes a call and notes it.
func call[T any](m *measured, operation string, ask func() (T, error)) (T, error) {
	begun := m.clock.Now()
	answer, err := ask()
	m.Called(m.name, operation, m.clock.Since(begun), err)
	return answer, err
}

// Determine implements provider.Provider, as all that follow.
func (m *measured) Determine(ctx context.Context, question provider.TypeQuestion) (procedure.Determination, error) {
	return call(m, "Determine", func() (procedure.Determination, error) { return m.p.Determine(ctx, question) })
}

// Find finds an order.
func (m *measured) Find(ctx context.Context, account, domain string) (*procedure.Order, error) {
	return call(m, "Find", func() (*procedure.Order, error) { return m.p.Find(ctx, account, domain) })
}

// Create makes an order.
func (m *measured) Create(ctx context.Context, key string, application provider.Application) (*procedure.Order, error) {
	return call(m, "Create", func() (*procedure.Order, error) { return m.p.Create(ctx, key, application) })
}

// Resubmit takes an order up again.
func (m *measured) Resubmit(ctx context.Context, key, orderID string, attempt int32, application provider.Application) (*procedure.Order, error) {
	return call(m, "Resubmit", func() (*procedure.Order, error) { return m.p.Resubmit(ctx, key, orderID, attempt, application) })
}

// Change files new facts.
func (m *measured) Change(ctx context.Context, key, orderID string, attempt int32, application provider.Application, changes []procedure.Part) (*procedure.Order, error) {
	return call(m, "Change", func() (*procedure.Order, error) { return m.p.Change(ctx, key, orderID, attempt, application, changes) })
}

// Import takes a filing over.
func (m *measured) Import(ctx context.Context, key string, question provider.TypeQuestion, websiteNumber, subjectNumber string) (*procedure.Order, error) {
	return call(m, "Import", func() (*procedure.Order, error) { return m.p.Import(ctx, key, question, websiteNumber, subjectNumber) })
}

// Upload sends a file.
func (m *measured) Upload(ctx context.Context, key, orderID string, file provider.File) error {
	_, err := call(m, "Upload", func() (struct{}, error) { return struct{}{}, m.p.Upload(ctx, key, orderID, file) })
	return err
}

// Confirm submits an order.
func (m *measured) Confirm(ctx context.Context, key, orderID string, attempt int32) (*procedure.Order, error) {
	return call(m, "Confirm", func() (*procedure.Order, error) { return m.p.Confirm(ctx, key, orderID, attempt) })
}

// Withdraw takes an order back.
func (m *measured) Withdraw(ctx context.Context, key, orderID string, attempt int32) (*procedure.Order, error) {
	return call(m, "Withdraw", func() (*procedure.Order, error) { return m.p.Withdraw(ctx, key, orderID, attempt) })
}

// Cancel gives an order up.
func (m *measured) Cancel(ctx context.Context, key, orderID string) (*procedure.Order, error) {
	return call(m, "Cancel", func() (*procedure.Order, error) { return m.p.Cancel(ctx, key, orderID) })
}

// Get reads an order.
func (m *measured) Get(ctx context.Context, orderID string) (*procedure.Order, error) {
	return call(m, "Get", func() (*procedure.Order, error) { return m.p.Get(ctx, orderID) })
}

// LookUp asks what is filed.
func (m *measured) LookUp(ctx context.Context, domain string) (provider.Filed, error) {
	return call(m, "LookUp", func() (provider.Filed, error) { return m.p.LookUp(ctx, domain) })
}

// Events reads the feed.
func (m *measured) Events(ctx context.Context, cursor string, limit int) (provider.Page, error) {
	return call(m, "Events", func() (provider.Page, error) { return m.p.Events(ctx, cursor, limit) })
}

type measuredRegistry struct {
	registry.Registry
	clock  clock.RealClock
	meters *Meters
	name   string
}

// Lookup implements registry.Registry.
func (r *measuredRegistry) Lookup(ctx context.Context, domains []string) ([]registry.Answer, error) {
	begun := r.clock.Now()
	answers, err := r.Registry.Lookup(ctx, domains)
	if err != nil || slices.ContainsFunc(answers, func(a registry.Answer) bool { return !a.NotAsked }) {
		r.meters.Called(r.name, RegistryLookup, r.clock.Since(begun), err)
	}
	return answers, err
}
