package aliyun

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
)

// maxAnswer is the most bytes of an answer that are read.
const maxAnswer = 1 << 20

// longestWait is the longest that the API is left alone at its own wish.
const longestWait = time.Hour

func newTransport() *http.Transport {
	return &http.Transport{
		Proxy:                  http.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSHandshakeTimeout:    5 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    2,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// bounded sends one request of the SDK within the caller's context, reads a bounded answer, and hands only those of
// success on: the SDK cannot read every other one.
type bounded struct {
	ctx  context.Context //nolint:containedctx // the SDK takes none, and the value lives for one call
	call call
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper. Errors are of type *provider.Error.
func (b *bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(b.ctx, registry.Timeout)
	defer cancel()
	response, err := b.next.RoundTrip(r.Clone(ctx))
	if err != nil {
		return nil, b.unsent(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, b.unsent(err)
	case len(body) > maxAnswer:
		return nil, b.call.fail(provider.Transient, provider.ReasonAnswerTooLarge, fmt.Sprintf("more than %d bytes", maxAnswer))
	case response.StatusCode != http.StatusOK:
		return nil, b.refused(response, body)
	case !json.Valid(body):
		return nil, b.call.fail(provider.Transient, provider.ReasonMalformedAnswer, "not JSON: is the endpoint that of the filing API?")
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	return response, nil
}

// unsent says why there was no answer, without the address, whose query holds the signature.
func (b *bounded) unsent(err error) error {
	timeout, isNet := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded), isNet && timeout.Timeout():
		return b.call.fail(provider.Transient, provider.ReasonTimeout, "no answer in time")
	case errors.Is(err, context.Canceled):
		return b.call.fail(provider.Transient, provider.ReasonTimeout, "the call was given up")
	}
	return b.call.fail(provider.Transient, provider.ReasonUnreachable, "no connection, or it broke: look at the endpoint, and whether the operator may reach it")
}

var codePattern = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9._-]{0,63}$`)

// refused makes an error of an answer that is none of success.
func (b *bounded) refused(response *http.Response, body []byte) error {
	var told struct {
		Code any `json:"Code"`
	}
	code := ""
	if err := json.Unmarshal(body, &told); err == nil {
		code, _ = told.Code.(string)
	}
	if !codePattern.MatchString(code) {
		code = fmt.Sprintf("HTTP%d", response.StatusCode)
	}
	class, advice := judge(response.StatusCode, code)
	e := b.call.fail(class, strings.NewReplacer(".", "", "-", "", "_", "").Replace(code), fmt.Sprintf("status %d, code %s: %s", response.StatusCode, code, advice))
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		e.RetryAfter = min(time.Duration(seconds)*time.Second, longestWait)
	}
	return e
}

// keyCodes begin the codes by which the API says that the access key is wrong, or may not do this.
var keyCodes = []string{"InvalidAccessKeyId", "SignatureDoesNotMatch", "IncompleteSignature", "InvalidSecurityToken", "Forbidden", "NoPermission", "MissingAccessKeyId"}

// judge says what a refusal means. One that is not understood passes.
func judge(status int, code string) (class provider.Class, advice string) {
	for _, begin := range keyCodes {
		if strings.HasPrefix(code, begin) {
			return provider.Misconfigured, "put the access key in the Secret right, and let its user call the filing API (product beian)"
		}
	}
	switch {
	case strings.HasPrefix(code, "Throttling"), status == http.StatusTooManyRequests:
		return provider.Transient, "too many calls: lower callsPerMinute"
	case strings.HasPrefix(code, "InvalidTimeStamp"), strings.HasPrefix(code, "IllegalTimestamp"):
		return provider.Misconfigured, "the operator's clock is wrong"
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return provider.Misconfigured, "the access key may not do this"
	case status >= 300 && status < 400:
		return provider.Misconfigured, "the endpoint sends elsewhere: set it to the final address"
	case status >= 400 && status < 500 && status != http.StatusRequestTimeout && !strings.HasPrefix(code, "HTTP"):
		return provider.Rejected, "the filing API does not take the request"
	}
	return provider.Transient, "asked again later"
}
