package gate

import (
	"fmt"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// person gives a user of the test's own these verbs, cluster-wide, beside the built-in role admin everywhere.
func person(t *testing.T, name string, rules ...rbacv1.PolicyRule) client.Client {
	t.Helper()
	user := fmt.Sprintf("%s-%d", name, places.Add(1))
	subject := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: user}}
	objects := []client.Object{
		&rbacv1.ClusterRole{ObjectMeta: metav1.ObjectMeta{Name: user}, Rules: append(rules,
			rbacv1.PolicyRule{APIGroups: []string{""}, Resources: []string{"namespaces", "namespaces/status", "namespaces/finalize"}, Verbs: []string{"*"}},
			rbacv1.PolicyRule{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"icpfilings", "icpfilings/status", "icpreviews"},
				Verbs: []string{"get", "list", "watch", "create", "update", "patch", "delete"}},
		)},
		&rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: user}, Subjects: subject,
			RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: user}},
	}
	for _, object := range objects {
		if err := shared.admin.Create(t.Context(), object); err != nil {
			t.Fatal(err)
		}
	}
	made, err := shared.client(shared.ConfigFor(user))
	if err != nil {
		t.Fatal(err)
	}
	place{T: t}.eventually("the role is bound", func() bool {
		return made.Get(t.Context(), client.ObjectKey{Name: "default"}, &corev1.Namespace{}) == nil
	})
	return made
}

func verbs(resource, name string, verbs ...string) rbacv1.PolicyRule {
	return rbacv1.PolicyRule{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{resource}, ResourceNames: []string{name}, Verbs: verbs}
}

// wantRefused expects a refusal that says a thing.
func (p place) wantRefused(err error, says string) {
	p.Helper()
	if !apierrors.IsForbidden(err) && !apierrors.IsInvalid(err) {
		p.Fatalf("want a refusal, got %v", err)
	}
	if !strings.Contains(err.Error(), says) {
		p.Errorf("the refusal does not say %q: %v", says, err)
	}
}

func label(mode string) client.Patch {
	if mode == "" {
		return client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"labels":{%q:null}}}`, v1alpha1.GateLabel))
	}
	return client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"labels":{%q:%q}}}`, v1alpha1.GateLabel, mode))
}

func TestTheModeOfANamespaceIsRaisedByAnyoneAndLoweredByFew(t *testing.T) {
	t.Parallel()
	few := person(t, "may-ungate", verbs("exposurepolicies", "default", "ungate"))
	anyone := person(t, "anyone")
	for _, row := range []struct {
		from, to string
		lowers   bool
	}{
		{"", "off", false}, {"", "hold", false}, {"", "deny", false}, {"off", "audit", false}, {"audit", "warn", false},
		{"warn", "hold", false}, {"hold", "deny", false}, {"deny", "deny", false},
		{"deny", "hold", true}, {"hold", "warn", true}, {"warn", "audit", true}, {"audit", "off", true}, {"deny", "", true}, {"off", "", true},
	} {
		t.Run(fmt.Sprintf("from %q to %q", row.from, row.to), func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, row.from)
			namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.name}}
			for _, status := range []bool{false, true} {
				err := anyone.Patch(t.Context(), namespace, label(row.to), client.DryRunAll)
				if status {
					err = anyone.Status().Patch(t.Context(), namespace, label(row.to), client.DryRunAll)
				}
				if row.lowers {
					p.wantRefused(err, "ungate")
				} else {
					p.must(err)
				}
			}
			p.must(few.Patch(t.Context(), namespace, label(row.to)))
		})
	}
}

func TestAModeThatNobodyKnowsIsRefused(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	for _, mode := range []string{"Hold", "on", "true", "denny"} {
		p.wantRefused(shared.admin.Patch(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.name}}, label(mode)), "use deny, hold, warn, audit or off")
		p.wantRefused(shared.admin.Create(t.Context(), namespaceInMode(p.name+"-x", mode)), "is no mode")
	}
}

