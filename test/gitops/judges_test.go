package gitops

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/health"
	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	"github.com/fluxcd/pkg/apis/kustomize"
	"github.com/fluxcd/pkg/runtime/cel"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// verdict is what the three say of an object.
type verdict struct{ argo, flux, kstatus string }

// judges judge objects as Argo CD, Flux and kstatus do, with what config/argocd and config/flux tell the first two.
type judges struct {
	// scripts are Argo CD's health checks in Lua, by group/kind.
	scripts scripts
	// exprs are Flux's, by kind.
	exprs map[schema.GroupKind]*cel.StatusEvaluator
	// checks are what exprs are made of.
	checks []kustomize.CustomHealthCheck
}

// theJudges are made once.
var theJudges = sync.OnceValues(func() (*judges, error) {
	root, err := cluster.Root()
	if err != nil {
		return nil, err
	}
	j := &judges{exprs: map[schema.GroupKind]*cel.StatusEvaluator{}}
	objects, err := cluster.Kustomize(filepath.Join(root, "config", "argocd"))
	if err != nil {
		return nil, err
	}
	if len(objects) != 1 || objects[0].GetName() != "argocd-cm" {
		return nil, fmt.Errorf("config/argocd makes %d objects, want argocd-cm alone", len(objects))
	}
	if j.scripts, err = scriptsOf(objects[0]); err != nil {
		return nil, err
	}
	content, err := os.ReadFile(filepath.Join(root, "config", "flux", "health-checks.yaml"))
	if err != nil {
		return nil, err
	}
	var patch []struct {
		Value []kustomize.CustomHealthCheck `json:"value"`
	}
	if err := yaml.Unmarshal(content, &patch); err != nil {
		return nil, err
	}
	j.checks = patch[0].Value
	for _, check := range j.checks {
		evaluator, err := cel.NewStatusEvaluator(&check.HealthCheckExpressions)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", check.Kind, err)
		}
		j.exprs[schema.FromAPIVersionAndKind(check.APIVersion, check.Kind).GroupKind()] = evaluator
	}
	return j, nil
})

// scriptsOf reads the health checks of a ConfigMap as Argo CD reads its own.
func scriptsOf(configMap *unstructured.Unstructured) (scripts, error) {
	data, _, err := unstructured.NestedStringMap(configMap.Object, "data")
	if err != nil {
		return nil, err
	}
	read := scripts{}
	for key, script := range data {
		kind, ok := strings.CutPrefix(key, "resource.customizations.health.")
		if !ok {
			return nil, fmt.Errorf("argocd-cm has %s, which is no health check", key)
		}
		read[strings.Replace(kind, "_", "/", 1)] = script
	}
	return read, nil
}

// judge says what the three find, and Argo CD's message. Where Flux's expressions cannot be evaluated, Flux goes on waiting.
func (j *judges) judge(ctx context.Context, object *unstructured.Unstructured) (verdict, string, error) {
	var v verdict
	found, err := health.GetResourceHealth(object, j.scripts)
	if err != nil {
		return v, "", err
	}
	message := ""
	if v.argo = "Healthy"; found != nil { // what has no health check is healthy
		v.argo, message = string(found.Status), found.Message
	}
	computed, err := status.Compute(object)
	if err != nil {
		return v, "", err
	}
	v.kstatus, v.flux = computed.Status.String(), computed.Status.String()
	if evaluator := j.exprs[object.GroupVersionKind().GroupKind()]; evaluator != nil {
		v.flux = status.InProgressStatus.String()
		if result, err := evaluator.Evaluate(ctx, object); err == nil {
			v.flux = result.Status.String()
		} else if !strings.Contains(err.Error(), "no such") {
			return v, "", err
		}
	}
	return v, message, nil
}
