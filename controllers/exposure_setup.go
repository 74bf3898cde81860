package controllers

import (
	"fmt"

	ctrl "sigs.k8s.io/controller-runtime"
)

// AddGate adds the controllers of the exposure gate to the manager: the policies, the clearances and the routes. The
// indexes of filings must be there.
func AddGate(mgr ctrl.Manager, routes *Routes, workers int) error {
	events := newPacedEvents(mgr.GetEventRecorder(operatorName))
	if err := mgr.Add(events); err != nil {
		return fmt.Errorf("adding the Events about routes: %w", err)
	}
	hold := &hold{}
	if err := hold.look(mgr.GetRESTMapper()); err != nil {
		return err
	}
	for _, c := range []interface{ SetupWithManager(ctrl.Manager) error }{
		&ExposurePolicyReconciler{Client: mgr.GetClient(), Routes: routes, hold: hold},
		&ClearanceReconciler{Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Events: events, Routes: routes, Workers: workers},
		&ExposureReconciler{Client: mgr.GetClient(), Events: events, Routes: routes, Workers: workers, hold: hold},
	} {
		if err := c.SetupWithManager(mgr); err != nil {
			return fmt.Errorf("adding %T: %w", c, err)
		}
	}
	return nil
}
