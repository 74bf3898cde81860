package http

import (
	"context"
	nethttp "net/http"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// call is one call of the protocol: what it is in words, on what, and what must not show in its errors.
type call struct {
	op       string
	target   string
	personal []string
	// want is the status of success.
	want int
}

// exchange sends a request until it is answered or the tries are used up, and reads the answer into answer (nil for
// none). Every request may be sent again: reads have no effect, and effects carry their key.
func exchange(ctx context.Context, c *Client, k call, request *nethttp.Request, buildErr error, answer any) error {
	if buildErr != nil {
		return k.fail(provider.Rejected, protocol.ReasonMalformed, "the request cannot be written: "+buildErr.Error())
	}
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval, pause.Multiplier = c.options.Pause, 2
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		if err := c.try(ctx, k, request, answer); err != nil {
			if err.Class != provider.Transient || err.RetryAfter > 0 || ctx.Err() != nil {
				return struct{}{}, backoff.Permanent(err)
			}
			return struct{}{}, err
		}
		return struct{}{}, nil
	}, backoff.WithBackOff(pause), backoff.WithMaxTries(c.options.Tries), backoff.WithMaxElapsedTime(0))
	if err == nil {
		return nil
	}
	if provider.ReasonOf(err) == "" {
		// The context ended while waiting to try again.
		return k.failErr(provider.Transient, provider.ReasonTimeout, "gave up before the next try", err)
	}
	return err
}

// try sends the request once.
func (c *Client) try(ctx context.Context, k call, request *nethttp.Request, answer any) *provider.Error {
	if left := c.wait.left(); left > 0 {
		err := k.fail(provider.Transient, protocol.ReasonTooManyRequests, "the provider asked to be left alone; not sent")
		err.RetryAfter = left
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, c.options.Timeout)
	defer cancel()
	again, fault := c.prepare(ctx, k, request)
	if fault != nil {
		return fault
	}
	response, err := c.http.Do(again)
	if err != nil {
		return k.unsent(err)
	}
	defer func() { _ = response.Body.Close() }()
	fault = k.read(response, answer)
	if fault != nil && fault.RetryAfter > 0 && isOverload(response.StatusCode) {
		c.wait.ask(fault.RetryAfter)
	}
	return fault
}

// isOverload says that an answer asks for peace from all calls, not only from this one.
func isOverload(status int) bool {
	return status == nethttp.StatusTooManyRequests || status == nethttp.StatusServiceUnavailable
}

// prepare makes a fresh copy of the request, with the token of this moment.
func (c *Client) prepare(ctx context.Context, k call, request *nethttp.Request) (*nethttp.Request, *provider.Error) {
	again := request.Clone(ctx)
	if request.GetBody != nil {
		body, err := request.GetBody()
		if err != nil {
			return nil, k.fail(provider.Rejected, protocol.ReasonMalformed, "the request's body cannot be read again")
		}
		again.Body = body
	}
	again.Header.Set("Accept", protocol.MediaType+", "+protocol.ProblemMediaType)
	again.Header.Set("User-Agent", c.options.UserAgent)
	if c.options.Token == nil {
		return again, nil
	}
	token, err := c.options.Token(ctx)
	if err != nil {
		return nil, k.failErr(provider.Misconfigured, provider.ReasonBadCredentials, err.Error(), err)
	}
	if token != "" {
		again.Header.Set("Authorization", "Bearer "+token)
	}
	return again, nil
}

func (k call) fail(class provider.Class, reason, detail string) *provider.Error {
	return &provider.Error{
		Class: class, Op: k.op, Target: k.target, Reason: reason,
		Detail: provider.Scrub(detail, maxDetail, k.personal...),
	}
}

func (k call) failErr(class provider.Class, reason, detail string, err error) *provider.Error {
	e := k.fail(class, reason, detail)
	e.Err = err
	return e
}

// maxDetail is the most runes of somebody else's words in an error.
const maxDetail = 512

// retryAfter reads the header of that name, in either of its forms.
func retryAfter(h nethttp.Header, seconds func(string) (int, error)) time.Duration {
	value := h.Get("Retry-After")
	if value == "" {
		return 0
	}
	if n, err := seconds(value); err == nil && n >= 0 {
		return time.Duration(min(n, int(longestWait/time.Second))) * time.Second
	}
	at, err := nethttp.ParseTime(value)
	if err != nil {
		return 0
	}
	sent, err := nethttp.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(0, at.Sub(sent)), longestWait)
}
