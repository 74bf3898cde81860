package http

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	nethttp "net/http"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider"
)

// newTransport trusts the given authorities, or the system's where none is given.
func newTransport(caBundle []byte) (*nethttp.Transport, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if len(caBundle) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(caBundle) {
			return nil, misconfigured(provider.ReasonBadCABundle, "caBundle holds no PEM certificate")
		}
	}
	return &nethttp.Transport{
		Proxy:                  nethttp.ProxyFromEnvironment,
		DialContext:            (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:        config,
		TLSHandshakeTimeout:    5 * time.Second,
		ForceAttemptHTTP2:      true,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: 64 << 10,
	}, nil
}
