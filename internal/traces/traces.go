// Package traces tells what the operator does while it does it, to whoever asks where the time goes: a span for each pass over a
// filing, each call to a provider and each write of an object, sent over OTLP/HTTP. Spans name objects, as logs do, and hold nothing
// of what stands in them but the stage. It is off unless somebody says where spans go, and is in nobody's way then: a nil *Traces gives
// back what it is given.
package traces

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"time"

	"github.com/go-logr/logr"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/beian-dev/icp-operator/internal/version"
)

// Keys of the spans' attributes.
const (
	// Namespace, Kind and Name of the object that a span is about.
	Namespace = attribute.Key("k8s.namespace.name")
	Kind      = attribute.Key("icp.kind")
	Name      = attribute.Key("icp.name")
	// StageBefore and StageAfter are a filing's stage when a pass over it began, and by the status that it wrote.
	StageBefore = attribute.Key("icp.stage.before")
	StageAfter  = attribute.Key("icp.stage.after")
	// Provider is a FilingProvider's name, Operation what it was asked for, and Class that of the error; OK where there is none.
	Provider  = attribute.Key("icp.provider")
	Operation = attribute.Key("icp.operation")
	Class     = attribute.Key("icp.class")
	// Reason is the API server's for refusing a write.
	Reason = attribute.Key("icp.reason")
)

// service is the name of what the spans come from, where the environment (OTEL_SERVICE_NAME) gives no other.
const service = "icp-operator"

// tracesPath is where a collector takes spans, below its endpoint.
const tracesPath = "v1/traces"

// endWithin bounds the sending of what is left.
const endWithin = 5 * time.Second

// Traces are spans on their way.
type Traces struct {
	provider *sdktrace.TracerProvider
	tracer   trace.Tracer
}

// Start has spans sent to a collector that takes OTLP over HTTP: to the endpoint, or, where that is empty, to that of the usual
// environment (OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT). Nil where neither names one, or the environment says that
// there are to be none. Headers, certificates, sampling and batches are the environment's. What cannot be sent is logged, and lost.
func Start(ctx context.Context, endpoint string, log logr.Logger) (*Traces, error) {
	if !wanted(endpoint) {
		return nil, nil
	}
	if protocol := env("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"); protocol == "grpc" {
		return nil, errors.New("traces are sent over HTTP, and OTEL_EXPORTER_OTLP_PROTOCOL says grpc: set it to http/protobuf, and the endpoint to the collector's port for that, 4318 most often")
	}
	var options []otlptracehttp.Option
	if endpoint != "" {
		to, err := url.JoinPath(endpoint, tracesPath)
		if err != nil {
			return nil, fmt.Errorf("the endpoint of traces, %q: %w", endpoint, err)
		}
		options = append(options, otlptracehttp.WithEndpointURL(to))
	}
	otel.SetLogger(log)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		log.Error(err, "sending traces: what is not sent is lost, and nothing else is touched by it")
	}))
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("sending traces: %w", err)
	}
	from, err := resource.New(ctx, resource.WithTelemetrySDK(), resource.WithHost(),
		resource.WithAttributes(attribute.String("service.name", service), attribute.String("service.version", version.Number())), resource.WithFromEnv())
	if err != nil {
		return nil, fmt.Errorf("what traces say that they come from (OTEL_RESOURCE_ATTRIBUTES): %w", err)
	}
	log.Info("traces are sent", "endpoint", endpoint)
	return newTraces(sdktrace.WithBatcher(exporter), sdktrace.WithResource(from)), nil
}

func newTraces(options ...sdktrace.TracerProviderOption) *Traces {
	p := sdktrace.NewTracerProvider(options...)
	return &Traces{p, p.Tracer("github.com/beian-dev/icp-operator")}
}

// wanted tells whether spans are to be sent.
func wanted(endpoint string) bool {
	if disabled, err := strconv.ParseBool(os.Getenv("OTEL_SDK_DISABLED")); err == nil && disabled || os.Getenv("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return endpoint != "" || env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT") != ""
}

// env is the first of the variables that is set.
func env(names ...string) string {
	for _, name := range names {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// End sends what is left, and no more.
func (t *Traces) End(log logr.Logger) {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	if err := t.provider.Shutdown(ctx); err != nil {
		log.Error(err, "sending the last traces")
	}
}
