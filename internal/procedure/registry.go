package procedure

import (
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Finding is what a registry says of a domain.
type Finding string

// Findings. A look-up that failed is none of the others: it says nothing of the domain.
const (
	// FoundUnknown: the registry could not be asked, or could not tell.
	FoundUnknown Finding = ""
	// FoundFiled: the domain is filed (已备案), with access through the provider (已接入).
	FoundFiled Finding = "Filed"
	// FoundNothing: it is not filed (未备案).
	FoundNothing Finding = "NotFound"
	// FoundNoAccess: it is filed, but has no access through the provider, or none at all (未接入, 空壳).
	FoundNoAccess Finding = "AccessMissing"
	// FoundOtherSubject: it is filed under another subject (主体) than the one that asks.
	FoundOtherSubject Finding = "OtherSubject"
)

// RegistryAnswer is what a registry answered about one domain.
type RegistryAnswer struct {
	// Finding on the domain.
	Finding Finding
	// SubjectNumber is 主体备案号; empty where the registry does not tell it.
	SubjectNumber string
	// WebsiteNumber is 网站备案号; empty where the registry does not tell it.
	WebsiteNumber string
	// Why says, with FoundUnknown, what was tried, on what, and how to put it right. No personal data.
	Why string
}

// Numbers are the numbers that a filing has, or, where it says that it was filed before, claims to have: what the
// registry's answer is held against.
type Numbers struct {
	// Subject is 主体备案号; empty where it is not known.
	Subject string
	// Website is 网站备案号.
	Website string
}

// subject is the subject's number, taken from the website's where it is not given.
func (n Numbers) subject() string {
	if n.Subject != "" {
		return n.Subject
	}
	if i := strings.LastIndex(n.Website, "-"); i > 0 {
		return n.Website[:i]
	}
	return n.Website
}

// Registered is what the registry has said of a filing's domain, as far as one process has heard. Make it with Hear.
type Registered struct {
	// Of are the numbers that it was held against.
	Of Numbers
	// Answer is the last one that was not FoundUnknown.
	Answer RegistryAnswer
	// Since is when that very answer was first heard; zero where none was.
	Since time.Time
	// Again says of one that disagrees that it was heard again, so much later that it is no passing fault.
	Again bool
	// Why look-ups fail, as the first of them said it; empty where the latest was answered.
	Why string
	// FailingSince is when they began to.
	FailingSince time.Time
	// Stale says that they have failed for so long that the last answer no longer says much.
	Stale bool
}

// Hearing says how answers are weighed.
type Hearing struct {
	// Recheck is how much later an answer must be heard again to be confirmed.
	Recheck time.Duration
	// Stale is how long look-ups may fail before the last answer no longer says much.
	Stale time.Duration
}

// Hear takes an answer in that was given at a time. A failed look-up takes nothing back that was heard before.
func (r Registered) Hear(of Numbers, answer RegistryAnswer, at time.Time, how Hearing) Registered {
	at = at.Truncate(time.Second)
	if r.Of != of {
		r = Registered{Of: of}
	}
	if answer.Finding == FoundUnknown {
		if r.FailingSince.IsZero() {
			r.Why, r.FailingSince = answer.Why, at
		}
		r.Stale = at.Sub(r.FailingSince) >= how.Stale
		return r
	}
	answer.Why = ""
	if answer != r.Answer {
		r.Answer, r.Since, r.Again = answer, at, false
	} else if r.Mismatch() != "" && at.Sub(r.Since) >= how.Recheck {
		r.Again = true
	}
	r.Why, r.FailingSince, r.Stale = "", time.Time{}, false
	return r
}

// Mismatch says in which way the last answer disagrees with the numbers: a reason of RegistryVerified, or empty.
func (r Registered) Mismatch() string {
	a := r.Answer
	switch {
	case a.Finding == FoundNothing:
		return v1alpha1.ReasonNotFound
	case a.Finding == FoundOtherSubject, a.SubjectNumber != "" && r.Of.subject() != "" && a.SubjectNumber != r.Of.subject():
		return v1alpha1.ReasonOtherSubject
	case a.Finding == FoundNoAccess:
		return v1alpha1.ReasonAccessMissing
	case a.WebsiteNumber != "" && r.Of.Website != "" && a.WebsiteNumber != r.Of.Website:
		return v1alpha1.ReasonOtherNumber
	}
	return ""
}

// closing are the mismatches by which the domain is not filed for whoever exposes it. One that is filed under another
// number of the same subject is.
var closing = map[string]bool{
	v1alpha1.ReasonNotFound: true, v1alpha1.ReasonOtherSubject: true, v1alpha1.ReasonAccessMissing: true,
}

// AsksRegistry says whether the registry is to be asked about a filing, by its written status, and against which numbers:
// one in force, suspended or not, and one that is said to have been in force before it came here.
func AsksRegistry(filing *v1alpha1.IcpFiling) (Numbers, bool) {
	spec, status := &filing.Spec, &filing.Status
	ended := status.Stage.Ended()
	switch {
	case ended, spec.Suspend && status.ApprovedAt == nil, !filing.DeletionTimestamp.IsZero():
		return Numbers{}, false
	case status.ApprovedAt != nil:
		return Numbers{status.SubjectNumber, status.WebsiteNumber}, true
	case claimsImport(spec.Existing) && status.Stage != "" && readyReason(status) == v1alpha1.ReasonImportUnconfirmed:
		return claimedNumbers(spec), true
	}
	return Numbers{}, false
}

// claimedNumbers are the numbers that a filing says it was filed under before it came here.
func claimedNumbers(spec *v1alpha1.IcpFilingSpec) Numbers {
	return Numbers{spec.Existing.Subject.Number, spec.Existing.Website.Number}
}
