package provider

import (
	"errors"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/internal/procedure"
)

// Class says what to do about an error.
type Class string

const (
	// Rejected says: the provider refused the request as wrong. It will not take it before somebody changes something.
	Rejected Class = "Rejected"
	// Transient says: ask again later, not before RetryAfter.
	Transient Class = "Transient"
	// Misconfigured says: an admin must put the address, the certificate or the token right.
	Misconfigured Class = "Misconfigured"
)

// Reasons of errors that are found on this side. Those of a provider's own problems are the reasons of package protocol
// and the usual reasons of a return.
const (
	// ReasonUnreachable: no connection, or it broke.
	ReasonUnreachable = "Unreachable"
	// ReasonTimeout: no answer in time, or the caller gave up.
	ReasonTimeout = "Timeout"
	// ReasonMalformedAnswer: the answer is not what the protocol says.
	ReasonMalformedAnswer = "MalformedAnswer"
	// ReasonAnswerTooLarge: the answer is longer than the protocol allows.
	ReasonAnswerTooLarge = "AnswerTooLarge"
	// ReasonWrongMediaType: the answer has another media type than the protocol's, as a proxy's error page has.
	ReasonWrongMediaType = "WrongMediaType"
	// ReasonCertificateNotTrusted: the server's TLS certificate does not verify.
	ReasonCertificateNotTrusted = "CertificateNotTrusted"
	// ReasonBadURL: the provider's URL cannot be used.
	ReasonBadURL = "BadURL"
	// ReasonBadCABundle: the provider's CA bundle holds no certificate.
	ReasonBadCABundle = "BadCABundle"
	// ReasonRedirected: the server sends elsewhere; a token is never carried there.
	ReasonRedirected = "Redirected"
	// ReasonBadCredentials: the token could not be had.
	ReasonBadCredentials = "BadCredentials"
)

// Error is a failed request to a provider. Its text holds no request body and no personal data.
type Error struct {
	// Class says what to do.
	Class Class
	// Op is what was tried, in words: "create the order".
	Op string
	// Target is what it was tried on: a domain or an order.
	Target string
	// Reason in CamelCase.
	Reason string
	// Reasons are all reasons, where the provider gave several; Reason is the first.
	Reasons []string
	// Detail is what is wrong and how to put it right, for people.
	Detail string
	// Quotes says that Detail holds the provider's own words, which may repeat whatever it was ever sent.
	Quotes bool
	// RetryAfter is how long the provider asks to be left alone; 0 where it does not say.
	RetryAfter time.Duration
	// Err is what lies below, if it may be shown; nil else.
	Err error
}

// Error says what was tried, on what, and what became of it.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Op)
	if e.Target != "" {
		b.WriteString(" (" + e.Target + ")")
	}
	b.WriteString(": " + e.Reason)
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	return b.String()
}

// Unwrap gives what lies below, so that a caller's own cancellation can be told from a provider's fault.
func (e *Error) Unwrap() error { return e.Err }

// Unquoted is an error without the provider's own words, for where nobody knows whom they may tell of.
func Unquoted(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || !e.Quotes {
		return err
	}
	bare := *e
	bare.Detail, bare.Quotes = "", false
	return &bare
}

// ClassOf is an error's class; Transient for one that is none of a provider's, empty for nil.
func ClassOf(err error) Class {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	return Transient
}

// ReasonOf is an error's reason, or "" for one that is none of a provider's.
func ReasonOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Reason
	}
	return ""
}

// RetryAfterOf is how long the provider asks to be left alone; 0 where it does not say.
func RetryAfterOf(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// OfDomain refuses an answer about an order of another domain, whatever its name: nobody is cleared by what a provider says
// of somebody else. It is Transient: the provider may know better the next time.
func OfDomain(order *procedure.Order, domain string) error {
	if order == nil || order.Domain == domain {
		return nil
	}
	return &Error{Class: Transient, Op: "read the answer", Target: domain, Reason: ReasonMalformedAnswer,
		Detail: "the order is of another domain than the filing"}
}
