package controllers

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"sigs.k8s.io/controller-runtime/pkg/client"

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
		name := nextOf(t, &r, "cloud", filings, time.Time{})
		read[name]++
		if name != "standing" {
			order = append(order, name)
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
	if name := nextOf(t, &r, "nobody", filings, time.Time{}); name != "" {
		t.Errorf("%s is read at a provider that has none", name)
	}
}

func TestAnOrderThatGoesOrComesDoesNotStopTheTurn(t *testing.T) {
	t.Parallel()
	var r rereads
	var filings []v1alpha1.IcpFiling
	for i := range 5 {
		filings = append(filings, atProvider(fmt.Sprint(i), "cloud", v1alpha1.StageBureauReview))
	}
	first := nextOf(t, &r, "cloud", filings, time.Time{})
	rest := slices.DeleteFunc(slices.Clone(filings), func(f v1alpha1.IcpFiling) bool { return f.Name == first })
	rest = append(rest, atProvider("9", "cloud", v1alpha1.StageBureauReview))
	seen := map[string]int{}
	for range 4 + len(rest) {
		seen[nextOf(t, &r, "cloud", rest, time.Time{})]++
	}
	// The round that had begun, and one with the one that came.
	if len(seen) != len(rest) || seen[first] > 0 || seen["9"] != 1 {
		t.Errorf("read in two rounds, without %s: %v", first, seen)
	}
}

func TestManyFilingsAreGoneThroughSeldom(t *testing.T) {
	t.Parallel()
	var r rereads
	filings := make([]v1alpha1.IcpFiling, fewListed+1)
	for i := range filings {
		filings[i] = atProvider(fmt.Sprint(i), "cloud", v1alpha1.StageApproved)
	}
	lists, now := 0, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	list := func() ([]v1alpha1.IcpFiling, error) { lists++; return filings, nil }
	get := func(key client.ObjectKey) *v1alpha1.IcpFiling {
		i, err := strconv.Atoi(key.Name)
		if err != nil {
			t.Fatal(err)
		}
		return &filings[i]
	}
	read := map[string]int{}
	for range filings {
		key, is, err := r.next("cloud", now, list, get)
		if err != nil || !is {
			t.Fatal(is, err)
		}
		read[key.Name]++
		now = now.Add(time.Second)
	}
	if most := len(filings)/int(listedAnew.Seconds()) + 1; lists > most {
		t.Errorf("they were gone through %d times in %d s, want %d at most", lists, len(filings), most)
	}
	if len(read) != len(filings) {
		t.Errorf("%d of %d were read in as many turns", len(read), len(filings))
	}
}

// nextOf is the name of the filing that is read next of those that there are; "" where none is.
func nextOf(t *testing.T, r *rereads, provider string, filings []v1alpha1.IcpFiling, now time.Time) string {
	t.Helper()
	key, _, err := r.next(provider, now, func() ([]v1alpha1.IcpFiling, error) { return filings, nil }, func(key client.ObjectKey) *v1alpha1.IcpFiling {
		if i := slices.IndexFunc(filings, func(f v1alpha1.IcpFiling) bool { return f.Name == key.Name }); i >= 0 {
			return &filings[i]
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return key.Name
}
