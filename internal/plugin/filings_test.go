package plugin

import (
	"context"
	"fmt"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// pages is a server that has so many filings, and forgets at a page where it was.
type pages struct {
	client.Reader
	filings, forgetsAt int
	asked              []int64
}

func (p *pages) List(_ context.Context, list client.ObjectList, options ...client.ListOption) error {
	var o client.ListOptions
	o.ApplyOptions(options)
	p.asked = append(p.asked, o.Limit)
	from, _ := strconv.Atoi(o.Continue)
	if p.forgetsAt > 0 && from >= p.forgetsAt {
		return apierrors.NewResourceExpired("too old")
	}
	to := p.filings
	if o.Limit > 0 && from+int(o.Limit) < to {
		to = from + int(o.Limit)
		list.SetContinue(strconv.Itoa(to))
	}
	for i := from; i < to; i++ {
		f := v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: "shop", Name: fmt.Sprint(i)}}
		list.(*v1alpha1.IcpFilingList).Items = append(list.(*v1alpha1.IcpFilingList).Items, f)
	}
	return nil
}

func TestFilingsAreReadPageByPageAndEachIsToldOnce(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		server pages
		asked  []int64
	}{
		"none":                          {pages{}, []int64{500}},
		"some":                          {pages{filings: 3}, []int64{500}},
		"three pages":                   {pages{filings: 1200}, []int64{500, 500, 500}},
		"a server that forgets a place": {pages{filings: 1200, forgetsAt: 1000}, []int64{500, 500, 500, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			told := map[string]int{}
			if err := eachFiling(t.Context(), &c.server, "", func(f *v1alpha1.IcpFiling) { told[f.Name]++ }); err != nil {
				t.Fatal(err)
			}
			want := map[string]int{}
			for i := range c.server.filings {
				want[fmt.Sprint(i)] = 1
			}
			if diff := cmp.Diff(want, told); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.asked, c.server.asked); diff != "" {
				t.Errorf("pages (-want +got):\n%s", diff)
			}
		})
	}
}
