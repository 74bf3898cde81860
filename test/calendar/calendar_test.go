package calendar_test

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/onsi/gomega"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/agenda/serve"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// team is a namespace with a filing, and a viewer of it.
type team struct {
	namespace string
	filing    *v1alpha1.IcpFiling
}

// newTeam makes a namespace with the sample's filing, whose domain ends on a date, and a service account that may view it.
func newTeam(t *testing.T, domain, date string) team {
	t.Helper()
	ns := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "calendar-"}}
	create(t, ns)
	f := sample(t)
	f.Namespace, f.Name, f.Spec.Domain.Name, f.Spec.Website.Homepage = ns.Name, strings.ReplaceAll(domain, ".", "-"), domain, "www."+domain
	create(t, f,
		&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "calendar"}},
		&rbacv1.RoleBinding{ObjectMeta: metav1.ObjectMeta{Namespace: ns.Name, Name: "calendar"},
			RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "icp-viewer"},
			Subjects: []rbacv1.Subject{{Kind: "ServiceAccount", Namespace: ns.Name, Name: "calendar"}}})
	tm := team{ns.Name, f}
	tm.domainEnds(t, date)
	return tm
}

func sample(t *testing.T) *v1alpha1.IcpFiling {
	t.Helper()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Kustomize(filepath.Join(root, "config", "samples"))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range objects {
		if o.GetKind() == "IcpFiling" {
			var f v1alpha1.IcpFiling
			if err := controllers.Scheme().Convert(o, &f, nil); err != nil {
				t.Fatal(err)
			}
			return &f
		}
	}
	t.Fatal("the samples hold no filing")
	return nil
}

