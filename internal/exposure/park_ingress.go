package exposure

import (
	"strings"

	networkingv1 "k8s.io/api/networking/v1"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
)

// maxParkedHosts bounds the length of ParkedHostsAnnotation in characters; the policies cut it at the same place.
const maxParkedHosts = 1024

// parkIngress changes an Ingress so that no controller serves it: both its class field and its legacy class
// annotation become icp-parked, and annotations remember what they were. Parking what is parked refreshes the hosts.
func parkIngress(ingress *networkingv1.Ingress, blocked []string, because string) {
	class, hasClass, legacy, hasLegacy := classesBefore(ingress)
	if ingress.Annotations == nil {
		ingress.Annotations = map[string]string{}
	}
	ingress.Annotations[ParkedHostsAnnotation] = JoinBlocked(blocked)
	ingress.Annotations[ParkedBecauseAnnotation] = because
	remember(ingress.Annotations, ParkedClassAnnotation, class, hasClass)
	remember(ingress.Annotations, ParkedLegacyClassAnnotation, legacy, hasLegacy)
	ingress.Labels = labelParked(ingress.Labels)
	parked := icpv1alpha1.ParkedClass
	ingress.Spec.IngressClassName = &parked
	ingress.Annotations[LegacyClassAnnotation] = parked
}

// releaseIngress undoes parkIngress. It leaves alone an Ingress that the gate has not parked.
func releaseIngress(ingress *networkingv1.Ingress) {
	if _, held := ingress.Annotations[ParkedHostsAnnotation]; !held {
		return
	}
	class, hasClass, legacy, hasLegacy := classesBefore(ingress)
	ingress.Spec.IngressClassName = nil
	if hasClass {
		ingress.Spec.IngressClassName = &class
	}
	remember(ingress.Annotations, LegacyClassAnnotation, legacy, hasLegacy)
	ingress.Labels = unlabelParked(ingress.Labels)
	for _, name := range []string{ParkedHostsAnnotation, ParkedBecauseAnnotation, ParkedClassAnnotation, ParkedLegacyClassAnnotation} {
		delete(ingress.Annotations, name)
	}
}

// JoinBlocked is the value of ParkedHostsAnnotation.
func JoinBlocked(blocked []string) string {
	joined := strings.Join(blocked, ",")
	if len(joined) > maxParkedHosts {
		return joined[:maxParkedHosts]
	}
	return joined
}

// classesBefore says which class an Ingress would have, field and annotation, if it were not parked. What stands
// there now counts, as somebody's latest wish, unless it is the gate's own icp-parked.
func classesBefore(ingress *networkingv1.Ingress) (class string, hasClass bool, legacy string, hasLegacy bool) {
	_, held := ingress.Annotations[ParkedHostsAnnotation]
	class, hasClass = classOf(ingress), ingress.Spec.IngressClassName != nil
	if held && class == icpv1alpha1.ParkedClass {
		class, hasClass = ingress.Annotations[ParkedClassAnnotation], hasKey(ingress.Annotations, ParkedClassAnnotation)
	}
	legacy, hasLegacy = ingress.Annotations[LegacyClassAnnotation], hasKey(ingress.Annotations, LegacyClassAnnotation)
	if held && legacy == icpv1alpha1.ParkedClass {
		legacy, hasLegacy = ingress.Annotations[ParkedLegacyClassAnnotation], hasKey(ingress.Annotations, ParkedLegacyClassAnnotation)
	}
	return class, hasClass, legacy, hasLegacy
}

func labelParked(labels map[string]string) map[string]string {
	if labels == nil {
		labels = map[string]string{}
	}
	labels[icpv1alpha1.ParkedLabel] = "true"
	return labels
}

// unlabelParked leaves no empty map behind: that would be a difference to what was applied.
func unlabelParked(labels map[string]string) map[string]string {
	delete(labels, icpv1alpha1.ParkedLabel)
	if len(labels) == 0 {
		return nil
	}
	return labels
}

func remember(annotations map[string]string, name, value string, has bool) {
	if has {
		annotations[name] = value
		return
	}
	delete(annotations, name)
}

func hasKey(annotations map[string]string, name string) bool {
	_, has := annotations[name]
	return has
}
