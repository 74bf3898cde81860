package journey_test

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// crowd takes the room for clearances on a Namespace, by an annotation of somebody else; clear gives it back.
func crowd(t *testing.T, name string) {
	t.Helper()
	annotateNamespace(t, name, fmt.Sprintf("%q", strings.Repeat("x", 224*1024)))
}

func uncrowd(t *testing.T, name string) {
	t.Helper()
	annotateNamespace(t, name, "null")
}

func annotateNamespace(t *testing.T, name, value string) {
	t.Helper()
	patch(t, namespaceNamed(name), fmt.Sprintf(`{"metadata":{"annotations":{"example.com/large":%s}}}`, value))
}

// letInto lets a filing into the namespaces of a team.
func letInto(t *testing.T, namespace *corev1.Namespace, team string) {
	t.Helper()
	patch(t, namespace, fmt.Sprintf(`{"metadata":{"labels":{"team":%q}}}`, team))
}

func TestAFilingSaysThatItsNamespaceIsFull(t *testing.T) {
	t.Parallel()
	const name = "full"
	at := deskFor(t, name, byReviews)
	crowd(t, name)
	ingress(t, name, "www.full.cn")
	filing(t, name, "f", "full.cn", with(name))
	pass(t, at, "full.cn", v1alpha1.StageBureauReview)
	eventually(t, name, "f", is(isReady, hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonNamespaceFull),
		says(v1alpha1.ConditionExposureAllowed, "namespace full has no room")))
	ingressIs(t, name, false)
	uncrowd(t, name)
	ingressIs(t, name, true)
	eventually(t, name, "f", is(isReady, hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonApproved)))
}

func TestAFilingSaysHowManyOfTheNamespacesThatItLetsInAreFull(t *testing.T) {
	t.Parallel()
	const name, other, third = "full-many", "full-many-other", "full-many-third"
	at := deskFor(t, name, byReviews)
	namespace(t, other)
	for _, of := range []string{name, other} {
		letInto(t, namespaceNamed(of), name)
		crowd(t, of)
		ingress(t, of, "www.full-many.cn")
	}
	filing(t, name, "f", "full-many.cn", with(name))
	amend(t, name, "f", `{"exposure":{"namespaces":{"from":"Selector","selector":{"matchLabels":{"team":"full-many"}}}}}`)
	pass(t, at, "full-many.cn", v1alpha1.StageBureauReview)
	eventually(t, name, "f", is(isReady, hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonNamespaceFull),
		says(v1alpha1.ConditionExposureAllowed, "none of the 2 namespaces that are let in has room")))

	uncrowd(t, name)
	ingressIs(t, name, true)
	ingressIs(t, other, false)
	eventually(t, name, "f", is(isReady, hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonSomeNamespacesFull),
		says(v1alpha1.ConditionExposureAllowed, "1 of the 2 namespaces that are let in have no room for it among their clearances (full-many-other)")))
	crowd(t, name) // what is cleared stays
	namespace(t, third)
	letInto(t, namespaceNamed(third), name)
	eventually(t, name, "f", is(hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonSomeNamespacesFull), says(v1alpha1.ConditionExposureAllowed, "1 of the 3")))
	ingressIs(t, name, true)

	uncrowd(t, other)
	ingressIs(t, other, true)
	eventually(t, name, "f", is(isReady, hasReason(v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonApproved)))
}
