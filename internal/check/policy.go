package check

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	"k8s.io/apiserver/pkg/cel/environment"

	"github.com/beian-dev/icp-operator/config/policy"
)

// needCluster are policies that ask who writes, which nobody knows here.
var needCluster = []string{"icp-guard-reviews"}

// compiled is a ValidatingAdmissionPolicy as the API server judges by it, compiled when it is first asked.
type compiled struct {
	*admissionregistrationv1.ValidatingAdmissionPolicy
	expressions func() (expressions, error)
}

// expressions of a policy.
type expressions struct {
	matcher               matchconditions.Matcher // nil where all match
	validations, messages plugincel.ConditionEvaluator
}

func compile(of *admissionregistrationv1.ValidatingAdmissionPolicy) compiled {
	return compiled{of, sync.OnceValues(func() (expressions, error) { return expressionsOf(of) })}
}

// guards are the policies of config/policy that concern what is made.
var guards = sync.OnceValue(func() []compiled {
	installed, err := policy.Read()
	if err != nil { // a test reads them all
		panic(err)
	}
	var made []compiled
	for _, of := range installed.Policies {
		if !slices.Contains(needCluster, of.Name) {
			made = append(made, compile(of))
		}
	}
	return made
})

// expression is one in CEL, and what it may yield.
type expression struct {
	name, text string
	yields     *cel.Type
}

// GetName is a variable's.
func (e *expression) GetName() string { return e.name }

// GetExpression is the text.
func (e *expression) GetExpression() string { return e.text }

// ReturnTypes are what it may yield.
func (e *expression) ReturnTypes() []*cel.Type { return []*cel.Type{e.yields} }

// expressionsOf compiles a policy as the API server does.
func expressionsOf(of *admissionregistrationv1.ValidatingAdmissionPolicy) (expressions, error) {
	compiler, err := plugincel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		return expressions{}, err
	}
	mayAsk := plugincel.OptionalVariableDeclarations{HasAuthorizer: true}
	for _, v := range of.Spec.Variables {
		compiler.CompileAndStoreVariable(&expression{v.Name, v.Expression, cel.AnyType}, mayAsk, environment.StoredExpressions)
	}
	var made expressions
	if len(of.Spec.MatchConditions) > 0 {
		conditions := make([]plugincel.ExpressionAccessor, len(of.Spec.MatchConditions))
		for i, c := range of.Spec.MatchConditions {
			conditions[i] = (*matchconditions.MatchCondition)(&c)
		}
		made.matcher = matchconditions.NewMatcher(compiler.CompileCondition(conditions, mayAsk, environment.StoredExpressions), of.Spec.FailurePolicy, "policy", "validate", of.Name)
	}
	validations := make([]plugincel.ExpressionAccessor, len(of.Spec.Validations))
	messages := make([]plugincel.ExpressionAccessor, len(of.Spec.Validations))
	for i, v := range of.Spec.Validations {
		validations[i] = &expression{text: v.Expression, yields: cel.BoolType}
		if v.MessageExpression != "" {
			messages[i] = &expression{text: v.MessageExpression, yields: cel.StringType}
		}
	}
	made.validations = compiler.CompileCondition(validations, mayAsk, environment.StoredExpressions)
	made.messages = compiler.CompileCondition(messages, plugincel.OptionalVariableDeclarations{}, environment.StoredExpressions)
	return made, nil
}

// created is an object that is made: what a policy is asked about.
type created struct {
	object          runtime.Object
	kind            schema.GroupVersionKind
	resource        schema.GroupVersionResource
	namespace, name string
	// in is the Namespace that it is made in; nil for an object of the cluster.
	in *corev1.Namespace
}

// concerns tells whether a policy is asked when such an object is made.
func (p compiled) concerns(resource schema.GroupVersionResource) bool {
	return slices.ContainsFunc(p.Spec.MatchConstraints.ResourceRules, func(r admissionregistrationv1.NamedRuleWithOperations) bool {
		return slices.Contains(r.Operations, admissionregistrationv1.Create) && has(r.APIGroups, resource.Group) &&
			has(r.APIVersions, resource.Version) && has(r.Resources, resource.Resource)
	})
}

func has(list []string, entry string) bool {
	return slices.Contains(list, entry) || slices.Contains(list, "*")
}

// refusal is why the policy refuses that the object is made; empty where it does not. An expression that fails refuses, too.
func (p compiled) refusal(ctx context.Context, of created) string {
	made, err := p.expressions()
	if err != nil {
		return err.Error()
	}
	attributes := admission.NewAttributesRecord(of.object, nil, of.kind, of.namespace, of.name, of.resource, "", admission.Create, &metav1.CreateOptions{}, true, somebody)
	versioned := &admission.VersionedAttributes{Attributes: attributes, VersionedKind: of.kind}
	versioned.VersionedObject.Set(of.object)
	if made.matcher != nil {
		switch match := made.matcher.Match(ctx, versioned, nil, grantsNothing{}); {
		case match.Error != nil:
			return match.Error.Error()
		case !match.Matches:
			return ""
		}
	}
	request := plugincel.CreateAdmissionRequest(attributes, metav1.GroupVersionResource(of.resource), metav1.GroupVersionKind(of.kind))
	results, left, err := made.validations.ForInput(ctx, versioned, request, plugincel.OptionalVariableBindings{Authorizer: grantsNothing{}}, plugincel.CreateNamespaceObject(of.in), celconfig.RuntimeCELCostBudget)
	if err != nil {
		return err.Error()
	}
	for i, result := range results {
		if result.Error != nil {
			return result.Error.Error()
		}
		if result.EvalResult == types.True {
			continue
		}
		// A message that cannot be made does not matter to the verdict: there is another for that.
		messages, _, _ := made.messages.ForInput(ctx, versioned, request, plugincel.OptionalVariableBindings{}, plugincel.CreateNamespaceObject(of.in), left)
		return messageOf(p.Spec.Validations[i], i, messages)
	}
	return ""
}

// messageOf is what the API server says where a validation fails: what its expression for that yields, as far as it is short
// and a single line, else its plain message.
func messageOf(validation admissionregistrationv1.Validation, i int, messages []plugincel.EvaluationResult) string {
	if i < len(messages) && messages[i].Error == nil && messages[i].EvalResult != nil {
		text, _ := messages[i].EvalResult.Value().(string)
		text = strings.TrimSpace(text)
		if text != "" && len(text) <= celconfig.MaxEvaluatedMessageExpressionSizeBytes && !strings.Contains(text, "\n") {
			return text
		}
	}
	if validation.Message != "" {
		return strings.TrimSpace(validation.Message)
	}
	return "failed expression: " + strings.TrimSpace(validation.Expression)
}

// somebody writes who is nobody in particular.
var somebody = &user.DefaultInfo{Name: "somebody", Groups: []string{user.AllAuthenticated}}

// grantsNothing is the authorizer of whoever holds no verb besides that of writing.
type grantsNothing struct{}

// Authorize grants nothing.
func (grantsNothing) Authorize(context.Context, authorizer.Attributes) (authorizer.Decision, string, error) {
	return authorizer.DecisionNoOpinion, "", nil
}
