// Package http is a provider that is reached over the filing provider protocol (docs/provider-protocol.md).
package http

import (
	"context"
	"net"
	nethttp "net/http"
	"net/url"
	"strings"
	"time"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/internal/provider"
)

// Options of a client. Only URL is needed.
type Options struct {
	// URL of the server, with the path before /orders. https, or http to a loopback address.
	URL string
	// CABundle is the PEM of the authorities that sign the server's certificate; empty: the system's.
	CABundle []byte
	// Token gives the bearer token; asked before every request, so that a new one needs no restart. Nil or an empty
	// token: none is sent.
	Token func(context.Context) (string, error)
	// Timeout of one try. Default 10 s.
	Timeout time.Duration
	// Tries of one call at most. Default 2.
	Tries uint
	// Pause before the second try, doubled for each further one and jittered by half. Default 200 ms.
	Pause time.Duration
	// Clock that an asked-for wait is measured by. Default the real one.
	Clock clock.PassiveClock
	// UserAgent sent with every request. Default icp-operator.
	UserAgent string
}

// Client is a provider.Provider. It may be used by many at once.
type Client struct {
	server  string
	options Options
	http    *nethttp.Client
	wait    wait
}

var _ provider.Provider = (*Client)(nil)

// New makes a client. It sends nothing yet. An error is a *provider.Error of class Misconfigured.
func New(o Options) (*Client, error) {
	if err := checkURL(o.URL); err != nil {
		return nil, err
	}
	transport, err := newTransport(o.CABundle)
	if err != nil {
		return nil, err
	}
	if o.Timeout <= 0 {
		o.Timeout = 10 * time.Second
	}
	if o.Tries == 0 {
		o.Tries = 2
	}
	if o.Pause <= 0 {
		o.Pause = 200 * time.Millisecond
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.UserAgent == "" {
		o.UserAgent = "icp-operator"
	}
	return &Client{
		server:  strings.TrimRight(o.URL, "/") + "/",
		options: o,
		wait:    wait{clock: o.Clock},
		http: &nethttp.Client{
			Transport: transport,
			// A token must not be carried elsewhere; the answer is judged as it is.
			CheckRedirect: func(*nethttp.Request, []*nethttp.Request) error { return nethttp.ErrUseLastResponse },
		},
	}, nil
}

// Close gives idle connections back.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// checkURL refuses addresses that persons' data must not be sent to.
func checkURL(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return misconfigured(provider.ReasonBadURL, "not an absolute URL: give one such as https://filing.example.net/v1")
	}
	switch {
	case u.User != nil, u.RawQuery != "", u.Fragment != "":
		return misconfigured(provider.ReasonBadURL, "must hold neither credentials nor a query nor a fragment: credentials belong into credentialsSecretRef")
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	default:
		return misconfigured(provider.ReasonBadURL, "must begin with https://: persons' identity data are sent (plain http:// is for loopback addresses only)")
	}
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

func misconfigured(reason, detail string) *provider.Error {
	return &provider.Error{Class: provider.Misconfigured, Op: "use the provider's address", Reason: reason, Detail: detail}
}
