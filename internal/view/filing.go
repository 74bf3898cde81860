// Package view is a filing as people look at it: its timeline, what is next and by when, its gate, its dates, and who must act
// first. It is made of the filing's written status and a time, and prints nothing; texts are in both languages. What json
// writes of it is English, and stays as it is.
package view

import (
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/agenda"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Filing is an IcpFiling as people look at it.
type Filing struct {
	// Namespace and Name of the filing.
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Domain that it files.
	Domain string `json:"domain"`
	// Type of filing (备案类型); none until it is determined.
	Type v1alpha1.FilingType `json:"filingType,omitempty"`
	// Stage that it is at.
	Stage v1alpha1.StageName `json:"stage"`
	// Attempt under way, from 1.
	Attempt int32 `json:"attempt,omitempty"`
	// Standing is how much it concerns people now.
	Standing Standing `json:"standing"`
	// Line says all of it in one line.
	Line words.Words `json:"-"`
	// SubjectNumber is 主体备案号 and WebsiteNumber 网站备案号; none before there is one.
	SubjectNumber string `json:"subjectNumber,omitempty"`
	WebsiteNumber string `json:"websiteNumber,omitempty"`
	// Provider in use, and its name of the order.
	Provider string `json:"provider,omitempty"`
	OrderID  string `json:"orderID,omitempty"`
	// RuleSet is the date of the filing rules that were applied.
	RuleSet string `json:"ruleSet,omitempty"`
	// ApprovedAt is when the bureau approved.
	ApprovedAt time.Time `json:"approvedAt,omitzero"`
	// Ready is the condition Ready.
	Ready Condition `json:"ready"`
	// Next is what somebody must do next; nil where nobody has to.
	Next *Action `json:"nextAction,omitempty"`
	// Deadline is the nearest that a person must keep; nil where there is none.
	Deadline *Deadline `json:"deadline,omitempty"`
	// Timeline is the whole procedure, in order.
	Timeline []Stage `json:"timeline,omitempty"`
	// Gate of its hosts.
	Gate Gate `json:"gate"`
	// PublicSecurity is the public-security registration (公安联网备案).
	PublicSecurity Condition `json:"publicSecurity"`
	// Concerns are the other conditions that are not as they should be once it is in force.
	Concerns []Condition `json:"concerns,omitempty"`
	// Dates that come, or have passed with what they are of undone.
	Dates []Date `json:"dates,omitempty"`
	// Deleting says that the object is being deleted.
	Deleting bool `json:"deleting,omitempty"`
	// Created is when the object was made.
	Created time.Time `json:"created"`
}

// Condition is a condition of a filing.
type Condition struct {
	// Type of condition, and its name in words.
	Type  string      `json:"type,omitempty"`
	Title words.Words `json:"-"`
	// Status is True, False or Unknown; none where the filing has no such condition yet.
	Status metav1.ConditionStatus `json:"status,omitempty"`
	// Reason of it, and the reason in words.
	Reason string      `json:"reason,omitempty"`
	Says   words.Words `json:"-"`
	// Message is the operator's, in English; it may quote what others wrote.
	Message string `json:"message,omitempty"`
	// Since when it has that status.
	Since time.Time `json:"since,omitzero"`
}

// Gate is whether hosts of the domain are served.
type Gate struct {
	// Open says that they may be.
	Open bool `json:"open"`
	// Why is the condition ExposureAllowed.
	Why Condition `json:"why"`
	// Served and Held count distinct hosts on routes that are served, and on those that are parked alone.
	Served int32 `json:"servedHosts"`
	Held   int32 `json:"heldHosts"`
}

// Date is a coming date of a filing, or one that has passed with what it is of undone.
type Date struct {
	// Kind of date, and its Name among those of its kind.
	Kind agenda.Kind `json:"kind"`
	Name string      `json:"name"`
	// Title is one line, and ToDo what is to be done.
	Title words.Words `json:"-"`
	ToDo  words.Words `json:"-"`
	// At is the time; of a day, its last second in Beijing.
	At time.Time `json:"at"`
	// Day says that a day is meant, not an hour.
	Day bool `json:"day"`
	// Deadline says that somebody must act by then; else it is when something is expected to be over.
	Deadline bool `json:"deadline"`
	// Actor who acts.
	Actor v1alpha1.Actor `json:"actor,omitempty"`
	// Passed says that it is over.
	Passed bool `json:"passed,omitempty"`
	// DaysLeft counts Beijing days: 0 on the day itself, negative after it.
	DaysLeft int `json:"daysLeft"`
}

// Of is a filing as people look at it at a time.
func Of(f *v1alpha1.IcpFiling, now time.Time) Filing {
	status := &f.Status
	v := Filing{
		Namespace: f.Namespace, Name: f.Name, Domain: f.Spec.Domain.Name, Type: status.FilingType, Stage: procedure.StageOf(f),
		Attempt: status.Attempt, SubjectNumber: status.SubjectNumber, WebsiteNumber: status.WebsiteNumber, Provider: status.Provider,
		OrderID: status.OrderID, RuleSet: status.RuleSet, ApprovedAt: utc(status.ApprovedAt), Ready: condition(f, v1alpha1.ConditionReady),
		PublicSecurity: condition(f, v1alpha1.ConditionPublicSecurityRegistered), Deleting: !f.DeletionTimestamp.IsZero(), Created: f.CreationTimestamp.UTC(),
	}
	v.Next = next(f, now)
	v.Timeline = timeline(f, now)
	v.Gate = gate(f)
	v.Concerns = concerns(f)
	v.Dates = dates(agenda.Dates(f), now)
	v.Deadline = deadline(v.Dates, v.Next)
	v.Standing = standing(&v)
	v.Line = line(&v)
	return v
}

func gate(f *v1alpha1.IcpFiling) Gate {
	g := Gate{Open: procedure.Clears(f), Why: condition(f, v1alpha1.ConditionExposureAllowed)}
	if e := f.Status.Exposure; e != nil {
		g.Served, g.Held = e.ServedHosts, e.HeldHosts
	}
	return g
}

// condition is one of a filing's; of one that it has not, the type alone.
func condition(f *v1alpha1.IcpFiling, kind string) Condition {
	c := meta.FindStatusCondition(f.Status.Conditions, kind)
	if c == nil {
		return Condition{Type: kind, Title: words.Condition(kind)}
	}
	return Condition{Type: kind, Title: words.Condition(kind), Status: c.Status, Reason: c.Reason, Says: words.Reason(kind, c.Reason), Message: c.Message,
		Since: c.LastTransitionTime.UTC()}
}

// afterApproval are the conditions that people look at of a filing in force, beside its gate and public security.
var afterApproval = []string{
	v1alpha1.ConditionPrerequisitesMet, v1alpha1.ConditionInformationCurrent, v1alpha1.ConditionIcpLicensed, v1alpha1.ConditionRegistryVerified, v1alpha1.ConditionFooterShown,
}

// concerns are conditions that are not as they should be: before approval the prerequisites alone.
func concerns(f *v1alpha1.IcpFiling) []Condition {
	kinds := afterApproval
	if f.Status.ApprovedAt == nil {
		kinds = kinds[:1]
	}
	var list []Condition
	for _, kind := range kinds {
		if c := condition(f, kind); c.Status != "" && c.Status != metav1.ConditionTrue {
			list = append(list, c)
		}
	}
	return list
}

// utc is a time of a status; zero for none.
func utc(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
