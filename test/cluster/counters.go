package cluster

import (
	"bytes"
	"context"
	"fmt"
	"maps"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"k8s.io/client-go/kubernetes"
)

// Request is a kind of request, as the API server counts them: by anyone, whatever came of it.
type Request struct {
	// Verb of a write is POST, PUT, PATCH, APPLY (a server-side apply), DELETE or DELETECOLLECTION; of a read GET or LIST.
	Verb string
	// Group and Resource name what was written or read, e.g. "networking.k8s.io", "ingresses".
	Group, Resource string
	// Subresource is what of it was written, e.g. "status"; empty for the object itself.
	Subresource string
}

// Counters say how many requests of each kind the API server has taken since it started. Dry runs
// are not counted; refused and conflicting writes are.
type Counters map[Request]int

// Since returns what came after an earlier snapshot; kinds of which none did are left out.
func (c Counters) Since(earlier Counters) Counters {
	later := maps.Clone(c)
	for request, count := range earlier {
		later[request] -= count
	}
	maps.DeleteFunc(later, func(_ Request, count int) bool { return count == 0 })
	return later
}

// Total adds up all kinds.
func (c Counters) Total() int {
	total := 0
	for _, count := range c {
		total += count
	}
	return total
}

var (
	writeVerbs = map[string]bool{"POST": true, "PUT": true, "PATCH": true, "APPLY": true, "DELETE": true, "DELETECOLLECTION": true}
	readVerbs  = map[string]bool{"GET": true, "LIST": true}
)

// Counters takes a snapshot of the API server's own request counters (apiserver_request_total), those of writes.
// They do not say who wrote: for that, see Writes.
func (c *Cluster) Counters(ctx context.Context) (Counters, error) { return c.requests(ctx, writeVerbs) }

// Reads takes a snapshot of the counters of reads; a watch is none.
func (c *Cluster) Reads(ctx context.Context) (Counters, error) { return c.requests(ctx, readVerbs) }

func (c *Cluster) requests(ctx context.Context, verbs map[string]bool) (Counters, error) {
	clients, err := kubernetes.NewForConfig(c.Config())
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	text, err := clients.CoreV1().RESTClient().Get().AbsPath("/metrics").DoRaw(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the API server's metrics: %w", err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("parse the API server's metrics: %w", err)
	}
	counters := Counters{}
	for _, metric := range families["apiserver_request_total"].GetMetric() {
		labels := labelsOf(metric)
		if verbs[labels["verb"]] && labels["dry_run"] == "" {
			request := Request{Verb: labels["verb"], Group: labels["group"], Resource: labels["resource"], Subresource: labels["subresource"]}
			counters[request] += int(metric.GetCounter().GetValue())
		}
	}
	return counters, nil
}

func labelsOf(metric *dto.Metric) map[string]string {
	labels := make(map[string]string, len(metric.GetLabel()))
	for _, pair := range metric.GetLabel() {
		labels[pair.GetName()] = pair.GetValue()
	}
	return labels
}
