package procedure

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// toldOneByOne are the journeys that no table has, by the names of their transcripts.
func toldOneByOne() map[string]func(failer) *journey {
	all := map[string]func(failer) *journey{
		"sms/wrong-entries-ByPeople":      wrongEntries,
		"sms/too-many-entries-ByOperator": tooManyEntries,
		"review/province-asks-for-papers": provinceAsksForPapers,
		"review/one-phone":                onePhone,
		"review/non-resident-PC":          nonResident(v1alpha1.ChannelPC),
		"review/non-resident-App":         nonResident(v1alpha1.ChannelApp),
		"review/international-account":    internationalAccount,
		"before/prerequisites":            prerequisites,
	}
	for _, hand := range hands {
		all["review/asked-without-return-"+string(hand)] = askedWithoutReturn(hand)
		all["before/suspended-"+string(hand)] = suspended(hand)
		all["after/rectified-"+string(hand)] = rectified(hand)
	}
	maps.Copy(all, toldChanges())
	maps.Copy(all, toldEnds())
	maps.Copy(all, toldSideBySide())
	maps.Copy(all, toldAfter())
	return all
}

func TestEveryJourneyToldByItselfIsAsApproved(t *testing.T) {
	t.Parallel()
	for name, walk := range toldOneByOne() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walk(t).golden(name)
		})
	}
}

// anEnterprise is the filing that most journeys are about.
func anEnterprise(t failer, province v1alpha1.Province, hand Hand) *journey {
	t.Helper()
	return newJourney(t, v1alpha1.FirstFiling, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, province, hand)
}

func wrongEntries(t failer) *journey {
	j := anEnterprise(t, "Zhejiang", ByPeople).apply().until(v1alpha1.StageSmsVerification)
	j.smsSent()
	for n := 1; n <= 6; n++ {
		j.after(10*time.Minute, fmt.Sprintf("reported: a wrong entry, the %d. one", n), told(v1alpha1.StageSmsVerification, v1alpha1.DecisionReported, reasons(ReasonSmsWrongEntry)))
	}
	return j.resubmitted("the phone is checked, and somebody asks for the next attempt").until(v1alpha1.StageApproved)
}

func tooManyEntries(t failer) *journey {
	j := anEnterprise(t, "Zhejiang", ByOperator).apply().until(v1alpha1.StageSmsVerification)
	j.smsSent()
	j.after(10*time.Minute, "the provider tells of a wrong entry", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionReported, reasons(ReasonSmsWrongEntry)))
	return j.after(time.Hour, "after the sixth the provider returns it", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionReturned, reasons("SmsTooManyWrongEntries")))
}

func askedWithoutReturn(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := anEnterprise(t, "Guangdong", hand).apply().until(v1alpha1.StagePreliminaryReview)
		j.after(3*time.Hour, "the reviewer calls, and reaches nobody", requested(v1alpha1.StagePreliminaryReview, v1alpha1.TaskVerifyByPhone, 48*time.Hour, "between 9 and 12"))
		j.after(time.Hour, "the reviewer wants the letter of authorization, too", requested(v1alpha1.StagePreliminaryReview, v1alpha1.TaskSupplement, 72*time.Hour, "the letter of authorization"))
		j.after(20*time.Hour, "the call was answered", doneTask(v1alpha1.StagePreliminaryReview, v1alpha1.TaskVerifyByPhone))
		j.after(time.Hour, "the letter is named in spec.materials", edited(func(s *v1alpha1.IcpFilingSpec) {
			s.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialAuthorizationLetter, SecretRef: v1alpha1.SecretKeyReference{Name: "papers", Key: "letter.pdf"}}}
		}))
		if j.byPeople() {
			j.after(time.Hour, "reported: the letter is handed in", doneTask(v1alpha1.StagePreliminaryReview, v1alpha1.TaskSupplement))
		}
		j.until(v1alpha1.StageBureauReview)
		j.after(24*time.Hour, "the bureau wants to see the applicant", requested(v1alpha1.StageBureauReview, v1alpha1.TaskVerifyInPerson, 7*24*time.Hour, "with the seal"))
		j.after(48*time.Hour, "the applicant was there", doneTask(v1alpha1.StageBureauReview, v1alpha1.TaskVerifyInPerson))
		return j.until(v1alpha1.StageApproved)
	}
}

