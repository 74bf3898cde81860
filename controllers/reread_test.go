package controllers

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

func atProvider(name, provider string, stage v1alpha1.StageName) v1alpha1.IcpFiling {
	return v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: name},
		Status: v1alpha1.IcpFilingStatus{Provider: provider, OrderID: "order-of-" + name, Stage: stage}}
}

func TestEveryOrderThatMayChangeIsReadAgainInTurn(t *testing.T) {
	t.Parallel()
	filings := []v1alpha1.IcpFiling{
		atProvider("c", "cloud", v1alpha1.StagePreliminaryReview),
		atProvider("a", "cloud", v1alpha1.StageBureauReview),
		atProvider("b", "cloud", v1alpha1.StageChanging),
		atProvider("standing", "cloud", v1alpha1.StageApproved),
		atProvider("elsewhere", "other-cloud", v1alpha1.StageBureauReview),
		atProvider("ended", "cloud", v1alpha1.StageRevoked),
	}
	without := atProvider("no-order", "cloud", v1alpha1.StageProductVerification)
	without.Status.OrderID = ""
	suspended := atProvider("suspended", "cloud", v1alpha1.StageBureauReview)
	suspended.Spec.Suspend = true
	filings = append(filings, without, suspended)
	var r rereads
	read := map[string]int{}
	var order []string
	for range 12 {
		f := r.next("cloud", filings)
		read[f.Name]++
		if f.Name != "standing" {
			order = append(order, f.Name)
		}
	}
	if diff := cmp.Diff(map[string]int{"standing": 6, "a": 2, "b": 2, "c": 2}, read); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	start := slices.Index([]string{"a", "b", "c"}, order[0])
	for i, name := range order {
		if want := []string{"a", "b", "c"}[(start+i)%3]; name != want {
			t.Fatalf("in the order %v, want one after the other, round and round", order)
		}
	}
	if f := r.next("nobody", filings); f != nil {
		t.Errorf("%s is read at a provider that has none", f.Name)
	}
}

func TestAnOrderThatGoesOrComesDoesNotStopTheTurn(t *testing.T) {
	t.Parallel()
	var r rereads
	var filings []v1alpha1.IcpFiling
	for i := range 5 {
		filings = append(filings, atProvider(fmt.Sprint(i), "cloud", v1alpha1.StageBureauReview))
	}
	first := r.next("cloud", filings)
	rest := slices.DeleteFunc(slices.Clone(filings), func(f v1alpha1.IcpFiling) bool { return f.Name == first.Name })
	rest = append(rest, atProvider("9", "cloud", v1alpha1.StageBureauReview))
	seen := map[string]bool{}
	for range rest {
		seen[r.next("cloud", rest).Name] = true
	}
	if len(seen) != len(rest) {
		t.Errorf("%d of %d were read in as many turns", len(seen), len(rest))
	}
}
