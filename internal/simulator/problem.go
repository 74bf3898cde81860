package simulator

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// problem is an answer that is no success, RFC 9457.
type problem struct {
	protocol.Problem
	retryAfter time.Duration
}

// Error says what the problem is.
func (p *problem) Error() string { return p.Title + ": " + p.Detail }

func newProblem(status int32, reason, detail string, errs ...protocol.FieldError) *problem {
	return &problem{Problem: protocol.Problem{
		Type: protocol.ProblemTypePrefix + reason, Title: reason, Status: status, Detail: detail, Errors: errs,
	}}
}

// writeProblem answers with an error: a problem as it is, anything else as a request that cannot be read, without its
// text, since that may show what was sent.
func writeProblem(w http.ResponseWriter, err error) {
	p, ok := errors.AsType[*problem](err)
	if !ok {
		p = newProblem(http.StatusBadRequest, protocol.ReasonMalformed, "the request cannot be read: see the protocol's document")
	}
	w.Header().Set("Content-Type", protocol.ProblemMediaType)
	if p.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(p.retryAfter.Round(time.Second)/time.Second)))
	}
	w.WriteHeader(int(p.Status))
	_ = json.NewEncoder(w).Encode(p.Problem)
}
