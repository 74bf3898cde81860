package restore_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/wait"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

const token = "not-a-secret-outside-a-test"

// The namespaces, of which one files at a provider that speaks the protocol, the other by hand; who says what there.
const (
	shop, office        = "shop", "office"
	applicant, reviewer = "applicant@example.com", "reviewer@example.com"
)

// origin is the cluster that is lost.
type origin struct {
	*site
	desk *simulator.Simulator
	told *hook
	// manifests are the backup.
	manifests backup
	// filings are as they were, with their statuses, and routes tells which were served.
	filings map[client.ObjectKey]*v1alpha1.IcpFiling
	routes  map[client.ObjectKey]bool
	sample  *v1alpha1.IcpFiling
	numbers int
}

// hook is a webhook that notifiers post to.
type hook struct {
	*httptest.Server
	mu  sync.Mutex
	got map[string]int
}

func newHook() *hook {
	h := &hook{got: map[string]int{}}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var event struct{ ID string }
		if err := json.NewDecoder(r.Body).Decode(&event); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		h.mu.Lock()
		defer h.mu.Unlock()
		h.got[event.ID]++
	}))
	return h
}

// messages counts what it was told, by id.
func (h *hook) messages() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.got)
}

// loseCluster brings a cluster in mode deny to where a restore may find one, backs it up, and ends it.
func loseCluster(ctx context.Context) (o *origin, err error) {
	desk, err := simulator.New(simulator.Options{Token: token, Delay: 50 * time.Millisecond, Manual: []v1alpha1.StageName{v1alpha1.StageBureauReview}})
	if err != nil {
		return nil, err
	}
	server, err := simulator.Start(ctx, desk, "127.0.0.1:0", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	o = &origin{desk: desk, told: newHook(), filings: map[client.ObjectKey]*v1alpha1.IcpFiling{}, routes: map[client.ObjectKey]bool{}}
	if o.site, err = newSite(ctx); err != nil {
		return nil, err
	}
	defer func(s *site) { err = errors.Join(err, s.plane.Stop()) }(o.site)
	for i, step := range []func(context.Context) error{
		o.installOperator, o.startOperator, func(ctx context.Context) error { return cluster.UntilGated(ctx, o.admin) },
		func(ctx context.Context) error { return o.furnish(ctx, server.ProtocolURL) },
		o.openSites, o.untilReminded, o.fileFurther, o.untilTold,
	} {
		if err := step(ctx); err != nil {
			o.operator.End()
			return nil, fmt.Errorf("step %d: %w", i, err)
		}
	}
	o.operator.End() // nothing is written after what follows was read
	return o, o.backUp(ctx)
}

// furnish makes what filings need, and has the whole cluster deny.
func (o *origin) furnish(ctx context.Context, url string) error {
	objects := []client.Object{
		&v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: "cloud"}, Spec: v1alpha1.FilingProviderSpec{HTTP: &v1alpha1.HTTPProvider{
			URL: url, CredentialsSecretRef: &v1alpha1.SecretReference{Name: "cloud-token"}, PollInterval: &metav1.Duration{Duration: 200 * time.Millisecond},
		}}},
		&v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: "console"}, Spec: v1alpha1.FilingProviderSpec{Manual: &v1alpha1.ManualProvider{}}},
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: v1alpha1.OperatorNamespace, Name: "cloud-token"}, StringData: map[string]string{"token": token}},
		mayRecord("applicant", "report"), mayRecord("reviewer", "decide"),
		boundTo("applicant", applicant), boundTo("reviewer", reviewer),
	}
	for _, name := range []string{shop, office} {
		objects = append(objects, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{v1alpha1.GateLabel: v1alpha1.GateDeny}}})
	}
	objects = append(objects,
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "hook"}, Type: v1alpha1.NotifierSecretType, StringData: map[string]string{"url": o.told.URL}},
		&v1alpha1.FilingNotifier{ObjectMeta: metav1.ObjectMeta{Namespace: shop, Name: "hook"}, Spec: v1alpha1.FilingNotifierSpec{
			Webhook: &v1alpha1.WebhookChannel{SecretRef: v1alpha1.SecretReference{Name: "hook"}},
		}},
	)
	if err := create(ctx, o.admin, objects...); err != nil {
		return err
	}
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	samples, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	if err != nil {
		return err
	}
	for _, object := range samples {
		switch {
		case object.GetKind() == "IcpFiling":
			o.sample = &v1alpha1.IcpFiling{}
			err = runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, o.sample)
		case object.GetKind() == "Secret" && object.GetNamespace() == "shop":
			for _, name := range []string{shop, office} {
				object.SetNamespace(name)
				err = errors.Join(err, o.admin.Create(ctx, object.DeepCopy()))
			}
		}
		if err != nil {
			return err
		}
	}
	deny := client.RawPatch("application/merge-patch+json", []byte(`{"spec":{"defaultMode":"Deny"}}`))
	if err := o.admin.Patch(ctx, &v1alpha1.ExposurePolicy{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, deny); err != nil {
		return err
	}
	return cluster.UntilGated(ctx, o.admin)
}

