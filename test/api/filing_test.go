// Package api_test tries the rules of the kinds through a real API server, with no operator running.
package api_test

import (
	"strings"
	"testing"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// organization is a filing of an organization, as the contract writes one.
const organization = `
apiVersion: icp.beian.dev/v1alpha1
kind: IcpFiling
metadata: {generateName: t-, namespace: default}
spec:
  providerRef: {name: aliyun}
  channel: PC
  account: {site: China, name: ""}
  domain: {name: example.com, registrant: Subject, registrar: "", realNameVerified: true, realNameVerifiedAt: null, expiresAt: null}
  server:
    instance: {id: i-bp1abc, region: cn-hangzhou, location: 浙江杭州, publicIPs: [203.0.113.10], prepaid: true, expiresAt: null}
    serviceNumber: ""
    accessType: CloudServer
  subject:
    nature: Enterprise
    province: Zhejiang
    city: Hangzhou
    district: ""
    name: 杭州示例科技有限公司
    certificate: {type: UnifiedSocialCreditCode, number: 91330106MA2XXXXX0Y, address: 某路1号, expiresAt: null}
    address: 某路1号
    superior: ""
    remark: ""
    responsiblePersonRef: {name: li}
  website:
    name: 示例商城
    homepage: www.example.com
    serviceContents: [Ecommerce]
    preApprovalCategories: [Publishing]
    languages: [zh]
    interactive: false
    commercial: false
    remark: ""
    responsiblePersonRef: {name: wang}
    openedAt: null
  preApprovals:
  - {category: Publishing, authority: 某局, number: "1", expiresAt: null, documentRef: {name: pub-permit, key: permit.jpg}}
  materials:
  - {kind: SubjectCertificate, secretRef: {name: shop-materials, key: license.jpg}}
  existing:
    subject: {number: 浙ICP备12345678号, accessProvider: Other}
    website: {number: "", accessProvider: ""}
  exposure: {namespaces: {from: Same}}
  publicSecurity: {submittedAt: null, number: "", registeredAt: null}
  icpLicense: {number: "", expiresAt: null}
  deletionPolicy: Protect
  suspend: false
`

const individual = `
apiVersion: icp.beian.dev/v1alpha1
kind: IcpFiling
metadata: {generateName: t-, namespace: default}
spec:
  domain: {name: example.net, realNameVerified: true}
  server: {serviceNumber: sn-1}
  subject: {nature: Individual, province: Zhejiang, responsiblePersonRef: {name: li}}
  website: {name: 山间清风随笔, responsiblePersonRef: {name: li}}
`

func object(t *testing.T, manifest string) *unstructured.Unstructured {
	t.Helper()
	u := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(manifest), &u.Object); err != nil {
		t.Fatal(err)
	}
	return u
}

// set puts a value at a dotted path; nil removes it.
func set(path string, value any) func(*testing.T, *unstructured.Unstructured) {
	return func(t *testing.T, u *unstructured.Unstructured) {
		t.Helper()
		fields := strings.Split(path, ".")
		if value == nil {
			unstructured.RemoveNestedField(u.Object, fields...)
			return
		}
		if err := unstructured.SetNestedField(u.Object, value, fields...); err != nil {
			t.Fatal(err)
		}
	}
}

// both makes one change of two.
func both(a, b func(*testing.T, *unstructured.Unstructured)) func(*testing.T, *unstructured.Unstructured) {
	return func(t *testing.T, u *unstructured.Unstructured) {
		t.Helper()
		a(t, u)
		b(t, u)
	}
}

func TestAFilingAsTheContractWritesItIsAccepted(t *testing.T) {
	t.Parallel()
	for name, manifest := range map[string]string{"of an organization": organization, "of an individual": individual} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := object(t, manifest)
			if err := admin.Create(t.Context(), u, client.FieldValidation(metav1.FieldValidationStrict)); err != nil {
				t.Fatal(err)
			}
			var f v1alpha1.IcpFiling
			if err := admin.Get(t.Context(), client.ObjectKeyFromObject(u), &f); err != nil {
				t.Fatal(err)
			}
			if f.Spec.Channel != v1alpha1.ChannelPC || f.Spec.Account.Site != v1alpha1.SiteChina ||
				f.Spec.DeletionPolicy != v1alpha1.DeletionProtect || f.Spec.Exposure.Namespaces.From != v1alpha1.NamespacesSame ||
				f.Spec.Server.AccessType != v1alpha1.AccessCloudServer || f.Spec.Domain.Registrant != v1alpha1.RegistrantSubject {
				t.Errorf("a default is missing: %+v", f.Spec)
			}
		})
	}
}

