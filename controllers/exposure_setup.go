package controllers

import (
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/beian-dev/icp-operator/internal/metrics/serve"
)

// AddGate adds the controllers of the exposure gate to the manager: the policies, the clearances and the routes. The
// indexes of filings must be there.
func AddGate(mgr ctrl.Manager, routes *Routes, workers int) error {
	_, err := addGate(mgr, nil, routes, workers, serve.NewMeters(), noFalls())
	return err
}

// addGate adds them, with what counts and with the falls that come before statuses, and gives the controller of the policies.
func addGate(mgr ctrl.Manager, shard *Shard, routes *Routes, workers int, meters *serve.Meters, fallen *Falls) (*ExposurePolicyReconciler, error) {
	events := newPacedEvents(mgr.GetEventRecorder(operatorName))
	if err := mgr.Add(events); err != nil {
		return nil, fmt.Errorf("adding the Events about routes: %w", err)
	}
	hold := &hold{}
	if err := hold.look(mgr.GetRESTMapper()); err != nil {
		return nil, err
	}
	policies := &ExposurePolicyReconciler{Client: mgr.GetClient(), Shard: shard, Routes: routes, Meters: meters, hold: hold}
	for _, c := range []interface{ SetupWithManager(ctrl.Manager) error }{
		policies,
		&ClearanceReconciler{Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Shard: shard, Events: events, Routes: routes, Falls: fallen, Workers: workers},
		&ExposureReconciler{Client: mgr.GetClient(), Events: events, Routes: routes, Falls: fallen, Workers: workers, hold: hold},
	} {
		if err := c.SetupWithManager(mgr); err != nil {
			return nil, fmt.Errorf("adding %T: %w", c, err)
		}
	}
	return policies, nil
}
