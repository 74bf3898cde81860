package shard_test

import (
	"cmp"
	"testing"
	"time"

	"github.com/onsi/gomega"
	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

var revoked = simulator.Ruling{Stage: v1alpha1.StageApproved, Decision: v1alpha1.DecisionRevoked, Reasons: []string{"RandomCheckFailed"}}

func TestEachNamespaceIsWorkedOnByTheOperatorOfItsShardAlone(t *testing.T) {
	leads(t, none, east, west)
	own := desk(t, "shared")
	sites, began := map[string]client.ObjectKey{}, map[string]int{}
	for _, shard := range []string{none, east, west} {
		ns := "worked-on-by-" + cmp.Or(shard, "none")
		began[shard] = starts(gomega.NewWithT(t), shard)
		open(t, ns, shard)
		sites[shard] = file(t, ns, ns+".cn", "shared")
	}
	for shard, key := range sites {
		stands(t, key, v1alpha1.StageApproved)
		g := gomega.NewWithT(t)
		g.Expect(writers(t, in(key.Namespace))).To(gomega.Equal([]string{shard}), "who wrote in %s", key.Namespace)
		// A new namespace is passed on by the operator that is of no shard.
		want := []string{shard}
		if shard != none {
			want = []string{none, shard}
		}
		g.Expect(writers(t, on(key.Namespace))).To(gomega.Equal(want), "who wrote on %s", key.Namespace)
		g.Expect(starts(g, shard)).To(gomega.Equal(began[shard]), "starts of the operator of shard %q: a new namespace costs none", shard)
	}

	t.Run("the gate's policies and the ExposurePolicy have one writer", func(t *testing.T) {
		of := func(w cluster.Write) bool {
			return w.Group == "admissionregistration.k8s.io" || w.Resource == "exposurepolicies"
		}
		gomega.NewWithT(t).Expect(writers(t, of)).To(gomega.Equal([]string{none}))
	})
	t.Run("a revocation in one shard is acted on while that of another is down", func(t *testing.T) {
		// Its lease is given back, so that it need not be waited for.
		if err := running[west].Stop(); err != nil {
			t.Fatal(err)
		}
		for _, shard := range []string{east, west} {
			if err := own.Decide(stands(t, sites[shard], v1alpha1.StageApproved).Status.OrderID, revoked); err != nil {
				t.Fatal(err)
			}
		}
		stands(t, sites[east], v1alpha1.StageRevoked)
		if !parked(t, gomega.NewWithT(t), sites[east]) || parked(t, gomega.NewWithT(t), sites[west]) {
			t.Error("the shard whose operator is down was worked on by another")
		}
		if err := start(west); err != nil {
			t.Fatal(err)
		}
		stands(t, sites[west], v1alpha1.StageRevoked)
		gomega.NewWithT(t).Expect(writers(t, in(sites[west].Namespace))).To(gomega.Equal([]string{west}))
	})
}

func TestANamespaceGoesFromOneOperatorToAnotherWithoutAMomentOfTwo(t *testing.T) {
	leads(t, none, east)
	g := gomega.NewWithT(t)
	own := desk(t, "moving")
	open(t, "moving", none)
	key := file(t, "moving", "moving.cn", "moving")
	filed := stands(t, key, v1alpha1.StageApproved)
	began := starts(g, east)
	events, err := admin.Watch(t.Context(), &corev1.NamespaceList{})
	g.Expect(err).NotTo(gomega.HaveOccurred())
	// Revoked at an operator that does not hear of it any more: the next one finds it.
	labelled(t, "moving", east)
	g.Eventually(func() int { return starts(g, none) }).WithTimeout(within).WithPolling(20*time.Millisecond).Should(gomega.BeNumerically(">", 1), "the operator that lets go begins anew")
	g.Eventually(func() string { return heldBy(t, "moving") }).WithTimeout(within).WithPolling(20 * time.Millisecond).Should(gomega.Equal(east))
	g.Expect(admin.Get(t.Context(), key, filed)).To(gomega.Succeed())
	g.Expect(filed.Status.Stage).To(gomega.Equal(v1alpha1.StageApproved))
	g.Expect(own.Decide(filed.Status.OrderID, revoked)).To(gomega.Succeed())
	stands(t, key, v1alpha1.StageRevoked)
	events.Stop()
	uncleared := false
	for event := range events.ResultChan() {
		if ns, is := event.Object.(*corev1.Namespace); is && event.Type == watch.Modified && ns.Name == "moving" {
			stand := admission.Stand(ns.Annotations).Has("moving.cn")
			if stand && uncleared {
				t.Error("the domain was cleared again")
			}
			uncleared = !stand
		}
	}
	g.Expect(writers(t, in("moving"))).To(gomega.Equal([]string{none, east}))
	g.Expect(writers(t, on("moving"))).To(gomega.Equal([]string{none, east}))
	g.Expect(starts(g, east)).To(gomega.Equal(began), "the operator that takes it does not begin anew")

	var fp v1alpha1.FilingProvider
	g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: "moving"}, &fp)).To(gomega.Succeed())
	g.Expect(meta.IsStatusConditionTrue(fp.Status.Conditions, v1alpha1.ConditionReady)).To(gomega.BeTrue())
	g.Expect(fp.Status.Shards).To(gomega.HaveLen(1))
	g.Expect(fp.Status.Shards[0].Name).To(gomega.Equal(east))
}

