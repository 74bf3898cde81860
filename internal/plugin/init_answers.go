package plugin

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// before are the answers of the file and, before them, of the flags.
func (b *beginning) before() (map[string]string, error) {
	given := map[string]string{}
	if b.answers != "" {
		data, err := os.ReadFile(b.answers)
		if err != nil {
			return nil, fmt.Errorf("reading the answers: %w", err)
		}
		raw := map[string]any{}
		if err := yaml.Unmarshal(data, &raw); err != nil {
			return nil, fmt.Errorf("reading the answers of %s: %w", b.answers, err)
		}
		for name, value := range raw {
			i := slices.IndexFunc(questions, func(q question) bool { return q.flag() == name || q.key == name })
			if i < 0 {
				return nil, fmt.Errorf("%s: %q is no question: they are called as the flags of kubectl icp init", b.answers, name)
			}
			given[questions[i].key] = textOf(value)
		}
	}
	for key, value := range b.given {
		if *value != "" {
			given[key] = *value
		}
	}
	return given, nil
}

func textOf(value any) string {
	if list, ok := value.([]any); ok {
		texts := make([]string, len(list))
		for i, one := range list {
			texts[i] = fmt.Sprint(one)
		}
		return strings.Join(texts, ";")
	}
	return fmt.Sprint(value)
}

// interrupted keeps what was answered, so that it need not be answered again.
func (i *interview) interrupted(dir string, err error) error {
	if !i.asked || len(i.said) == 0 {
		return err
	}
	text, encoding := yaml.Marshal(i.said)
	file := filepath.Join(dir, answersFile)
	if encoding != nil || os.MkdirAll(dir, 0o755) != nil || writeFile(file, text, 0o600, filepath.Clean(i.answers) == file) != nil {
		return err
	}
	return fmt.Errorf("%w\n%s", err, i.env.Say("What you answered is in "+file+": go on with --answers "+file, "已回答的内容保存在 "+file+"：用 --answers "+file+" 继续"))
}
