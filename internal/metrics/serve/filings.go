package serve

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/metrics"
)

// Filings writes the state of all filings. What it has written of a filing it keeps, and writes anew once the filing has changed:
// between two scrapes few do, and through a registry a scrape of very many takes seconds.
type Filings struct {
	cache client.Reader

	mu   sync.Mutex
	kept map[version]*written
}

// version names a filing as it was at one time.
type version struct {
	uid      types.UID
	resource string
}

// written is what a version of a filing says. It is never changed.
type written struct {
	types.NamespacedName
	// series are in the text format, by the places of their families in metrics.FilingStates.
	series [][]byte
}

// NewFilings reads filings from the operator's cache.
func NewFilings(cache client.Reader) *Filings { return &Filings{cache: cache} }

// snapshot is what all filings say at one time, by their namespaces and names.
type snapshot struct {
	filings   []*written
	durations metrics.Durations
}

// read brings up to date what is kept.
func (f *Filings) read(ctx context.Context) (snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	var list v1alpha1.IcpFilingList
	if err := f.cache.List(ctx, &list, client.UnsafeDisableDeepCopy); err != nil {
		return snapshot{}, fmt.Errorf("listing filings: %w", err)
	}
	s := snapshot{make([]*written, len(list.Items)), metrics.Durations{}}
	f.mu.Lock()
	defer f.mu.Unlock()
	kept := make(map[version]*written, len(list.Items))
	for i := range list.Items {
		filing := &list.Items[i]
		of := version{filing.UID, filing.ResourceVersion}
		w := f.kept[of]
		if w == nil {
			w = write(filing)
		}
		kept[of], s.filings[i] = w, w
		s.durations.Add(filing)
	}
	f.kept = kept
	slices.SortFunc(s.filings, func(a, b *written) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return s, nil
}

// write writes the series of a filing.
func write(filing *v1alpha1.IcpFiling) *written {
	families := layouts()
	series := make([][]byte, len(families))
	size := 0
	metrics.Filing(filing, func(s metrics.Sample) {
		for i := range families {
			if families[i].of == s.Of {
				before := len(series[i])
				series[i] = families[i].append(series[i], s)
				size += len(series[i]) - before
			}
		}
	})
	// One piece of memory, of the size that it takes.
	all := make([]byte, 0, size)
	for i, text := range series {
		from := len(all)
		all = append(all, text...)
		series[i] = all[from:len(all):len(all)]
	}
	return &written{client.ObjectKeyFromObject(filing), series}
}

// appendTo writes all series, family by family, as the text format asks for.
func (s snapshot) appendTo(text *bytes.Buffer) error {
	for i, family := range layouts() {
		text.WriteString(family.head)
		for _, filing := range s.filings {
			text.Write(filing.series[i])
		}
	}
	return appendDurations(text, s.durations)
}
