package procedure

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// An order's annotation is the order's name, and where the filing was filed anew, a plus and how many attempts it had
// before this order. The protocol's names hold no plus; one alone says that an order was asked for, and that its name is
// not known yet.

// orderAsked is the annotation of a filing whose order was asked for: it is written before the call, and stays until the
// order's name is known.
const orderAsked = "+"

func orderAnnotation(id string, base int32) string {
	if base == 0 {
		return id
	}
	return fmt.Sprintf("%s+%d", id, base)
}

func parseOrderAnnotation(value string) (id string, base int32) {
	id, digits, found := strings.Cut(value, "+")
	if n, err := strconv.ParseInt(digits, 10, 32); found && err == nil && n > 0 {
		base = int32(n)
	}
	return id, base
}

// OwnOrder is the order that a filing's annotation names; empty for none.
func OwnOrder(filing *v1alpha1.IcpFiling) string {
	id, _ := parseOrderAnnotation(filing.Annotations[v1alpha1.OrderAnnotation])
	return id
}

// asked says that an order was asked for of which nobody knows whether it was made: the answer was lost, or it was refused.
// Where the annotation names one that has ended, another was asked for since.
func (p *pass) asked() bool {
	value := p.Filing.Annotations[v1alpha1.OrderAnnotation]
	return value != "" && p.status.OrderID == ""
}

// disown sets an order aside that was found for the domain but made for another filing. This filing's own is the one that
// its annotation names. Where the operator may have crashed before it could write that, it asks to create the order again,
// with the same key: the provider answers with the order if it is this filing's, and refuses if it is another's. Nobody is
// cleared by another's order. One that has ended is in nobody's way.
func (p *pass) disown() {
	o := p.Order
	if p.Provider.Hand != ByOperator || o == nil || o.ID == "" || !p.OrderSought || p.Sent != 0 || p.status.OrderID != "" || OwnOrder(p.Filing) == o.ID {
		return
	}
	p.Order = nil
	switch {
	case o.over():
		p.previous = o.ID
	case p.asked() && (p.Failure == nil || !p.Failure.NoEffect):
		p.perhaps = o
	case claimsImport(p.Filing.Spec.Existing):
		// Whose it is the provider says when it confirms the import.
	default:
		p.foreign = o.ID
	}
}

// ownOrder counts the attempts of an order that was made when the filing was filed anew from where the one before it
// ended, and sets that one aside once somebody asks to file anew.
func (p *pass) ownOrder() {
	if p.Provider.Hand != ByOperator {
		return
	}
	id, base := parseOrderAnnotation(p.Filing.Annotations[v1alpha1.OrderAnnotation])
	p.base = base
	begun := p.status.Attempt
	if p.record != nil && p.record.Anew {
		begun = max(begun, p.record.Begun) // the status may have been lost since
	}
	anew := id != "" && p.status.OrderID == "" && begun > 1
	switch {
	case p.Order != nil && p.Order.ID == id:
		p.Order = p.Order.from(base)
		// Once begun, it goes on, whatever becomes of the annotation.
		if p.Order.over() && !p.deleting() && (p.asksAnew(p.Order.Attempt+1) || p.status.OrderID == "" && p.begunAs(p.Order.Attempt+1)) {
			p.base, p.previous, p.Order = p.Order.Attempt, id, nil
			p.forget()
		}
	case p.Order != nil && anew:
		p.base = begun - 1
		p.Order = p.Order.from(p.base)
	case p.Order == nil && anew && !p.ended():
		p.base, p.previous = begun-1, id
	}
}

// forget leaves out what the status tells of the order that has ended.
func (p *pass) forget() {
	s := p.status
	if s.Attempt == p.base+1 && s.OrderID == "" {
		return
	}
	p.status = &v1alpha1.IcpFilingStatus{Conditions: s.Conditions, ObservedGeneration: s.ObservedGeneration, Exposure: s.Exposure, Stage: s.Stage, Attempt: s.Attempt}
}

