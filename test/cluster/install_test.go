package cluster

import (
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestWhatAKustomizationHoldsIsServedOnceApplied(t *testing.T) {
	t.Parallel()
	// Twice: an installation is applied again with every upgrade.
	for range 2 {
		if err := shared.Apply(t.Context(), "testdata/kustomization"); err != nil {
			t.Fatal(err)
		}
	}
	gadget, err := clientsOf(t, shared.Config()).RESTClient().Get().
		AbsPath("/apis/harness.example.com/v1/namespaces/gadgets/gadgets/first").DoRaw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(gadget), `"size":3`) {
		t.Errorf("got %s, want the gadget of the kustomization", gadget)
	}
}

func TestTheGatewayAPIsStandardRoutesAreServedOnceInstalled(t *testing.T) {
	t.Parallel()
	if err := shared.InstallGatewayAPI(t.Context()); err != nil {
		t.Fatal(err)
	}
	resources, err := clientsOf(t, shared.Config()).Discovery().ServerResourcesForGroupVersion("gateway.networking.k8s.io/v1")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []string{"Gateway", "HTTPRoute", "GRPCRoute"} {
		if !slices.ContainsFunc(resources.APIResources, func(r metav1.APIResource) bool { return r.Kind == kind }) {
			t.Errorf("%s is not served", kind)
		}
	}
}

func TestAStreamOfYAML(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		stream    string
		kinds     []string
		complaint string
	}{
		{
			name:   "is read in its order, without its empty documents",
			stream: "---\n# only a comment\n---\napiVersion: v1\nkind: Secret\n---\napiVersion: v1\nkind: ConfigMap\n",
			kinds:  []string{"Secret", "ConfigMap"},
		},
		{
			name:      "is refused where an object has no kind",
			stream:    "apiVersion: v1\nkind: Secret\n---\nmetadata: {name: x}\n",
			complaint: "object 2",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			objects, err := Decode([]byte(test.stream))
			if test.complaint != "" {
				if err == nil || !strings.Contains(err.Error(), test.complaint) {
					t.Fatalf("got error %v, want one that names %s", err, test.complaint)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var kinds []string
			for _, object := range objects {
				kinds = append(kinds, object.GetKind())
			}
			if !slices.Equal(kinds, test.kinds) {
				t.Errorf("got %v, want %v", kinds, test.kinds)
			}
		})
	}
}
