package controllers

import (
	"context"
	"fmt"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// leaseName is the lease of the operator that is of no shard; a shard's has the shard's name before it.
const leaseName = "icp-operator.beian.dev"

// LeaseOf names the lease by which one of a shard's operators leads.
func LeaseOf(shard string) string {
	if shard == "" {
		return leaseName
	}
	return shard + "." + leaseName
}

// found is whether a shard has an operator, and when that was found.
type found struct {
	runs bool
	at   time.Time
}

// foundFor is how long it is believed.
const foundFor = time.Second

// runs says whether an operator of a shard leads now: its lease is held, and was renewed in time. Nothing is passed on to a shard that
// has none, such as one whose name is misspelt.
func (s *Shard) runs(ctx context.Context, shard string) (bool, error) {
	now := s.clock.Now()
	s.mu.RLock()
	last, known := s.running[shard]
	s.mu.RUnlock()
	if known && now.Sub(last.at) < foundFor {
		return last.runs, nil
	}
	var lease coordinationv1.Lease
	err := s.live.Get(ctx, client.ObjectKey{Namespace: v1alpha1.OperatorNamespace, Name: LeaseOf(shard)}, &lease)
	if err != nil && !apierrors.IsNotFound(err) {
		return false, fmt.Errorf("reading whether shard %q has an operator: %w", shard, err)
	}
	is := err == nil && held(&lease.Spec, now)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[shard] = found{is, now}
	return is, nil
}

func held(lease *coordinationv1.LeaseSpec, now time.Time) bool {
	if lease.HolderIdentity == nil || *lease.HolderIdentity == "" || lease.RenewTime == nil || lease.LeaseDurationSeconds == nil {
		return false
	}
	return now.Before(lease.RenewTime.Add(time.Duration(*lease.LeaseDurationSeconds) * time.Second))
}
