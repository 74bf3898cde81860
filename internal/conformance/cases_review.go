package conformance

import (
	"net/http"
	"slices"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

var reviewCases = []Case{
	{"An order that is returned names its reasons, and goes on as the next attempt", clauseOrders, "add Returned with at least one reason; a resubmission keeps the history and begins the next attempt",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			if o, err = b.submit(o, a); err != nil {
				return err
			}
			if o, err = b.decide(o, protocol.StagePreliminaryReview, protocol.DecisionReturned, "WebsiteNameInvalid"); err != nil {
				return err
			}
			returned := entries(o, 1, protocol.StagePreliminaryReview, protocol.DecisionReturned)
			if len(returned[0].Reasons) == 0 {
				return holds(false, "the return names no reason")
			}
			a.Website.Name += "二"
			o, err = b.order(resubmitting(o.ID, 2, a, b.key("resubmit")), http.StatusCreated)
			if err != nil {
				return err
			}
			return holds(o.Attempt == 2, "the order is at attempt %d, want 2", o.Attempt)
		}},
	{"An attempt that is under review is taken back, and waits for the next", clauseOrders, "add Confirmation Returned with the reason Withdrawn, once, up to the bureau's decision",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			if o, err = b.submit(o, a); err != nil {
				return err
			}
			if o, err = b.get(o.ID); err != nil {
				return err
			}
			if len(entries(o, o.Attempt, protocol.StageBureauReview, protocol.DecisionPassed)) > 0 {
				return untestedError{"the server had approved the order before it could be taken back: let a reviewer decide, or take longer"}
			}
			return b.takenBack(o, a)
		}},
	{"The bureau's approval brings both numbers, and the registry has them", clauseOrders, "add BureauReview Passed with subjectNumber and websiteNumber; GET /filings/{domain} has the same",
		func(b *bench) error {
			o, err := b.filed()
			if err != nil {
				return err
			}
			passed := entries(o, o.Attempt, protocol.StageBureauReview, protocol.DecisionPassed)[0]
			var f protocol.Filing
			if err := b.wants(call{method: http.MethodGet, path: "/filings/" + o.Domain}, http.StatusOK, &f); err != nil {
				return err
			}
			return all(
				func() error {
					return holds(passed.SubjectNumber != "" && passed.WebsiteNumber != "", "the approval has the numbers %q and %q", passed.SubjectNumber, passed.WebsiteNumber)
				},
				func() error {
					return holds(f.Filed && f.WebsiteNumber == passed.WebsiteNumber && f.SubjectNumber == passed.SubjectNumber, "the registry says filed: %v, %q of %q", f.Filed, f.WebsiteNumber, f.SubjectNumber)
				},
				func() error {
					return holds(slices.Contains(f.Access, protocol.AccessProviderThisProvider), "access does not name you")
				},
			)
		}},
	{"A second website of a filed subject is NewWebsiteFiledHere", clauseTypes, "determine the type by the registry",
		func(b *bench) error {
			a := b.fresh()
			if _, err := b.approved(a); err != nil {
				return err
			}
			other := b.fresh()
			other.Subject = a.Subject
			var d protocol.Determination
			if err := b.wants(call{method: http.MethodPost, path: "/type-determinations", body: questionOf(other)}, http.StatusOK, &d); err != nil {
				return err
			}
			return holds(d.FilingType == protocol.FilingTypeNewWebsiteFiledHere, "the type is %q, the conflict %q", d.FilingType, d.Conflict)
		}},
	{"A domain that is filed under another subject is a conflict", clauseTypes, "answer the conflict OtherSubject",
		func(b *bench) error {
			o, err := b.filed()
			if err != nil {
				return err
			}
			q := questionOf(b.fresh())
			q.Domain = o.Domain
			var d protocol.Determination
			if err := b.wants(call{method: http.MethodPost, path: "/type-determinations", body: q}, http.StatusOK, &d); err != nil {
				return err
			}
			return holds(d.Conflict == protocol.DeterminationConflictOtherSubject && d.FilingType == "", "the type is %q, the conflict %q", d.FilingType, d.Conflict)
		}},
}

func changing(id string, attempt int32, a protocol.Application, key string, parts ...protocol.FiledPart) call {
	a.FilingType = ""
	return call{method: http.MethodPost, path: "/orders/" + id + "/changes", body: protocol.Change{Application: a, Attempt: attempt, Changes: parts}, key: key}
}

var changeCases = []Case{
	{"A filing that is not in force is not changed", clauseChanges, "answer 409 NotChangeable",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			return b.refused(changing(o.ID, 2, a, b.key("change"), protocol.FiledPartWebsite), http.StatusConflict, protocol.ReasonNotChangeable)
		}},
	{"A change is the order's next attempt, and the filing stays in force meanwhile", clauseChanges, "begin the next attempt with the change; the registry keeps the filing until it has passed",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.approved(a)
			if err != nil {
				return err
			}
			a.Website.Name += "二"
			c := changing(o.ID, o.Attempt+1, a, b.key("change"), protocol.FiledPartWebsite)
			if err := b.onceMore(c, o.Attempt+1); err != nil {
				return err
			}
			changed, err := b.order(c, http.StatusCreated)
			if err != nil {
				return err
			}
			var f protocol.Filing
			if err := b.wants(call{method: http.MethodGet, path: "/filings/" + o.Domain}, http.StatusOK, &f); err != nil {
				return err
			}
			return all(
				func() error {
					return holds(changed.ID == o.ID && changed.Attempt == o.Attempt+1, "the change is order %s, attempt %d; want %s, attempt %d", changed.ID, changed.Attempt, o.ID, o.Attempt+1)
				},
				func() error { return holds(f.Filed, "the registry has the filing no longer") },
				func() error {
					return b.refused(changing(o.ID, changed.Attempt+1, a, b.key("change"), protocol.FiledPartServer), http.StatusConflict, protocol.ReasonOrderInProgress)
				},
			)
		}},
	{"A change that moves the subject to another province is refused", clauseChanges, "answer 422 InvalidFacts",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.approved(a)
			if err != nil {
				return err
			}
			a.Subject.Province = protocol.ProvinceBeijing
			return b.refused(changing(o.ID, o.Attempt+1, a, b.key("change"), protocol.FiledPartSubject), http.StatusUnprocessableEntity, protocol.ReasonInvalidFacts)
		}},
}

