package aliyun

import (
	"fmt"
	"strings"

	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
)

// Status says what an answer of the API means.
type Status struct {
	// Status as the API gives it; empty for any. Case does not matter.
	Status string
	// ReasonCode as the API gives it; nil for any.
	ReasonCode *int32
	// Reason is a part of the API's words; empty for any.
	Reason string
	// Means is what it is.
	Means procedure.Finding
}

// builtIn are the meanings that the words of an answer leave no doubt about. The vendor documents no values of Status and
// ReasonCode (?), so none is guessed at: what these rows do not know is unknown, never "not filed", and an admin who sees
// it in the condition's message says what it means (FilingProvider.spec.registry.aliyun.statuses).
var builtIn = []Status{
	{Reason: "未备案", Means: procedure.FoundNothing},
	{Reason: "未接入", Means: procedure.FoundNoAccess},
	{Reason: "取消接入", Means: procedure.FoundNoAccess},
	{Reason: "空壳", Means: procedure.FoundNoAccess},
	{Reason: "主体不一致", Means: procedure.FoundOtherSubject},
	{Status: "已备案", Means: procedure.FoundFiled},
	{Reason: "已备案", Means: procedure.FoundFiled},
}

// item is what the API says of one domain.
type item struct {
	status, reason string
	reasonCode     int
}

// answer puts it into the words of a registry. The API tells no filing numbers.
func (r *Registry) answer(domain string, i item) registry.Answer {
	for _, rows := range [][]Status{r.options.Statuses, builtIn} {
		for _, row := range rows {
			if row.fits(i) {
				return registry.Answer{Domain: domain, RegistryAnswer: procedure.RegistryAnswer{Finding: row.Means}}
			}
		}
	}
	return unknown(domain, fmt.Sprintf("the filing API answers status %q, reason code %d, reason %q, which says neither that it is filed nor that it is not: say what it means in spec.registry.aliyun.statuses of the FilingProvider",
		provider.Scrub(i.status, maxWords), i.reasonCode, provider.Scrub(i.reason, maxWords)))
}

// maxWords is the most runes of the API's words that are shown.
const maxWords = 64

func (s Status) fits(i item) bool {
	return (s.Status == "" || strings.EqualFold(s.Status, i.status)) && (s.ReasonCode == nil || int(*s.ReasonCode) == i.reasonCode) && strings.Contains(i.reason, s.Reason)
}

func unknown(domain, why string) registry.Answer {
	return registry.Answer{Domain: domain, RegistryAnswer: procedure.RegistryAnswer{Why: fmt.Sprintf("look up %s: %s", domain, why)}}
}
