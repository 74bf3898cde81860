package http_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	nethttp "net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

func TestEveryAnswerHasItsClass(t *testing.T) {
	t.Parallel()
	named := func(reason string) protocol.Problem {
		return protocol.Problem{Type: protocol.ProblemTypePrefix + reason, Title: reason}
	}
	tests := map[string]struct {
		handler nethttp.HandlerFunc
		class   provider.Class
		reason  string
	}{
		"a problem of 400 is a refusal":                     {problem(400, named("Malformed")), provider.Rejected, "Malformed"},
		"a problem of 404 is a refusal":                     {problem(404, named("UnknownOrder")), provider.Rejected, "UnknownOrder"},
		"a problem of 409 is a refusal":                     {problem(409, named("NotSubmittable")), provider.Rejected, "NotSubmittable"},
		"a problem of 410 is a refusal":                     {problem(410, named("UnknownCursor")), provider.Rejected, "UnknownCursor"},
		"a problem of 422 is a refusal":                     {problem(422, named("WebsiteNameInvalid")), provider.Rejected, "WebsiteNameInvalid"},
		"a problem of another type is named by its status":  {problem(418, protocol.Problem{Type: "about:blank", Title: "x"}), provider.Rejected, "HTTP418"},
		"a problem with an impossible reason is, too":       {problem(422, named("not a reason")), provider.Rejected, "HTTP422"},
		"401 asks for another token":                        {problem(401, named("Unauthorized")), provider.Misconfigured, "Unauthorized"},
		"403 asks for another token":                        {problem(403, named("Forbidden")), provider.Misconfigured, "Forbidden"},
		"408 passes":                                        {problem(408, named("Timeout")), provider.Transient, "Timeout"},
		"425 passes":                                        {problem(425, named("TooEarly")), provider.Transient, "TooEarly"},
		"429 passes":                                        {problem(429, named("TooManyRequests")), provider.Transient, "TooManyRequests"},
		"a step that is not over yet passes":                {problem(409, named("NotYet")), provider.Transient, "NotYet"},
		"a key in use passes":                               {problem(409, named("IdempotencyKeyInUse")), provider.Transient, "IdempotencyKeyInUse"},
		"500 passes, problem or not":                        {problem(500, named("Internal")), provider.Transient, "Internal"},
		"503 of a proxy passes":                             {answering(503, "text/html", "<h1>no</h1>"), provider.Transient, "HTTP503"},
		"404 of a proxy is nobody's word":                   {answering(404, "text/html", "<h1>no</h1>"), provider.Transient, "HTTP404"},
		"403 of a proxy is nobody's word":                   {answering(403, "text/html", "<h1>no</h1>"), provider.Transient, "HTTP403"},
		"a problem that is no JSON is nobody's word":        {answering(422, protocol.ProblemMediaType, "no"), provider.Transient, "HTTP422"},
		"success in another media type is none":             {answering(200, "application/json", order(nil)), provider.Transient, provider.ReasonWrongMediaType},
		"success without a media type is none":              {answering(200, "", order(nil)), provider.Transient, provider.ReasonWrongMediaType},
		"a sign-in page is no success":                      {answering(200, "text/html", "<form>"), provider.Transient, provider.ReasonWrongMediaType},
		"success with another status is none":               {answering(202, protocol.MediaType, order(nil)), provider.Transient, provider.ReasonMalformedAnswer},
		"half an answer is none":                            {answering(200, protocol.MediaType, order(nil)[:40]), provider.Transient, provider.ReasonMalformedAnswer},
		"two answers are none":                              {answering(200, protocol.MediaType, order(nil)+order(nil)), provider.Transient, provider.ReasonMalformedAnswer},
		"an answer of other types is none":                  {answering(200, protocol.MediaType, `{"id": 1}`), provider.Transient, provider.ReasonMalformedAnswer},
		"an answer with an impossible time is none":         {answering(200, protocol.MediaType, `{"createdAt": "soon"}`), provider.Transient, provider.ReasonMalformedAnswer},
		"an answer that is too long is not read to its end": {answering(200, protocol.MediaType, strings.Repeat(" ", protocol.MaxBodyBytes)+order(nil)), provider.Transient, provider.ReasonAnswerTooLarge},
		"a problem that is too long is nobody's word":       {answering(422, protocol.ProblemMediaType, strings.Repeat(" ", protocol.MaxBodyBytes+1)+"{}"), provider.Transient, "HTTP422"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, test.handler)
			_, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1")
			if provider.ClassOf(err) != test.class || provider.ReasonOf(err) != test.reason {
				t.Errorf("class %s, reason %s, want %s, %s (%v)", provider.ClassOf(err), provider.ReasonOf(err), test.class, test.reason, err)
			}
		})
	}
}