// filedOf is what the registry says of a domain.
func (b *bench) filedOf(domain string) (protocol.Filing, error) {
	var f protocol.Filing
	err := b.wants(call{method: http.MethodGet, path: "/filings/" + domain}, http.StatusOK, &f)
	return f, err
}

func importing(a protocol.Application, number, subjectNumber, key string) call {
	p := a.Subject.ResponsiblePerson
	return call{method: http.MethodPost, path: "/filings/" + a.Domain.Name + "/import", key: key, body: protocol.Import{
		Question: questionOf(a), WebsiteNumber: number, SubjectNumber: subjectNumber,
		ResponsiblePerson: protocol.PersonIdentity{IDType: p.IDType, IDNumber: p.IDNumber},
	}}
}

var filedCases = []Case{
	{"What is not filed is not imported", clauseFiled, "answer 409 NotFiledHere",
		func(b *bench) error {
			return b.refused(importing(b.fresh(), "粤ICP备99999999号-1", "", b.key("import")), http.StatusConflict, protocol.ReasonNotFiledHere)
		}},
	{"Another subject does not import a filing", clauseFiled, "recognise the subject by its certificate: answer 409 SubjectConflict to another",
		func(b *bench) error {
			o, err := b.filed()
			if err != nil {
				return err
			}
			f, err := b.filedOf(o.Domain)
			if err != nil {
				return err
			}
			a := b.fresh()
			a.Domain.Name = o.Domain
			return b.refused(importing(a, f.WebsiteNumber, f.SubjectNumber, b.key("import")), http.StatusConflict, protocol.ReasonSubjectConflict)
		}},
	{"Who knows the public facts alone does not import a filing", clauseFiled, "recognise the responsible person by the identity paper: answer 409 SubjectConflict to another",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.approved(a)
			if err != nil {
				return err
			}
			f, err := b.filedOf(o.Domain)
			if err != nil {
				return err
			}
			a.Subject.ResponsiblePerson.IDNumber = "110101198001010010"
			return b.refused(importing(a, f.WebsiteNumber, f.SubjectNumber, b.key("import")), http.StatusConflict, protocol.ReasonSubjectConflict)
		}},
	{"An import under another number is refused", clauseFiled, "answer 422 NumberMismatch",
		func(b *bench) error {
			a := b.fresh()
			if _, err := b.approved(a); err != nil {
				return err
			}
			return b.refused(importing(a, "粤ICP备99999999号-1", "", b.key("import")), http.StatusUnprocessableEntity, protocol.ReasonNumberMismatch)
		}},
	{"A filing that has an order in force is imported as that order", clauseFiled, "give the account's order of the domain that is in force",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.approved(a)
			if err != nil {
				return err
			}
			f, err := b.filedOf(o.Domain)
			if err != nil {
				return err
			}
			imported, err := b.order(importing(a, f.WebsiteNumber, f.SubjectNumber, b.key("import")), http.StatusCreated)
			if err != nil {
				return err
			}
			return holds(imported.ID == o.ID, "it is order %s, want %s", imported.ID, o.ID)
		}},
	{"A filing that is cancelled is no longer filed through you", clauseEnds, "add Approved Cancelled with WebsiteCancelled or AccessCancelled, and take it out of the registry",
		func(b *bench) error {
			o, err := b.approved(b.fresh())
			if err != nil {
				return err
			}
			if o, err = b.order(cancelling(o.ID, b.key("cancel")), http.StatusOK); err != nil {
				return err
			}
			ended := entries(o, o.Attempt, protocol.StageApproved, protocol.DecisionCancelled)
			if len(ended) != 1 || len(ended[0].Reasons) == 0 {
				return holds(false, "the history has %d entries Approved Cancelled with a reason, want one", len(ended))
			}
			f, err := b.filedOf(o.Domain)
			if err != nil {
				return err
			}
			return holds(!f.Filed || !slices.Contains(f.Access, protocol.AccessProviderThisProvider), "the registry still has it as filed through you")
		}},
	{"A domain whose filing has ended is filed anew, as another order", clauseEnds, "take a new order of the domain, of the type that follows from what is left",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.approved(a)
			if err != nil {
				return err
			}
			if _, err = b.order(cancelling(o.ID, b.key("cancel")), http.StatusOK); err != nil {
				return err
			}
			var d protocol.Determination
			if err := b.wants(call{method: http.MethodPost, path: "/type-determinations", body: questionOf(a)}, http.StatusOK, &d); err != nil {
				return err
			}
			a.FilingType = d.FilingType
			anew, err := b.create(a)
			if err != nil {
				return err
			}
			return holds(anew.ID != o.ID && anew.Attempt == 1, "it is order %s, attempt %d; the one that ended was %s", anew.ID, anew.Attempt, o.ID)
		}},
}
