// Package probe asks a website for its home page, through the address of the load balancer that serves it. It resolves no
// name: neither a tenant's DNS nor a redirect chooses where it connects to.
package probe

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html/charset"

	"github.com/beian-dev/icp-operator/internal/footer"
	"github.com/beian-dev/icp-operator/internal/reach"
)

// Bounds of a probe.
const (
	mostPage      = 512 << 10
	mostHeader    = 32 << 10
	mostRedirects = 3
	within        = 10 * time.Second
)

const userAgent = "icp-operator (daily check of the filing number, beian.dev)"

// Prober asks home pages.
type Prober struct {
	// Networks that may be reached.
	Networks reach.Networks
	// HTTPS and HTTP are the ports that load balancers listen on. Default 443 and 80.
	HTTPS, HTTP uint16
	// Within bounds a probe. Default ten seconds.
	Within time.Duration
	// Roots are the authorities that certificates are judged by. Default: the system's.
	Roots *x509.CertPool
}

// Site is what is asked.
type Site struct {
	// Host of the home page.
	Host string
	// Domain that the host lies in: a redirect may lead to another host of it, which is asked at the same address.
	Domain string
	// Address of the load balancer that serves it.
	Address netip.Addr
}

// Errors of what a site answers. None of them holds anything that the site, or who wrote its address down, could choose.
var (
	errElsewhere = errors.New("its home page sends elsewhere than to a host of the filing's domain, or to another port")
	errRedirects = fmt.Errorf("its home page sends on more than %d times", mostRedirects)
	errNotHTML   = errors.New("its home page is no HTML")
	errBroken    = errors.New("its home page cannot be read as HTML")
	errLarge     = fmt.Errorf("its home page is larger than %d KiB, and what was read of it does not show all", mostPage>>10)
)

// Look asks a site for its home page, over HTTPS, and where that cannot be had over HTTP. The error says in words that may be
// shown why there is no answer.
func (p Prober) Look(ctx context.Context, site Site, q footer.Question) (footer.Finding, error) {
	if !p.Networks.Permits(site.Address, false) {
		return footer.Finding{}, errors.New("the address that its route's status gives is not one that the operator may ask: " +
			"it is not public, and ExposurePolicy default does not list it (spec.footer.networks)")
	}
	ctx, cancel := context.WithTimeout(ctx, defaulted(p.Within, within))
	defer cancel()
	f, err := p.ask(ctx, "https", site, q)
	if !unanswered(err) || ctx.Err() != nil {
		return f, worded(err)
	}
	f, plain := p.ask(ctx, "http", site, q)
	if unanswered(plain) {
		return footer.Finding{}, worded(err)
	}
	return f, worded(plain)
}

// unanswered says that a site did not answer at all by a scheme.
func unanswered(err error) bool {
	_, failed := errors.AsType[*url.Error](err)
	return failed && !errors.Is(err, errElsewhere) && !errors.Is(err, errRedirects)
}

// ask asks a site by one scheme, and follows where it sends on to.
func (p Prober) ask(ctx context.Context, scheme string, site Site, q footer.Question) (footer.Finding, error) {
	transport := p.transport(site.Address)
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(next *http.Request, before []*http.Request) error {
		switch {
		case len(before) > mostRedirects:
			return errRedirects
		case !site.owns(next.URL):
			return errElsewhere
		}
		next.Header.Del("Referer")
		return nil
	}}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+site.Host+"/", http.NoBody)
	if err != nil {
		return footer.Finding{}, errBroken
	}
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Accept-Language", "zh-CN, zh;q=0.9, *;q=0.1")
	response, err := client.Do(request)
	if err != nil {
		return footer.Finding{}, err
	}
	defer response.Body.Close()
	return read(response, q)
}

// owns says that a URL leads to a host of the filing's domain, at the port of its scheme.
func (s Site) owns(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	return (u.Scheme == "https" || u.Scheme == "http") && u.Port() == "" && u.User == nil &&
		(host == s.Host || host == s.Domain || strings.HasSuffix(host, "."+s.Domain))
}

// transport reaches one address, whatever host is asked for. It uses no proxy: the address that is judged must be the one
// that is reached. What it decompresses is bounded as what is read.
func (p Prober) transport(address netip.Addr) *http.Transport {
	dialer := p.Networks.Dialer(false)
	return &http.Transport{
		DialContext: func(ctx context.Context, _, target string) (net.Conn, error) {
			port := defaulted(p.HTTP, 80)
			if _, named, err := net.SplitHostPort(target); err == nil && named == "443" {
				port = defaulted(p.HTTPS, 443)
			}
			return dialer.DialContext(ctx, "tcp", netip.AddrPortFrom(address, port).String())
		},
		TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: p.Roots}, TLSHandshakeTimeout: reach.DialWithin,
		MaxResponseHeaderBytes: mostHeader, DisableKeepAlives: true, ForceAttemptHTTP2: true,
	}
}

// read judges what a site answered. Of a page that is larger than what is read only what it shows counts, not what it lacks.
func read(response *http.Response, q footer.Question) (footer.Finding, error) {
	if response.StatusCode != http.StatusOK {
		return footer.Finding{}, errors.New("its home page answers HTTP " + strconv.Itoa(response.StatusCode))
	}
	kind := response.Header.Get("Content-Type")
	if media, _, err := mime.ParseMediaType(kind); err != nil || media != "text/html" && media != "application/xhtml+xml" {
		return footer.Finding{}, errNotHTML
	}
	bounded := &io.LimitedReader{R: response.Body, N: mostPage + 1}
	page, err := io.ReadAll(bounded)
	if err != nil {
		return footer.Finding{}, err
	}
	cut := len(page) > mostPage
	decoded, err := charset.NewReader(strings.NewReader(string(page[:min(len(page), mostPage)])), kind)
	if err != nil {
		return footer.Finding{}, errBroken
	}
	f, err := footer.Look(decoded, q)
	switch {
	case err != nil:
		return footer.Finding{}, errBroken
	case cut && !f.Complete():
		return footer.Finding{}, errLarge
	}
	return f, nil
}

// worded says in words that may be shown why a site was not seen.
func worded(err error) error {
	if err == nil {
		return nil
	}
	for _, known := range []error{errElsewhere, errRedirects} {
		if errors.Is(err, known) {
			return known
		}
	}
	failed, unreached := errors.AsType[*url.Error](err)
	var network net.Error
	var verification *tls.CertificateVerificationError
	switch {
	case errors.Is(err, reach.ErrForbidden):
		return errors.New("the address that its route's status gives is not one that the operator may ask")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return errors.New("its home page does not answer in time")
	case errors.As(err, &verification):
		return errors.New("its certificate is not valid for it, or not one that the operator trusts")
	case unreached && failed.Err != nil:
		return errors.New("its load balancer cannot be reached, or does not answer by HTTP")
	case errors.As(err, &network), errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("its home page broke off")
	}
	return err
}

func defaulted[T comparable](v, d T) T {
	var zero T
	if v == zero {
		return d
	}
	return v
}