func TestAnOrderThatBreaksTheProtocolDecidesNothing(t *testing.T) {
	t.Parallel()
	first := func(change func(*protocol.HistoryEntry)) func(*protocol.Order) {
		return func(o *protocol.Order) { change(&o.History[0]) }
	}
	tests := map[string]func(*protocol.Order){
		"another order than the one asked for":   func(o *protocol.Order) { o.ID = "O2" },
		"an id that leads out of the path":       func(o *protocol.Order) { o.ID = "../O1" },
		"an unknown filing type":                 func(o *protocol.Order) { o.FilingType = "Other" },
		"an attempt before the first":            func(o *protocol.Order) { o.Attempt = 0 },
		"an entry of an attempt to come":         first(func(e *protocol.HistoryEntry) { e.Attempt = 2 }),
		"an entry of no attempt":                 first(func(e *protocol.HistoryEntry) { e.Attempt = 0 }),
		"an entry without an id":                 first(func(e *protocol.HistoryEntry) { e.ID = "" }),
		"an entry that is there twice":           func(o *protocol.Order) { o.History = append(o.History, o.History[0]) },
		"an entry on an unknown stage":           first(func(e *protocol.HistoryEntry) { e.Stage = "Preparation" }),
		"an unknown decision":                    first(func(e *protocol.HistoryEntry) { e.Decision = "Maybe" }),
		"an unknown action":                      first(func(e *protocol.HistoryEntry) { e.Decision, e.Task = "ActionRequested", "Wait" }),
		"a report of an unknown action":          first(func(e *protocol.HistoryEntry) { e.Decision, e.Task = "Reported", "Wait" }),
		"no filing type":                         func(o *protocol.Order) { o.FilingType = "" },
		"an import that was not approved":        func(o *protocol.Order) { o.Imported = true },
		"an import of nothing":                   func(o *protocol.Order) { o.Imported, o.History = true, nil },
		"an import of an unknown type":           imported(func(o *protocol.Order) { o.FilingType = "Other" }),
		"a return without a reason":              first(func(e *protocol.HistoryEntry) { e.Decision = "Returned" }),
		"a return whose only reason is none":     first(func(e *protocol.HistoryEntry) { e.Decision, e.Reasons = "Returned", []string{"no reason"} }),
		"an approval without numbers":            first(func(e *protocol.HistoryEntry) { e.Stage = "BureauReview" }),
		"a number that is no number by its size": first(func(e *protocol.HistoryEntry) { e.SubjectNumber = strings.Repeat("1", 65) }),
		"a history without end": func(o *protocol.Order) {
			for i := range 1000 {
				e := o.History[0]
				e.ID = fmt.Sprint("x", i)
				o.History = append(o.History, e)
			}
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, answering(200, protocol.MediaType, order(change)))
			_, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1")
			if provider.ClassOf(err) != provider.Transient || provider.ReasonOf(err) != provider.ReasonMalformedAnswer {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestUnknownFieldsOfALaterMinorVersionAreIgnored(t *testing.T) {
	t.Parallel()
	body := strings.Replace(order(nil), "{", `{"new": {"a": 1}, `, 1)
	server := newStub(t, answering(200, protocol.MediaType+"; charset=utf-8", body))
	if _, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1"); err != nil {
		t.Error(err)
	}
}

func TestAPageOfEventsThatLeadsNowhereIsNotFollowed(t *testing.T) {
	t.Parallel()
	event := `{"cursor": "c1", "orderID": "O1", "account": "", "domain": "example.com", "at": "2026-03-02T09:00:00Z"}`
	tests := map[string]struct {
		page string
		good bool
	}{
		"a page with events":                    {`{"events": [` + event + `], "next": "c1", "more": true}`, true},
		"a page without any stays where it is":  {`{"events": [], "next": "c0", "more": false}`, true},
		"more, and the cursor that was asked":   {`{"events": [], "next": "c0", "more": true}`, false},
		"events, and the cursor that was asked": {`{"events": [` + event + `], "next": "c0", "more": false}`, false},
		"events, and no cursor":                 {`{"events": [` + event + `], "next": "", "more": false}`, false},
		"a cursor that would not fit a status":  {`{"events": [], "next": "` + strings.Repeat("c", 257) + `", "more": false}`, false},
		"an event of an impossible order":       {`{"events": [` + strings.Replace(event, `"O1"`, `"a/b"`, 1) + `], "next": "c1", "more": false}`, false},
		"an event without a cursor":             {`{"events": [` + strings.Replace(event, `"c1"`, `""`, 1) + `], "next": "c1", "more": false}`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, answering(200, protocol.MediaType, test.page))
			_, err := client(t, http.Options{URL: server.URL}).Events(t.Context(), "c0", 100)
			if (err == nil) != test.good {
				t.Errorf("got %v", err)
			}
		})
	}
	for _, limit := range []int{0, 1001} {
		_, err := client(t, http.Options{URL: "https://filing.example.net"}).Events(t.Context(), "", limit)
		if provider.ClassOf(err) != provider.Rejected {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

func TestADeterminationNamesATypeOrAConflict(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		answer string
		good   bool
	}{
		"a type":               {`{"filingType": "FirstFiling", "reason": "NeitherFiled"}`, true},
		"a conflict":           {`{"conflict": "OtherSubject", "reason": "Conflict"}`, true},
		"both":                 {`{"filingType": "FirstFiling", "conflict": "OtherSubject", "reason": "Conflict"}`, false},
		"neither":              {`{"reason": "Conflict"}`, false},
		"an unknown type":      {`{"filingType": "Other", "reason": "NeitherFiled"}`, false},
		"an unknown conflict":  {`{"conflict": "Other", "reason": "Conflict"}`, false},
		"no reason":            {`{"filingType": "FirstFiling"}`, false},
		"a number without end": {`{"filingType": "AccessFiling", "reason": "Filed", "websiteNumber": "` + strings.Repeat("1", 65) + `"}`, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, answering(200, protocol.MediaType, test.answer))
			a := application()
			_, err := client(t, http.Options{URL: server.URL}).Determine(t.Context(), provider.TypeQuestion{Spec: a.Spec, SubjectPerson: person})
			if (err == nil) != test.good {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestNoErrorShowsAPerson asks a server that repeats in its problem what it was sent.
func TestNoErrorShowsAPerson(t *testing.T) {
	t.Parallel()
	everything := strings.Join(person.PersonalValues(), " / ")
	handlers := map[string]nethttp.HandlerFunc{
		"a problem that repeats the request": problem(422, protocol.Problem{
			Type: protocol.ProblemTypePrefix + "InvalidFacts", Title: everything, Detail: everything, Reasons: []string{everything, "InvalidFacts"},
			Errors: []protocol.FieldError{{Pointer: everything, Rule: everything}},
		}),
		"an answer of an impossible time": answering(201, protocol.MediaType, `{"createdAt": "`+person.Mobile+`"}`),
		"an answer of an impossible type": answering(201, protocol.MediaType, `{"attempt": "`+person.Mobile+`"}`),
		"a proxy's page":                  answering(502, "text/html", everything),
	}
	for name, handler := range handlers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newStub(t, handler)
			c := client(t, http.Options{URL: server.URL})
			calls := map[string]func(context.Context) error{
				"Create": func(ctx context.Context) error {
					_, err := c.Create(ctx, "a-key-of-its-own", application())
					return err
				},
				"Resubmit": func(ctx context.Context) error {
					_, err := c.Resubmit(ctx, "a-key-of-its-own", "O1", 2, application())
					return err
				},
				"Change": func(ctx context.Context) error {
					_, err := c.Change(ctx, "a-key-of-its-own", "O1", 2, application(), []procedure.Part{procedure.PartWebsite})
					return err
				},
				"Import": func(ctx context.Context) error {
					_, err := c.Import(ctx, "a-key-of-its-own", provider.TypeQuestion{Spec: application().Spec, SubjectPerson: person}, "浙ICP备1号-1", "")
					return err
				},
				"Determine": func(ctx context.Context) error {
					_, err := c.Determine(ctx, provider.TypeQuestion{Spec: application().Spec, SubjectPerson: person})
					return err
				},
			}
			for what, call := range calls {
				err := call(t.Context())
				fault, ok := errors.AsType[*provider.Error](err)
				if !ok {
					t.Fatalf("%s: no error of a provider: %v", what, err)
				}
				for _, value := range person.PersonalValues() {
					if text := fmt.Sprintf("%v %+v %q", err, fault, fault.Reasons); strings.Contains(text, value) {
						t.Errorf("%s shows %q: %s", what, value, text)
					}
				}
			}
		})
	}
}

func TestAnOrderIsReadWhole(t *testing.T) {
	t.Parallel()
	body := order(func(o *protocol.Order) {
		o.Account, o.Attempt = "team", 2
		e := o.History[0]
		o.History = append(o.History,
			protocol.HistoryEntry{ID: "e2", Attempt: 1, Stage: "Confirmation", Decision: "Reported", At: e.At},
			protocol.HistoryEntry{ID: "e3", Attempt: 1, Stage: "PreliminaryReview", Decision: "Returned", Reasons: []string{"WebsiteNameInvalid"}, Message: "call 13900000000", At: e.At},
			protocol.HistoryEntry{ID: "e4", Attempt: 2, Stage: "SmsVerification", Decision: "ActionRequested", Task: "VerifyBySms", DueAt: e.At.AddDate(0, 0, 1), At: e.At},
			protocol.HistoryEntry{ID: "e5", Attempt: 2, Stage: "BureauReview", Decision: "Passed", SubjectNumber: "浙ICP备26000001号", WebsiteNumber: "浙ICP备26000001号-1", At: e.At},
		)
	})
	server := newStub(t, answering(200, protocol.MediaType, body))
	got, err := client(t, http.Options{URL: server.URL}).Get(t.Context(), "O1")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.MarshalIndent(got, "", " ")
	for _, want := range []string{"浙ICP备26000001号-1", "VerifyBySms", "2026-03-03T09:00:00Z", "WebsiteNameInvalid", "call ***"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is lost: %s", want, text)
		}
	}
	if diff := cmp.Diff([]any{"team", int32(2), v1alpha1.FirstFiling, 5, "O1", ""},
		[]any{got.Account, got.Attempt, got.FilingType, len(got.History), got.History[1].OrderID, got.History[0].OrderID}); diff != "" {
		t.Errorf("order differs (-want +got):\n%s", diff)
	}
}
