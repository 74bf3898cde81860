package check

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// defaultProvider is the annotation of the provider that filings use which name none.
const defaultProvider = v1alpha1.DefaultProviderAnnotation

// ofFiling judges a filing by the filing rules, as far as the manifests go, with the Secrets beside it: of those only which
// keys they have.
func (s *surroundings) ofFiling(f filing) []Finding {
	provider := s.provider(f)
	set, err := s.Rules.On(s.Now).Lookup(ruleSetOf(provider))
	if err != nil {
		set, _ = s.Rules.On(s.Now).Lookup("") // which is always there
	}
	existing := f.Spec.Existing
	papers := rules.Papers{
		Sent:        provider != nil && provider.Spec.HTTP != nil,
		SubjectHeld: existing.Subject.Number != "" && existing.Subject.AccessProvider == v1alpha1.ThisProvider,
		AllHeld:     existing.Website.Number != "" && existing.Website.AccessProvider == v1alpha1.ThisProvider,
	}
	findings := set.CheckFiling(&f.Spec, s.Now)
	findings = append(findings, set.CheckBureau(&f.Spec, rules.Person{}, papers)...)
	findings = append(findings, set.CheckMaterials(&f.Spec, papers)...)
	var found []Finding
	for _, finding := range findings {
		found = append(found, f.ruled(finding))
	}
	found = append(found, s.persons(f, set)...)
	found = append(found, s.materials(f)...)
	return append(found, s.rivals(f)...)
}

// provider is the one that the filing uses, if it is among the manifests.
func (s *surroundings) provider(f filing) *v1alpha1.FilingProvider {
	if f.Spec.ProviderRef != nil {
		return s.providers[f.Spec.ProviderRef.Name]
	}
	for _, provider := range s.providers {
		if provider.Annotations[defaultProvider] == "true" {
			return provider
		}
	}
	return nil
}

func ruleSetOf(provider *v1alpha1.FilingProvider) string {
	if provider == nil {
		return ""
	}
	return provider.Spec.RuleSet
}

// ruled is a finding of a filing rule.
func (f filing) ruled(found rules.Finding) Finding {
	severity := Error
	if found.Severity == rules.Warning {
		severity = Warning
	}
	return f.manifest.finding(severity, found.Reason, found.Field).says(found.Message, named(found))
}

// named is what a filing rule says, which is English, behind its reason in Chinese.
func named(found rules.Finding) string {
	reason, known := words.KnownReason(v1alpha1.ConditionPrerequisitesMet, found.Reason)
	if !known {
		return found.Message
	}
	return reason.Chinese + "：" + found.Message
}

// persons judges the Secrets of the responsible persons: whether they are there, of the right type, and have their keys.
func (s *surroundings) persons(f filing, set rules.Set) []Finding {
	var found []Finding
	for _, person := range []struct {
		field string
		ref   *v1alpha1.SecretReference
		who   v1alpha1.Actor
	}{
		{"spec.subject.responsiblePersonRef", f.Spec.Subject.ResponsiblePersonRef, v1alpha1.ActorSubjectResponsiblePerson},
		{"spec.website.responsiblePersonRef", f.Spec.Website.ResponsiblePersonRef, v1alpha1.ActorWebsiteResponsiblePerson},
	} {
		if person.ref == nil {
			continue
		}
		secret, problems := s.secret(f, person.ref.Name, person.field, v1alpha1.PersonSecretType)
		found = append(found, problems...)
		if secret == nil {
			continue
		}
		for _, finding := range set.CheckPerson(secret.GetName(), person.who, keysOf(secret), f.Spec.Subject.Province, f.Spec.Subject.Nature, s.Now) {
			if finding.Reason != rules.ReasonPersonKeyMissing && finding.Reason != rules.ReasonPersonKeyUnknown {
				continue // what the values say is the operator's to judge: here they may be sealed
			}
			severity := Error
			if finding.Severity == rules.Warning {
				severity = Warning
			}
			at := secret.finding(severity, finding.Reason, "")
			at.Line, at.Column = keyAt(secret, finding.Field[strings.LastIndex(finding.Field, " ")+1:])
			found = append(found, at.says(finding.Message, named(finding)))
		}
	}
	return found
}

