// Package aliyun is the registry of one cloud: the Alibaba Cloud filing API (阿里云备案), product beian, version
// 2016-08-10, through the vendor's own SDK. It is a package of its own so that the SDK is linked into the operator alone.
package aliyun

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/beian"

	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
)

// DefaultEndpoint is the product's own address.
const DefaultEndpoint = "beian.aliyuncs.com"

// Batch is the most domains that one call asks about. The vendor publishes no limit; this one keeps a call's query, which
// holds them all, within what a front end takes.
const Batch = 50

// caller names who asks, as the API wants to be told.
const caller = "icp-operator"

// Options of a registry.
type Options struct {
	// RegionID of the API, for example cn-hangzhou.
	RegionID string
	// Endpoint to ask in place of DefaultEndpoint: a host, with a port where it is not the usual one, or an https:// URL
	// without a path. http:// is for loopback addresses only.
	Endpoint string
	// Credentials gives the access key (AccessKey); asked before every call, so that a new one needs no restart.
	Credentials func(context.Context) (Key, error)
	// Statuses say what the API's answers mean, before the built-in ones.
	Statuses []Status
	// Pace of calls; nil: no limits.
	Pace registry.Pace
}

// Key is an access key (AccessKey).
type Key struct {
	// ID of the key.
	ID string
	// Secret of the key.
	Secret string
}

// Registry is a registry.Registry.
type Registry struct {
	options      Options
	scheme, host string
	transport    *http.Transport
}

var _ registry.Registry = (*Registry)(nil)

// New makes one. It sends nothing yet. An error is a *provider.Error of class Misconfigured.
func New(o Options) (*Registry, error) {
	scheme, host, err := endpoint(o.Endpoint)
	if err != nil {
		return nil, err
	}
	if o.RegionID == "" {
		o.RegionID = "cn-hangzhou"
	}
	return &Registry{options: o, scheme: scheme, host: host, transport: newTransport()}, nil
}

// Close gives idle connections back.
func (r *Registry) Close() { r.transport.CloseIdleConnections() }

// Batch implements registry.Registry.
func (r *Registry) Batch() int { return Batch }

// endpoint takes an address apart.
func endpoint(raw string) (scheme, host string, err error) {
	if raw == "" {
		return "https", DefaultEndpoint, nil
	}
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return "", "", misconfigured("the endpoint is no host: give one such as " + DefaultEndpoint)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return u.Scheme, u.Host, nil
	}
	return "", "", misconfigured("the endpoint must be reached by https:// (plain http:// is for loopback addresses only)")
}

func isLoopback(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }

func misconfigured(detail string) *provider.Error {
	return &provider.Error{Class: provider.Misconfigured, Op: "use the filing API's address", Reason: provider.ReasonBadURL, Detail: detail}
}

// client makes a client of the SDK for one call: it knows neither contexts nor bounds, and keeps the key that it was made
// with.
func (r *Registry) client(ctx context.Context, k call) (*beian.Client, error) {
	key, err := r.options.Credentials(ctx)
	if err != nil {
		return nil, k.fail(provider.Misconfigured, provider.ReasonBadCredentials, err.Error())
	}
	config := sdk.NewConfig().WithScheme(r.scheme).WithTimeout(registry.Timeout).WithUserAgent(caller)
	config.Transport = &bounded{ctx: ctx, call: k, next: r.transport}
	made, err := beian.NewClientWithOptions(r.options.RegionID, config, credentials.NewAccessKeyCredential(key.ID, key.Secret))
	if err != nil {
		return nil, k.fail(provider.Misconfigured, provider.ReasonBadURL, "the region is malformed: set regionID to one such as cn-hangzhou")
	}
	made.Domain = r.host
	return made, nil
}

// call is one call in words.
type call struct{ op, target string }

func (k call) fail(class provider.Class, reason, detail string) *provider.Error {
	return &provider.Error{Class: class, Op: k.op, Target: k.target, Reason: reason, Detail: detail}
}

// failed classifies what the SDK says of a call. Its own words are not shown: they hold the key's name and the signature.
func (k call) failed(err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*provider.Error](err); ok {
		return known
	}
	return k.fail(provider.Transient, provider.ReasonMalformedAnswer, "the answer is not what the filing API's SDK expects")
}

// succeeded is the code in the body of an answer that holds data.
const succeeded = 200

// answered checks the code in an answer's body; a failure may come with the status of success.
func (k call) answered(code int) error {
	switch {
	case code == succeeded:
		return nil
	case code >= 400 && code < 500 && code != http.StatusTooManyRequests && code != http.StatusRequestTimeout:
		return k.fail(provider.Rejected, fmt.Sprintf("Code%d", code), "the filing API refuses the request")
	}
	return k.fail(provider.Transient, fmt.Sprintf("Code%d", code), "the filing API failed")
}
