package gate

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// randomCases is how many random routes are judged; they stand in namespaces with random clearances, so many in each.
// `make gate-random` judges 10,000.
var randomCases = flag.Int("random", 720, "random routes that the matcher and the policies judge")

const randomRoutes = 60

// Random routes and clearances, of few letters, so that they meet: the matcher and the policies give one verdict.
func TestMatcherAndPoliciesAgreeOnRandomRoutes(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	for i := range (*randomCases + randomRoutes - 1) / randomRoutes {
		t.Run(fmt.Sprintf("seed %d, namespace %d", seed, i), func(t *testing.T) {
			t.Parallel()
			random := chance{rand.New(rand.NewPCG(seed, uint64(i)))}
			cleared := random.some(200, random.domain)
			deny, hold := newPlace(t, v1alpha1.GateDeny, cleared...), newPlace(t, v1alpha1.GateHold, cleared...)
			for range randomRoutes {
				route := random.route(cleared)
				blocked := exposure.Read(route).Blocked(exposure.NewClearances(cleared...), exposure.Rules{})
				sameVerdict(deny, hold, route, blocked)
			}
		})
	}
}

// sameVerdict creates a route in both modes, as dry runs.
func sameVerdict(deny, hold place, route client.Object, blocked []string) {
	deny.Helper()
	refused := deny.tenant.Create(deny.Context(), inPlace(deny, copied(route)), client.DryRunAll)
	if refused != nil && !apierrors.IsForbidden(refused) {
		deny.Fatalf("%v: %v", essence(route), refused)
	}
	if (refused != nil) != (len(blocked) > 0) {
		deny.Errorf("the matcher blocks %v, the policy says %v: %v", blocked, refused, essence(route))
	}
	held := inPlace(hold, copied(route))
	hold.must(hold.tenant.Create(hold.Context(), held, client.DryRunAll))
	if state := exposure.Read(held); state.Parked != (len(blocked) > 0) || state.Parked && !state.Notes(blocked) {
		hold.Errorf("the matcher blocks %v, parked is %v: %v", blocked, state.Parked, essence(held))
	}
	if state := exposure.Read(held); state.Parked {
		if want := state.Reasons(blocked, exposure.PendingFilings{}); state.Because != want {
			hold.Errorf("the matcher says\n%s, the policy\n%s", want, state.Because)
		}
	}
}

func copied(object client.Object) client.Object { return object.DeepCopyObject().(client.Object) }

// chance makes random routes.
type chance struct{ *rand.Rand }

func (c chance) of(choices ...string) string { return choices[c.IntN(len(choices))] }

func (c chance) some(most int, one func() string) []string {
	list := make([]string, c.IntN(most))
	for i := range list {
		list[i] = one()
	}
	return list
}

func (c chance) label() string {
	return c.of("a", "b", "ab", "ba", "a-b", "xn--a", strings.Repeat("a", 1+c.IntN(63)), fmt.Sprint(c.IntN(100)))
}

func (c chance) domain() string {
	return c.label() + c.of(".cn", ".com", ".com.cn", ".a.b.cn", ".a.b.c.cn")
}

// host is a cleared domain, or nearly one, or neither, with something in front.
func (c chance) host(cleared []string) string {
	domain := c.domain()
	if len(cleared) > 0 && c.IntN(4) > 0 {
		domain = cleared[c.IntN(len(cleared))]
	}
	switch c.IntN(8) {
	case 0:
		domain = "a" + domain
	case 1:
		_, domain, _ = strings.Cut(domain, ".")
	}
	host := c.of("", "", "www.", "*.", "*.a.", "a.b.c.") + domain
	if len(host) > exposure.MaxHostLength {
		return domain
	}
	return host
}

// alias is a host as people write it into annotations.
func (c chance) alias(cleared []string) string {
	host := c.host(cleared)
	return c.of(host, host, strings.ToUpper(host), " "+host, host+".", host+":80", "."+host, "~"+host, host+"/x", "192.0.2."+fmt.Sprint(c.IntN(9)), "", "a_"+host)
}

func (c chance) route(cleared []string) client.Object {
	hosts := c.some(4, func() string { return c.host(cleared) })
	annotations := map[string]string{}
	for range c.IntN(3) {
		annotations[c.of(exposure.HostAnnotations...)] = strings.Join(c.some(3, func() string { return c.alias(cleared) }), c.of(",", " ", ", ", "\n"))
	}
	if c.IntN(20) == 0 {
		annotations[c.of(exposure.OpaqueAnnotations...)] = "x"
	}
	var route client.Object
	switch c.IntN(6) {
	case 0:
		route = httpRouteFor(hosts...)
	case 1:
		route = grpcRouteFor(hosts...)
	case 2:
		route = tlsRouteFor(append(hosts, c.host(cleared))...)
	}
	if route != nil {
		route.SetAnnotations(annotations)
		return route
	}
	ingress := ingressFor(append(hosts, c.host(cleared))...)
	ingress.Annotations = annotations
	if c.IntN(10) == 0 {
		tls(c.host(cleared))(ingress)
	}
	return ingress
}
