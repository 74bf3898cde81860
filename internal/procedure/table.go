package procedure

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Hand says who does the applicant's steps at the provider.
type Hand string

// Hands.
const (
	// ByPeople: people do them in the provider's console and record the outcome as IcpReviews (manual provider).
	ByPeople Hand = "ByPeople"
	// ByOperator: the operator does them over the provider protocol, as far as no person must be present.
	ByOperator Hand = "ByOperator"
)

// Places where tasks are done.
const (
	// InCluster: in the manifests of the filing.
	InCluster = "Cluster"
	// InConsole is the provider's web console (PC端).
	InConsole = "ProviderConsole"
	// InApp is the provider's phone app (App端).
	InApp = "ProviderApp"
	// OnPhone is the app on a phone, reached from the PC by a QR code.
	OnPhone = "Phone"
	// OverProtocol: over the provider protocol, by this operator.
	OverProtocol = "ProviderProtocol"
	// AtProvider: in the provider's back office.
	AtProvider = "Provider"
	// AtBureau: in the bureau's system (管局系统).
	AtBureau = "Bureau"
	// AtMinistrySite is the ministry's site, where the message from 12381 is answered.
	AtMinistrySite = "MinistrySmsPage"
	// ByCourier: by mail.
	ByCourier = "Courier"
	// AtPublicSecurityPlatform is 全国互联网安全管理服务平台.
	AtPublicSecurityPlatform = "PublicSecurityPlatform"
)

// Tasks of the operator's own, whose end it sees itself.
const (
	taskCreateOrder = "CreateOrder"
	taskUpload      = "UploadMaterials"
)

// when says for which filings a row of the table holds; a zero field means any.
type when struct {
	channel v1alpha1.Channel
	hand    Hand
	types   []v1alpha1.FilingType
	site    v1alpha1.AccountSite
}

func (w when) holds(c Case) bool {
	return (w.channel == "" || w.channel == c.Channel) &&
		(w.hand == "" || w.hand == c.Hand) &&
		(w.site == "" || w.site == c.AccountSite) &&
		(len(w.types) == 0 || slices.Contains(w.types, c.Type))
}

// taskRow is a task of a stage, for the filings that it holds for.
type taskRow struct {
	name        string
	when        when
	actor       v1alpha1.Actor
	where       string
	description string
}

// stageRow is a stage of the procedure.
type stageRow struct {
	name  v1alpha1.StageName
	tasks []taskRow
	// lasts names the limit of working days that the stage is expected to last at most; empty: nothing is known.
	lasts rules.Limit
	// finishers are the decisions that finish it.
	finishers []v1alpha1.Decision
	// optional: entered only when a reviewer asks for it.
	optional bool
}