func TestWhatCannotBeSplitIsSaidAndStaysClosed(t *testing.T) {
	leads(t, none, east, west)
	g := gomega.NewWithT(t)
	desk(t, "split")
	open(t, "split-east", east)
	open(t, "split-west", west)
	all := file(t, "split-east", "split.cn", "split", func(f *v1alpha1.IcpFiling) {
		f.Spec.Exposure.Namespaces.From = v1alpha1.NamespacesAll
	})
	stands(t, all, v1alpha1.StageApproved)

	t.Run("a filing that lets a namespace of another shard in clears nothing there, and says so", func(t *testing.T) {
		saysOf(t, all, v1alpha1.ConditionExposureAllowed, v1alpha1.ReasonSomeNamespacesElsewhere)
		route := cluster.Ingress(client.ObjectKey{Namespace: "split-west", Name: "guest"}, "guest.split.cn")
		create(t, route)
		if !parked(t, gomega.NewWithT(t), client.ObjectKeyFromObject(route)) {
			t.Error("a host of another shard's filing is served")
		}
	})
	t.Run("a domain that is cleared in one shard is not filed in another", func(t *testing.T) {
		second := file(t, "split-west", "split.cn", "split")
		saysOf(t, second, v1alpha1.ConditionReady, v1alpha1.ReasonDomainConflict)
		if !parked(t, gomega.NewWithT(t), second) {
			t.Error("the second filing's route is served")
		}
	})
	t.Run("people take filings to a provider of one shard", func(t *testing.T) {
		create(t, &v1alpha1.FilingProvider{ObjectMeta: metav1.ObjectMeta{Name: "by-hand"}, Spec: v1alpha1.FilingProviderSpec{Manual: &v1alpha1.ManualProvider{}}})
		open(t, "by-hand-east", east)
		key := file(t, "by-hand-east", "by-hand.cn", "by-hand")
		saysOf(t, key, v1alpha1.ConditionReady, v1alpha1.ReasonProviderNotAllowed)
		var fp v1alpha1.FilingProvider
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Name: "by-hand"}, &fp)).To(gomega.Succeed())
		before := fp.DeepCopy()
		fp.Labels = map[string]string{v1alpha1.ShardLabel: east}
		g.Expect(admin.Patch(t.Context(), &fp, client.MergeFrom(before))).To(gomega.Succeed())
		gomega.NewWithT(t).Eventually(func() string { return reasonOf(t, key, v1alpha1.ConditionReady) }).WithTimeout(within).ShouldNot(gomega.Equal(v1alpha1.ReasonProviderNotAllowed))
	})
}

