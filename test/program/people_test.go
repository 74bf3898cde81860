package program

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	authorizationv1 "k8s.io/api/authorization/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/controllers"
)

// What people may do by the roles that are installed: in the namespace where theirs is bound, or in all where it is bound
// cluster-wide. A right is verb resource, or verb resource/subresource.
var peoplesRights = []struct {
	name, role  string
	clusterWide bool
	may, mayNot string
}{
	{"a viewer of a namespace, by Kubernetes' own role, views its filings", "view", false,
		"get icpfilings, list icpfilings, watch icpfilings, list icpreviews, list filingnotifiers",
		"create icpfilings, patch icpfilings, delete icpfilings, create icpreviews, patch icpfilings/status, get secrets, list exposurepolicies, report filingproviders"},
	{"a viewer by name views no more than filings", "icp-viewer", false,
		"get icpfilings, list icpreviews, list filingnotifiers", "list ingresses, list secrets, create icpfilings"},
	{"an editor of a namespace files, and asks for what is asked of people", "edit", false,
		"create icpfilings, update icpfilings, patch icpfilings, delete icpfilings, list icpfilings, create icpreviews, create filingnotifiers, delete filingnotifiers",
		"patch icpfilings/status, patch icpreviews, delete icpreviews, create exposurepolicies, create filingproviders, decide filingproviders, report filingproviders, ungate exposurepolicies"},
	{"an admin of a namespace is an editor, and no more", "admin", false,
		"create icpfilings, delete icpfilings, create icpreviews", "patch icpfilings/status, create exposurepolicies, decide filingproviders, ungate exposurepolicies"},
	{"a filer by name files", "icp-filer", false,
		"create icpfilings, patch icpfilings, delete icpfilings, create icpreviews, create filingnotifiers", "patch icpfilings/status, create secrets, decide filingproviders"},
	{"who decides records what was decided, of every namespace's filings", "icp-decider", true,
		"report filingproviders, decide filingproviders, list filingproviders, list icpfilings, create icpreviews, list icpreviews",
		"create icpfilings, patch icpfilings, delete icpreviews, patch filingproviders, ungate exposurepolicies, get secrets"},
	{"an admin of filings sets up providers and the gate, and may open it", "icp-admin", true,
		"create filingproviders, update filingproviders, delete filingproviders, patch exposurepolicies, delete exposurepolicies, ungate exposurepolicies",
		"decide filingproviders, report filingproviders, patch exposurepolicies/status, patch filingproviders/status, get secrets, create validatingadmissionpolicies"},
	{"who has no role may do nothing of it", "", false,
		"", "list icpfilings, create icpfilings, create icpreviews, list filingproviders, list exposurepolicies, ungate exposurepolicies"},
}

func TestPeopleMayDoWhatTheirRolesSay(t *testing.T) {
	create(t, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "people"}})
	for i, row := range peoplesRights {
		t.Run(row.name, func(t *testing.T) {
			user := fmt.Sprintf("user-%d", i)
			bind(t, user, row.role, row.clusterWide)
			c, err := client.New(plane.ConfigFor(user), client.Options{Scheme: controllers.Scheme()})
			if err != nil {
				t.Fatal(err)
			}
			// Roles are aggregated, and bindings taken up, a moment after they were made.
			gomega.NewWithT(t).Eventually(func() []string { return without(t, c, row.may) }).WithTimeout(within).Should(gomega.BeEmpty(), "what it may not do, and should")
			if denied := without(t, c, row.mayNot); len(denied) != len(rightsIn(row.mayNot)) {
				t.Errorf("of %q it may not do only %q", row.mayNot, denied)
			}
		})
	}
}

// bind gives a user a role, in the namespace or cluster-wide.
func bind(t *testing.T, user, role string, clusterWide bool) {
	t.Helper()
	if role == "" {
		return
	}
	ref := rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: role}
	subjects := []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: "User", Name: user}}
	if clusterWide {
		create(t, &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: user}, RoleRef: ref, Subjects: subjects})
		return
	}
	create(t, &rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: "people", Name: user}, RoleRef: ref, Subjects: subjects})
}

func rightsIn(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' })
}

var groupsOf = map[string]string{
	"secrets": "", "ingresses": "networking.k8s.io", "validatingadmissionpolicies": "admissionregistration.k8s.io",
}

// without are the rights of a list that the client's user has not, in the namespace.
func without(t *testing.T, c client.Client, list string) (denied []string) {
	t.Helper()
	for _, right := range rightsIn(list) {
		verb, what, _ := strings.Cut(strings.TrimSpace(right), " ")
		resource, subresource, _ := strings.Cut(what, "/")
		group, other := groupsOf[resource]
		if !other {
			group = "icp.beian.dev"
		}
		review := &authorizationv1.SelfSubjectAccessReview{Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &authorizationv1.ResourceAttributes{
			Namespace: "people", Verb: verb, Group: group, Resource: resource, Subresource: subresource,
		}}}
		if err := c.Create(t.Context(), review); err != nil {
			t.Fatal(err)
		}
		if !review.Status.Allowed {
			denied = append(denied, right)
		}
	}
	return denied
}
