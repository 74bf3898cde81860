package board_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/onsi/gomega"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/board/serve"
	"github.com/beian-dev/icp-operator/test/board/stand"
)

// team makes a namespace with a filing in force and a route of its host.
func team(t *testing.T, namespace, domain string) *v1alpha1.IcpFiling {
	t.Helper()
	if err := board.Team(t.Context(), namespace, nil); err != nil {
		t.Fatal(err)
	}
	f, err := board.File(t.Context(), namespace, domain, v1alpha1.StageApproved, stand.InForce(3))
	if err != nil {
		t.Fatal(err)
	}
	if err := board.Route(t.Context(), namespace, "web", "www."+domain); err != nil {
		t.Fatal(err)
	}
	return f
}

func token(t *testing.T, namespace, audience string) string {
	t.Helper()
	token, err := board.Token(t.Context(), namespace, audience)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// until waits until a page shows something: the operator reads from its memory.
func until(t *testing.T, address, token, shows string) answer {
	t.Helper()
	var got answer
	gomega.NewWithT(t).Eventually(func() string {
		got = get(t, address, token)
		return got.body
	}).WithTimeout(within).WithPolling(4 * serve.UserEvery).Should(gomega.ContainSubstring(shows))
	return got
}

// pages that show filings or routes.
var pages = []string{"/", "/?stage=Approved", "/dates", "/exposure"}

func TestAViewerOfOneNamespaceSeesThatOneAndNothingOfAnother(t *testing.T) {
	t.Parallel()
	team(t, "own", "own.example")
	team(t, "strange", "strange.example")
	admin := token(t, "own", "")
	for _, audience := range []string{serve.Audience, ""} {
		viewer := token(t, "own", audience)
		for _, page := range pages {
			if got := until(t, board.URL+page, viewer, "own.example"); strings.Contains(got.body, "strange") {
				t.Errorf("%s, with a token of %q, shows another namespace:\n%s", page, audience, got.body)
			}
		}
	}
	if got := until(t, board.URL+"/exposure", admin, "www.own.example"); !strings.Contains(got.body, "own/own-example") {
		t.Errorf("the map does not name the filing:\n%s", got.body)
	}
	if got := get(t, board.URL+"/filings/strange/strange-example", admin); got.status != http.StatusNotFound {
		t.Errorf("the page of another's filing: %d", got.status)
	}
}

func TestWhoMayListAllNamespacesSeesAll(t *testing.T) {
	t.Parallel()
	team(t, "one", "one.example")
	team(t, "two", "two.example")
	err := board.Admin.Create(t.Context(), &rbacv1.ClusterRoleBinding{ObjectMeta: metav1.ObjectMeta{Name: "one-sees-all"},
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "icp-viewer"},
		Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: "one", Name: stand.Viewer}}})
	if err != nil {
		t.Fatal(err)
	}
	viewer := token(t, "one", serve.Audience)
	until(t, board.URL+"/?q=two.example", viewer, "/filings/two/two-example")
	// icp-viewer lets them list filings, and view lets them list routes in their own namespace alone.
	got := until(t, board.URL+"/exposure", viewer, "www.one.example")
	if strings.Contains(got.body, "www.two.example") {
		t.Errorf("a route is shown that the viewer may not list:\n%s", got.body)
	}
}

func TestWithoutATokenOfTheClusterThereIsAPageToSignIn(t *testing.T) {
	t.Parallel()
	team(t, "hidden", "hidden.example")
	good := token(t, "hidden", serve.Audience)
	until(t, board.URL+"/", good, "hidden.example")
	for name, wrong := range map[string]string{"nobody": "", "a forged token": good + "x", "a token for somebody else": token(t, "hidden", "https://vault.example")} {
		got := get(t, board.URL+"/", wrong)
		if got.status != http.StatusUnauthorized || strings.Contains(got.body, "hidden.example") || !strings.Contains(got.body, `name="token"`) {
			t.Errorf("%s gets %d:\n%s", name, got.status, got.body)
		}
	}
}

func TestASessionOfOneOperatorIsGoodAtAnother(t *testing.T) {
	t.Parallel()
	team(t, "session", "session.example")
	good := token(t, "session", serve.Audience)
	until(t, board.URL+"/", good, "session.example")
	form := url.Values{"token": {good}, "next": {"/"}}.Encode()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, board.URL+"/sign-in", strings.NewReader(form))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	in := do(t, r)
	if in.status != http.StatusSeeOther || len(in.cookies) != 1 || strings.Contains(in.cookies[0].Value, good) {
		t.Fatalf("signing in: %d %v", in.status, in.header)
	}
	for _, at := range []string{board.URL, board.Other} {
		if got := get(t, at+"/", "", in.cookies...); got.status != http.StatusOK || !strings.Contains(got.body, "session.example") {
			t.Errorf("%s answers %d:\n%s", at, got.status, got.body)
		}
	}
}

func TestAPageChangesWithAFiling(t *testing.T) {
	t.Parallel()
	f := team(t, "changes", "changes.example")
	viewer := token(t, "changes", serve.Audience)
	page := board.URL + "/filings/changes/changes-example"
	before := until(t, page, viewer, "changes.example")
	if err := board.Write(t.Context(), f, stand.At(v1alpha1.StageBureauReview), stand.Returned("", "WebsiteNameInvalid")); err != nil {
		t.Fatal(err)
	}
	after := until(t, page, viewer, "the website&#39;s name breaks the rules for names")
	if before.header.Get("ETag") == after.header.Get("ETag") {
		t.Error("a changed page has the same ETag")
	}
}
