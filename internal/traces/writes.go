package traces

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/apiutil"
)

// NewClient makes a manager's client, the writes of which are told.
func (t *Traces) NewClient(config *rest.Config, options client.Options) (client.Client, error) {
	c, err := client.New(config, options)
	if err != nil {
		return nil, err
	}
	return t.Writes(c), nil
}

// Writes has a span made of each write of a client: of a status, and of an object.
func (t *Traces) Writes(c client.Client) client.Client {
	if t == nil {
		return c
	}
	return &writer{c, t}
}

type writer struct {
	client.Client
	traces *Traces
}

// Create implements client.Writer.
func (w *writer) Create(ctx context.Context, o client.Object, options ...client.CreateOption) error {
	return w.write(ctx, "create", "", o, func(ctx context.Context) error { return w.Client.Create(ctx, o, options...) })
}

// Update implements client.Writer.
func (w *writer) Update(ctx context.Context, o client.Object, options ...client.UpdateOption) error {
	return w.write(ctx, "update", "", o, func(ctx context.Context) error { return w.Client.Update(ctx, o, options...) })
}

// Patch implements client.Writer.
func (w *writer) Patch(ctx context.Context, o client.Object, patch client.Patch, options ...client.PatchOption) error {
	return w.write(ctx, "patch", "", o, func(ctx context.Context) error { return w.Client.Patch(ctx, o, patch, options...) })
}

// Delete implements client.Writer.
func (w *writer) Delete(ctx context.Context, o client.Object, options ...client.DeleteOption) error {
	return w.write(ctx, "delete", "", o, func(ctx context.Context) error { return w.Client.Delete(ctx, o, options...) })
}

// Status implements client.StatusClient.
func (w *writer) Status() client.SubResourceWriter { return &statusWriter{w.Client.Status(), w} }

type statusWriter struct {
	client.SubResourceWriter
	of *writer
}

// Patch implements client.SubResourceWriter.
func (s *statusWriter) Patch(ctx context.Context, o client.Object, patch client.Patch, options ...client.SubResourcePatchOption) error {
	return s.of.write(ctx, "patch", " status", o, func(ctx context.Context) error {
		err := s.SubResourceWriter.Patch(ctx, o, patch, options...)
		if err == nil {
			wrote(ctx, o)
		}
		return err
	})
}

// write makes the span of a write. Of an object it has the name, never what is in it.
func (w *writer) write(ctx context.Context, verb, part string, o client.Object, do func(context.Context) error) error {
	kind := "object"
	if gvk, err := apiutil.GVKForObject(o, w.Scheme()); err == nil {
		kind = gvk.Kind
	}
	ctx, span := w.traces.tracer.Start(ctx, verb+" "+kind+part, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(Kind.String(kind), Name.String(o.GetName())))
	defer span.End()
	if of := o.GetNamespace(); of != "" {
		span.SetAttributes(Namespace.String(of))
	}
	err := do(ctx)
	if err != nil {
		reason := string(apierrors.ReasonForError(err))
		span.SetStatus(codes.Error, reason)
		span.SetAttributes(Reason.String(reason))
	}
	return err
}