func create(t *testing.T, objects ...client.Object) {
	t.Helper()
	for _, o := range objects {
		if err := admin.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
}

// domainEnds writes the status, as the operator.
func (tm team) domainEnds(t *testing.T, date string) {
	t.Helper()
	before := tm.filing.DeepCopy()
	tm.filing.Status.Stage = v1alpha1.StageApproved
	tm.filing.Status.Deadlines = []v1alpha1.DeadlineStatus{{Name: "Domain", Date: date}}
	if err := asOperator.Status().Patch(t.Context(), tm.filing, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

// token is one of the viewer, of an audience; "" for the API server's own.
func (tm team) token(t *testing.T, audience string) string {
	t.Helper()
	request := &authenticationv1.TokenRequest{}
	if audience != "" {
		request.Spec.Audiences = []string{audience}
	}
	answer, err := tokens.CoreV1().ServiceAccounts(tm.namespace).CreateToken(t.Context(), "calendar", request, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return answer.Status.Token
}

// answer is what the server said.
type answer struct {
	status    int
	etag      string
	challenge string
	body      string
}

// get asks for a namespace's feed, with a token as the password, as a calendar program does.
func get(t *testing.T, namespace, token, etag string) answer {
	t.Helper()
	return ask(t, http.DefaultClient, url, namespace, token, etag)
}

func ask(t *testing.T, c *http.Client, url, namespace, token, etag string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+serve.Path+"?lang=en&namespace="+namespace, nil)
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		r.SetBasicAuth("calendar", token)
	}
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	response, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header.Get("ETag"), response.Header.Get("WWW-Authenticate"), string(body)}
}

// poll is how often a viewer asks who waits: no more often than the server lets anybody ask for two minutes.
const poll = 5 * time.Second

// untilShown waits until a namespace's feed shows a day: the operator reads filings from its memory.
func untilShown(t *testing.T, namespace, token, day string) answer {
	t.Helper()
	var got answer
	gomega.NewWithT(t).Eventually(func() string {
		got = get(t, namespace, token, "")
		return got.body
	}).WithTimeout(within).WithPolling(poll).Should(gomega.ContainSubstring("DTSTART;VALUE=DATE:" + day))
	return got
}

func TestAViewersTokenGetsTheFeedOfItsNamespaceAndOfNoOther(t *testing.T) {
	t.Parallel()
	shop, other := newTeam(t, "shop.example", "2027-03-01"), newTeam(t, "other.example", "2027-04-01")
	for name, audience := range map[string]string{"for calendars alone": serve.Audience, "of the API server's": ""} {
		token := shop.token(t, audience)
		got := untilShown(t, shop.namespace, token, "20270301")
		cal, err := ics.ParseCalendar(strings.NewReader(got.body))
		if err != nil || len(cal.Events()) != 1 || strings.Contains(got.body, "other.example") {
			t.Errorf("a token %s gets %v:\n%s", name, err, got.body)
		}
		forbidden := get(t, other.namespace, token, "")
		if want := cluster.ServiceAccountUser(shop.namespace, "calendar") + " may not list icpfilings.icp.beian.dev"; forbidden.status != http.StatusForbidden || !strings.Contains(forbidden.body, want) {
			t.Errorf("a token %s gets %d of another namespace: %s", name, forbidden.status, forbidden.body)
		}
	}
}

func TestWithoutATokenOfTheClusterThereIsNoFeed(t *testing.T) {
	t.Parallel()
	shop := newTeam(t, "untold.example", "2027-03-01")
	for name, token := range map[string]string{
		"nobody": "", "a forged token": shop.token(t, serve.Audience) + "x", "a token for somebody else": shop.token(t, "https://vault.example"),
	} {
		got := get(t, shop.namespace, token, "")
		if got.status != http.StatusUnauthorized || !strings.HasPrefix(got.challenge, "Basic ") || strings.Contains(got.body, "untold.example") {
			t.Errorf("%s gets %d, challenged by %q: %s", name, got.status, got.challenge, got.body)
		}
	}
}

func TestATokenForCalendarsIsGoodForNothingElse(t *testing.T) {
	t.Parallel()
	shop := newTeam(t, "audience.example", "2027-03-01")
	review := &authenticationv1.TokenReview{Spec: authenticationv1.TokenReviewSpec{Token: shop.token(t, serve.Audience)}}
	if err := admin.Create(t.Context(), review); err != nil || review.Status.Authenticated {
		t.Errorf("the API server takes the token itself (%v, %v)", review.Status.Authenticated, err)
	}
}

func TestTheFeedChangesWithAFilingAndOtherwiseIsNotSentAgain(t *testing.T) {
	t.Parallel()
	shop := newTeam(t, "changes.example", "2027-03-01")
	token := shop.token(t, serve.Audience)
	first := untilShown(t, shop.namespace, token, "20270301")
	if again := get(t, shop.namespace, token, first.etag); again.status != http.StatusNotModified || again.body != "" {
		t.Errorf("nothing changed, and the answer is %d: %s", again.status, again.body)
	}
	shop.domainEnds(t, "2028-03-01")
	if changed := untilShown(t, shop.namespace, token, "20280301"); changed.etag == first.etag {
		t.Errorf("a date changed, and the feed is still %s", first.etag)
	}
}

func TestTheFeedIsServedOverTLSWithTheCertificateOfADirectory(t *testing.T) {
	t.Parallel()
	shop := newTeam(t, "tls.example", "2027-03-01")
	token := shop.token(t, serve.Audience)
	want := untilShown(t, shop.namespace, token, "20270301")
	trusting := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: authority, MinVersion: tls.VersionTLS12}}}
	if got := ask(t, trusting, secure, shop.namespace, token, ""); got != want {
		t.Errorf("over TLS the answer is %v, without %v", got, want)
	}
}

func TestTheKustomizationServesCalendarsBehindItsService(t *testing.T) {
	t.Parallel()
	root, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	objects, err := cluster.Kustomize(filepath.Join(root, "config", "calendar"))
	if err != nil {
		t.Fatal(err)
	}
	var deployment appsv1.Deployment
	var service corev1.Service
	for _, o := range objects {
		var into any
		switch o.GetKind() + "/" + o.GetName() {
		case "Deployment/icp-operator":
			into = &deployment
		case "Service/icp-calendar":
			into = &service
		default:
			continue
		}
		if err := runtime.DefaultUnstructuredConverter.FromUnstructured(o.Object, into); err != nil {
			t.Fatal(err)
		}
	}
	pod := deployment.Spec.Template
	container := pod.Spec.Containers[0]
	for name, ok := range map[string]bool{
		"the flag binds the port that the Service reaches": slices.ContainsFunc(container.Ports, func(p corev1.ContainerPort) bool {
			return p.Name == service.Spec.Ports[0].TargetPort.StrVal && slices.Contains(container.Args, fmt.Sprint("--calendar-bind-address=:", p.ContainerPort))
		}),
		"the certificate is where the flag says": slices.ContainsFunc(container.VolumeMounts, func(m corev1.VolumeMount) bool {
			return slices.Contains(container.Args, "--calendar-cert-dir="+m.MountPath)
		}),
		"the Service selects the operators": labels.SelectorFromSet(service.Spec.Selector).Matches(labels.Set(pod.Labels)),
	} {
		if !ok {
			t.Error("it does not hold that " + name)
		}
	}
}
