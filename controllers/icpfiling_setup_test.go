package controllers

import (
	"testing"

	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/priorityqueue"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func TestAFilingThatNobodyHasLookedAtGoesBeforeAllThatAnOperatorFindsAtItsStart(t *testing.T) {
	t.Parallel()
	queue := priorityqueue.New[reconcile.Request]("filings")
	defer queue.ShutDown()
	usual := &handler.EnqueueRequestForObject{}
	for i := range 3 {
		found := event.CreateEvent{Object: inForceFiling(i), IsInInitialList: true}
		if i == 2 {
			found.Object.(*v1alpha1.IcpFiling).Status = v1alpha1.IcpFilingStatus{}
		}
		usual.Create(t.Context(), found, queue)
		newFirst().Create(t.Context(), found, queue)
	}
	var order []string
	for range 3 {
		next, _ := queue.Get()
		order = append(order, next.Name)
		queue.Done(next)
	}
	if order[0] != client.ObjectKeyFromObject(inForceFiling(2)).Name {
		t.Errorf("they are looked at in the order %v", order)
	}
	if queue.Len() != 0 {
		t.Errorf("%d are looked at twice", queue.Len())
	}
}
