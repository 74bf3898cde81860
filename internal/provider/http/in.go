package http

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Limits of what is taken from a server; they are the document's own.
const (
	maxNumber  = 64
	maxMessage = 1024
	maxCursor  = 256
	maxHistory = 1000
)

// Between these years lies every time that a filing can have: there were none before, and what is later a status could not
// hold in every zone.
const (
	firstYear = 1990
	lastYear  = 2199
)

var orderIDPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$`)

// orderIn reads an order and checks what the operator relies on. What does not hold is no refusal but a server's
// fault: nothing is decided by it.
func orderIn(o protocol.Order) (*procedure.Order, error) {
	switch {
	case !orderIDPattern.MatchString(o.ID):
		return nil, errors.New("the order has no proper id")
	case !o.FilingType.Valid() && (!o.Imported || o.FilingType != ""):
		return nil, errors.New("the order has an unknown filingType")
	case o.Imported && !beginsApproved(o):
		return nil, errors.New("the order is imported, and its history does not begin with an approval")
	case o.Attempt < 1:
		return nil, errors.New("the order's attempt is below 1")
	case !possible(o.CreatedAt):
		return nil, errors.New("the order was created at an impossible time")
	case len(o.History) > maxHistory:
		return nil, fmt.Errorf("the order's history has more than %d entries", maxHistory)
	}
	order := &procedure.Order{
		ID: o.ID, Account: o.Account, Domain: o.Domain, FilingType: v1alpha1.FilingType(o.FilingType),
		Attempt: o.Attempt, Imported: o.Imported, CreatedAt: o.CreatedAt.UTC(), History: make([]procedure.Decision, 0, len(o.History)),
	}
	seen := map[string]bool{}
	for i, e := range o.History {
		d, err := decisionIn(e, o)
		if err == nil && seen[e.ID] {
			err = errors.New("its id is there twice")
		}
		if err != nil {
			return nil, fmt.Errorf("entry %d of the order's history: %w", i, err)
		}
		seen[e.ID] = true
		order.History = append(order.History, d)
	}
	return order, nil
}

// beginsApproved says that an order's history begins with the bureau's approval.
func beginsApproved(o protocol.Order) bool {
	return len(o.History) > 0 && o.History[0].Stage == protocol.StageBureauReview && o.History[0].Decision == protocol.DecisionPassed
}

func decisionIn(e protocol.HistoryEntry, o protocol.Order) (procedure.Decision, error) {
	if err := checkEntry(e, o.Attempt); err != nil {
		return procedure.Decision{}, err
	}
	d := procedure.Decision{
		ID: e.ID, Attempt: e.Attempt, Stage: v1alpha1.StageName(e.Stage), Decision: v1alpha1.Decision(e.Decision),
		Reasons: wellFormed(e.Reasons), Task: v1alpha1.RequestedTask(e.Task), DueAt: utc(e.DueAt),
		Message: provider.Scrub(e.Message, maxMessage), SubjectNumber: e.SubjectNumber, WebsiteNumber: e.WebsiteNumber, At: e.At.UTC(),
	}
	if e.Stage == protocol.StageConfirmation && e.Decision == protocol.DecisionReported {
		d.OrderID = o.ID
	}
	return d, nil
}

func checkEntry(e protocol.HistoryEntry, latest int32) error {
	switch {
	case e.ID == "" || len(e.ID) > 64:
		return errors.New("it has no proper id")
	case e.Attempt < 1 || e.Attempt > latest:
		return errors.New("its attempt is not one of the order's")
	case !e.Stage.Valid():
		return errors.New("its stage is unknown")
	case !e.Decision.Valid():
		return errors.New("its decision is unknown")
	case e.At.IsZero():
		return errors.New("it has no time")
	case !possible(e.At), !possible(e.DueAt):
		return errors.New("it has an impossible time")
	case e.Decision == protocol.DecisionActionRequested && !e.Task.Valid():
		return errors.New("it requests an unknown action")
	case e.Task != "" && !e.Task.Valid():
		return errors.New("its task is unknown")
	case e.Decision == protocol.DecisionReturned && len(wellFormed(e.Reasons)) == 0:
		return errors.New("it is a return without a reason")
	case !numbers(e.SubjectNumber, e.WebsiteNumber):
		return errNoNumber
	case e.Stage == protocol.StageBureauReview && e.Decision == protocol.DecisionPassed && (e.SubjectNumber == "" || e.WebsiteNumber == ""):
		return errors.New("it is an approval without numbers")
	}
	return nil
}

func determinationIn(d protocol.Determination, personal []string) (procedure.Determination, error) {
	switch {
	case (d.FilingType == "") == (d.Conflict == ""):
		return procedure.Determination{}, errors.New("the determination names not exactly one of filingType and conflict")
	case d.FilingType != "" && !d.FilingType.Valid():
		return procedure.Determination{}, errors.New("the determination's filingType is unknown")
	case d.Conflict != "" && !d.Conflict.Valid():
		return procedure.Determination{}, errors.New("the determination's conflict is unknown")
	case !reasonPattern.MatchString(d.Reason):
		return procedure.Determination{}, errors.New("the determination has no proper reason")
	case !numbers(d.SubjectNumber, d.WebsiteNumber):
		return procedure.Determination{}, errNoNumber
	}
	return procedure.Determination{
		Type: v1alpha1.FilingType(d.FilingType), Conflict: string(d.Conflict), Reason: d.Reason,
		Message:       provider.Scrub(d.Message, maxMessage, personal...),
		SubjectNumber: d.SubjectNumber, WebsiteNumber: d.WebsiteNumber,
	}, nil
}

func filedIn(f protocol.Filing) (provider.Filed, error) {
	filed := provider.Filed{Domain: f.Domain, Filed: f.Filed, SubjectNumber: f.SubjectNumber, WebsiteNumber: f.WebsiteNumber}
	if !numbers(f.SubjectNumber, f.WebsiteNumber) {
		return provider.Filed{}, errNoNumber
	}
	for _, a := range f.Access {
		if !a.Valid() {
			return provider.Filed{}, errors.New("an access provider is unknown")
		}
		filed.Access = append(filed.Access, v1alpha1.AccessProvider(a))
	}
	return filed, nil
}

// pageIn reads a page. One that says that there is more, and leads nowhere, would be asked for without end.
func pageIn(p protocol.EventPage, after string) (provider.Page, error) {
	switch {
	case len(p.Events) > maxEvents:
		return provider.Page{}, fmt.Errorf("the page has more than %d events", maxEvents)
	case len(p.Next) > maxCursor:
		return provider.Page{}, errors.New("the page's next cursor is too long")
	case (p.More || len(p.Events) > 0) && (p.Next == "" || p.Next == after):
		return provider.Page{}, errors.New("the page's next cursor leads nowhere")
	}
	page := provider.Page{Next: p.Next, More: p.More, Events: make([]provider.Event, 0, len(p.Events))}
	for i, e := range p.Events {
		if !orderIDPattern.MatchString(e.OrderID) || e.Cursor == "" || len(e.Cursor) > maxCursor {
			return provider.Page{}, fmt.Errorf("event %d has no proper orderID or cursor", i)
		}
		page.Events = append(page.Events, provider.Event{Cursor: e.Cursor, OrderID: e.OrderID, Account: e.Account, Domain: e.Domain, At: e.At.UTC()})
	}
	return page, nil
}

var errNoNumber = errors.New("a filing number is longer than one can be, or has characters that none has")

// numbers says that filing numbers are what can be shown as such anywhere; an empty one is none.
func numbers(given ...string) bool {
	return !slices.ContainsFunc(given, func(number string) bool { return len(number) > maxNumber || !rules.PlainNumber(number) })
}

// possible says that a time can be one of a filing's. No time is possible, too.
func possible(t time.Time) bool {
	year := t.UTC().Year()
	return t.IsZero() || firstYear <= year && year <= lastYear
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}
