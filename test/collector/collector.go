// Package collector is a collector of OpenTelemetry for tests: it takes traces by OTLP over HTTP, and keeps them.
package collector

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	service "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// Collector takes traces until it is closed.
type Collector struct {
	*httptest.Server

	mu     sync.Mutex
	bodies []string
	spans  []Span
}

// Span is one that came.
type Span struct {
	*trace.Span
	// Says are its attributes, and From those of what it came from.
	Says, From map[attribute.Key]string
}

// Start starts one on this machine.
func Start() *Collector {
	c := &Collector{}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/traces", c.take)
	c.Server = httptest.NewServer(mux)
	return c
}

func (c *Collector) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var request service.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &request)
	}
	if err != nil || r.Header.Get("Content-Type") != "application/x-protobuf" {
		http.Error(w, "no traces", http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.bodies = append(c.bodies, string(body))
	for _, of := range request.ResourceSpans {
		from := map[attribute.Key]string{}
		for _, a := range of.Resource.Attributes {
			from[attribute.Key(a.Key)] = a.Value.GetStringValue()
		}
		for _, scope := range of.ScopeSpans {
			for _, span := range scope.Spans {
				says := map[attribute.Key]string{}
				for _, a := range span.Attributes {
					says[attribute.Key(a.Key)] = a.Value.GetStringValue()
				}
				c.spans = append(c.spans, Span{span, says, from})
			}
		}
	}
}

// Spans are those that came, as they did.
func (c *Collector) Spans() []Span {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Span(nil), c.spans...)
}

// Sent is all that was sent, as it came: whatever stands in it stands there as it is.
func (c *Collector) Sent() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(c.bodies, "\n")
}

// Within tells whether one span was made within another.
func (s Span) Within(other Span) bool {
	return string(s.TraceId) == string(other.TraceId) && string(s.ParentSpanId) == string(other.SpanId)
}
