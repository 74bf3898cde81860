package http_test

import (
	"encoding/json"
	"fmt"
	nethttp "net/http"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// full is an application in which every field that is sent has a value.
func full() provider.Application {
	at := &metav1.Time{Time: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)}
	prepaid := true
	p := person
	p.Role, p.IDValidUntil, p.MainlandResident = "Authorized", "2040-01-01", true
	return provider.Application{
		FilingType: v1alpha1.AccessFiling,
		Spec: v1alpha1.IcpFilingSpec{
			Channel: v1alpha1.ChannelApp, Account: v1alpha1.Account{Site: v1alpha1.SiteInternational, Name: "team"},
			Domain: v1alpha1.Domain{Name: "example.com", Registrant: v1alpha1.RegistrantExecutive, Registrar: "a registrar", RealNameVerified: true, RealNameVerifiedAt: at, ExpiresAt: at},
			Server: v1alpha1.Server{
				AccessType: v1alpha1.AccessVirtualHost, ServiceNumber: "S1",
				Instance: &v1alpha1.Instance{ID: "i-1", Region: "cn-hangzhou", Location: "浙江杭州", PublicIPs: []string{"203.0.113.10"}, Prepaid: &prepaid, ExpiresAt: at},
			},
			Subject: v1alpha1.Subject{
				Nature: v1alpha1.NatureEnterprise, Province: "Zhejiang", City: "Hangzhou", District: "Xihu", Name: "杭州示例科技有限公司", Address: "地址", Superior: "上级", Remark: "备注",
				Certificate: &v1alpha1.Certificate{Type: v1alpha1.CertificateUSCC, Number: "91330106MA2EXAMPLE", Address: "住所", ExpiresAt: at},
			},
			Website: v1alpha1.Website{
				Name: "示例商城", Homepage: "www.example.com", ServiceContents: []v1alpha1.ServiceContent{"Ecommerce"}, Languages: []string{"zh"},
				PreApprovalCategories: []v1alpha1.PreApprovalCategory{v1alpha1.PreApprovalNews}, Interactive: true, Commercial: true, Remark: "备注",
			},
			PreApprovals: []v1alpha1.PreApproval{{Category: v1alpha1.PreApprovalNews, Authority: "机关", Number: "1", ExpiresAt: at, DocumentRef: &v1alpha1.SecretKeyReference{Name: "permit", Key: "permit.png"}}},
			Materials:    []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate}},
			Existing: v1alpha1.Existing{
				Subject: v1alpha1.ExistingFiling{Number: "浙ICP备26000001号", AccessProvider: v1alpha1.OtherProvider},
				Website: v1alpha1.ExistingFiling{Number: "浙ICP备26000001号-1", AccessProvider: v1alpha1.OtherProvider},
			},
		},
		SubjectPerson: p, WebsitePerson: p,
	}
}

// received gives what a server reads of a call's body.
func received[T any](t *testing.T, status int, answer string, call func(*http.Client) error) T {
	t.Helper()
	var got T
	server := newStub(t, func(w nethttp.ResponseWriter, r *nethttp.Request) {
		if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
			t.Error(err)
		}
		answering(status, protocol.MediaType, answer)(w, r)
	})
	if err := call(client(t, http.Options{URL: server.URL})); err != nil {
		t.Fatal(err)
	}
	return got
}

// unset lists the fields of a value that have none.
func unset(path string, v reflect.Value) []string {
	if v.IsZero() {
		return []string{path}
	}
	if v.Type() == reflect.TypeFor[time.Time]() {
		return nil
	}
	var missing []string
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			missing = append(missing, unset(path+"."+v.Type().Field(i).Name, v.Field(i))...)
		}
	case reflect.Slice:
		for i := range v.Len() {
			missing = append(missing, unset(fmt.Sprint(path, "[", i, "]"), v.Index(i))...)
		}
	default:
	}
	return missing
}

func TestEveryFactOfAnApplicationArrives(t *testing.T) {
	t.Parallel()
	got := received[protocol.Application](t, 201, order(nil), func(c *http.Client) error {
		_, err := c.Create(t.Context(), "a-key-of-its-own", full())
		return err
	})
	if missing := unset("application", reflect.ValueOf(got)); len(missing) > 0 {
		t.Errorf("of what was given the server does not see %v", missing)
	}
	again := received[protocol.Resubmission](t, 201, order(func(o *protocol.Order) { o.Attempt = 2 }), func(c *http.Client) error {
		_, err := c.Resubmit(t.Context(), "a-key-of-its-own", "O1", 2, full())
		return err
	})
	if diff := cmp.Diff(protocol.Resubmission{Attempt: 2, Application: got}, again); diff != "" {
		t.Errorf("a resubmission says otherwise (-want +got):\n%s", diff)
	}
}

func TestASubjectIsAskedAboutByItsOwnPaperAlone(t *testing.T) {
	t.Parallel()
	ask := func(a provider.Application) protocol.TypeQuestion {
		t.Helper()
		return received[protocol.TypeQuestion](t, 200, `{"filingType": "FirstFiling", "reason": "NeitherFiled"}`, func(c *http.Client) error {
			_, err := c.Determine(t.Context(), provider.TypeQuestion{Spec: a.Spec, SubjectPerson: a.SubjectPerson})
			return err
		})
	}
	organization := ask(full())
	if missing := unset("question", reflect.ValueOf(organization)); len(missing) > 0 {
		t.Errorf("of what was given the server does not see %v", missing)
	}
	if text, _ := json.Marshal(organization); containsAny(string(text), person.PersonalValues()) {
		t.Errorf("a question about an organization holds a person: %s", text)
	}
	one := application()
	want := protocol.Certificate{Type: person.IDType, Number: person.IDNumber}
	if diff := cmp.Diff(want, ask(one).Subject.Certificate); diff != "" {
		t.Errorf("an individual is asked about otherwise (-want +got):\n%s", diff)
	}
}

func TestWhatASpecLeavesOutHasItsDefault(t *testing.T) {
	t.Parallel()
	got := received[protocol.Application](t, 201, order(nil), func(c *http.Client) error {
		_, err := c.Create(t.Context(), "a-key-of-its-own", application())
		return err
	})
	want := []string{"China", "PC", "Subject", "CloudServer", "example.com"}
	is := []string{string(got.AccountSite), string(got.Channel), string(got.Domain.Registrant), string(got.Server.AccessType), got.Website.Homepage}
	if diff := cmp.Diff(want, is); diff != "" {
		t.Errorf("defaults differ (-want +got):\n%s", diff)
	}
}
