package gate

import (
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

const (
	dnsName         = "external-dns.alpha.kubernetes.io/hostname"
	dnsInternalName = "external-dns.alpha.kubernetes.io/internal-hostname"
)

// A Service cannot be parked: what may not be served is refused, in hold as in deny.
func TestServicesWithAPublicName(t *testing.T) {
	t.Parallel()
	for says, row := range map[string]struct {
		annotations map[string]string
		blocked     []string
	}{
		"without a public name it exposes nothing":              {note("example.com/owner", "li"), nil},
		"a cleared name is let be":                              {note(dnsName, "www.example.com"), nil},
		"an uncleared name is refused":                          {note(dnsName, "www.example.org"), hosts("www.example.org")},
		"one uncleared name of several is enough":               {note(dnsName, "www.example.com, www.example.org"), hosts("www.example.org")},
		"a name with a trailing dot is never guessed at":        {note(dnsName, "www.example.com."), hosts("www.example.com.")},
		"a wildcard below a cleared domain is let be":           {note(dnsName, "*.example.com"), nil},
		"a wildcard of the domain above is refused":             {note(dnsName, "*.com"), hosts("*.com")},
		"a name inside counts as well: DNS is not asked whose":  {note(dnsInternalName, "www.example.org"), hosts("www.example.org")},
		"a name in capitals is the same name":                   {note(dnsName, "WWW.EXAMPLE.COM"), nil},
		"a name that only Unicode folds into it is another one": {note(dnsName, "www.\u212Aexample.com"), hosts("www.\u212Aexample.com")},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			read := exposure.Read(serviceFor(row.annotations)).Blocked(exposure.NewClearances("example.com"), exposure.Rules{})
			if strings.Join(read, " ") != strings.Join(row.blocked, " ") {
				t.Errorf("the matcher blocks %v, want %v", read, row.blocked)
			}
			for _, mode := range []string{v1alpha1.GateDeny, v1alpha1.GateHold} {
				p := newPlace(t, mode, "example.com")
				service := serviceFor(row.annotations)
				p.in(service)
				err := p.tenant.Create(t.Context(), service)
				if len(row.blocked) == 0 {
					p.must(err)
					continue
				}
				if !apierrors.IsForbidden(err) || !strings.Contains(err.Error(), row.blocked[0]) {
					t.Errorf("in %s: want a refusal that names %s, got %v", mode, row.blocked[0], err)
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
