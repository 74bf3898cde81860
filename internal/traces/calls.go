package traces

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/beian-dev/icp-operator/internal/provider"
)

// answered is the class of a call that did not fail.
const answered = "OK"

// Called is a provider.Note: it makes the span of a call that is over. A provider is not told of it (no traceparent): it is somebody
// else's, and has no use for which calls belong together. Of an error the span has the class alone, for its words may be the provider's.
func (t *Traces) Called(ctx context.Context, call provider.Call) {
	_, span := t.tracer.Start(ctx, "provider "+call.Operation, trace.WithSpanKind(trace.SpanKindClient), trace.WithTimestamp(call.Begun),
		trace.WithAttributes(Provider.String(call.Provider), Operation.String(call.Operation)))
	class := answered
	if call.Err != nil {
		class = string(provider.ClassOf(call.Err))
		span.SetStatus(codes.Error, class)
	}
	span.SetAttributes(Class.String(class))
	span.End(trace.WithTimestamp(call.Begun.Add(call.Took)))
}
