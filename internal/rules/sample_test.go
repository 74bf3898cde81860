package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// today is when the checks of these tests run, a Tuesday.
const today = "2026-11-24T10:00:00+08:00"

// organization is a filing that has nothing to find fault with.
func organization() *v1alpha1.IcpFilingSpec {
	prepaid := true
	return &v1alpha1.IcpFilingSpec{
		Channel: v1alpha1.ChannelPC,
		Account: v1alpha1.Account{Site: v1alpha1.SiteChina},
		Domain:  v1alpha1.Domain{Name: "example.com", Registrant: v1alpha1.RegistrantSubject, RealNameVerified: true},
		Server: v1alpha1.Server{
			Instance: &v1alpha1.Instance{
				ID: "i-bp1abc", Region: "cn-hangzhou", Location: "浙江杭州", PublicIPs: []string{"203.0.113.10"}, Prepaid: &prepaid,
			},
			AccessType: v1alpha1.AccessCloudServer,
		},
		Subject: v1alpha1.Subject{
			Nature: v1alpha1.NatureEnterprise, Province: "Zhejiang", City: "Hangzhou", Name: "杭州示例科技有限公司",
			Certificate:          &v1alpha1.Certificate{Type: v1alpha1.CertificateUSCC, Number: "91330106MA2XXXXX0Y"},
			ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "li"},
		},
		Website: v1alpha1.Website{
			Name: "示例商城", Homepage: "www.example.com", ServiceContents: []v1alpha1.ServiceContent{"Ecommerce"},
			ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "wang"},
		},
	}
}

// individual is a person's filing that has nothing to find fault with.
func individual() *v1alpha1.IcpFilingSpec {
	spec := organization()
	spec.Subject = v1alpha1.Subject{
		Nature: v1alpha1.NatureIndividual, Province: "Zhejiang", ResponsiblePersonRef: &v1alpha1.SecretReference{Name: "li"},
	}
	spec.Website.Name = "山间清风随笔"
	spec.Website.ServiceContents = []v1alpha1.ServiceContent{"PersonalBlog"}
	spec.Website.ResponsiblePersonRef = &v1alpha1.SecretReference{Name: "li"}
	return spec
}

// person is the Secret of a responsible person that has nothing to find fault with. Everyone in it is made up.
func person() map[string][]byte {
	return map[string][]byte{
		v1alpha1.PersonName:             []byte("李示例"),
		v1alpha1.PersonRole:             []byte(rules.RoleLegalRepresentative),
		v1alpha1.PersonIDType:           []byte(rules.IDTypeResident),
		v1alpha1.PersonIDNumber:         []byte("33010619900101000X"),
		v1alpha1.PersonIDValidUntil:     []byte("2036-01-01"),
		v1alpha1.PersonMobile:           []byte("13900000000"),
		v1alpha1.PersonEmergencyPhone:   []byte("0571-88888888"),
		v1alpha1.PersonEmail:            []byte("li@example.com"),
		v1alpha1.PersonAddress:          []byte("杭州市西湖区示例路1号"),
		v1alpha1.PersonMainlandResident: []byte("true"),
	}
}

// day is the start of a Beijing day as the API has it.
func day(date string) *metav1.Time {
	parsed, err := time.Parse(time.RFC3339, date+"T00:00:00+08:00")
	if err != nil {
		panic(err)
	}
	return &metav1.Time{Time: parsed}
}

// short writes findings as "Severity Reason field", and fails on a message that does not end with its rule.
func short(t *testing.T, findings []rules.Finding) []string {
	t.Helper()
	list := []string{}
	for _, f := range findings {
		list = append(list, fmt.Sprintf("%s %s %s", f.Severity, f.Reason, f.Field))
		if want := fmt.Sprintf(" (filing rules %s, %s)", f.Rule.Date, f.Rule.Source); !strings.HasSuffix(f.Message, want) || f.Rule.Date == "" {
			t.Errorf("message %q does not end with its rule %q", f.Message, want)
		}
		if strings.Contains(f.Message, "%!") {
			t.Errorf("message %q is badly formatted", f.Message)
		}
	}
	return list
}
