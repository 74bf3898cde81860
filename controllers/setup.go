package controllers

import (
	"context"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Name of the operator in events, field ownership and user agents.
const operatorName = "icp-operator"

// toldBuffer is how many filings may wait to be woken by a feed before the feed waits for them.
const toldBuffer = 1024

// Setup adds every controller to the manager.
func Setup(ctx context.Context, mgr ctrl.Manager, now clock.PassiveClock, workers int) error {
	if err := AddFilingIndexes(ctx, mgr.GetFieldIndexer()); err != nil {
		return err
	}
	if err := AddRouteIndexes(ctx, mgr); err != nil {
		return err
	}
	news, providers := NewNews(), &Providers{Secrets: mgr.GetClient()}
	told := make(chan event.TypedGenericEvent[*v1alpha1.IcpFiling], toldBuffer)
	filings := &IcpFilingReconciler{
		Client: mgr.GetClient(), Live: mgr.GetAPIReader(), Clock: now, Events: mgr.GetEventRecorder(operatorName),
		Providers: providers, News: news, Told: told, Workers: workers,
	}
	feeds := &FilingProviderReconciler{Client: mgr.GetClient(), Clock: now, Providers: providers, News: news, Tell: told}
	for _, c := range []interface{ SetupWithManager(ctrl.Manager) error }{
		filings, feeds,
	} {
		if err := c.SetupWithManager(mgr); err != nil {
			return err
		}
	}
	return nil
}
