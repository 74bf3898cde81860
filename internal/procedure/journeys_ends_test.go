package procedure

import (
	"maps"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// toldEnds are the journeys of what was filed before it came here, and of how filings end.
func toldEnds() map[string]func(failer) *journey {
	all := map[string]func(failer) *journey{
		"import/confirmed-by-a-person":     importByPeople,
		"import/confirmed-by-the-provider": importByProvider,
		"import/not-confirmed":             importRefused,
		"after/status-lost":                statusLost,
	}
	maps.Copy(all, toldAnew())
	for _, hand := range hands {
		by := "-" + string(hand)
		all["end/cancelled-and-filed-anew"+by] = cancelledAndFiledAnew(hand)
		all["end/order-given-up"+by] = orderGivenUp(hand)
		all["end/deleted-and-cancelled"+by] = deletedAndCancelled(hand)
	}
	return all
}

// claimed is a filing whose spec says that the website is filed with its provider already.
func claimed(t failer, hand Hand) *journey {
	t.Helper()
	j := anEnterprise(t, "Zhejiang", hand)
	j.filing.Spec.Existing.Website = v1alpha1.ExistingFiling{Number: j.number("1"), AccessProvider: v1alpha1.ThisProvider}
	return j
}

func importByPeople(t failer) *journey {
	j := claimed(t, ByPeople).apply()
	j.after(24*time.Hour, "somebody has checked it, and says so", told(v1alpha1.StageApproved, v1alpha1.DecisionPassed, j.numbers))
	return j.after(time.Hour, "the website's name is changed in the spec", rename).until(v1alpha1.StageApproved)
}

func importByProvider(t failer) *journey {
	j := claimed(t, ByOperator).apply()
	opened := func(s *v1alpha1.IcpFilingSpec) { at := stamp(monday.AddDate(-1, 0, 0)); s.Website.OpenedAt = at }
	j.after(time.Hour, "the applicant says when the site opened", edited(opened))
	return j.after(24*time.Hour, "the bureau revokes", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("PhoneUnreachable")))
}

func importRefused(t failer) *journey {
	j := claimed(t, ByOperator)
	j.refuses[AskImport] = &Failure{Reason: v1alpha1.ReasonProviderRefused, Message: "importing example.com: the provider says NotFiledHere: the domain is not filed through this provider"}
	j.apply()
	return j.after(90*time.Minute, "the claim is removed: the domain is to be filed", edited(func(s *v1alpha1.IcpFilingSpec) { s.Existing.Website = v1alpha1.ExistingFiling{} }))
}

func statusLost(t failer) *journey {
	j := anEnterprise(t, "Zhejiang", ByOperator).straight()
	j.after(time.Hour, "the first host is served", hosts(1, 0))
	return j.after(24*time.Hour, "the filing is restored from a backup, without its status", func(j *journey) { j.filing.Status = v1alpha1.IcpFilingStatus{} })
}

func cancelledAndFiledAnew(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := inForceIn(t, "Guangdong", hand)
		j.after(24*time.Hour, "the website is cancelled in the console", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled")))
		j.typ = v1alpha1.NewWebsiteFiledHere // as the provider finds it
		j.resubmitted("somebody asks to file it anew, the subject being filed still").until(v1alpha1.StageApproved)
		return j
	}
}

func orderGivenUp(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := anEnterprise(t, "Guangdong", hand).apply().until(v1alpha1.StagePreliminaryReview)
		return j.after(24*time.Hour, "the applicant gives the order up in the console", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionCancelled, reasons("GivenUp")))
	}
}

func deletedAndCancelled(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := anEnterprise(t, "Guangdong", hand)
		j.filing.Spec.DeletionPolicy = v1alpha1.DeletionCancelFiling
		if hand == ByOperator {
			j.refuses[AskCancel] = &Failure{Reason: v1alpha1.ReasonProviderUnavailable, Message: "cancelling order-1: the provider does not answer"}
		}
		j.straight().after(time.Hour, "the first host is served", hosts(1, 0))
		j.after(24*time.Hour, "the filing is deleted", (*journey).remove)
		if hand == ByOperator {
			return j.after(90*time.Minute, "the provider answers again", func(j *journey) { j.refuses = nil })
		}
		return j.after(24*time.Hour, "reported: the website is cancelled in the console", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("WebsiteCancelled")))
	}
}
