package verdicts

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// GuardedVerdict is a row of the table of what the guards of config/policy say of an object that somebody makes who holds no
// verb besides that of writing.
type GuardedVerdict struct {
	// Says is the row as a sentence.
	Says string
	// Policy that refuses; empty where none does.
	Policy   string
	manifest string
	// ByAdmin: only cluster admins may write the kind at all.
	ByAdmin bool
	// PutBack: the API server puts it back rather than refuse it, where it can.
	PutBack bool
}

// Object is the row's; decidedBy stands for who writes it.
func (v GuardedVerdict) Object(decidedBy string) (*unstructured.Unstructured, error) {
	object := &unstructured.Unstructured{}
	if err := yaml.UnmarshalStrict(fmt.Appendf(nil, v.manifest, decidedBy), &object.Object); err != nil {
		return nil, fmt.Errorf("reading the manifest of %q: %w", v.Says, err)
	}
	return object, nil
}

const (
	namespaceWith = `{apiVersion: v1, kind: Namespace, metadata: {name: guarded, annotations: {written-by: '%s'}, labels: `
	filingWith    = `
apiVersion: icp.beian.dev/v1alpha1
kind: IcpFiling
metadata: {name: guarded, annotations: {written-by: '%s'`
	filingSpec = `}}
spec:
  domain: {name: example.net, realNameVerified: true}
  server: {serviceNumber: sn-1}
  subject: {nature: Individual, province: Zhejiang, responsiblePersonRef: {name: li}}
  website: {name: 山间清风随笔, responsiblePersonRef: {name: li}}
`
	reviewWith = `
apiVersion: icp.beian.dev/v1alpha1
kind: IcpReview
metadata: {generateName: guarded-, annotations: {`
	reviewSpec = `}}
spec: {filingRef: {name: shop}, providerRef: {name: mine}, attempt: 1, stage: Confirmation, decision: Reported, decidedAt: "2026-03-02T01:00:00Z", decidedBy: '%s'}
`
	notifierWith = `{apiVersion: icp.beian.dev/v1alpha1, kind: FilingNotifier, metadata: {name: guarded, annotations: {written-by: '%s'}`
)

// Guarded are the rows.
var Guarded = []GuardedVerdict{
	{Says: "a namespace without a mode", manifest: namespaceWith + "{}}}"},
	{Says: "a namespace in a mode", manifest: namespaceWith + "{icp.beian.dev/gate: deny}}}"},
	{Says: "a namespace in a mode that nobody knows", Policy: "icp-guard-gate-label", manifest: namespaceWith + "{icp.beian.dev/gate: Hold}}}"},
	{Says: "a namespace of a shard whose name is none", Policy: "icp-guard-shard-label", manifest: namespaceWith + "{icp.beian.dev/shard: no.name}}}"},
	{Says: "a namespace that comes with clearances", Policy: "icp-guard-clearances", PutBack: true,
		manifest: `{apiVersion: v1, kind: Namespace, metadata: {name: guarded, annotations: {written-by: '%s', cleared.icp.beian.dev/v1: "2"}}}`},
	{Says: "a filing", manifest: filingWith + filingSpec},
	{Says: "a filing that says when its site opened", Policy: "icp-guard-filings", manifest: filingWith + ", icp.beian.dev/opened-at: x" + filingSpec},
	{Says: "a filing that comes with its order and its record", Policy: "icp-guard-filings",
		manifest: filingWith + ", icp.beian.dev/order: x, icp.beian.dev/filed: x" + filingSpec},
	{Says: "a filing with somebody's own annotation", manifest: filingWith + ", example.com/owner: li" + filingSpec},
	{Says: "a report", manifest: reviewWith + reviewSpec},
	{Says: "a report that says for which domain it is", Policy: "icp-guard-review-domain", manifest: reviewWith + "icp.beian.dev/domain: example.com" + reviewSpec},
	{Says: "a notifier of its own namespace", ByAdmin: true, manifest: notifierWith + "}, spec: {webhook: {secretRef: {name: x}}}}"},
	{Says: "a notifier of all namespaces", Policy: "icp-guard-notifiers", ByAdmin: true,
		manifest: notifierWith + "}, spec: {namespaces: {from: All}, webhook: {secretRef: {name: x}}}}"},
	{Says: "a class of Ingresses", ByAdmin: true, manifest: "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: guarded, annotations: {written-by: '%s'}}, spec: {controller: example.com/x}}"},
	{Says: "somebody's class of parked Ingresses", Policy: "icp-guard-parked-class", ByAdmin: true,
		manifest: "{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: icp-parked, annotations: {written-by: '%s'}}, spec: {controller: example.com/x}}"},
}
