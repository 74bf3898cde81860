package conformance

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// Clauses are the headings of docs/provider-protocol.md.
const (
	clauseBodies   = "Bodies and versions"
	clauseCallers  = "Who may call"
	clauseEffects  = "Effects happen once"
	clauseOrders   = "An order is its history"
	clauseChanges  = "Changes of a filing in force"
	clauseFiled    = "Filings that are in force already"
	clauseLookups  = "Looking filings up"
	clauseEnds     = "How a filing ends"
	clauseTypes    = "The type of a filing"
	clauseEvents   = "Events"
	clauseProblems = "Problems"
	clausePersonal = "Personal data"
)

// asking is a call that has no effect.
func (b *bench) asking() call {
	return call{method: http.MethodPost, path: "/type-determinations", body: questionOf(b.fresh())}
}

var bodyCases = []Case{
	{"An answer has the protocol's media type, and keeps to its document", clauseBodies,
		"answer " + protocol.MediaType + " with the fields of openapi.yaml; times are RFC 3339 with an offset",
		func(b *bench) error { return b.wants(b.asking(), http.StatusOK, nil) }},
	{"A field that is not known is ignored", clauseBodies, "leave out what you do not know: fields may be added within v1",
		func(b *bench) error {
			raw, err := json.Marshal(questionOf(b.fresh()))
			if err != nil {
				return err
			}
			c := b.asking()
			c.body = append([]byte(`{"aFieldOfALaterVersion": {"of": ["any", 1, "kind"]},`), raw[1:]...)
			return b.wants(c, http.StatusOK, nil)
		}},
	{"A body of another major version is refused", clauseBodies, "answer 415 UnsupportedMediaType to a Content-Type that is not yours",
		func(b *bench) error {
			c := b.asking()
			c.header = map[string]string{"Content-Type": strings.Replace(protocol.MediaType, ".v1+", ".v9+", 1)}
			return b.refused(c, http.StatusUnsupportedMediaType, protocol.ReasonUnsupportedMediaType)
		}},
	{"An answer in another media type is not given", clauseBodies, "answer 406 NotAcceptable where Accept does not name what you speak",
		func(b *bench) error {
			c := b.asking()
			c.header = map[string]string{"Accept": "text/html"}
			return b.refused(c, http.StatusNotAcceptable, protocol.ReasonNotAcceptable)
		}},
	{"A body that is no JSON is Malformed", clauseProblems, "answer 400 Malformed to what cannot be read",
		func(b *bench) error {
			c := b.asking()
			c.body = `{"account": `
			return b.refused(c, http.StatusBadRequest, protocol.ReasonMalformed)
		}},
	{"A body over 1 MiB is TooLarge", clauseBodies, "answer 413 TooLarge before you read all of it",
		func(b *bench) error {
			c := b.asking()
			c.body = strings.Repeat(" ", protocol.MaxBodyBytes) + "{}"
			return b.refused(c, http.StatusRequestEntityTooLarge, protocol.ReasonTooLarge)
		}},
	{"A parameter that is out of its bounds is Malformed", clauseProblems, "answer 400 Malformed to limit=0",
		func(b *bench) error {
			return b.refused(call{method: http.MethodGet, path: "/events?limit=0"}, http.StatusBadRequest, protocol.ReasonMalformed)
		}},
}

// asOther makes a call as another client, or as nobody.
func (b *bench) asOther(c call, token string) call {
	c.header = map[string]string{"Authorization": token}
	return c
}

