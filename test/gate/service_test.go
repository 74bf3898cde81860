package gate

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/check"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/test/gate/verdicts"
)

const dnsName = verdicts.DNSName

// A Service cannot be parked: what may not be served is refused, in hold as in deny.
func TestServicesWithAPublicName(t *testing.T) {
	t.Parallel()
	for _, row := range verdicts.Services {
		t.Run(row.Says, func(t *testing.T) {
			t.Parallel()
			read := exposure.Read(serviceFor(row.Annotations)).Blocked(exposure.NewClearances(verdicts.ServicesCleared), exposure.Rules{})
			if strings.Join(read, " ") != strings.Join(row.Blocked, " ") {
				t.Errorf("the matcher blocks %v, want %v", read, row.Blocked)
			}
			for _, mode := range []string{v1alpha1.GateDeny, v1alpha1.GateHold} {
				p := newPlace(t, mode, verdicts.ServicesCleared)
				service := serviceFor(row.Annotations)
				p.in(service)
				err := p.tenant.Create(t.Context(), service)
				p.wantCheckedAsRefused(service, refusalOf(err), check.Refused)
				if len(row.Blocked) == 0 {
					p.must(err)
					continue
				}
				if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), row.Blocked[0]) {
					t.Errorf("in %s: want a refusal that names %s, got %v", mode, row.Blocked[0], err)
				}
			}
		})
	}
}

func TestATenantCannotGiveAServiceAPublicNameLater(t *testing.T) {
	t.Parallel()
	for says, subresource := range map[string][]string{"by the Service": nil, "by its status": {"status"}} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, v1alpha1.GateHold, "example.com")
			service := serviceFor(nil)
			p.in(service)
			p.must(p.tenant.Create(t.Context(), service))
			err := merge(`{"metadata":{"annotations":{"`+dnsName+`":"evil.cn"}}}`, subresource...)(p, service)
			if !apierrors.IsForbidden(err) {
				t.Errorf("want a refusal, got %v", err)
			}
			var live corev1.Service
			p.must(p.tenant.Get(t.Context(), client.ObjectKeyFromObject(service), &live))
			if len(live.Annotations) > 0 {
				t.Errorf("the name came through: %v", live.Annotations)
			}
		})
	}
}
