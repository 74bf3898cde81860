package admission

import (
	"slices"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// operatorUser is the name under which the API server knows the operator.
const operatorUser = "system:serviceaccount:" + icpv1alpha1.OperatorNamespace + ":" + icpv1alpha1.OperatorServiceAccount

// alwaysExempt are namespaces that are never gated, so that the gate cannot lock the cluster out of itself.
var alwaysExempt = []string{"kube-system", icpv1alpha1.OperatorNamespace}

// modesByRank are the values of the gate's label, the weakest first. To lower a mode is to move towards the front.
var modesByRank = []string{
	icpv1alpha1.GateOff, icpv1alpha1.GateAudit, icpv1alpha1.GateWarn, icpv1alpha1.GateHold, icpv1alpha1.GateDeny,
}

// GatedModes are the values of the gate's label under which routes are judged, the weakest first.
func GatedModes() []string { return slices.Clone(modesByRank[1:]) }

// openModes are the modes that let an uncleared host be served. A value that nobody knows is not among them: it is
// treated as deny.
var openModes = []string{icpv1alpha1.GateOff, icpv1alpha1.GateAudit, icpv1alpha1.GateWarn}

// modeLabels gives each mode of an ExposurePolicy its value as a label.
var modeLabels = map[icpv1alpha1.GateMode]string{
	icpv1alpha1.ModeDeny:  icpv1alpha1.GateDeny,
	icpv1alpha1.ModeHold:  icpv1alpha1.GateHold,
	icpv1alpha1.ModeWarn:  icpv1alpha1.GateWarn,
	icpv1alpha1.ModeAudit: icpv1alpha1.GateAudit,
	icpv1alpha1.ModeOff:   icpv1alpha1.GateOff,
}

// Settings are an ExposurePolicy's spec, made ready for use: defaults filled in, lists sorted.
type Settings struct {
	// DefaultMode is the value of the gate's label that namespaces without it are treated as having.
	DefaultMode string
	// ExemptNamespaces are never gated.
	ExemptNamespaces []string
	// Rules decide which hosts need a clearance.
	Rules exposure.Rules
	// Further are the kinds of route that are gated beside those that the gate knows: see CompileRouteKind.
	Further []Further `json:"-"`
}

// kinds are all kinds of route that are gated.
func (s Settings) kinds() []gatedKind {
	kinds := slices.Clone(gatedKinds)
	for _, further := range s.Further {
		kinds = append(kinds, further.gated())
	}
	return kinds
}

// SettingsOf reads an ExposurePolicy. A nil one, as before one is made, gates nothing by default.
func SettingsOf(policy *icpv1alpha1.ExposurePolicy) Settings {
	settings := Settings{DefaultMode: icpv1alpha1.GateOff, ExemptNamespaces: slices.Clone(alwaysExempt)}
	if policy == nil {
		slices.Sort(settings.ExemptNamespaces)
		return settings
	}
	if label, known := modeLabels[policy.Spec.DefaultMode]; known {
		settings.DefaultMode = label
	}
	settings.ExemptNamespaces = append(settings.ExemptNamespaces, policy.Spec.ExemptNamespaces...)
	slices.Sort(settings.ExemptNamespaces)
	settings.ExemptNamespaces = slices.Compact(settings.ExemptNamespaces)
	settings.Rules.ExemptDomains = slices.Sorted(slices.Values(policy.Spec.ExemptDomains))
	settings.Rules.AllowHostless = policy.Spec.Hostless == icpv1alpha1.HostlessAllow
	return settings
}

// ModeOf returns the mode of a namespace, a value of the gate's label: what the label says, the default where there
// is none, deny where it says what nobody knows, off where the namespace is exempt.
func (s Settings) ModeOf(namespace string, labels map[string]string) string {
	if slices.Contains(s.ExemptNamespaces, namespace) {
		return icpv1alpha1.GateOff
	}
	mode, labelled := labels[icpv1alpha1.GateLabel]
	switch {
	case !labelled:
		return s.DefaultMode
	case slices.Contains(modesByRank, mode):
		return mode
	default:
		return icpv1alpha1.GateDeny
	}
}

// Closes tells whether a mode keeps uncleared hosts from being served.
func Closes(mode string) bool { return !slices.Contains(openModes, mode) }

// NeverGated returns the namespaces that no ExposurePolicy can gate: kube-system and the operator's own.
func NeverGated() []string { return slices.Clone(alwaysExempt) }
