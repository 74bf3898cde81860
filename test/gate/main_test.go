// Package gate holds the exposure gate to its promise on a real API server: the policies alone, without an operator.
// Each test has namespaces of its own and acts in them as a tenant with the built-in role admin.
package gate

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	gatewayv1 "sigs.k8s.io/gateway-api/apis/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/test/cluster"
	"github.com/beian-dev/icp-operator/test/gate/promise"
)

// world is what the tests of this package share: a control plane with the gate's policies, as the operator makes them
// of the shipped ExposurePolicy, and no operator.
type world struct {
	*cluster.Cluster
	scheme *runtime.Scheme
	// admin is a cluster admin; operator has the operator's identity.
	admin, operator client.Client
	promise         *promise.Watcher
}

var shared *world

func TestMain(m *testing.M) {
	log.SetLogger(logr.Discard())
	cluster.Main(m, cluster.Options{}, func(ctx context.Context, c *cluster.Cluster) error {
		w, err := newWorld(ctx, c)
		shared = w
		return err
	})
}

func newWorld(ctx context.Context, c *cluster.Cluster) (*world, error) {
	w := &world{Cluster: c, scheme: runtime.NewScheme()}
	utilruntime.Must(clientgoscheme.AddToScheme(w.scheme))
	utilruntime.Must(gatewayv1.Install(w.scheme))
	utilruntime.Must(v1alpha1.AddToScheme(w.scheme))
	var err error
	if w.admin, err = w.client(c.Config()); err != nil {
		return nil, err
	}
	// Found there, not written: once the guards are there, nobody can misspell a mode.
	if err := w.admin.Create(ctx, namespaceInMode("misspelt", "Hold")); err != nil {
		return nil, err
	}
	if err := w.install(ctx); err != nil {
		return nil, err
	}
	if err := w.giveRoles(ctx); err != nil {
		return nil, err
	}
	if w.operator, err = w.client(c.ConfigFor(cluster.ServiceAccountUser(v1alpha1.OperatorNamespace, v1alpha1.OperatorServiceAccount))); err != nil {
		return nil, err
	}
	settings := admission.SettingsOf(nil) // which are those of the ExposurePolicy that the operator makes
	if err := w.apply(ctx, admission.Build(settings, true)); err != nil {
		return nil, err
	}
	if err := w.untilGated(ctx); err != nil {
		return nil, err
	}
	watching, err := client.NewWithWatch(c.Config(), client.Options{Scheme: w.scheme})
	if err != nil {
		return nil, fmt.Errorf("make a watching client: %w", err)
	}
	w.promise, err = promise.Watch(ctx, watching, settings)
	return w, err
}

func namespaceInMode(name, mode string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{v1alpha1.GateLabel: mode}}}
}

// install installs the Gateway API, the CRDs and what guards the gate.
func (w *world) install(ctx context.Context) error {
	if err := w.installTypes(ctx); err != nil {
		return err
	}
	return w.applyConfig(ctx, "policy")
}

// installTypes installs the Gateway API and the CRDs.
func (w *world) installTypes(ctx context.Context) error {
	if err := w.InstallGatewayAPI(ctx); err != nil {
		return err
	}
	return w.applyConfig(ctx, "crd")
}

func (w *world) applyConfig(ctx context.Context, dir string) error {
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	return w.Apply(ctx, filepath.Join(root, "config", dir))
}

func (w *world) client(config *rest.Config) (client.Client, error) {
	config.WarningHandler = rest.NoWarnings{}
	made, err := client.New(config, client.Options{Scheme: w.scheme})
	if err != nil {
		return nil, fmt.Errorf("make a client: %w", err)
	}
	return made, nil
}

// apply puts the gate's policies into force.
func (w *world) apply(ctx context.Context, policies admission.Policies) error {
	for _, object := range policies.Objects() {
		if err := w.admin.Create(ctx, object); err != nil {
			return fmt.Errorf("create %T %s: %w", object, object.GetName(), err)
		}
	}
	return nil
}

// giveRoles makes the operator's role as wide as its part in these tests, and lets whoever may edit Ingresses edit
// HTTPRoutes, as Gateway API installations do, and write statuses, as some platforms do.
func (w *world) giveRoles(ctx context.Context) error {
	objects := []client.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.OperatorNamespace}},
		&rbacv1.ClusterRoleBinding{
			ObjectMeta: metav1.ObjectMeta{Name: "operator-in-gate-tests"},
			RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "cluster-admin"},
			Subjects: []rbacv1.Subject{{
				Kind: rbacv1.ServiceAccountKind, Namespace: v1alpha1.OperatorNamespace, Name: v1alpha1.OperatorServiceAccount,
			}},
		},
		&rbacv1.ClusterRole{
			ObjectMeta: metav1.ObjectMeta{Name: "edit-httproutes", Labels: map[string]string{
				"rbac.authorization.k8s.io/aggregate-to-edit": "true", "rbac.authorization.k8s.io/aggregate-to-admin": "true",
			}},
			Rules: []rbacv1.PolicyRule{{
				APIGroups: []string{gatewayv1.GroupName}, Resources: []string{
					"httproutes", "httproutes/status", "grpcroutes", "grpcroutes/status", "tlsroutes", "tlsroutes/status",
				}, Verbs: []string{"*"},
			}, {
				APIGroups: []string{networkingv1.GroupName}, Resources: []string{"ingresses/status"}, Verbs: []string{"*"},
			}, {
				APIGroups: []string{corev1.GroupName}, Resources: []string{"services/status"}, Verbs: []string{"*"},
			}},
		},
	}
	for _, object := range objects {
		if err := w.admin.Create(ctx, object); err != nil {
			return fmt.Errorf("create %T %s: %w", object, object.GetName(), err)
		}
	}
	return nil
}

// untilGated waits until the API server judges by every policy, and the controller manager has put the built-in roles
// together.
func (w *world) untilGated(ctx context.Context) error {
	if err := cluster.PoliciesInForce(ctx, w.admin); err != nil {
		return err
	}
	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
		var role rbacv1.ClusterRole
		err := w.admin.Get(ctx, client.ObjectKey{Name: "admin"}, &role)
		rules := fmt.Sprint(role.Rules)
		return strings.Contains(rules, "ingresses") && strings.Contains(rules, "httproutes"), err
	})
}
