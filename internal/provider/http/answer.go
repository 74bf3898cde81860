package http

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	nethttp "net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// errTooLarge says that an answer exceeds protocol.MaxBodyBytes.
var errTooLarge = errors.New("the answer exceeds the protocol's limit")

// read takes an answer apart: into answer where it has the wanted status, into an error else.
func (k call) read(response *nethttp.Response, answer any) *provider.Error {
	status := response.StatusCode
	switch {
	case status == k.want:
		return k.readAnswer(response, answer)
	case status >= 300 && status < 400:
		return k.fail(provider.Misconfigured, provider.ReasonRedirected,
			fmt.Sprintf("the server answers %d and sends elsewhere: set url to the final address", status))
	case status >= 400:
		fault := k.readProblem(response)
		fault.RetryAfter = retryAfter(response.Header, strconv.Atoi)
		return fault
	default:
		return k.fail(provider.Transient, provider.ReasonMalformedAnswer, fmt.Sprintf("status %d, where %d is due", status, k.want))
	}
}

func (k call) readAnswer(response *nethttp.Response, answer any) *provider.Error {
	if answer == nil {
		return nil
	}
	if got := mediaType(response); got != protocol.MediaType {
		return k.fail(provider.Transient, provider.ReasonWrongMediaType,
			fmt.Sprintf("the answer is %q, not %s: is url the address of a filing provider?", got, protocol.MediaType))
	}
	if err := decode(response.Body, answer); err != nil {
		return k.unreadable(err)
	}
	return nil
}

// unreadable says why a body could not be read, without showing any of it.
func (k call) unreadable(err error) *provider.Error {
	switch {
	case errors.Is(err, errTooLarge):
		return k.fail(provider.Transient, provider.ReasonAnswerTooLarge, fmt.Sprintf("more than %d bytes", protocol.MaxBodyBytes))
	case isJSONFault(err):
		return k.fail(provider.Transient, provider.ReasonMalformedAnswer, "not the JSON that the protocol asks for")
	default:
		return k.unsent(err)
	}
}

func isJSONFault(err error) bool {
	if _, ok := errors.AsType[*json.SyntaxError](err); ok {
		return true
	}
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok || errors.Is(err, errMalformed)
}

// errMalformed says that a body is JSON, but not of the protocol.
var errMalformed = errors.New("malformed")

// decode reads one JSON value of bounded length and nothing after it.
func decode(body io.Reader, into any) error {
	data, err := io.ReadAll(io.LimitReader(body, protocol.MaxBodyBytes+1))
	if err != nil {
		return err
	}
	if len(data) > protocol.MaxBodyBytes {
		return errTooLarge
	}
	if err := json.Unmarshal(data, into); err != nil {
		if isJSONFault(err) {
			return err
		}
		// A time that cannot be parsed, for one: its text would show the value.
		return errMalformed
	}
	return nil
}

// readProblem makes an error of an answer of 400 and above. Only an explicit problem of 4xx is a refusal: anything else
// may be a proxy's word and not the provider's.
func (k call) readProblem(response *nethttp.Response) *provider.Error {
	status := response.StatusCode
	var problem protocol.Problem
	explicit := mediaType(response) == protocol.ProblemMediaType && decode(response.Body, &problem) == nil
	fault := k.fail(classOf(status, explicit, problem), reasonOf(status, problem), detailOf(status, explicit, problem))
	if explicit {
		fault.Reasons, fault.Quotes = wellFormed(problem.Reasons), true
	}
	return fault
}

// passing are the problems of 4xx that end by themselves.
var passing = map[string]bool{
	protocol.ProblemTypePrefix + protocol.ReasonIdempotencyKeyInUse: true,
	protocol.ProblemTypePrefix + protocol.ReasonNotYet:              true,
}

func classOf(status int, explicit bool, problem protocol.Problem) provider.Class {
	switch {
	case status >= 500, status == nethttp.StatusRequestTimeout, status == nethttp.StatusTooEarly, status == nethttp.StatusTooManyRequests:
		return provider.Transient
	case !explicit, passing[problem.Type]:
		return provider.Transient
	case status == nethttp.StatusUnauthorized, status == nethttp.StatusForbidden:
		return provider.Misconfigured
	default:
		return provider.Rejected
	}
}

var reasonPattern = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)

// reasonOf is the problem's, or one made of the status where its type is not of the protocol.
func reasonOf(status int, problem protocol.Problem) string {
	if reason, ok := strings.CutPrefix(problem.Type, protocol.ProblemTypePrefix); ok && reasonPattern.MatchString(reason) {
		return reason
	}
	return fmt.Sprintf("HTTP%d", status)
}

func wellFormed(reasons []string) []string {
	var good []string
	for _, reason := range reasons {
		if reasonPattern.MatchString(reason) {
			good = append(good, reason)
		}
	}
	return good
}

func detailOf(status int, explicit bool, problem protocol.Problem) string {
	if !explicit {
		return fmt.Sprintf("status %d without a problem that can be read: is something between the operator and the provider?", status)
	}
	var parts []string
	if problem.Title != reasonOf(status, problem) {
		parts = append(parts, problem.Title)
	}
	if problem.Detail != "" {
		parts = append(parts, problem.Detail)
	}
	for _, e := range problem.Errors {
		parts = append(parts, e.Pointer+" "+e.Rule)
	}
	return strings.Join(parts, "; ")
}

func mediaType(response *nethttp.Response) string {
	got, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return got
}
