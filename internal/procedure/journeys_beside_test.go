package procedure

import (
	"fmt"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// toldSideBySide are the journeys of several filings.
func toldSideBySide() map[string]func(failer) *journey {
	all := map[string]func(failer) *journey{
		"beside/domain-of-another-subject": domainOfAnotherSubject,
		"beside/two-filings-of-one-domain": twoFilingsOfOneDomain,
	}
	for _, hand := range hands {
		by := "-" + string(hand)
		all["beside/ten-filings-of-one-subject"+by] = tenFilings(hand)
		all["beside/returned-lets-the-next-go-first"+by] = returnedLetsTheNextGo(hand)
		all["beside/second-provider"+by] = secondProvider(hand)
	}
	return all
}

// tenFilings are applied together: one order at a time, each with its type determined when its turn comes.
func tenFilings(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		first := anEnterprise(t, "Guangdong", hand)
		first.typ = ""
		for n := 2; n <= 10; n++ {
			first.beside(fmt.Sprintf("shop-%02d", n), fmt.Sprintf("example-%d.com", n))
		}
		first.after(0, "ten filings of one subject are applied", nil)
		for _, j := range first.journeys {
			j.until(v1alpha1.StagePreliminaryReview)
			j.after(24*time.Hour, j.filing.Name+": the provider's review is passed", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed))
			j.after(24*time.Hour, j.filing.Name+": the bureau approves", told(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed, j.numbers))
		}
		return first
	}
}

func returnedLetsTheNextGo(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		shop := anEnterprise(t, "Guangdong", hand)
		shop.typ = ""
		wiki := shop.beside("wiki", "example.net")
		shop.after(0, "two filings of one subject are applied", nil)
		shop.until(v1alpha1.StagePreliminaryReview)
		shop.after(5*time.Hour, "shop is returned", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
		shop.after(5*time.Hour, "shop's name is changed, while wiki's order is under way", rename)
		wiki.until(v1alpha1.StageApproved)
		return shop.until(v1alpha1.StageApproved)
	}
}

// secondProvider adds access to a website that is filed through another provider: no conflict, and both stand.
func secondProvider(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		shop := anEnterprise(t, "Guangdong", hand).straight()
		shop.after(time.Hour, "the first host is served", hosts(1, 0))
		second := shop.beside("second", "example.com")
		second.facts.Provider.Name, second.typ = "other-cloud", v1alpha1.AccessFiling
		second.facts.Hosts = v1alpha1.ExposureStatus{}
		second.apply().until(v1alpha1.StageBureauReview)
		second.after(10*24*time.Hour, "the bureau approves: the number stays", told(v1alpha1.StageBureauReview, v1alpha1.DecisionPassed, shop.numbers))
		return shop.after(24*time.Hour, "the access through the first provider is cancelled", told(v1alpha1.StageApproved, v1alpha1.DecisionCancelled, reasons("AccessCancelled")))
	}
}

func domainOfAnotherSubject(t failer) *journey {
	shop := anEnterprise(t, "Guangdong", ByPeople).straight()
	other := shop.beside("other", "example.com")
	other.facts.Provider.Name = "other-cloud"
	other.filing.Spec.Subject.Certificate.Number = "91330100MA11111111"
	return other.apply()
}

func twoFilingsOfOneDomain(t failer) *journey {
	shop := anEnterprise(t, "Guangdong", ByPeople).apply().until(v1alpha1.StagePreliminaryReview)
	twin := shop.beside("twin", "example.com")
	twin.filing.Namespace = "elsewhere"
	twin.after(time.Hour, "the domain is applied a second time", nil)
	return twin.after(time.Hour, "the first is deleted", func(*journey) { shop.remove() })
}
