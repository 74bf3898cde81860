package controllers

import (
	"context"

	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"

	"github.com/beian-dev/icp-operator/internal/agenda/serve"
)

// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpfilings,verbs=list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=list;watch
// +kubebuilder:rbac:groups=authentication.k8s.io,resources=tokenreviews,verbs=create
// +kubebuilder:rbac:groups=authorization.k8s.io,resources=subjectaccessreviews,verbs=create

// AddCalendar adds the server of the calendars of coming dates, and returns its address. Every operator serves, whether it leads
// or not: all of them have the filings in memory.
func AddCalendar(ctx context.Context, mgr ctrl.Manager, now clock.PassiveClock, o ServeOptions) (string, error) {
	if o.off() {
		return "", nil
	}
	s, err := listen(ctx, mgr, "calendar", o)
	if err != nil {
		return "", err
	}
	return s.serve(mgr, serve.NewHandler(mgr.GetClient(), serve.NewAccess(mgr.GetClient(), now), mgr.GetLogger().WithName("calendar")))
}
