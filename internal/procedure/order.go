// Package procedure is the filing procedure (备案流程) as a table, and the transitions through it: which stages, tasks
// and actors a filing has, what its history makes of them, and what must happen next. It is pure: it takes facts and a
// time, reads no clock and reaches nothing.
//
// Source of the procedure, where a row names no other: the provider's public quick-start of 2019-09-16.
package procedure

import (
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Decision is one entry of an order's history. It has the vocabulary of an IcpReview, whether a person recorded it or a
// provider's server reported it.
type Decision struct {
	// ID is stable and unique within the order.
	ID string
	// Attempt that it is on, from 1.
	Attempt int32
	// Stage that it is on.
	Stage v1alpha1.StageName
	// Decision taken.
	Decision v1alpha1.Decision
	// Reasons of a return, revocation or cancellation, CamelCase.
	Reasons []string
	// Task asked for, with ActionRequested.
	Task v1alpha1.RequestedTask
	// DueAt is the task's deadline; zero for none.
	DueAt time.Time
	// Message for people. No personal data.
	Message string
	// OrderID is the provider's name for the order, with the report that it was submitted.
	OrderID string
	// SubjectNumber is 主体备案号, with the bureau's approval.
	SubjectNumber string
	// WebsiteNumber is 网站备案号, with the bureau's approval.
	WebsiteNumber string
	// At is when it was taken.
	At time.Time
	// RecordedAt is when a person recorded it; zero where a provider tells of it.
	RecordedAt time.Time
}

// Order is what the provider knows of one order (备案订单). Its history is the whole truth of it.
type Order struct {
	// ID is the provider's name for it.
	ID string
	// Account at the provider.
	Account string
	// Domain to be filed.
	Domain string
	// FilingType as the provider determined it.
	FilingType v1alpha1.FilingType
	// Attempt is the latest one, from 1.
	Attempt int32
	// Imported says that the order stands for a filing that was in force before it came here: its history begins with the
	// bureau's approval.
	Imported bool
	// CreatedAt is when the order was made.
	CreatedAt time.Time
	// History, oldest first.
	History []Decision
}

// Conflicts that a determination can find.
const (
	// ConflictOtherSubject: the domain is filed under another subject, which the applicant must clear first.
	ConflictOtherSubject = "OtherSubject"
	// ConflictAlreadyFiledHere: subject and domain are filed with this provider already; there is nothing to file.
	ConflictAlreadyFiledHere = "AlreadyFiledHere"
	// ConflictShellSubject: the subject's filing is a shell (空壳主体), to which no website can be added, as far as is known.
	// No provider says it: it is found where people determine the type.
	ConflictShellSubject = "ShellSubject"
)

// Determination is the answer to which type of filing this is (备案类型).
type Determination struct {
	// Type of filing; empty where a conflict was found.
	Type v1alpha1.FilingType
	// Reason in CamelCase.
	Reason string
	// Message for people.
	Message string
	// SubjectNumber of the subject's filing, where it has one.
	SubjectNumber string
	// WebsiteNumber of the domain's filing, where it has one.
	WebsiteNumber string
	// Conflict is one of the constants Conflict…, or empty.
	Conflict string
}
