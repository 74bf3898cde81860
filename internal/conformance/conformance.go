package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// Options say which server is tested, and how.
type Options struct {
	// URL that an admin would write into FilingProvider.spec.http.url.
	URL string
	// Token that the server knows; empty: it asks for none.
	Token string
	// OtherToken is another client's; empty: what only two clients show is not tested.
	OtherToken string
	// Account at the provider; empty for the token's own.
	Account string
	// DomainSuffix below which domains are made up: conformance.example.com makes r1a2b3c1.conformance.example.com. Default
	// "com": domains of their own, as filings are.
	DomainSuffix string
	// Run tells the facts of this run from those of others; it is made of letters and digits. Required.
	Run string
	// Patience is how long a step of the server's own may take. Default 30 s.
	Patience time.Duration
	// Decide takes a reviewer's decision; nil: what needs one that the server does not take by itself is not tested.
	Decide Decide
	// Only are the cases to be run, by their names; nil for all.
	Only *regexp.Regexp
	// Clock that patience is measured by. Default the real one.
	Clock clock.Clock
	// Transport of the calls. Default http.DefaultTransport.
	Transport http.RoundTripper
}

// Decision is what a reviewer is to decide.
type Decision struct {
	// OrderID and Domain name the order.
	OrderID, Domain string
	// Stage that is decided.
	Stage protocol.Stage
	// Decision to take.
	Decision protocol.Decision
	// Reasons of a return.
	Reasons []string
}

// String says it in words.
func (d Decision) String() string {
	w := fmt.Sprintf("order %s of %s, stage %s: %s", d.OrderID, d.Domain, d.Stage, d.Decision)
	if len(d.Reasons) > 0 {
		w += " with " + strings.Join(d.Reasons, ", ")
	}
	return w
}

// Decide takes a decision at the server. It is called again where it fails, since the order may not be there yet.
type Decide func(ctx context.Context, d Decision) error

// Case is one sentence that a server keeps.
type Case struct {
	// Name is the sentence.
	Name string
	// Clause is the heading of docs/provider-protocol.md that says so.
	Clause string
	// Remedy says how to put it right.
	Remedy string

	run func(b *bench) error
}

// Outcome of a case.
type Outcome string

// Outcomes.
const (
	// Passed: the server keeps it.
	Passed Outcome = "ok"
	// Failed: it does not.
	Failed Outcome = "FAIL"
	// NotTested: it could not be seen, and says nothing.
	NotTested Outcome = "not tested"
)

// Result is what came of a case.
type Result struct {
	Case Case
	// Outcome of it.
	Outcome Outcome
	// Message says what was seen, or why nothing was.
	Message string
	// Exchanges are the latest calls of a case that failed, without the persons and the token.
	Exchanges []string
	// Took is how long it took.
	Took time.Duration
}

// untestedError says why a case could not be seen.
type untestedError struct{ why string }

func (e untestedError) Error() string { return e.why }

// Cases lists every case, in the order in which they are run.
func Cases() []Case {
	var all []Case
	for _, group := range [][]Case{bodyCases, callerCases, factCases, effectCases, orderCases, materialCases, confirmationCases, reviewCases, changeCases, filedCases, eventCases, lookupCases} {
		all = append(all, group...)
	}
	return all
}

// Run runs the cases, and tells of each as it is done. An error says that the server could not be reached at all.
func Run(ctx context.Context, o Options, tell func(Result)) ([]Result, error) {
	b, err := newBench(o)
	if err != nil {
		return nil, err
	}
	if err := b.reach(ctx); err != nil {
		return nil, err
	}
	var results []Result
	for _, c := range Cases() {
		if o.Only != nil && !o.Only.MatchString(c.Name) {
			continue
		}
		r := b.try(ctx, c)
		results = append(results, r)
		if tell != nil {
			tell(r)
		}
		if ctx.Err() != nil {
			return results, ctx.Err()
		}
	}
	b.tidy(context.WithoutCancel(ctx))
	return results, nil
}

// try runs one case.
func (b *bench) try(ctx context.Context, c Case) Result {
	began := b.Clock.Now()
	b.begin(ctx)
	err := c.run(b)
	if b.broken != nil && (err == nil || !errors.As(err, new(untestedError))) {
		// What every answer must keep is what is wrong, whatever the case made of it.
		err = b.broken
	}
	r := Result{Case: c, Outcome: Passed, Took: b.Clock.Since(began)}
	switch {
	case b.broken == nil && errors.As(err, new(untestedError)):
		r.Outcome, r.Message = NotTested, err.Error()
	case err != nil:
		r.Outcome, r.Message, r.Exchanges = Failed, err.Error(), b.latest()
	}
	return r
}
