package configuration

import (
	"strings"
	"testing"
)

// FuzzConfiguration: a configuration file is read, or refused with its name; and what was read of it is set, or refused with a line.
func FuzzConfiguration(f *testing.F) {
	for _, text := range []string{head, head + "log: {level: debug}\nworkers: 8\n", head + "workers: &a 3\ncalendar: *a\n", head + "notify: {allowNetworks: [10.0.0.0/8]}\n", "a: &a [*a]\n", "- x\n", "\t", "%YAML 1.1\n---\n" + head, head + "<<: {workers: 3}\n", head + "? {a: b}\n: 1\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read("config.yaml", data)
		if err == nil {
			if err = file.Apply(flagSet()); err == nil {
				return
			}
		}
		if !strings.HasPrefix(err.Error(), "config.yaml:") || strings.Contains(err.Error(), "%!") && !strings.Contains(string(data), "%!") {
			t.Errorf("half an error: %q", err)
		}
	})
}