func create(ctx context.Context, c client.Client, objects ...client.Object) error {
	for _, object := range objects {
		if err := c.Create(ctx, object); err != nil {
			return err
		}
	}
	return nil
}

// mayRecord is a role of who records what was reported, or decided, at the manual provider.
func mayRecord(name, verb string) client.Object {
	return &rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: name}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"filingproviders"}, ResourceNames: []string{"console"}, Verbs: []string{verb}},
		{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"icpreviews"}, Verbs: []string{"create"}},
	}}
}

func boundTo(role, user string) client.Object {
	return &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: role}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role},
		Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}},
	}
}

// openSites has a filing approved at either provider, one more of the first's that will fall, and their hosts served; and one at each
// that is approved and not opened.
func (o *origin) openSites(ctx context.Context) error {
	for _, name := range []string{"approved", "revoked"} {
		if err := errors.Join(o.file(ctx, shop, name, "cloud"), o.decide(ctx, name, simulator.Ruling{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed})); err != nil {
			return err
		}
	}
	if err := errors.Join(o.file(ctx, shop, "unopened", "cloud"), o.decide(ctx, "unopened", simulator.Ruling{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed})); err != nil {
		return err
	}
	for _, name := range []string{"approved", "unopened"} {
		if err := o.file(ctx, office, name, "console"); err != nil {
			return err
		}
		if err := o.record(ctx, name, v1alpha1.StageBureauReview); err != nil {
			return err
		}
	}
	for _, key := range []client.ObjectKey{{Namespace: shop, Name: "approved"}, {Namespace: shop, Name: "revoked"}, {Namespace: office, Name: "approved"}} {
		if _, err := o.untilStage(ctx, key.Namespace, key.Name, v1alpha1.StageApproved, v1alpha1.ReasonInForce); err != nil {
			return err
		}
		if err := o.expose(ctx, key.Namespace, key.Name); err != nil {
			return err
		}
	}
	return nil
}

