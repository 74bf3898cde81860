package plugin

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Files that init writes.
const (
	filingFile  = "filing.yaml"
	personsFile = "persons.yaml"
	answersFile = "answers.yaml"
	ignoreFile  = ".gitignore"
)

// ignored are what git must not take: persons, papers, and what was answered.
var ignored = []string{"/" + personsFile, "/" + answersFile, "/materials/", "*.env"}

// write writes the manifests, and says which files they are. The .gitignore comes first, so that no file of persons is ever
// there without it.
func (i *interview) write(dir string, force bool) ([]string, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making %s: %w", dir, err)
	}
	if err := keepOut(filepath.Join(dir, ignoreFile)); err != nil {
		return nil, err
	}
	filing, err := i.filingManifest()
	if err != nil {
		return nil, err
	}
	files := []string{filepath.Join(dir, filingFile), filepath.Join(dir, personsFile)}
	if err := writeFile(files[1], []byte(i.personsManifest()), 0o600, force); err != nil {
		return nil, err
	}
	return files, writeFile(files[0], filing, 0o644, force)
}

// keepOut adds to a .gitignore what it lacks.
func keepOut(file string) error {
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	has := strings.Split(string(text), "\n")
	out := string(text)
	if out != "" && !strings.HasSuffix(out, "\n") {
		out += "\n"
	}
	for _, line := range ignored {
		if !slices.Contains(has, line) {
			out += line + "\n"
		}
	}
	if out == string(text) {
		return nil
	}
	return writeFile(file, []byte(out), 0o644, true)
}

// filingManifest is the filing. Papers stand in it where the operator sends them, which it does over the protocol.
func (i *interview) filingManifest() ([]byte, error) {
	i.filing.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("IcpFiling"))
	if p := i.provider(i.filing); p != nil && p.Spec.HTTP != nil && len(i.filing.Spec.Materials) == 0 {
		for _, row := range (rules.Set{}).MaterialsOf(&i.filing.Spec) {
			i.filing.Spec.Materials = append(i.filing.Spec.Materials, v1alpha1.Material{
				Kind: row.Kinds[0], SecretRef: v1alpha1.SecretKeyReference{Name: i.materials(), Key: string(row.Kinds[0]) + ".jpg"}})
		}
	}
	text, err := manifests("yaml", []any{i.filing})
	if err != nil {
		return nil, err
	}
	return append([]byte(i.env.Say("# An ICP filing (ICP备案). No personal data stands here: see persons.yaml.\n", "# ICP 备案。此处不含个人信息：见 persons.yaml。\n")), text...), nil
}

// materials is the Secret of the papers.
func (i *interview) materials() string { return i.filing.Name + "-materials" }

// persons are the Secrets of the responsible persons, each once, with whom they are.
func (i *interview) persons() (names []string, who map[string][]v1alpha1.Actor) {
	who = map[string][]v1alpha1.Actor{}
	spec := i.filing.Spec
	for _, p := range []struct {
		ref   *v1alpha1.SecretReference
		actor v1alpha1.Actor
	}{{spec.Subject.ResponsiblePersonRef, v1alpha1.ActorSubjectResponsiblePerson}, {spec.Website.ResponsiblePersonRef, v1alpha1.ActorWebsiteResponsiblePerson}} {
		if len(who[p.ref.Name]) == 0 {
			names = append(names, p.ref.Name)
		}
		who[p.ref.Name] = append(who[p.ref.Name], p.actor)
	}
	return names, who
}

// personsManifest are the persons' Secrets, to be filled in: each key empty, and what it is beside it.
func (i *interview) personsManifest() string {
	var b strings.Builder
	b.WriteString(i.env.Say(
		"# The responsible persons (负责人). Personal data: fill it in, apply it, and keep this file out of git and away from others.\n",
		"# 负责人。个人信息：填写并应用后，请勿提交到 git，也不要交给他人。\n"))
	names, who := i.persons()
	for n, name := range names {
		if n > 0 {
			b.WriteString("---\n")
		}
		var parts []string
		for _, actor := range who[name] {
			parts = append(parts, rules.Chinese(actor))
		}
		fmt.Fprintf(&b, "# %s\napiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n  namespace: %s\ntype: %s\nstringData:\n", strings.Join(parts, i.env.Say(", ", "、")), name, i.filing.Namespace, v1alpha1.PersonSecretType)
		for _, row := range rules.PersonKeys(i.filing.Spec.Subject.Nature) {
			fmt.Fprintf(&b, "  %s: \"\" # %s%s\n", row.Key, row.Chinese, i.hint(row.Key))
		}
	}
	return b.String()
}

// hint says how a key of a person is written, where it is not free.
func (i *interview) hint(key string) string {
	switch key {
	case v1alpha1.PersonRole:
		return ": " + rules.RoleLegalRepresentative + " (法定代表人), " + rules.RoleAuthorized + " (授权人)"
	case v1alpha1.PersonIDType:
		var types []string
		for _, row := range (rules.Set{}).IDTypes() {
			types = append(types, row.Type+" ("+row.Chinese+")")
		}
		return ": " + strings.Join(types, ", ")
	case v1alpha1.PersonIDValidUntil:
		return ": 2030-01-31, " + rules.LongTerm + " (长期)"
	case v1alpha1.PersonMainlandResident:
		return ": true, false"
	}
	return ""
}
