package http

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	nethttp "net/http"
	"net/url"

	"github.com/beian-dev/icp-operator/internal/provider"
)

// unsent classifies an error of a request that got no answer. Whether it had an effect is not known.
func (k call) unsent(err error) *provider.Error {
	cause := withoutURL(err)
	switch {
	case errors.Is(err, context.Canceled):
		return k.failErr(provider.Transient, provider.ReasonTimeout, "the call was given up", context.Canceled)
	case errors.Is(err, context.DeadlineExceeded), isTimeout(err):
		return k.failErr(provider.Transient, provider.ReasonTimeout, "no answer in time", context.DeadlineExceeded)
	case speaksNoTLS(err):
		return k.fail(provider.Misconfigured, provider.ReasonBadURL, "the server does not speak TLS at this address: set url to the one that does")
	case isCertificateFault(err):
		return k.fail(provider.Misconfigured, provider.ReasonCertificateNotTrusted,
			cause.Error()+": set caBundle to the authority that signs the server's certificate, or url to the name that it is for")
	default:
		return k.fail(provider.Transient, provider.ReasonUnreachable, cause.Error())
	}
}

// withoutURL takes the method and address off an error of net/http, which the error's own target says better.
func withoutURL(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if e, ok := errors.AsType[*net.OpError](err); ok {
		// Its local port is another each time, and would change the status at every try.
		return fmt.Errorf("%s: %w", e.Op, e.Err)
	}
	return err
}

func isTimeout(err error) bool {
	e, ok := errors.AsType[net.Error](err)
	return ok && e.Timeout()
}

func isCertificateFault(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	_, ok := errors.AsType[x509.HostnameError](err)
	return ok
}

func speaksNoTLS(err error) bool {
	_, ok := errors.AsType[tls.RecordHeaderError](err)
	return ok || errors.Is(err, nethttp.ErrSchemeMismatch)
}
