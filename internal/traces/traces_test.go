package traces_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/traces"
	"github.com/beian-dev/icp-operator/test/collector"
)

// store holds one filing, and takes every write but those of Namespaces.
type store struct {
	client.Client
	filing v1alpha1.IcpFiling
}

// Get implements client.Reader.
func (s *store) Get(_ context.Context, _ client.ObjectKey, o client.Object, _ ...client.GetOption) error {
	s.filing.DeepCopyInto(o.(*v1alpha1.IcpFiling))
	return nil
}

// Scheme implements client.Client.
func (*store) Scheme() *runtime.Scheme {
	scheme := runtime.NewScheme()
	if err := errors.Join(v1alpha1.AddToScheme(scheme), corev1.AddToScheme(scheme)); err != nil {
		panic(err)
	}
	return scheme
}

// Patch implements client.Writer.
func (*store) Patch(context.Context, client.Object, client.Patch, ...client.PatchOption) error {
	return apierrors.NewConflict(corev1.Resource("namespaces"), "shop", errors.New("尉迟标记 wrote it"))
}

// Status implements client.StatusClient.
func (*store) Status() client.SubResourceWriter { return taken{} }

type taken struct{ client.SubResourceWriter }

// Patch implements client.SubResourceWriter.
func (taken) Patch(context.Context, client.Object, client.Patch, ...client.SubResourcePatchOption) error {
	return nil
}

// refusing is a provider that refuses what it is asked, with somebody's name.
type refusing struct{ provider.Provider }

// Cancel implements provider.Provider.
func (refusing) Cancel(context.Context, string, string) (*procedure.Order, error) {
	return nil, &provider.Error{Class: provider.Rejected, Op: "cancel the order", Reason: "尉迟标记", Detail: "尉迟标记", Quotes: true}
}

// pass does in one pass what spans tell of.
func pass(writes client.Client, asked provider.Provider) reconcile.Func {
	return func(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
		filing := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: request.Namespace, Name: request.Name}}
		filing.Spec.Subject.Name, filing.Status.Stage = "尉迟标记", v1alpha1.StageBureauReview
		_, err := asked.Cancel(ctx, "key", "order")
		return reconcile.Result{}, errors.Join(err,
			writes.Status().Patch(ctx, filing, client.RawPatch(types.MergePatchType, []byte(`{"status":{"message":"尉迟标记"}}`))),
			writes.Patch(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop"}}, client.RawPatch(types.MergePatchType, nil)))
	}
}

func TestAPassACallAndWritesAreToldAtTheEndAtTheLatestAndNothingThatStandsInThem(t *testing.T) {
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "3600000")
	t.Setenv("OTEL_RESOURCE_ATTRIBUTES", "k8s.cluster.name=test")
	heard := collector.Start()
	defer heard.Close()
	told, err := traces.Start(t.Context(), heard.URL, logr.Discard())
	if err != nil {
		t.Fatal(err)
	}
	of := &store{}
	of.filing.Status.Stage = v1alpha1.StagePreliminaryReview
	reconciler := told.Passes(of, pass(told.Writes(of), provider.Noted("console", refusing{}, told.Called)))
	if _, err := reconciler.Reconcile(t.Context(), reconcile.Request{NamespacedName: types.NamespacedName{Namespace: "shop", Name: "example-com"}}); err == nil {
		t.Error("the pass does not fail")
	}
	told.End(logr.Discard())

	const namespace, kind, name = traces.Namespace, traces.Kind, traces.Name
	want := map[string]map[attribute.Key]string{
		"reconcile IcpFiling": {
			namespace: "shop", kind: "IcpFiling", name: "example-com", traces.StageBefore: "PreliminaryReview", traces.StageAfter: "BureauReview",
		},
		"provider Cancel":        {traces.Provider: "console", traces.Operation: "Cancel", traces.Class: "Rejected"},
		"patch IcpFiling status": {namespace: "shop", kind: "IcpFiling", name: "example-com"},
		"patch Namespace":        {kind: "Namespace", name: "shop", traces.Reason: "Conflict"},
	}
	spans := heard.Spans()
	whole := slices.IndexFunc(spans, func(s collector.Span) bool { return s.Name == "reconcile IcpFiling" })
	if len(spans) != len(want) || whole < 0 {
		t.Fatalf("%d spans came: %v", len(spans), spans)
	}
	for _, s := range spans {
		if diff := cmp.Diff(want[s.Name], s.Says); diff != "" {
			t.Errorf("%s (-want +got):\n%s", s.Name, diff)
		}
		if failed := s.Status.GetCode() == trace.Status_STATUS_CODE_ERROR; failed != (s.Name != "patch IcpFiling status") {
			t.Errorf("%s: failed is %t", s.Name, failed)
		}
		if s.Name != spans[whole].Name && !s.Within(spans[whole]) {
			t.Errorf("%s is not within the pass", s.Name)
		}
		if s.From["service.name"] != "icp-operator" || s.From["service.version"] == "" || s.From["k8s.cluster.name"] != "test" {
			t.Errorf("%s comes from %v", s.Name, s.From)
		}
	}
	if strings.Contains(heard.Sent(), "尉迟标记") {
		t.Error("spans tell who it is")
	}
}

