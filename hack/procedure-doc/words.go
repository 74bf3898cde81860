package main

import (
	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// English words for what the tables name by an identifier alone; chinese.go has each in Chinese.
var (
	handWords = map[procedure.Hand]string{
		procedure.ByPeople: "people act in the provider's console", procedure.ByOperator: "the operator acts over the provider protocol",
	}
	decisionWords = map[v1alpha1.Decision]string{
		v1alpha1.DecisionReported: "the applicant's side says that the step was done",
		v1alpha1.DecisionPassed:   "the provider or the bureau has passed it",
	}
	typeWords = map[v1alpha1.FilingType]string{
		v1alpha1.FirstFiling:              "neither the subject nor the domain has ever been filed",
		v1alpha1.AccessFiling:             "both are filed, under this subject, and an access provider is added or changed",
		v1alpha1.NewWebsiteFiledElsewhere: "the subject is filed through another provider, the domain is not",
		v1alpha1.NewWebsiteFiledHere:      "the subject is filed through this provider, the domain is not",
	}
	demandWords = map[rules.Demand]string{
		rules.Required: "required", rules.AtDiscretion: "abolished; the bureau may still ask for it (a warning)", rules.NotAsked: "not asked for",
	}
	residencyWords = map[rules.Residency]string{
		rules.ResidencyMainland: "a mainland resident", rules.ResidencyOutside: "not a mainland resident", rules.ResidencyUnknown: "the paper does not tell",
	}
	applicantWords = map[rules.Applicants]string{
		rules.Organizations: "organizations", rules.Individuals: "individuals", rules.Everyone: "everyone",
	}
	nameWordWords = map[rules.NameWordKind]string{
		rules.NameWordNational:     "in nobody's name but a national organization's",
		rules.NameWordPlatform:     "not in an individual's: kinds of site that they may not run",
		rules.NameWordOrganization: "not in an individual's: words for companies",
		rules.NameWordPlace:        "not in an individual's: places",
	}
	partWords = map[string]string{
		rules.ChangePartDomain:              "the domain",
		string(procedure.PartProvince):      "the subject's province",
		string(procedure.PartCertificate):   "type and number of the subject's certificate",
		string(procedure.PartName):          "the subject's name",
		string(procedure.PartSubject):       "what else is filed of the subject",
		string(procedure.PartSubjectPerson): "the subject's responsible person",
		string(procedure.PartServer):        "the server and its access",
		string(procedure.PartWebsite):       "what is filed of the website",
		string(procedure.PartWebsitePerson): "the website's responsible person",
		string(procedure.PartPreApprovals):  "the papers of special authorities",
	}
)

// limitWords say what a limit means, and its unit in the plural.
var limitWords = map[rules.Limit]struct{ says, unit string }{
	rules.LimitRealNameSyncMinDays:     {"the bureau's system knows a domain's real-name verification at the earliest after", "working days"},
	rules.LimitRealNameSyncMaxDays:     {"and at the latest after", "working days"},
	rules.LimitPreliminaryReviewDays:   {"the provider's preliminary review takes at most, as a rule", "working days"},
	rules.LimitSmsWindowHours:          {"the ministry's SMS is answered within", "hours"},
	rules.LimitSmsWrongEntries:         {"wrong entries of the SMS that are tolerated; the next one returns the order", "times"},
	rules.LimitBureauReviewDays:        {"the bureau's review takes at most", "working days"},
	rules.LimitPublicSecurityDays:      {"public security must have the application after the opening within", "days"},
	rules.LimitDomainMonthsLeft:        {"the domain stays valid for more than", "months"},
	rules.LimitServerMonths:            {"the server is prepaid for at least", "months"},
	rules.LimitServiceNumbersPerServer: {"service numbers of a server, at most", "numbers"},
	rules.LimitSitesPerOrder:           {"websites of an order, at most", "websites"},
	rules.LimitSitesPerPersonalOrder:   {"websites of an individual's order, at most", "websites"},
	rules.LimitAdultAge:                {"a person is of age, where the province has no rule of its own, with", "years"},
	rules.LimitNameCharacters:          {"Chinese characters of a website's name, at least", "characters"},
	rules.LimitApplicantStepDays:       {"a step of the applicant's is expected to take", "working days"},
	rules.LimitMailingDays:             {"mailed papers are expected to take until they are read", "working days"},
}
