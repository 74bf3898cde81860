package admission

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// domains draws domains that crowd together, or do not: of few letters or many, alike at the front or not.
func domains(t *rapid.T, most int) []string {
	front := rapid.SampledFrom([]string{"", "a", strings.Repeat("a", 40), "xn--"}).Draw(t, "front")
	label := rapid.StringMatching(rapid.SampledFrom([]string{"[a-z0-9]{1,20}", "[ab]{1,15}", "z[a-z]{1,3}"}).Draw(t, "form"))
	suffix := rapid.SampledFrom([]string{".cn", ".com", ".com.cn", ".a.b.cn"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
		return front + label.Draw(t, "label") + suffix.Draw(t, "suffix")
	}), 0, most).Draw(t, "domains")
}

func TestDecodeReadsWhatEncodeWrote(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cleared := exposure.NewClearances(domains(t, 600)...)
		if diff := cmp.Diff(cleared.Domains(), Decode(Encode(cleared)).Domains()); diff != "" {
			t.Fatalf("(-written +read):\n%s", diff)
		}
	})
}

func TestTheLayoutHoldsWhatThePoliciesRelyOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cleared := exposure.NewClearances(domains(t, 600)...)
		annotations := Encode(cleared)
		standing := Stand(annotations)
		for name, block := range annotations {
			if name != headerKey && (len(block) > blockSize || !strings.HasPrefix(block, "\n") || !strings.HasSuffix(block, "\n")) {
				t.Fatalf("%s is no block: %q", name, block)
			}
		}
		for _, domain := range cleared.Domains() {
			if !standing.Has(domain) {
				t.Fatalf("%s is not where it is looked up", domain)
			}
			if deepest := annotations[headerKey][0] - '0'; strings.Count(domain, ".")+1 > int(deepest) {
				t.Fatalf("%s has more labels than the header says: %d", domain, deepest)
			}
		}
		for _, domain := range domains(t, 50) {
			if standing.Has(domain) != cleared.Has(domain) {
				t.Fatalf("%s is found, or not, against the clearances", domain)
			}
		}
	})
}

func TestChangeLeadsFromAnyClearancesToAnyOthers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, after := exposure.NewClearances(domains(t, 400)...), exposure.NewClearances(domains(t, 400)...)
		annotations := map[string]string{"another/annotation": "stays"}
		maps.Copy(annotations, Encode(before))
		for name, value := range Change(annotations, after) {
			if value == nil {
				delete(annotations, name)
			} else {
				annotations[name] = *value
			}
		}
		want := map[string]string{"another/annotation": "stays"}
		maps.Copy(want, Encode(after))
		if diff := cmp.Diff(want, annotations); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		if again := Change(annotations, after); len(again) > 0 {
			t.Fatalf("a second change is wanted: %v", again)
		}
	})
}

// numbered makes n domains of the given length.
func numbered(n, length int, from string) []string {
	list := make([]string, n)
	for i := range list {
		digits := []byte("00000")
		for j, rest := 4, i; j >= 0; j, rest = j-1, rest/10 {
			digits[j] = byte('0' + rest%10)
		}
		list[i] = from + strings.Repeat("x", max(0, length-len(from)-len("00000.com"))) + string(digits) + ".com"
	}
	return list
}

func TestFit(t *testing.T) {
	t.Parallel()
	size := func(annotations map[string]string) int {
		total := 0
		for name, value := range annotations {
			total += len(name) + len(value)
		}
		return total
	}
	for name, row := range map[string]struct {
		current, wanted int
		length          int
		annotations     map[string]string
		least           int
	}{
		"10,000 domains of 18 letters fit":                 {wanted: 10_000, length: 18, least: 10_000},
		"30,000 domains do not, and most room is used":     {wanted: 30_000, length: 18, least: 11_000},
		"long ones fit until the room is used":             {wanted: 10_000, length: 63, least: 3_300},
		"what others annotate takes room":                  {wanted: 10_000, length: 18, annotations: map[string]string{"other": strings.Repeat("x", 100_000)}, least: 6_000},
		"what is cleared keeps its place":                  {current: 11_000, wanted: 30_000, length: 18, least: 11_000},
		"what is cleared stays beside a large annotation":  {current: 500, wanted: 1000, length: 18, annotations: map[string]string{"other": strings.Repeat("x", 225*1024)}, least: 500},
		"a full Namespace leaves no room, and none breaks": {wanted: 10, length: 18, annotations: map[string]string{"other": strings.Repeat("x", 250_000)}},
		"parents among the clearances take room":           {wanted: 10_000, length: 18, annotations: map[string]string{parentsKey: lines(numbered(2000, 50, ""))}, least: 6_000},
		"what is relied on takes room":                     {wanted: 10_000, length: 18, annotations: map[string]string{ReliedKey: lines(numbered(2000, 50, ""))}, least: 6_000},
		"what is told of pending filings does not":         {wanted: 11_000, length: 18, annotations: map[string]string{pendingKey: strings.Repeat("x", pendingSize)}, least: 11_000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := numbered(row.wanted, row.length, "")
			current := exposure.NewClearances(all[len(all)-row.current:]...)
			fitting, omitted := Fit(exposure.NewClearances(all...), current, row.annotations)
			if fitting.Len()+len(omitted) != row.wanted || fitting.Len() < row.least {
				t.Errorf("%d fit and %d are omitted, want %d at least", fitting.Len(), len(omitted), row.least)
			}
			others := maps.Clone(row.annotations)
			delete(others, pendingKey)
			if total := size(Encode(fitting)) + size(others); fitting.Len() > row.current && total > annotationLimit-annotationReserve || total > annotationLimit-pendingSize {
				t.Errorf("the annotations take %d bytes", total)
			}
			if blocks := len(Encode(fitting)) - 1; blocks > maxBlocks {
				t.Errorf("%d blocks", blocks)
			}
			for _, domain := range current.Domains() {
				if !fitting.Has(domain) {
					t.Fatalf("%s was cleared and is omitted", domain)
				}
			}
			if !slices.IsSorted(omitted) {
				t.Error("what is omitted is not sorted")
			}
		})
	}
}

func TestParentsComeAFewAtOnceAndNoneGoes(t *testing.T) {
	t.Parallel()
	wanted := numbered(1000, 60, "")
	slices.Sort(wanted)
	standing := map[string]string{}
	for want := range slices.Values([]int{268, 536, 804, 1000, 1000}) {
		admitted := Admitted(wanted, standing)
		if len(admitted) != want {
			t.Fatalf("%d parents, want %d", len(admitted), want)
		}
		for _, key := range Parents(standing) {
			if !slices.Contains(admitted, key) {
				t.Errorf("%s goes", key)
			}
		}
		standing = Encode(exposure.NewClearances().WithParents(admitted...))
	}
	if admitted := Admitted(wanted[:1], standing); !slices.Equal(admitted, wanted[:1]) {
		t.Errorf("what is wanted no more stands: %v", admitted)
	}
}

func TestSmallClearancesReadWell(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"cleared.icp.beian.dev/v1":   "3",
		"cleared.icp.beian.dev/v1.e": "\nexample.com\nexample.com.cn\n",
	}
	if diff := cmp.Diff(want, Encode(exposure.NewClearances("example.com.cn", "example.com"))); diff != "" {
		t.Errorf("version 1 of the layout is a contract (-want +got):\n%s", diff)
	}
	if got := Encode(exposure.Clearances{}); len(got) > 0 {
		t.Errorf("no clearances need no annotations: %v", got)
	}
}
