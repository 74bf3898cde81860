// Package protocol is the filing provider protocol: its OpenAPI document, and the models and request builders that are
// generated from it. openapi.yaml is the source; docs/provider-protocol.md explains it to implementers.
package protocol

import _ "embed" // for Document

//go:generate go tool oapi-codegen -config models.cfg.yaml openapi.yaml
//go:generate go tool oapi-codegen -config client.cfg.yaml openapi.yaml

// Document is the protocol's OpenAPI 3.1 document, in YAML.
//
//go:embed openapi.yaml
var Document []byte

const (
	// MediaType of every body but files and problems. Another major version of the protocol has another one.
	MediaType = "application/vnd.beian.filing.v1+json"
	// ProblemMediaType is that of problem details, RFC 9457.
	ProblemMediaType = "application/problem+json"
	// ProblemTypePrefix begins the type of each problem; the reason follows it.
	ProblemTypePrefix = "https://beian.dev/problems/"
	// IdempotencyKeyHeader carries the key of an effect.
	IdempotencyKeyHeader = "Idempotency-Key"
	// ContentDigestHeader carries the digest of an uploaded file, RFC 9530.
	ContentDigestHeader = "Content-Digest"
	// MaxBodyBytes is the most that a JSON body of either side may take.
	MaxBodyBytes = 1 << 20
	// MaxMaterialBytes is the most that an uploaded file may take.
	MaxMaterialBytes = 10 << 20
)

// Reasons of the protocol's own problems. The usual reasons of a return (docs/provider-protocol.md) are problems too,
// where a server finds them before it takes the order.
const (
	// ReasonMalformed: not JSON, or a parameter that cannot be read (400).
	ReasonMalformed = "Malformed"
	// ReasonIdempotencyKeyMissing: an effect without a key (400).
	ReasonIdempotencyKeyMissing = "IdempotencyKeyMissing"
	// ReasonDigestMismatch: the file is not what its digest says (400).
	ReasonDigestMismatch = "DigestMismatch"
	// ReasonUnauthorized: no token, or not a good one (401).
	ReasonUnauthorized = "Unauthorized"
	// ReasonForbidden: the token may not do this (403).
	ReasonForbidden = "Forbidden"
	// ReasonUnknownOrder: no such order in reach of the token (404).
	ReasonUnknownOrder = "UnknownOrder"
	// ReasonNotFound: no such path (404).
	ReasonNotFound = "NotFound"
	// ReasonNotAcceptable: the media type that is asked for is not spoken (406).
	ReasonNotAcceptable = "NotAcceptable"
	// ReasonOrderExists: the domain has an open order in this account; find it (409).
	ReasonOrderExists = "OrderExists"
	// ReasonOrderInProgress: the subject has another open order; wait for it (409).
	ReasonOrderInProgress = "OrderInProgress"
	// ReasonNotSubmittable: the order is not in a state that takes this operation (409).
	ReasonNotSubmittable = "NotSubmittable"
	// ReasonNotYet: the server is still at a step before; ask again, as Retry-After says (409).
	ReasonNotYet = "NotYet"
	// ReasonAttemptMismatch: another attempt is under way than the one named (409).
	ReasonAttemptMismatch = "AttemptMismatch"
	// ReasonMaterialsMissing: files that the application names were not uploaded (409).
	ReasonMaterialsMissing = "MaterialsMissing"
	// ReasonWrongFilingType: the type has changed since it was determined; ask again (409).
	ReasonWrongFilingType = "WrongFilingType"
	// ReasonIdempotencyKeyInUse: a request with the same key is being worked on; ask again (409).
	ReasonIdempotencyKeyInUse = "IdempotencyKeyInUse"
	// ReasonUnknownCursor: the feed no longer reaches back to it; begin anew with an empty one (410).
	ReasonUnknownCursor = "UnknownCursor"
	// ReasonTooLarge: more than the server takes (413).
	ReasonTooLarge = "TooLarge"
	// ReasonUnsupportedMediaType: of a request's body (415).
	ReasonUnsupportedMediaType = "UnsupportedMediaType"
	// ReasonInvalidFacts: facts that break the document's rules; errors lists them (422).
	ReasonInvalidFacts = "InvalidFacts"
	// ReasonChannelNotAvailable: the App does not take this filing type or account (422).
	ReasonChannelNotAvailable = "ChannelNotAvailable"
	// ReasonIdempotencyKeyReused: the key came before with another request (422).
	ReasonIdempotencyKeyReused = "IdempotencyKeyReused"
	// ReasonTooManyRequests: wait as Retry-After says (429).
	ReasonTooManyRequests = "TooManyRequests"
	// ReasonInternal: the server's own fault (500).
	ReasonInternal = "Internal"
	// ReasonUnavailable: not now (503).
	ReasonUnavailable = "Unavailable"
	// ReasonNotChangeable: the order's filing is not in force (409).
	ReasonNotChangeable = "NotChangeable"
	// ReasonNotFiledHere: the domain is not filed, or has no access through this provider (409).
	ReasonNotFiledHere = "NotFiledHere"
	// ReasonSubjectConflict: the domain is filed under another subject (409).
	ReasonSubjectConflict = "SubjectConflict"
	// ReasonNumberMismatch: the domain is filed under another number (422).
	ReasonNumberMismatch = "NumberMismatch"
)

// Reasons of entries in an order's history that the protocol itself gives a meaning.
const (
	// ReasonWithdrawn: with Returned on Confirmation, the applicant took the attempt back.
	ReasonWithdrawn = "Withdrawn"
	// ReasonSmsWrongEntry: with Reported on SmsVerification, the SMS was answered wrongly.
	ReasonSmsWrongEntry = "SmsWrongEntry"
	// ReasonSmsTooManyWrongEntries: with Returned on SmsVerification, it was answered wrongly too often.
	ReasonSmsTooManyWrongEntries = "SmsTooManyWrongEntries"
	// ReasonSmsExpired: with Returned on SmsVerification, nobody answered it in time.
	ReasonSmsExpired = "SmsExpired"
)

// Reasons of an end, with Cancelled and Revoked on Approved. Others may be given, too.
const (
	// ReasonWebsiteCancelled: the website's filing was cancelled (注销网站).
	ReasonWebsiteCancelled = "WebsiteCancelled"
	// ReasonSubjectCancelled: the subject was cancelled, and with it every filing that it had (注销主体).
	ReasonSubjectCancelled = "SubjectCancelled"
	// ReasonAccessCancelled: access through this provider was cancelled (取消接入); the filing itself may stay.
	ReasonAccessCancelled = "AccessCancelled"
	// ReasonShellFiling: no access is left (空壳).
	ReasonShellFiling = "ShellFiling"
	// ReasonRandomCheckFailed: a check of what is filed found it wrong (抽查不合格).
	ReasonRandomCheckFailed = "RandomCheckFailed"
)