func TestAModeThatNobodyKnowsCountsAsDeny(t *testing.T) {
	t.Parallel()
	p := place{T: t, name: "misspelt"}
	p.wantRefused(shared.admin.Create(t.Context(), inPlace(p, ingressFor("www.example.com"))), "not cleared")
	p.wantRefused(shared.admin.Create(t.Context(), inPlace(p, httpRouteFor("www.example.com"))), "not cleared")
	// What has a wrong label can still be written, if the label is left alone.
	p.must(shared.admin.Patch(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: p.name}},
		client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"other":"label"}}}`))))
}

func TestModesThatRefuseNothing(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"", v1alpha1.GateOff, v1alpha1.GateAudit, v1alpha1.GateWarn} {
		t.Run(fmt.Sprintf("%q", mode), func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, mode)
			p.apply(ingressFor("www.example.com"))
			p.wantParked(ingressFor(), false)
			p.apply(httpRouteFor("www.example.com"))
			p.wantParked(httpRouteFor(), false)
		})
	}
}

func TestWarnWarns(t *testing.T) {
	t.Parallel()
	p := newPlace(t, v1alpha1.GateWarn, "example.com")
	warnings := &warningsOf{}
	config := shared.Config()
	config.WarningHandlerWithContext = warnings
	warned, err := client.New(config, client.Options{Scheme: shared.scheme})
	p.must(err)
	p.must(warned.Create(t.Context(), inPlace(p, ingressFor("www.example.com", "www.example.org"))))
	if got := strings.Join(warnings.texts, "\n"); !strings.Contains(got, "www.example.org") || strings.Contains(got, "www.example.com,") {
		t.Errorf("the warning names the wrong hosts: %q", got)
	}
}

func TestTheParkedClassBelongsToNobody(t *testing.T) {
	t.Parallel()
	p := place{T: t}
	class := &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.ParkedClass}}
	isDefault := client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"annotations":{"ingressclass.kubernetes.io/is-default-class":"true"}}}`))
	p.wantRefused(shared.admin.Patch(t.Context(), class, isDefault), "default class")
	p.must(shared.admin.Delete(t.Context(), class))
	class = &networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: v1alpha1.ParkedClass}, Spec: networkingv1.IngressClassSpec{Controller: "k8s.io/ingress-nginx"}}
	p.wantRefused(shared.admin.Create(t.Context(), class), "nobody may serve")
	class.Spec.Controller = "icp.beian.dev/parked"
	p.must(shared.admin.Create(t.Context(), class))
}

func TestTheOperatorAloneSaysWhatIsInForce(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	anyone, admin := person(t, "anyone"), shared.admin
	filing := inPlace(p, filingOf("example.com"))
	forged := filing.DeepCopy()
	forged.Annotations = note(v1alpha1.OpenedAtAnnotation, "2020-01-01T00:00:00Z")
	p.wantRefused(anyone.Create(t.Context(), forged.DeepCopy(), client.DryRunAll), "the operator alone writes icp.beian.dev/opened-at")
	p.must(admin.Create(t.Context(), forged.DeepCopy(), client.DryRunAll)) // a restore
	p.must(anyone.Create(t.Context(), filing))
	for _, person := range []client.Client{anyone, admin} {
		for _, annotation := range []string{v1alpha1.OpenedAtAnnotation, v1alpha1.RemindersAnnotation, v1alpha1.DeadlinesAnnotation, v1alpha1.FinalWarningAnnotation, v1alpha1.RegistryAnnotation} {
			patch := client.RawPatch(types.MergePatchType, fmt.Appendf(nil, `{"metadata":{"annotations":{%q:"x"}}}`, annotation))
			p.wantRefused(person.Patch(t.Context(), filing.DeepCopy(), patch), annotation)
		}
		status := client.RawPatch(types.MergePatchType, []byte(`{"status":{"stage":"Approved"}}`))
		p.wantRefused(person.Status().Patch(t.Context(), filing.DeepCopy(), status), "IcpReview")
	}
	p.must(shared.operator.Patch(t.Context(), filing, client.RawPatch(types.MergePatchType,
		fmt.Appendf(nil, `{"metadata":{"annotations":{%q:"2026-01-01T00:00:00Z"}}}`, v1alpha1.OpenedAtAnnotation))))
	p.must(shared.operator.Status().Patch(t.Context(), filing, client.RawPatch(types.MergePatchType, []byte(`{"status":{"stage":"Preparation"}}`))))
	p.must(anyone.Patch(t.Context(), filing, client.RawPatch(types.MergePatchType, []byte(`{"metadata":{"labels":{"other":"label"}}}`))))
}

