package traces

import (
	"context"

	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// filingKind is the kind of filings, in spans.
const filingKind = "IcpFiling"

// Passes has a span made of each pass of a reconciler over a filing, within which are those of what the pass does. The stage before it
// is read from a cache.
func (t *Traces) Passes(cache client.Reader, r reconcile.Reconciler) reconcile.Reconciler {
	if t == nil {
		return r
	}
	return &passes{t, cache, r}
}

type passes struct {
	*Traces
	cache      client.Reader
	reconciler reconcile.Reconciler
}

// pass is what is learned during a pass.
type pass struct{ stage v1alpha1.StageName }

// underWay is the key of the pass that a context is of.
type underWay struct{}

// Reconcile implements reconcile.Reconciler.
func (p *passes) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	ctx, span := p.tracer.Start(ctx, "reconcile "+filingKind, trace.WithAttributes(
		Kind.String(filingKind), Namespace.String(request.Namespace), Name.String(request.Name)))
	defer span.End()
	var filing v1alpha1.IcpFiling
	of := &pass{}
	if err := p.cache.Get(ctx, request.NamespacedName, &filing); err == nil {
		of.stage = filing.Status.Stage
		span.SetAttributes(StageBefore.String(string(of.stage)))
	}
	result, err := p.reconciler.Reconcile(context.WithValue(ctx, underWay{}, of), request)
	span.SetAttributes(StageAfter.String(string(of.stage)))
	if err != nil {
		// Its words may be a provider's.
		span.SetStatus(codes.Error, "")
	}
	return result, err
}

// wrote notes what a pass wrote of a filing.
func wrote(ctx context.Context, o client.Object) {
	of, is := ctx.Value(underWay{}).(*pass)
	if filing, filed := o.(*v1alpha1.IcpFiling); is && filed {
		of.stage = filing.Status.Stage
	}
}