var callerCases = []Case{
	{"Nobody gets an answer without a token", clauseCallers, "answer 401 Unauthorized where Authorization has no bearer token",
		func(b *bench) error {
			if b.Token == "" {
				return untestedError{"the server is said to ask for no token (--token-file)"}
			}
			return b.refused(b.asOther(b.asking(), ""), http.StatusUnauthorized, protocol.ReasonUnauthorized)
		}},
	{"A token that is not known gets no answer", clauseCallers, "answer 401 Unauthorized to a token that you did not give out",
		func(b *bench) error {
			if b.Token == "" {
				return untestedError{"the server is said to ask for no token (--token-file)"}
			}
			return b.refused(b.asOther(b.asking(), "Bearer not-a-token-of-yours"), http.StatusUnauthorized, protocol.ReasonUnauthorized)
		}},
	{"An order that does not exist is unknown", clauseCallers, "answer 404 UnknownOrder",
		func(b *bench) error {
			return b.refused(call{method: http.MethodGet, path: "/orders/no-such-order"}, http.StatusNotFound, protocol.ReasonUnknownOrder)
		}},
	{"Another client's order is unknown, not forbidden", clauseCallers, "answer 404 UnknownOrder to a token that the order was not made with, and find nothing for it",
		func(b *bench) error {
			if b.OtherToken == "" {
				return untestedError{"needs a second client's token (--other-token-file)"}
			}
			o, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			c := b.asOther(call{method: http.MethodGet, path: "/orders/" + o.ID}, "Bearer "+b.OtherToken)
			return b.refused(c, http.StatusNotFound, protocol.ReasonUnknownOrder)
		}},
}

var factCases = []Case{
	{"Facts that break the document's rules are refused, each by its place and without its value", clauseProblems,
		"answer 422 InvalidFacts, with errors by JSON Pointer and the rule that they break",
		func(b *bench) error {
			a := b.fresh()
			a.Subject.Province = "Atlantis-7"
			answer, err := b.send(creating(a, b.key("invalid")))
			if err != nil {
				return err
			}
			if err := answer.refused(http.StatusUnprocessableEntity, protocol.ReasonInvalidFacts); err != nil {
				return err
			}
			var p protocol.Problem
			if err := json.Unmarshal(answer.body, &p); err != nil {
				return err
			}
			named := false
			for _, e := range p.Errors {
				named = named || e.Pointer == "/subject/province"
			}
			return all(
				func() error { return holds(named, "errors does not name /subject/province") },
				func() error {
					return holds(!strings.Contains(string(answer.body), "Atlantis-7"), "the problem repeats the value")
				},
			)
		}},
	{"A problem repeats nothing of a person", clausePersonal, "leave names, numbers and phones out of every detail, message and error",
		func(b *bench) error {
			a := b.fresh()
			a.Subject.ResponsiblePerson.IDType = "not a CamelCase word"
			_, err := b.send(creating(a, b.key("personal")))
			return err
		}},
	{"Where neither subject nor domain is filed, the type is FirstFiling", clauseTypes, "determine the type by the registry",
		func(b *bench) error {
			var d protocol.Determination
			if err := b.wants(b.asking(), http.StatusOK, &d); err != nil {
				return err
			}
			return holds(d.FilingType == protocol.FilingTypeFirstFiling && d.Conflict == "", "the type is %q, the conflict %q", d.FilingType, d.Conflict)
		}},
	{"What the applicant claims to be filed does not make it so", clauseTypes, "search by what existing says, and decide by what you find",
		func(b *bench) error {
			c, q := b.asking(), questionOf(b.fresh())
			q.Existing.Subject = protocol.ExistingFiling{Number: "粤ICP备99999999号", AccessProvider: protocol.AccessProviderThisProvider}
			c.body = q
			var d protocol.Determination
			if err := b.wants(c, http.StatusOK, &d); err != nil {
				return err
			}
			return holds(d.FilingType != protocol.FilingTypeNewWebsiteFiledHere, "a number that nobody has makes it %s", d.FilingType)
		}},
	{"An application of another type than was determined makes no order", clauseTypes, "answer 409 WrongFilingType, and keep nothing",
		func(b *bench) error {
			a := b.fresh()
			a.FilingType = protocol.FilingTypeAccessFiling
			if err := b.refused(creating(a, b.key("wrong-type")), http.StatusConflict, protocol.ReasonWrongFilingType); err != nil {
				return err
			}
			orders, err := b.find(a.Domain.Name)
			if err != nil {
				return err
			}
			return holds(len(orders) == 0, "%d orders were made", len(orders))
		}},
}
