// Package provider is what the operator asks of an access provider (接入服务商), whoever it is and however it is reached.
package provider

import (
	"context"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// Provider takes filings to the bureau (管局). Every method may block on the network and is bounded by its context.
// Errors are of type *Error; ask ClassOf what to do about one. Every effect takes a key made by Key: with the same key
// it happens once, however often it is asked for.
type Provider interface {
	// Determine asks which type of filing this is (备案类型). It has no effect.
	Determine(ctx context.Context, question TypeQuestion) (procedure.Determination, error)
	// Find gives the newest order of a domain, or nil where there is none. A restored cluster finds its order by it.
	Find(ctx context.Context, account, domain string) (*procedure.Order, error)
	// Create makes an order with all its facts, as attempt 1.
	Create(ctx context.Context, key string, application Application) (*procedure.Order, error)
	// Resubmit takes a returned order up again with changed facts, as the attempt that follows its latest.
	Resubmit(ctx context.Context, key, orderID string, attempt int32, application Application) (*procedure.Order, error)
	// Change files new facts of a filing that is in force (变更备案), as the attempt that follows its order's latest. The
	// old facts stay in force until the bureau has passed the new ones. Changes names the parts that differ, at least one.
	// Refused as NotChangeable where the filing is not in force, as OrderInProgress where an order of the subject is under
	// way, as InvalidFacts where domain or province differ.
	Change(ctx context.Context, key, orderID string, attempt int32, application Application, changes []procedure.Part) (*procedure.Order, error)
	// Import takes a filing that is in force with the provider over as an order, whose history begins with the bureau's
	// approval. Where the domain has such an order already, that one is given. The subject number may be empty. Refused as
	// NotFiledHere, SubjectConflict or NumberMismatch.
	Import(ctx context.Context, key string, question TypeQuestion, websiteNumber, subjectNumber string) (*procedure.Order, error)
	// Upload sends one file of the order; it replaces an earlier one of the same kind and part.
	Upload(ctx context.Context, key, orderID string, file File) error
	// Confirm confirms the facts (信息核验), which submits the order.
	Confirm(ctx context.Context, key, orderID string, attempt int32) (*procedure.Order, error)
	// Withdraw takes a submitted order back from review, or a change back at any stage. Its history then ends with
	// Confirmation Returned, Withdrawn.
	Withdraw(ctx context.Context, key, orderID string, attempt int32) (*procedure.Order, error)
	// Cancel gives an order up or, once its filing is in force, cancels that (注销), a change under way with it. It cannot
	// be undone.
	Cancel(ctx context.Context, key, orderID string) (*procedure.Order, error)
	// Get reads an order.
	Get(ctx context.Context, orderID string) (*procedure.Order, error)
	// LookUp asks what is filed for a domain.
	LookUp(ctx context.Context, domain string) (Filed, error)
	// Events lists which orders changed after a cursor, oldest first; the empty cursor is the beginning. At most limit
	// events come, 1 to 1000. A cursor that the provider no longer knows is Rejected with the reason UnknownCursor.
	Events(ctx context.Context, cursor string, limit int) (Page, error)
}

// Filed is what the registry says of a domain.
type Filed struct {
	// Domain asked for.
	Domain string
	// Filed says that it has a filing.
	Filed bool
	// SubjectNumber is 主体备案号.
	SubjectNumber string
	// WebsiteNumber is 网站备案号.
	WebsiteNumber string
	// Access lists through whom the domain has access; a filing with none is a shell (空壳).
	Access []v1alpha1.AccessProvider
}

// Page is a page of the events feed.
type Page struct {
	// Events, oldest first.
	Events []Event
	// Next is the cursor to ask for next. Opaque, at most 256 characters.
	Next string
	// More says that further events are there already.
	More bool
}

// Event says that an order's history grew.
type Event struct {
	// Cursor of the event: asking after it gives what follows.
	Cursor string
	// OrderID of the order.
	OrderID string
	// Account that the order belongs to.
	Account string
	// Domain of the order.
	Domain string
	// At is when it happened.
	At time.Time
}
