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
	// AtLocalAuthority is the authority of the place that gives ICP licences (ICP许可).
	AtLocalAuthority = "LocalAuthority"
	// OutsideCluster: with whoever gave what ends, a registrar, a provider or an authority.
	OutsideCluster = "Issuer"
)

// Tasks of the operator's own, whose end it sees itself.
const (
	taskDetermineType = "DetermineType"
	taskCreateOrder   = "CreateOrder"
	taskSendChange    = "SendChange"
	taskUpload        = "UploadMaterials"
)

// taskCheckFace is the authenticity check (真实性核验) of whoever must pass face recognition.
const taskCheckFace = "CheckAuthenticity"

// answer is yes, no, or does not matter.
type answer string

const (
	yes answer = "yes"
	no  answer = "no"
)

func (a answer) fits(b bool) bool { return a == "" || (a == yes) == b }

// when says for which filings a row of the table holds; a zero field means any.
type when struct {
	channel v1alpha1.Channel
	hand    Hand
	types   []v1alpha1.FilingType
	site    v1alpha1.AccountSite
	// individual: the subject is a natural person.
	individual answer
	// nonResident: a responsible person is not a mainland resident.
	nonResident answer
	// onePhone: both responsible persons have the same mobile number.
	onePhone answer
	// change: it is a change filing (变更备案).
	change answer
	// changed: in a change filing, one of these parts is changed.
	changed []Part
}

func (w when) holds(c Case) bool {
	return (w.channel == "" || w.channel == c.Channel) &&
		(w.hand == "" || w.hand == c.Hand) &&
		(w.site == "" || w.site == c.AccountSite) &&
		(len(w.types) == 0 || slices.Contains(w.types, c.Type)) &&
		w.individual.fits(c.Nature == v1alpha1.NatureIndividual) &&
		w.nonResident.fits(c.NonResident) &&
		w.onePhone.fits(c.OnePhone) &&
		w.change.fits(c.Change) &&
		(len(w.changed) == 0 || c.changes(w.changed...))
}

// taskRow is a task of a stage, for the filings that it holds for.
type taskRow struct {
	name        string
	when        when
	actor       v1alpha1.Actor
	where       string
	description string
	// chinese is the description in Chinese.
	chinese string
}

// stageRow is a stage of the procedure.
type stageRow struct {
	name  v1alpha1.StageName
	tasks []taskRow
	// lasts names the limit that a source gives for the stage; empty: none does, and its end is our own estimate.
	lasts rules.Limit
	// finishers are the decisions that finish it.
	finishers []v1alpha1.Decision
	// optional: entered only when a reviewer or the province asks for it.
	optional bool
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
