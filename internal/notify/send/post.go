package send

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/beian-dev/icp-operator/internal/reach"
)

// Bounds of what a server may answer.
const (
	mostAnswer = 64 << 10
	mostHeader = 32 << 10
	// mostWait is the longest that a server may ask to be left alone.
	mostWait = time.Hour
)

// poster posts to one address.
type poster struct {
	target *url.URL
	client *http.Client
	within time.Duration
}

func newPoster(v values, caBundle []byte, o Options) (*poster, error) {
	target, err := url.Parse(v.get(KeyURL))
	switch {
	case v.get(KeyURL) == "":
		return nil, invalid("it has no key %s: put the address there", KeyURL)
	case err != nil, target.Hostname() == "", target.User != nil, target.Scheme != "https" && target.Scheme != "http":
		return nil, invalid("its key %s holds no address of the form https://host/path", KeyURL)
	}
	target.Fragment = ""
	trust, err := trusting(caBundle)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{
		// No proxy: the address that is judged must be the one that is reached.
		DialContext:     o.Networks.Dialer(target.Scheme == "http").DialContext,
		TLSClientConfig: trust, TLSHandshakeTimeout: reach.DialWithin, ForceAttemptHTTP2: true,
		MaxResponseHeaderBytes: mostHeader, MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute,
	}
	return &poster{target, &http.Client{
		Transport: transport,
		// An address that sends elsewhere is not the one that was written down.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, o.within()}, nil
}

// trusting is TLS by the given authorities, or the system's where none is given.
func trusting(caBundle []byte) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(caBundle) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(caBundle) {
			return nil, invalid("spec.caBundle holds no PEM certificate")
		}
	}
	return config, nil
}

func (p *poster) close() { p.client.CloseIdleConnections() }

// answer is what a server answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// post posts a body, with parameters beside those of the address.
func (p *poster) post(ctx context.Context, parameters url.Values, header http.Header, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, p.within)
	defer cancel()
	target := *p.target
	if len(parameters) > 0 {
		query := target.Query()
		maps.Copy(query, parameters)
		target.RawQuery = query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(body))
	if err != nil {
		return answer{}, failed("the address cannot be used")
	}
	request.Header = header
	request.Header.Set("User-Agent", "icp-operator")
	response, err := p.client.Do(request)
	if err != nil {
		return answer{}, classify(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return answer{}, classify(err)
	}
	return answer{response.StatusCode, response.Header, read}, nil
}

// judge says what an HTTP status means.
func (a answer) judge() error {
	switch {
	case a.status >= 200 && a.status < 300:
		return nil
	case a.status >= 300 && a.status < 400:
		return failed("the server answers HTTP %d, which sends elsewhere: give the address that it leads to", a.status)
	case a.status == http.StatusTooManyRequests, a.status == http.StatusServiceUnavailable:
		return &FailedError{Why: "the server answers HTTP " + strconv.Itoa(a.status) + ": it wants fewer messages, or a pause", Wait: a.wait()}
	case a.status == http.StatusUnauthorized, a.status == http.StatusForbidden:
		return failed("the server answers HTTP %d: it does not accept the credentials of the Secret", a.status)
	}
	return failed("the server answers HTTP %d", a.status)
}

// wait is how long the server asks to be left alone. Feishu says so in a header of its own:
// https://open.feishu.cn/document/server-docs/api-call-guide/frequency-control
func (a answer) wait() time.Duration {
	for _, name := range []string{"Retry-After", "X-Ogw-Ratelimit-Reset"} {
		if n, err := strconv.Atoi(a.header.Get(name)); err == nil && n > 0 {
			return min(time.Duration(n)*time.Second, mostWait)
		}
	}
	return 0
}