func TestTracesAreSentWhereSomebodySaysWhereToAndNowhereElse(t *testing.T) {
	const fromFile, fromEnvironment = "http://127.0.0.1:1", "http://127.0.0.1:2"
	for name, row := range map[string]struct {
		endpoint    string
		environment map[string]string
		sent        bool
		complaint   string
	}{
		"nobody says anything":                     {},
		"the flag or the file says where to":       {endpoint: fromFile, sent: true},
		"the environment does":                     {environment: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": fromEnvironment}, sent: true},
		"the environment does, for traces":         {environment: map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": fromEnvironment}, sent: true},
		"the environment takes all of it away":     {endpoint: fromFile, environment: map[string]string{"OTEL_SDK_DISABLED": "true"}},
		"the environment wants other signals only": {environment: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": fromEnvironment, "OTEL_TRACES_EXPORTER": "none"}},
		"another protocol than the operator's": {
			environment: map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": fromEnvironment, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, complaint: "http/protobuf",
		},
		"attributes that nobody can read": {endpoint: fromFile, environment: map[string]string{"OTEL_RESOURCE_ATTRIBUTES": "cluster"}, complaint: "OTEL_RESOURCE_ATTRIBUTES"},
	} {
		t.Run(name, func(t *testing.T) {
			for variable, value := range row.environment {
				t.Setenv(variable, value)
			}
			told, err := traces.Start(t.Context(), row.endpoint, logr.Discard())
			if row.complaint == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), row.complaint) {
				t.Fatalf("got %v, want %q", err, row.complaint)
			}
			if (told != nil) != row.sent {
				t.Errorf("traces are sent: %t", told != nil)
			}
			told.End(logr.Discard())
		})
	}
}

// What is off is not in the way, so that it costs nothing.
func TestWithoutTracesNothingIsPutAroundAnything(t *testing.T) {
	t.Parallel()
	var off *traces.Traces
	of, inner := &store{}, &still{}
	if got := off.Writes(of); got != client.Client(of) {
		t.Errorf("around a client there is a %T", got)
	}
	if got := off.Passes(of, inner); got != reconcile.Reconciler(inner) {
		t.Errorf("around a reconciler there is a %T", got)
	}
	off.End(logr.Discard())
}

// still is a reconciler that does nothing.
type still struct{}

// Reconcile implements reconcile.Reconciler.
func (*still) Reconcile(context.Context, reconcile.Request) (reconcile.Result, error) {
	return reconcile.Result{RequeueAfter: time.Hour}, nil
}