func TestANamespaceStaysWithItsOperatorUntilTheOtherIsRunning(t *testing.T) {
	leads(t, none)
	g := gomega.NewWithT(t)
	desk(t, "unheard")
	open(t, "unheard", none)
	labelled(t, "unheard", "misspelt")
	key := file(t, "unheard", "unheard.cn", "unheard")
	stands(t, key, v1alpha1.StageApproved)
	g.Expect(heldBy(t, "unheard")).To(gomega.Equal(none))
	g.Expect(writers(t, in("unheard"))).To(gomega.Equal([]string{none}))
	g.Eventually(func(g gomega.Gomega) {
		var events eventsv1.EventList
		g.Expect(admin.List(t.Context(), &events)).To(gomega.Succeed())
		var told []string
		for i := range events.Items {
			if events.Items[i].Regarding.Name == "unheard" {
				told = append(told, events.Items[i].Reason)
			}
		}
		g.Expect(told).To(gomega.ContainElement("ShardNotRunning"))
	}).WithTimeout(within).Should(gomega.Succeed())
}

func TestWhoseANamespaceIsIsForWhoMayHandItOver(t *testing.T) {
	create(t,
		&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: "namespaces"}, Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"namespaces"}, Verbs: []string{"*"}}}},
		&rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "namespaces"}, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "namespaces"}, Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: "tenant"}}},
	)
	tenant, err := client.New(plane.ConfigFor("tenant"), client.Options{Scheme: controllers.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	g := gomega.NewWithT(t)
	g.Eventually(func() error {
		return tenant.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "tenants"}}, client.DryRunAll)
	}).WithTimeout(within).Should(gomega.Succeed())
	labelled := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "tenants", Labels: map[string]string{v1alpha1.ShardLabel: east}}}
	if err := tenant.Create(t.Context(), labelled.DeepCopy(), client.DryRunAll); !apierrors.IsForbidden(err) {
		t.Errorf("a tenant labels a namespace: %v, want a refusal", err)
	}
	labelled.Labels[v1alpha1.ShardLabel] = "no.name"
	if err := admin.Create(t.Context(), labelled.DeepCopy(), client.DryRunAll); !apierrors.IsInvalid(err) {
		t.Errorf("a shard's name with a dot: %v, want a refusal", err)
	}
}

func labelled(t *testing.T, namespace, shard string) {
	t.Helper()
	var ns corev1.Namespace
	if err := admin.Get(t.Context(), client.ObjectKey{Name: namespace}, &ns); err != nil {
		t.Fatal(err)
	}
	before := ns.DeepCopy()
	ns.Labels[v1alpha1.ShardLabel] = shard
	if err := admin.Patch(t.Context(), &ns, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

func heldBy(t *testing.T, namespace string) string {
	t.Helper()
	var ns corev1.Namespace
	if err := admin.Get(t.Context(), client.ObjectKey{Name: namespace}, &ns); err != nil {
		t.Fatal(err)
	}
	return admission.HeldBy(ns.Annotations)
}

func reasonOf(t *testing.T, key client.ObjectKey, condition string) string {
	t.Helper()
	var f v1alpha1.IcpFiling
	if err := admin.Get(t.Context(), key, &f); err != nil {
		t.Fatal(err)
	}
	if c := meta.FindStatusCondition(f.Status.Conditions, condition); c != nil {
		return c.Reason
	}
	return ""
}

func saysOf(t *testing.T, key client.ObjectKey, condition, reason string) {
	t.Helper()
	gomega.NewWithT(t).Eventually(func() string { return reasonOf(t, key, condition) }).WithTimeout(within).WithPolling(100*time.Millisecond).
		Should(gomega.Equal(reason), "%s of %s", condition, key)
}