// ended says that the status tells of a filing that has ended.
func (p *pass) ended() bool {
	return p.status.Stage.Ended()
}

// AsksAnew says that somebody asks to file anew what was revoked or cancelled.
func AsksAnew(filing *v1alpha1.IcpFiling) bool {
	over := filing.Status.Stage.Ended()
	asked := filing.Annotations[v1alpha1.ResubmitAnnotation]
	return over && asked == strconv.Itoa(int(filing.Status.Attempt)+1) && AskedBefore(filing) != asked
}

// AskedBefore is the attempt that was asked for before a filing ended, which does not count anew as long as it stays; "" for
// none.
func AskedBefore(filing *v1alpha1.IcpFiling) string {
	if record := RecordOf(filing); record != nil {
		return record.AskedBefore
	}
	return ""
}

// asksAnew says the same of an attempt, of what the status says has ended. Who asked for it before the end was told meant
// something else.
func (p *pass) asksAnew(attempt int32) bool {
	asked := p.Filing.Annotations[v1alpha1.ResubmitAnnotation]
	return p.ended() && p.asksFor(attempt) && (p.record == nil || p.record.AskedBefore != asked)
}

// askedBefore is what the annotation asks for when an end is told, as long as it stays.
func (p *pass) askedBefore(before string) string {
	asked := p.Filing.Annotations[v1alpha1.ResubmitAnnotation]
	switch {
	case p.s.Ended == "":
		return ""
	case !p.ended():
		return asked // the end is told now, or nobody remembers whether it was
	case asked != before:
		return ""
	}
	return before
}

// fileAnew begins anew, by people, what was revoked or cancelled, where somebody asks for it.
func (p *pass) fileAnew() {
	begun := p.begunAnew(p.s.Attempt + 1)
	if p.s.Ended == "" || p.c.Hand != ByPeople || !begun && !p.asksAnew(p.s.Attempt+1) || p.deleting() {
		return
	}
	p.typeAnew()
	if !begun {
		p.typed(p.determineNow())
	}
	p.s.beginAnew(p.now)
	p.anew = true
	history := p.Order
	p.Order = nil
	p.base = p.s.Attempt - 1
	p.openStages()
	p.Order = history
}

// typeAnew is the type as which people file anew what has ended: that of the attempt which has begun, as it is remembered,
// or determined now.
func (p *pass) typeAnew() {
	var d Determination
	switch anew := p.s.Attempt + 1; {
	case p.status.Attempt >= anew:
		d.Type = p.status.FilingType
	case p.record != nil && max(p.record.Attempt, p.record.Begun) >= anew:
		d.Type = p.record.Type
	}
	p.left = p.s.leaves()
	if d.Type == "" {
		d = p.determineNow()
	}
	p.typed(d)
}

// typed has the procedure go on with a type.
func (p *pass) typed(d Determination) {
	p.determined, p.c = d, p.caseOf(d.Type)
	p.s.c, p.channelRefusal = p.c, channelRefusal(p.c)
}

// determineNow finds the type by how the cluster's other filings stand now, whenever this one's history began.
func (p *pass) determineNow() Determination {
	history := p.Order
	p.Order = nil
	d := p.determineByPeople()
	p.Order = history
	return d
}

// from is the order with its attempts counted on from those before it.
func (o *Order) from(base int32) *Order {
	if base == 0 {
		return o
	}
	c := *o
	c.Attempt += base
	c.History = slices.Clone(o.History)
	for i := range c.History {
		c.History[i].Attempt += base
	}
	return &c
}

// over says that an order was given up, or its filing cancelled or revoked.
func (o *Order) over() bool {
	approved := false
	for _, d := range sortedHistory(endsInTime(o.History)) {
		approved = approved || d.Stage == v1alpha1.StageBureauReview && d.Decision == v1alpha1.DecisionPassed
		if d.Decision == v1alpha1.DecisionCancelled || d.Decision == v1alpha1.DecisionRevoked && approved {
			return true
		}
	}
	return false
}
