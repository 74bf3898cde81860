package send

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/beian-dev/icp-operator/internal/reach"
)

// FailedError is a message that could not be sent. Its words are chosen here: what a server or the network library says may
// hold the address, and a robot's address is its password.
type FailedError struct {
	// Why it failed, and what to do.
	Why string
	// Wait is how long the server asks to be left alone; zero where it does not.
	Wait time.Duration
}

func (f *FailedError) Error() string { return f.Why }

func failed(format string, args ...any) *FailedError {
	return &FailedError{Why: fmt.Sprintf(format, args...)}
}

// InvalidError is a Secret or a setting that nothing can be sent with.
type InvalidError struct {
	// Why says which key, and what to do.
	Why string
}

func (i *InvalidError) Error() string { return i.Why }

func invalid(format string, args ...any) *InvalidError {
	return &InvalidError{Why: fmt.Sprintf(format, args...)}
}

// classify puts an error of the network into words that tell nothing of the address.
func classify(err error) *FailedError {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	switch {
	case errors.Is(err, reach.ErrForbidden):
		return failed("the address of its host is not one that the operator may send to: it is not public, or is to be reached without TLS (the operator's flag --notify-allow-networks allows others)")
	case errors.As(err, &dns):
		return failed("its host cannot be resolved")
	case errors.As(err, &certificate):
		return failed("the server's certificate is not trusted, or not of its host: correct the address, or give its authority in spec.caBundle")
	case errors.As(err, &record):
		return failed("the server does not speak TLS there")
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		return failed("the server did not answer in time")
	case errors.Is(err, syscall.ECONNREFUSED):
		return failed("the server refuses the connection")
	}
	return failed("the connection to the server failed")
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}