// untilReminded moves the clock to fifteen days before the public-security registrations (公安联网备案) are due, and waits until
// that was told.
func (o *origin) untilReminded(ctx context.Context) error {
	keys := []client.ObjectKey{{Namespace: shop, Name: "approved"}, {Namespace: office, Name: "approved"}}
	f := &v1alpha1.IcpFiling{}
	for _, key := range keys {
		err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
			if err := o.admin.Get(ctx, key, f); err != nil {
				return false, err
			}
			return f.Status.PublicSecurity != nil && f.Status.Exposure != nil && f.Status.Exposure.ServedHosts == 2, nil
		})
		if err != nil {
			return fmt.Errorf("wait until the thirty days of %s run: %w; it says: %+v", key, err, f.Status)
		}
	}
	now.SetTime(calendar.StartOfDay(f.Status.PublicSecurity.DueAt.AddDate(0, 0, -15)).Add(10 * time.Hour))
	for _, key := range keys {
		wake := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"annotations":{"example.com/wake":"now"}}}`))
		if err := o.admin.Patch(ctx, &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: key.Namespace, Name: key.Name}}, wake); err != nil {
			return err
		}
		err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
			if err := o.admin.Get(ctx, key, f); err != nil {
				return false, err
			}
			return f.Status.PublicSecurity.LastReminder == "15d", nil
		})
		if err != nil {
			return fmt.Errorf("wait until %s is reminded: %w; it is: %+v", key, err, f.Status.PublicSecurity)
		}
	}
	return nil
}

// fileFurther has one filing of each provider under review, one returned, and one fall, whose routes are parked.
func (o *origin) fileFurther(ctx context.Context) error {
	err := errors.Join(
		o.file(ctx, shop, "in-review", "cloud"), o.file(ctx, shop, "returned", "cloud"),
		o.decide(ctx, "returned", simulator.Ruling{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionReturned, Reasons: []string{"WebsiteNameInvalid"}}),
		o.decide(ctx, "revoked", simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"ShellFiling"}}),
	)
	if err != nil {
		return err
	}
	if err := o.file(ctx, office, "in-review", "console"); err != nil {
		return err
	}
	if err := o.record(ctx, "in-review", v1alpha1.StageSmsVerification); err != nil {
		return err
	}
	for _, row := range []struct {
		namespace, name string
		stage           v1alpha1.StageName
		reason          string
	}{
		{shop, "in-review", v1alpha1.StageBureauReview, v1alpha1.ReasonInReview}, {office, "in-review", v1alpha1.StageBureauReview, v1alpha1.ReasonInReview},
		{shop, "unopened", v1alpha1.StageApproved, v1alpha1.ReasonInForce}, {office, "unopened", v1alpha1.StageApproved, v1alpha1.ReasonInForce},
		{shop, "returned", v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.ReasonReturned}, {shop, "revoked", v1alpha1.StageRevoked, v1alpha1.ReasonRevoked},
	} {
		if _, err := o.untilStage(ctx, row.namespace, row.name, row.stage, row.reason); err != nil {
			return err
		}
	}
	return wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
		served, err := o.served(ctx)
		return err == nil && !served[client.ObjectKey{Namespace: shop, Name: "Ingress revoked"}] && !served[client.ObjectKey{Namespace: shop, Name: "HTTPRoute revoked"}], err
	})
}

// untilTold waits until the notifier has sent all that there is to tell.
func (o *origin) untilTold(ctx context.Context) error {
	n := &v1alpha1.FilingNotifier{}
	err := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, within, true, func(ctx context.Context) (bool, error) {
		now.SetTime(now.Now().Add(time.Second)) // by which a notifier keeps its pace
		if err := o.admin.Get(ctx, client.ObjectKey{Namespace: shop, Name: "hook"}, n); err != nil {
			return false, err
		}
		return n.Status.Waiting == 0 && len(o.told.messages()) > 0 && meta.IsStatusConditionTrue(n.Status.Conditions, v1alpha1.ConditionReady), nil
	})
	if err != nil {
		return fmt.Errorf("wait until people were told: %w; %d messages came, and the notifier says: %+v", err, len(o.told.messages()), n.Status)
	}
	return nil
}

// backUp exports the manifests, and notes how everything was.
func (o *origin) backUp(ctx context.Context) (err error) {
	if o.manifests, err = export(ctx, o.admin, shop, office); err != nil {
		return err
	}
	var filings v1alpha1.IcpFilingList
	if err := o.admin.List(ctx, &filings); err != nil {
		return err
	}
	for i := range filings.Items {
		o.filings[client.ObjectKeyFromObject(&filings.Items[i])] = &filings.Items[i]
	}
	o.routes, err = o.served(ctx)
	return err
}