// materials judges whether the Secrets beside a filing have the files that it names.
func (s *surroundings) materials(f filing) []Finding {
	var found []Finding
	look := func(field string, ref v1alpha1.SecretKeyReference) {
		secret, problems := s.secret(f, ref.Name, field, v1alpha1.MaterialSecretType)
		found = append(found, problems...)
		if secret != nil && len(keysOf(secret)[ref.Key]) == 0 {
			found = append(found, f.manifest.finding(Error, procedure.ReasonMaterialMissing, field).says(
				fmt.Sprintf("Secret %s (%s) has no key %s: put the file there", ref.Name, secret.place(), ref.Key),
				fmt.Sprintf("Secret %s（%s）没有键 %s：请放入该文件", ref.Name, secret.place(), ref.Key)))
		}
	}
	for i, m := range f.Spec.Materials {
		look(fmt.Sprintf("spec.materials[%d].secretRef", i), m.SecretRef)
	}
	for i, p := range f.Spec.PreApprovals {
		if p.DocumentRef != nil {
			look(fmt.Sprintf("spec.preApprovals[%d].documentRef", i), *p.DocumentRef)
		}
	}
	return found
}

// secret finds a Secret among the manifests. Mostly it is not there, and as a rule should not be.
func (s *surroundings) secret(f filing, name, field string, want corev1.SecretType) (*Manifest, []Finding) {
	secret := s.secrets[types.NamespacedName{Namespace: f.Namespace, Name: name}]
	if secret == nil {
		if !s.Verbose {
			return nil, nil
		}
		return nil, []Finding{f.manifest.finding(Note, RuleSecretNotHere, field).says(
			fmt.Sprintf("Secret %s is not among the manifests, and was not checked", name), fmt.Sprintf("Secret %s 不在清单中，未检查", name))}
	}
	if is, _ := secret.Object["type"].(string); is != string(want) {
		return nil, []Finding{f.manifest.finding(Error, procedure.ReasonSecretTypeRefused, field).says(
			fmt.Sprintf("Secret %s (%s) has another type than %s and is not read: create a Secret of that type for the filing", name, secret.place(), want),
			fmt.Sprintf("Secret %s（%s）的类型不是 %s，不会读取：请为备案创建该类型的 Secret", name, secret.place(), want))}
	}
	return secret, nil
}

// written stands for whatever a Secret holds under a key.
var written = []byte("written")

// keysOf are the keys of a Secret that hold something. What they hold goes nowhere.
func keysOf(secret *Manifest) map[string][]byte {
	keys := map[string][]byte{}
	for _, field := range []string{"data", "stringData"} {
		values, _ := secret.Object[field].(map[string]any)
		for key, value := range values {
			text, is := value.(string)
			if !is && value != nil || strings.TrimSpace(text) != "" {
				keys[key] = written
			} else if keys[key] == nil {
				keys[key] = []byte{}
			}
		}
	}
	return keys
}

// keyAt is where a key of a Secret stands, or the Secret.
func keyAt(secret *Manifest, key string) (line, column int) {
	for _, field := range []string{"stringData", "data"} {
		if node, _ := childOf(valueOf(secret.node, field), key); node != nil {
			return secret.position(node)
		}
	}
	return secret.at("")
}

// rivals are other filings of the same domain with the same provider.
func (s *surroundings) rivals(f filing) []Finding {
	for _, other := range s.filings {
		if other.Spec.Domain.Name != f.Spec.Domain.Name || s.provider(other) != s.provider(f) ||
			other.Namespace == f.Namespace && other.Name == f.Name || providerName(other) != providerName(f) {
			continue
		}
		name := other.Namespace + "/" + other.Name + " (" + other.manifest.place() + ")"
		return []Finding{f.manifest.finding(Warning, RuleDomainConflict, "spec.domain.name").says(
			fmt.Sprintf("filing %s is for %s with the same provider, too: in one cluster only one of the two goes on; delete one, or name another provider", name, f.Spec.Domain.Name),
			fmt.Sprintf("备案 %s 也通过同一接入商备案 %s：同一集群中只有一份会继续；请删除其一，或改用其他接入商", name, f.Spec.Domain.Name))}
	}
	return nil
}

func providerName(f filing) string {
	if f.Spec.ProviderRef == nil {
		return ""
	}
	return f.Spec.ProviderRef.Name
}
