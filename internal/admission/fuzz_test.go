package admission_test

import (
	"testing"

	"github.com/beian-dev/icp-operator/internal/admission"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// FuzzClearances: whatever stands in a Namespace's annotations, it is read; and the change to what should stand leads there.
func FuzzClearances(f *testing.F) {
	f.Add("2\nexample.com", "\nexample.com\n", "\nexample.org\n", "example.net", "example.com shop/site BureauReview\n+")
	f.Add("x", "", "\n\n", "a.cn", "1")
	f.Fuzz(func(t *testing.T, header, shelf, block, domain, pending string) {
		annotations := map[string]string{
			"cleared.icp.beian.dev/v1": header, "cleared.icp.beian.dev/v1.e": shelf, "cleared.icp.beian.dev/v1.00": block,
			"cleared.icp.beian.dev/v1.pending": pending, "cleared.icp.beian.dev/v1.omitted": pending, "cleared.icp.beian.dev/v1.parents": block,
		}
		admission.DecodePending(annotations)
		admission.DecodeOmitted(annotations)
		admission.Stand(annotations).Has(domain)
		want := exposure.NewClearances(domain)
		for name, value := range admission.Change(annotations, want) {
			if value == nil {
				delete(annotations, name)
				continue
			}
			annotations[name] = *value
		}
		got := admission.Decode(annotations)
		if got.Len() != want.Len() || exposure.ValidDomain(domain) != got.Has(domain) {
			t.Errorf("after the change %q stands, want %q", got.Domains(), want.Domains())
		}
		if again := admission.Change(annotations, want); len(again) > 0 {
			t.Errorf("the change leads to another one: %v", again)
		}
	})
}