func TestWhoMayRecordADecision(t *testing.T) {
	t.Parallel()
	reporter := person(t, "reporter", verbs("filingproviders", "mine", "report"))
	decider := person(t, "decider", verbs("filingproviders", "mine", "decide"))
	nobody := person(t, "nobody")
	restore := rbacv1.PolicyRule{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"icpfilings"}, Verbs: []string{"restore"}}
	restorer := person(t, "restorer", restore, verbs("filingproviders", "mine", "report", "decide"))
	applicant := person(t, "applicant", restore, verbs("filingproviders", "mine", "report"))
	for _, row := range []struct {
		says     string
		who      client.Client
		provider string
		decision v1alpha1.Decision
		by       string
		refusal  string
	}{
		{"who may report reports", reporter, "mine", v1alpha1.DecisionReported, "", ""},
		{"who may report does not decide", reporter, "mine", v1alpha1.DecisionPassed, "", "takes the verb decide on filingproviders/mine"},
		{"who may decide decides", decider, "mine", v1alpha1.DecisionPassed, "", ""},
		{"who may decide does not report", decider, "mine", v1alpha1.DecisionReported, "", "takes the verb report on filingproviders/mine"},
		{"who may decide for one provider does not for another", decider, "other", v1alpha1.DecisionPassed, "", "takes the verb decide on filingproviders/other"},
		{"who may write reviews and no more records nothing", nobody, "mine", v1alpha1.DecisionReported, "", "takes the verb report"},
		{"nobody decides in another's name", decider, "mine", v1alpha1.DecisionPassed, "li@example.com", "spec.decidedBy must be who creates the review"},
		{"who may restore and decide brings back what others decided", restorer, "mine", v1alpha1.DecisionPassed, "li@example.com", ""},
		{"who may restore and report brings back what others reported", applicant, "mine", v1alpha1.DecisionReported, "li@example.com", ""},
		{"who may restore and not decide makes up nobody's decision", applicant, "mine", v1alpha1.DecisionPassed, "li@example.com", "takes the verb decide on filingproviders/mine"},
		{"nor one of their own", applicant, "mine", v1alpha1.DecisionPassed, "", "takes the verb decide on filingproviders/mine"},
		{"who may restore what one provider decided does not for another", restorer, "other", v1alpha1.DecisionPassed, "li@example.com", "takes the verb decide on filingproviders/other"},
		{"a cluster admin decides, too", shared.admin, "mine", v1alpha1.DecisionReturned, "", ""},
	} {
		t.Run(row.says, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, "")
			review := inPlace(p, reviewOf(row.provider, row.decision, row.by))
			if row.by == "" {
				review.Spec.DecidedBy = whoIs(p, row.who)
			}
			err := row.who.Create(t.Context(), review)
			if row.refusal == "" {
				p.must(err)
				return
			}
			p.wantRefused(err, row.refusal)
		})
	}
}

func TestANamespacesAdminNeitherRestoresNorGivesThatRight(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	if p.may("restore", v1alpha1.GroupVersion.Group, "icpfilings") {
		t.Error("the built-in role admin holds the verb restore")
	}
	role := &rbacv1.Role{ObjectMeta: metav1.ObjectMeta{Name: "restorer"}, Rules: []rbacv1.PolicyRule{
		{APIGroups: []string{v1alpha1.GroupVersion.Group}, Resources: []string{"icpfilings"}, Verbs: []string{"restore"}},
	}}
	p.wantRefused(p.tenant.Create(t.Context(), inPlace(p, role)), "attempting to grant RBAC permissions not currently held")
}

func TestWhoMayReportTakesBack(t *testing.T) {
	t.Parallel()
	reporter := person(t, "withdrawer", verbs("filingproviders", "mine", "report"))
	for _, row := range []struct {
		says    string
		change  func(*v1alpha1.IcpReviewSpec)
		refusal string
	}{
		{"the applicant may withdraw", func(s *v1alpha1.IcpReviewSpec) {
			s.Stage, s.Decision, s.Reasons = "Confirmation", v1alpha1.DecisionReturned, []string{"Withdrawn"}
		}, ""},
		{"the applicant returns for no other reason", func(s *v1alpha1.IcpReviewSpec) {
			s.Stage, s.Decision, s.Reasons = "Confirmation", v1alpha1.DecisionReturned, []string{"Withdrawn", "WebsiteNameInvalid"}
		}, "takes the verb decide on filingproviders/mine"},
		{"the applicant does not call a reviewer's return a withdrawal", func(s *v1alpha1.IcpReviewSpec) {
			s.Stage, s.Decision, s.Reasons = "BureauReview", v1alpha1.DecisionReturned, []string{"Withdrawn"}
		}, "takes the verb decide on filingproviders/mine"},
	} {
		t.Run(row.says, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, "")
			review := inPlace(p, reviewOf("mine", v1alpha1.DecisionReported, whoIs(p, reporter)))
			row.change(&review.Spec)
			err := reporter.Create(t.Context(), review)
			if row.refusal == "" {
				p.must(err)
				return
			}
			p.wantRefused(err, row.refusal)
		})
	}
}
