package configuration

import (
	"flag"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const head = "apiVersion: config.icp.beian.dev/v1alpha1\nkind: OperatorConfiguration\n"

// flagSet has a flag of each name that the file may set.
func flagSet() *flag.FlagSet {
	flags := flag.NewFlagSet("icp-operator", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.String("zap-log-level", "", "")
	flags.Bool("leader-elect", true, "")
	flags.Int("workers", 4, "")
	flags.String("calendar-bind-address", "0", "")
	flags.String("notify-allow-networks", "", "")
	return flags
}

func TestAFileSetsFlagsThatTheCommandLineHasNotSet(t *testing.T) {
	t.Parallel()
	file, err := Read("config.yaml", []byte(head+`
log: {level: debug}
leaderElection: false
workers: 8
calendar:
  bindAddress: :8443
notify:
  allowNetworks: [10.1.0.0/16, "fd00:1::/64"]
`))
	if err != nil {
		t.Fatal(err)
	}
	flags := flagSet()
	if err := flags.Parse([]string{"--workers=2"}); err != nil {
		t.Fatal(err)
	}
	if err := file.Apply(flags); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	flags.VisitAll(func(f *flag.Flag) { got[f.Name] = f.Value.String() })
	want := map[string]string{
		"zap-log-level": "debug", "leader-elect": "false", "workers": "2", "calendar-bind-address": ":8443", "notify-allow-networks": "10.1.0.0/16,fd00:1::/64",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMistakeIsToldWithItsLine(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, complaint string }{
		{"an empty file", "", "config.yaml:1: it is empty"},
		{"no YAML", head + "log: [", "config.yaml: line"},
		{"another kind", "apiVersion: config.icp.beian.dev/v1alpha1\nkind: Operator\n", `config.yaml:1: it is "Operator" of`},
		{"another version", "apiVersion: config.icp.beian.dev/v9\nkind: OperatorConfiguration\n", "config.yaml:1: it is"},
		{"an unknown setting", head + "worker: 3\n", "config.yaml:3: there is no setting worker; there are apiVersion, kind, log,"},
		{"an unknown one in a section", head + "log:\n  level: info\n  colour: red\n", "config.yaml:5: there is no setting log.colour; there are level, format"},
		{"one that is there twice", head + "workers: 3\nworkers: 4\n", "config.yaml:4: workers is there twice"},
		{"a value of another type", head + "workers: many\n", `config.yaml:3: workers is "many", and not a number`},
		{"no value", head + "\nworkers:\n", `config.yaml:4: workers is "", and not a number`},
		{"a value where a section is", head + "log: debug\n", `config.yaml:3: log holds settings`},
		{"a list that is none", head + "notify:\n  allowNetworks: 10.1.0.0/16\n", "config.yaml:4: notify.allowNetworks is"},
		{"no settings at all", "- log\n", "config.yaml:1: the file holds settings"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Read("config.yaml", []byte(test.file)); err == nil || !strings.Contains(err.Error(), test.complaint) {
				t.Errorf("got %v, want %s", err, test.complaint)
			}
		})
	}
	flags := flagSet()
	flags.Func("metrics-bind-address", "", func(string) error { return io.ErrUnexpectedEOF })
	file, err := Read("config.yaml", []byte(head+"workers: 3\nmetrics:\n  bindAddress: x\n"))
	if err != nil {
		t.Fatal(err)
	}
	if err := file.Apply(flags); err == nil || !strings.HasPrefix(err.Error(), "config.yaml:5: metrics.bindAddress: ") {
		t.Errorf("what its flag refuses: got %v", err)
	}
}

// Every field has the name under which it is found, and every setting a flag.
func TestEverySettingHasAFlag(t *testing.T) {
	t.Parallel()
	var check func(of reflect.Type)
	check = func(of reflect.Type) {
		for field := range of.Fields() {
			if field.Tag.Get("yaml") == "" || field.Tag.Get("flag") == "" && field.Tag.Get("const") == "" {
				t.Errorf("%s.%s lacks a tag", of.Name(), field.Name)
			}
			if field.Type.Kind() == reflect.Struct {
				check(field.Type)
			}
		}
	}
	check(reflect.TypeFor[OperatorConfiguration]())
}

func TestWhatIsChangedInAFileIsTold(t *testing.T) {
	t.Parallel()
	read := func(text string) File {
		file, err := Read("config.yaml", []byte(head+text))
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	before := read("log: {level: info}\nworkers: 4\nboard: {bindAddress: \":8444\"}\n")
	after := read("workers: 8\nlog: {level: debug, format: json}\n")
	if diff := cmp.Diff([]string{"workers", "log.format", "board.bindAddress"}, after.Changed(before, "zap-log-level")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if changed := before.Changed(before); len(changed) > 0 {
		t.Errorf("nothing was changed, got %v", changed)
	}
	if only := after.Only("workers").Settings; len(only) != 1 || only[0].Value != "8" {
		t.Errorf("got %v", only)
	}
}