func provinceAsksForPapers(t failer) *journey {
	book, err := rules.ParseBook([]byte(`rows:
- {province: Guangdong, topic: MaterialMailing, value: Required, source: "a notice of the bureau", date: "2026-01-01"}
`))
	if err != nil {
		t.Fatal(err)
	}
	j := anEnterprise(t, "Guangdong", ByPeople)
	if j.facts.Rules, err = book.On(monday).Lookup(rules.QuickStart); err != nil {
		t.Fatal(err)
	}
	j.apply().until(v1alpha1.StagePreliminaryReview)
	j.after(48*time.Hour, "reported: the papers are mailed", told(v1alpha1.StageMaterialMailing, v1alpha1.DecisionReported))
	return j.until(v1alpha1.StageApproved)
}

func onePhone(t failer) *journey {
	j := anEnterprise(t, "Zhejiang", ByPeople)
	j.persons.OnePhone = true
	return j.apply().until(v1alpha1.StageBureauReview)
}

func nonResident(channel v1alpha1.Channel) func(failer) *journey {
	return func(t failer) *journey {
		j := newJourney(t, v1alpha1.FirstFiling, channel, v1alpha1.NatureIndividual, "Zhejiang", ByPeople)
		j.persons.NonResident = true
		return j.apply().until(v1alpha1.StagePreliminaryReview)
	}
}

func internationalAccount(t failer) *journey {
	j := anEnterprise(t, "Zhejiang", ByPeople)
	j.filing.Spec.Account.Site = v1alpha1.SiteInternational
	return j.apply().until(v1alpha1.StagePreliminaryReview)
}

func prerequisites(t failer) *journey {
	j := anEnterprise(t, "Zhejiang", ByOperator)
	j.facts.Findings = j.facts.Rules.CheckFiling(&j.filing.Spec, j.now)
	j.apply()
	return j.after(time.Hour, "every error is put right; a warning is left", func(j *journey) {
		j.filing.Generation++
		j.facts.Findings = []rules.Finding{{Severity: rules.Warning, Reason: "AccountSiteInternational", Field: "spec.account.site", Message: "a China-site account is recommended"}}
	})
}

func suspended(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := anEnterprise(t, "Guangdong", hand)
		suspend := func(is bool) func(*journey) {
			return edited(func(s *v1alpha1.IcpFilingSpec) { s.Suspend = is })
		}
		j.filing.Spec.Suspend = true
		j.after(0, "the filing is applied, suspended", nil)
		j.after(time.Hour, "it is resumed", suspend(false)).until(v1alpha1.StageMaterialsAndAuthenticity)
		j.after(time.Hour, "it is suspended again", suspend(true))
		check := byOperatorSteps[v1alpha1.StageMaterialsAndAuthenticity]
		if j.byPeople() {
			check = byPeopleSteps[v1alpha1.StageMaterialsAndAuthenticity]
		}
		j.after(time.Hour, check.what, told(v1alpha1.StageMaterialsAndAuthenticity, check.decision))
		return j.after(time.Hour, "it is resumed again", suspend(false))
	}
}

func rectified(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := anEnterprise(t, "Guangdong", hand).straight()
		j.after(24*time.Hour, "a notice of rectification comes", requested(v1alpha1.StageApproved, v1alpha1.TaskRectify, 10*24*time.Hour, "the domain resolves to a server of another provider"))
		return j.after(48*time.Hour, "it is put right, and accepted", doneTask(v1alpha1.StageApproved, v1alpha1.TaskRectify))
	}
}