// table is the procedure, stage by stage. [Q] the quick-start of 2019-09-16 where nothing else is said.
var table = []stageRow{
	{
		name: v1alpha1.StagePreparation,
		tasks: []taskRow{{name: "PutPrerequisitesRight", actor: v1alpha1.ActorApplicant, where: InCluster,
			description: "Put right what condition PrerequisitesMet lists: account, domain, server, subject, website and the Secrets of the responsible persons."}},
	},
	{
		name:      v1alpha1.StageTypeDetermination,
		finishers: []v1alpha1.Decision{v1alpha1.DecisionPassed},
		tasks: []taskRow{
			{name: "DetermineType", actor: v1alpha1.ActorOperator, where: OverProtocol, when: when{hand: ByOperator},
				description: "The operator asks the provider which type of filing this is; nobody chooses it."},
			{name: "DetermineType", actor: v1alpha1.ActorOperator, where: InCluster, when: when{hand: ByPeople},
				description: "The operator determines the type from spec.existing and the cluster's other filings; nobody chooses it."},
		},
	},
	{
		name:      v1alpha1.StageProductVerification,
		finishers: []v1alpha1.Decision{v1alpha1.DecisionReported, v1alpha1.DecisionPassed},
		tasks: []taskRow{
			{name: taskCreateOrder, actor: v1alpha1.ActorOperator, where: OverProtocol, when: when{hand: ByOperator},
				description: "The operator creates the order with the facts of the spec and its Secrets."},
			{name: "VerifyProduct", actor: v1alpha1.ActorProvider, where: AtProvider, when: when{hand: ByOperator},
				description: "The provider verifies the server of the spec."},
			{name: "VerifyProduct", actor: v1alpha1.ActorApplicant, where: InConsole, when: when{hand: ByPeople, channel: v1alpha1.ChannelPC},
				description: "In the provider's console, name the server of the spec and have it verified."},
			{name: "VerifyProduct", actor: v1alpha1.ActorApplicant, where: InApp, when: when{hand: ByPeople, channel: v1alpha1.ChannelApp},
				description: "In the provider's app, name the server of the spec and have it verified."},
		},
	},
	{
		name:      v1alpha1.StageSubjectAndWebsiteInformation,
		finishers: []v1alpha1.Decision{v1alpha1.DecisionReported, v1alpha1.DecisionPassed},
		tasks: []taskRow{
			{name: "EnterInformation", actor: v1alpha1.ActorOperator, where: OverProtocol, when: when{hand: ByOperator},
				description: "The operator sends the facts of subject and website from the spec and its Secrets."},
			{name: "EnterInformation", actor: v1alpha1.ActorApplicant, where: InConsole, when: when{hand: ByPeople, channel: v1alpha1.ChannelPC},
				description: "In the provider's console, enter the facts of subject and website as in the spec."},
			{name: "EnterInformationAndPersonsCertificates", actor: v1alpha1.ActorApplicant, where: InApp, when: when{hand: ByPeople, channel: v1alpha1.ChannelApp},
				description: "In the provider's app, enter the facts of subject and website and, as the case requires, upload both responsible persons' certificates."},
			{name: "CheckAuthenticity", actor: v1alpha1.ActorWebsiteResponsiblePerson, where: InApp, when: when{channel: v1alpha1.ChannelApp},
				description: "The website's responsible person passes the authenticity check (face recognition) in the provider's app."},
		},
	},
	{
		name:      v1alpha1.StageMaterialsAndAuthenticity,
		finishers: []v1alpha1.Decision{v1alpha1.DecisionReported, v1alpha1.DecisionPassed},
		tasks: []taskRow{
			{name: taskUpload, actor: v1alpha1.ActorOperator, where: OverProtocol, when: when{hand: ByOperator},
				description: "The operator uploads the files that spec.materials names."},
			{name: "UploadCertificates", actor: v1alpha1.ActorApplicant, where: OnPhone, when: when{hand: ByPeople, channel: v1alpha1.ChannelPC},
				description: "Install the provider's app on a phone, scan the QR code of the console page with it (no login needed), and upload the certificates as photos or colour scans."},
			{name: "UploadAuxiliaryMaterials", actor: v1alpha1.ActorApplicant, where: InApp, when: when{hand: ByPeople, channel: v1alpha1.ChannelApp},
				description: "In the provider's app, upload the auxiliary materials that the province asks for."},
			{name: "CheckAuthenticity", actor: v1alpha1.ActorWebsiteResponsiblePerson, where: OnPhone, when: when{channel: v1alpha1.ChannelPC},
				description: "The website's responsible person installs the provider's app, scans the QR code of the console page (no login needed) and passes the authenticity check (face recognition)."},
		},
	},
	{
		name:      v1alpha1.StageConfirmation,
		finishers: []v1alpha1.Decision{v1alpha1.DecisionReported},
		tasks: []taskRow{
			{name: "ConfirmOrder", actor: v1alpha1.ActorOperator, where: OverProtocol, when: when{hand: ByOperator},
				description: "The operator confirms subject, website and access facts and submits the order."},
			{name: "ConfirmOrder", actor: v1alpha1.ActorApplicant, where: InConsole,
				when:        when{hand: ByPeople, channel: v1alpha1.ChannelPC, site: v1alpha1.SiteInternational},
				description: "Back on the PC (an International account cannot log in to the app), confirm subject, website and access facts and submit the order."},
			{name: "ConfirmOrder", actor: v1alpha1.ActorApplicant, where: OnPhone,
				when:        when{hand: ByPeople, channel: v1alpha1.ChannelPC, site: v1alpha1.SiteChina},
				description: "Continue on the phone: confirm subject, website and access facts and submit the order (or on the PC, where the account cannot log in to the app)."},
			{name: "ConfirmOrder", actor: v1alpha1.ActorApplicant, where: InApp, when: when{hand: ByPeople, channel: v1alpha1.ChannelApp},
				description: "In the provider's app, confirm subject, website and access facts and submit the order."},
		},
	},
	{
		name: v1alpha1.StagePreliminaryReview, lasts: rules.LimitPreliminaryReviewDays,
		finishers: []v1alpha1.Decision{v1alpha1.DecisionPassed},
		tasks: []taskRow{{name: "PreliminaryReview", actor: v1alpha1.ActorProvider, where: AtProvider,
			description: "The provider's reviewers check the order; they may phone: answer."}},
	},
	{
		name: v1alpha1.StageMaterialMailing, optional: true,
		finishers: []v1alpha1.Decision{v1alpha1.DecisionReported, v1alpha1.DecisionPassed},
		tasks: []taskRow{{name: "MailMaterials", actor: v1alpha1.ActorApplicant, where: ByCourier,
			description: "Mail the original papers to the provider; the preliminary review waits for them."}},
	},
	{
		name:      v1alpha1.StageSmsVerification,
		finishers: []v1alpha1.Decision{v1alpha1.DecisionReported, v1alpha1.DecisionPassed},
		tasks: []taskRow{
			{name: "VerifySmsBySubjectPerson", actor: v1alpha1.ActorSubjectResponsiblePerson, where: AtMinistrySite,
				when:        when{types: []v1alpha1.FilingType{v1alpha1.FirstFiling}},
				description: "The subject's responsible person answers the ministry's SMS within 24 hours."},
			{name: "VerifySmsByWebsitePerson", actor: v1alpha1.ActorWebsiteResponsiblePerson, where: AtMinistrySite,
				description: "The website's responsible person answers the ministry's SMS within 24 hours."},
		},
	},
	{
		name: v1alpha1.StageBureauReview, lasts: rules.LimitBureauReviewDays,
		finishers: []v1alpha1.Decision{v1alpha1.DecisionPassed},
		tasks: []taskRow{{name: "BureauReview", actor: v1alpha1.ActorBureau, where: AtBureau,
			description: "The bureau decides; the result goes out by SMS and e-mail."}},
	},
	{name: v1alpha1.StageApproved},
}

func rowOf(stage v1alpha1.StageName) (stageRow, int) {
	for i, r := range table {
		if r.name == stage {
			return r, i
		}
	}
	return stageRow{}, -1
}

// StageOrder is a stage's place in the procedure, from 0; -1 for one that is not in it.
func StageOrder(stage v1alpha1.StageName) int {
	_, i := rowOf(stage)
	return i
}
