package procedure

import (
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// toldChanges are the journeys of what is changed once it is in force (变更备案).
func toldChanges() map[string]func(failer) *journey {
	all := map[string]func(failer) *journey{
		"change/province-refused": provinceCannotChange,
	}
	for _, hand := range hands {
		by := "-" + string(hand)
		all["change/straight"+by] = changed(hand)
		all["change/server"+by] = serverChanged(hand)
		all["change/secret"+by] = secretChanged(hand)
		all["change/returned"+by] = changeReturned(hand)
		all["change/given-up-before-submission"+by] = changeGivenUp(hand)
		all["change/withdrawn"+by] = changeWithdrawn(hand)
		all["change/subject-for-all-filings"+by] = subjectChangedForAll(hand)
	}
	return all
}

// inForceIn is a filing in force, and open.
func inForceIn(t failer, province v1alpha1.Province, hand Hand) *journey {
	t.Helper()
	j := anEnterprise(t, province, hand).straight()
	return j.after(time.Hour, "the first host is served", hosts(1, 0))
}

func changed(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := inForceIn(t, "Zhejiang", hand)
		j.after(24*time.Hour, "the website's name is changed in the spec", rename)
		return j.until(v1alpha1.StageApproved)
	}
}

func serverChanged(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := inForceIn(t, "Zhejiang", hand)
		j.after(24*time.Hour, "the site moves to another server of the provider", edited(func(s *v1alpha1.IcpFilingSpec) { s.Server.Instance.ID = "server-2" }))
		return j.until(v1alpha1.StageApproved)
	}
}

func secretChanged(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := inForceIn(t, "Zhejiang", hand)
		j.after(24*time.Hour, "a label is put on the Secret of the subject's responsible person, which changes no fact", func(j *journey) { j.persons.Versions = "1, labelled" })
		j.after(24*time.Hour, "the phone is changed in the Secret of the subject's responsible person", changeOwner)
		return j.until(v1alpha1.StageApproved)
	}
}

func changeReturned(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := inForceIn(t, "Guangdong", hand)
		j.after(24*time.Hour, "the website's name is changed in the spec", rename)
		j.until(v1alpha1.StagePreliminaryReview)
		j.after(5*time.Hour, "the provider returns it", told(v1alpha1.StagePreliminaryReview, v1alpha1.DecisionReturned, reasons("WebsiteNameInvalid"), saying("it names a trade that the licence does not have")))
		j.after(2*time.Hour, "another name is given in the spec", edited(func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = "示例贸易商城" }))
		return j.until(v1alpha1.StageApproved)
	}
}

func changeGivenUp(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := inForceIn(t, "Guangdong", hand)
		j.after(24*time.Hour, "the website's name is changed in the spec", rename)
		j.after(2*time.Hour, "the name is put back as it was", edited(func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = "示例商店" }))
		j.after(24*time.Hour, "the name is changed after all", rename)
		return j.until(v1alpha1.StageApproved)
	}
}

func changeWithdrawn(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		j := inForceIn(t, "Guangdong", hand)
		j.after(24*time.Hour, "the website's name is changed in the spec", rename)
		j.until(v1alpha1.StageBureauReview)
		j.after(2*time.Hour, "the name is put back as it was", edited(func(s *v1alpha1.IcpFilingSpec) { s.Website.Name = "示例商店" }))
		return j.withdrawn("the applicant wants the change back")
	}
}

func provinceCannotChange(t failer) *journey {
	j := inForceIn(t, "Zhejiang", ByPeople)
	j.after(24*time.Hour, "the company moves to Guangdong, and says so in the spec", edited(func(s *v1alpha1.IcpFilingSpec) { s.Subject.Province = "Guangdong" }))
	return j.after(24*time.Hour, "it is put back", edited(func(s *v1alpha1.IcpFilingSpec) { s.Subject.Province = "Zhejiang" }))
}

func subjectChangedForAll(hand Hand) func(failer) *journey {
	return func(t failer) *journey {
		shop := anEnterprise(t, "Guangdong", hand)
		shop.typ = ""
		shop.straight()
		blog := shop.beside("blog", "example.net").straight()
		name := func(j *journey) {
			j.edit(func(s *v1alpha1.IcpFilingSpec) { s.Subject.Name = "示例科技有限公司" })
		}
		blog.after(24*time.Hour, "the company's new name is written into blog's spec", name)
		shop.after(time.Hour, "and into shop's", name)
		return shop.until(v1alpha1.StageApproved)
	}
}
