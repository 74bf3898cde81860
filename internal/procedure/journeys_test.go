package procedure

import (
	"fmt"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

var (
	allTypes = []v1alpha1.FilingType{v1alpha1.FirstFiling, v1alpha1.AccessFiling, v1alpha1.NewWebsiteFiledElsewhere, v1alpha1.NewWebsiteFiledHere}
	channels = []v1alpha1.Channel{v1alpha1.ChannelPC, v1alpha1.ChannelApp}
	natures  = []v1alpha1.Nature{v1alpha1.NatureIndividual, v1alpha1.NatureEnterprise}
)

func TestEveryTypeChannelAndNatureWalksItsApprovedJourney(t *testing.T) {
	t.Parallel()
	for _, hand := range []Hand{ByPeople, ByOperator} {
		for _, typ := range allTypes {
			for _, channel := range channels {
				for _, nature := range natures {
					name := fmt.Sprintf("straight-%s-%s-%s-%s", hand, typ, channel, nature)
					t.Run(name, func(t *testing.T) {
						t.Parallel()
						j := newJourney(t, typ, channel, nature, "Zhejiang", hand)
						if channelRefusal(j.facts2(typ)) != "" {
							j.after(0, "the filing is applied", nil).golden(name)
							if j.filing.Status.OrderID != "" {
								t.Errorf("an order was made on a channel that does not take type %s", typ)
							}
							return
						}
						j.straight()
						j.after(time.Hour, "the first host is served", hosts(1, 0))
						j.golden(name)
						if j.filing.Status.Stage != v1alpha1.StageApproved {
							t.Errorf("the journey ends at %s, want Approved", j.filing.Status.Stage)
						}
					})
				}
			}
		}
	}
}

func (j *journey) facts2(typ v1alpha1.FilingType) Case {
	f := j.facts
	f.Filing = j.filing
	return f.caseOf(typ)
}

func TestAProvinceWithoutSmsSkipsItAndSaysWhy(t *testing.T) {
	t.Parallel()
	j := newJourney(t, v1alpha1.FirstFiling, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, "Guangdong", ByPeople)
	j.straight().golden("province-without-sms")
}

func TestAReturnedOrderIsMendedAndSubmittedAgain(t *testing.T) {
	t.Parallel()
	for _, hand := range []Hand{ByPeople, ByOperator} {
		t.Run(string(hand), func(t *testing.T) {
			t.Parallel()
			j := newJourney(t, v1alpha1.FirstFiling, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, "Zhejiang", hand)
			j.after(0, "the filing is applied", nil)
			if hand == ByPeople {
				j.after(time.Hour, "reported: verified, entered, uploaded, confirmed", func(j *journey) {
					for _, s := range []v1alpha1.StageName{v1alpha1.StageProductVerification, v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation} {
						j.tell(s, v1alpha1.DecisionReported)
					}
				})
			} else {
				j.after(time.Hour, "server and authenticity are verified", func(j *journey) {
					j.tell(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed)
					j.tell(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed)
				})
			}
			j.after(24*time.Hour, "the provider returns it", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid")))
			j.after(time.Hour, "a setting of the operator's own is changed, which mends nothing", func(j *journey) {
				j.filing.Generation++
				j.filing.Spec.DeletionPolicy = v1alpha1.DeletionCloseExposure
			})
			j.after(time.Hour, "the website's name is changed in the spec", func(j *journey) {
				j.filing.Generation++
				j.filing.Spec.Website.Name = "示例商城"
			})
			if j.filing.Status.Attempt != 2 {
				t.Errorf("attempt %d, want 2", j.filing.Status.Attempt)
			}
			if hand == ByPeople {
				j.after(time.Hour, "reported for the second attempt: entered, uploaded, confirmed", func(j *journey) {
					j.order.Attempt = 2
					for _, s := range []v1alpha1.StageName{v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation} {
						j.tell(s, v1alpha1.DecisionReported)
					}
				})
			} else {
				j.after(time.Hour, "authenticity is verified", told(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed))
			}
			j.after(24*time.Hour, "the provider's review is passed", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed))
			j.golden("returned-once-" + string(hand))
			if j.filing.Status.Stage != v1alpha1.StageSmsVerification {
				t.Errorf("at %s, want SmsVerification", j.filing.Status.Stage)
			}
		})
	}
}

func TestThirtyDaysOfRemindersThenOverdueThenSubmittedThenRegistered(t *testing.T) {
	t.Parallel()
	j := newJourney(t, v1alpha1.FirstFiling, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, "Zhejiang", ByPeople)
	j.straight()
	j.after(time.Hour, "the first host is served", hosts(1, 0))
	for day := 1; day <= 33; day++ {
		before := j.filing.Annotations[v1alpha1.RemindersAnnotation]
		length := j.out.Len()
		j.after(24*time.Hour, fmt.Sprintf("day %d after opening", day), nil)
		if before == j.filing.Annotations[v1alpha1.RemindersAnnotation] && len(j.out.String()[length:]) < 60 {
			kept := j.out.String()[:length]
			j.out.Reset()
			j.out.WriteString(kept)
		}
	}
	j.after(time.Hour, "submitted", func(j *journey) {
		submitted := metav1.NewTime(j.now)
		j.filing.Spec.PublicSecurity.SubmittedAt = &submitted
	})
	j.after(24*time.Hour, "the number is given", func(j *journey) {
		j.filing.Spec.PublicSecurity.Number = "浙公网安备 33010602000001号"
	})
	j.golden("public-security")
}

func TestARevocationClosesTheGateAndSaysWhy(t *testing.T) {
	t.Parallel()
	j := newJourney(t, v1alpha1.NewWebsiteFiledHere, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, "Zhejiang", ByOperator)
	j.straight()
	j.after(time.Hour, "the first host is served", hosts(1, 0))
	j.after(48*time.Hour, "the bureau revokes", told(v1alpha1.StageApproved, v1alpha1.DecisionRevoked, reasons("PhoneUnreachable")))
	j.golden("revoked")
}

func TestPapersAreMailedInsideThePreliminaryReview(t *testing.T) {
	t.Parallel()
	j := newJourney(t, v1alpha1.FirstFiling, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, "Zhejiang", ByOperator)
	j.after(0, "the filing is applied", nil)
	j.after(time.Hour, "server and authenticity are verified", func(j *journey) {
		j.tell(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed)
		j.tell(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed)
	})
	j.after(time.Hour, "the provider asks for the papers", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionActionRequested,
		func(e *Decision) { e.Task, e.DueAt = v1alpha1.TaskMailMaterials, e.At.Add(7*24*time.Hour) }))
	j.after(48*time.Hour, "reported: the papers are mailed", told(v1alpha1.StageMaterialMailing, v1alpha1.DecisionReported))
	j.after(24*time.Hour, "the provider's review is passed", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed))
	j.golden("papers-mailed")
}

func TestAnSmsThatExpiredIsSubmittedAgainOnRequest(t *testing.T) {
	t.Parallel()
	j := newJourney(t, v1alpha1.FirstFiling, v1alpha1.ChannelPC, v1alpha1.NatureEnterprise, "Zhejiang", ByOperator)
	j.after(0, "the filing is applied", nil)
	j.after(time.Hour, "server and authenticity are verified", func(j *journey) {
		j.tell(v1alpha1.StageProductVerification, v1alpha1.DecisionPassed)
		j.tell(v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.DecisionPassed)
	})
	j.after(time.Hour, "the provider's review is passed", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionPassed))
	j.after(24*time.Hour, "nobody answered the SMS", told(v1alpha1.StageSmsVerification, v1alpha1.DecisionReturned, reasons("SmsExpired")))
	j.after(time.Hour, "somebody asks for the second attempt", func(j *journey) {
		j.filing.Annotations[v1alpha1.ResubmitAnnotation] = "2"
	})
	j.golden("sms-expired")
	if j.filing.Status.Attempt != 2 {
		t.Errorf("attempt %d, want 2", j.filing.Status.Attempt)
	}
}
