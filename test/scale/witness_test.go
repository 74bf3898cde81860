package scale_test

import (
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
	"github.com/beian-dev/icp-operator/internal/procedure"
)

// state is what a filing, or the route of its name, is seen in.
type state string

const (
	opened   state = "open"
	released state = "released"
	parked   state = "parked"
)

// witness remembers since when each filing's gate is open, and its route parked or released, as watches tell.
type witness struct {
	mu    sync.Mutex
	gates map[client.ObjectKey]seen
	// routes are seen parked or released.
	routes map[client.ObjectKey]seen
}

type seen struct {
	is bool
	at time.Time
}

// watchPlatform returns when it has seen n filings and n routes: what comes then is measured without that.
func watchPlatform(t *testing.T, n int) *witness {
	t.Helper()
	w := &witness{gates: map[client.ObjectKey]seen{}, routes: map[client.ObjectKey]seen{}}
	for _, list := range []client.ObjectList{&v1alpha1.IcpFilingList{}, &networkingv1.IngressList{}} {
		events, err := admin.Watch(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(events.Stop)
		go func() {
			for event := range events.ResultChan() {
				if event.Type == watch.Added || event.Type == watch.Modified {
					w.see(event.Object)
				}
			}
		}()
	}
	gomega.NewWithT(t).Eventually(func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.gates) >= n && len(w.routes) >= n
	}).WithTimeout(*within).WithPolling(10*time.Millisecond).Should(gomega.BeTrue(), "all filings and routes seen")
	return w
}

func (w *witness) see(o runtime.Object) {
	w.mu.Lock()
	defer w.mu.Unlock()
	note := func(kept map[client.ObjectKey]seen, key client.ObjectKey, is bool) {
		if before, known := kept[key]; !known || before.is != is {
			kept[key] = seen{is, time.Now()}
		}
	}
	switch o := o.(type) {
	case *v1alpha1.IcpFiling:
		note(w.gates, client.ObjectKeyFromObject(o), procedure.Clears(o))
	case *networkingv1.Ingress:
		note(w.routes, client.ObjectKeyFromObject(o), exposure.Read(o).Parked)
	}
}

// since tells whether a filing or its route is in a state, and since when.
func (w *witness) since(s state, key client.ObjectKey) (time.Time, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch s {
	case opened:
		return w.gates[key].at, w.gates[key].is
	case parked:
		return w.routes[key].at, w.routes[key].is
	default:
		route, known := w.routes[key]
		return route.at, known && !route.is
	}
}