func TestABadFilingIsRefusedWithTheFieldAndTheRemedy(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		of     string
		change func(*testing.T, *unstructured.Unstructured)
		field  string
		remedy string
	}{
		"a domain with a scheme":                         {organization, set("spec.domain.name", "https://example.com"), "spec.domain.name", "without a scheme"},
		"a domain with a port":                           {organization, set("spec.domain.name", "example.com:8080"), "spec.domain.name", "without a port"},
		"a domain in upper case":                         {organization, set("spec.domain.name", "Example.com"), "spec.domain.name", "in lower case"},
		"a domain of a single label":                     {organization, set("spec.domain.name", "example"), "spec.domain.name", "single label"},
		"a domain with a wildcard":                       {organization, set("spec.domain.name", "*.example.com"), "spec.domain.name", "without a wildcard"},
		"a domain with a trailing dot":                   {organization, set("spec.domain.name", "example.com."), "spec.domain.name", "without the trailing dot"},
		"a domain with an empty label":                   {organization, set("spec.domain.name", "example..com"), "spec.domain.name", "each label takes"},
		"a domain with an underscore":                    {organization, set("spec.domain.name", "my_shop.com"), "spec.domain.name", "only letters, digits, hyphens and dots"},
		"a domain that is an address":                    {organization, set("spec.domain.name", "203.0.113.10"), "spec.domain.name", "IP address"},
		"an internationalized domain in its own script":  {organization, set("spec.domain.name", "例子.中国"), "spec.domain.name", "A-label"},
		"the App with an International account":          {organization, both(set("spec.channel", "App"), set("spec.account.site", "International")), "spec.account.site", "set account.site to China, or channel to PC"},
		"no responsible person of the subject":           {organization, set("spec.subject.responsiblePersonRef", nil), "spec.subject.responsiblePersonRef", "icp.beian.dev/person"},
		"no responsible person of the website":           {organization, set("spec.website.responsiblePersonRef", nil), "spec.website.responsiblePersonRef", "icp.beian.dev/person"},
		"a registration returned that was not submitted": {organization, set("spec.publicSecurity.returnedAt", "2026-12-01T02:00:00Z"), "spec.publicSecurity.returnedAt", "set submittedAt"},
		"a reason of a return that was none":             {organization, set("spec.publicSecurity.returnReason", "the IP differs"), "spec.publicSecurity.returnReason", "goes with returnedAt"},
		"a registration's day without its number":        {organization, set("spec.publicSecurity.registeredAt", "2026-12-01T02:00:00Z"), "spec.publicSecurity.registeredAt", "set number"},
		"an individual's name in the spec":               {individual, set("spec.subject.name", "李某"), "spec.subject.name", "keep it in the Secret"},
		"an individual's address in the spec":            {individual, set("spec.subject.address", "某路1号"), "spec.subject.address", "keep it in the Secret"},
		"an individual's certificate in the spec":        {individual, set("spec.subject.certificate", map[string]any{"type": "Other", "number": "1"}), "spec.subject.certificate", "keep it in the Secret"},
		"an organization without its name":               {organization, set("spec.subject.name", nil), "spec.subject.name", "full name"},
		"an organization without its certificate":        {organization, set("spec.subject.certificate", nil), "spec.subject.certificate", "type and number"},
		"neither instance nor service number":            {organization, set("spec.server.instance", nil), "spec.server", "exactly one of"},
		"both instance and service number":               {organization, set("spec.server.serviceNumber", "sn-1"), "spec.server", "exactly one of"},
		"a home page outside the domain":                 {organization, set("spec.website.homepage", "www.notexample.com"), "spec.website.homepage", "below it"},
		"a home page that ends like the domain":          {organization, set("spec.website.homepage", "notexample.com"), "spec.website.homepage", "below it"},
		"an approval that no category asks for":          {organization, set("spec.website.preApprovalCategories", []any{"News"}), "spec.preApprovals", "name it there too"},
		"a selector that is not asked for":               {organization, set("spec.exposure.namespaces.selector", map[string]any{}), "spec.exposure.namespaces", "from: Selector"},
		"a province that is none":                        {organization, set("spec.subject.province", "Hongkong"), "spec.subject.province", "Zhejiang"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := object(t, tc.of)
			tc.change(t, u)
			err := admin.Create(t.Context(), u, client.FieldValidation(metav1.FieldValidationStrict))
			if !apierrors.IsInvalid(err) {
				t.Fatalf("got %v, want Invalid", err)
			}
			if !strings.Contains(err.Error(), tc.field) || !strings.Contains(err.Error(), tc.remedy) {
				t.Errorf("got %q, want it to name %s and to say %q", err, tc.field, tc.remedy)
			}
		})
	}
}

func TestAFiledDomainCannotBeChanged(t *testing.T) {
	t.Parallel()
	u := object(t, organization)
	if err := admin.Create(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	set("spec.domain.name", "example.org")(t, u)
	set("spec.website.homepage", "www.example.org")(t, u)
	err := admin.Update(t.Context(), u)
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "spec.domain.name") || !strings.Contains(err.Error(), "create a new IcpFiling") {
		t.Errorf("got %v, want Invalid at spec.domain.name with what to do instead", err)
	}
}
