package configuration

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Setting is what a file says of one flag.
type Setting struct {
	// Flag is the flag's name, Value what it is to be.
	Flag, Value string
	// Path is where in the file it stands, for people: log.level. Line is the line, from 1.
	Path string
	Line int
}

// File is a file that was read.
type File struct {
	// Name is the file's.
	Name     string
	Settings []Setting
}

// ReadFile reads a configuration file. Its errors name the file and the line.
func ReadFile(name string) (File, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return File{}, fmt.Errorf("reading the configuration: %w", err)
	}
	return Read(name, data)
}

// Read reads what is in a configuration file. Its errors name the file and the line.
func Read(name string, data []byte) (File, error) {
	f := &reading{File{Name: name}}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return f.File, fmt.Errorf("%s: %s", name, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(document.Content) == 0 {
		return f.File, fmt.Errorf("%s:1: it is empty: it begins with apiVersion: %s and kind: %s", name, APIVersion, Kind)
	}
	if err := f.section(document.Content[0], reflect.TypeFor[OperatorConfiguration](), "", ""); err != nil {
		return f.File, err
	}
	return f.File, f.identified(document.Content[0])
}

// reading is a file that is being read.
type reading struct{ File }

// wrong is an error at a line of the file.
func (f *reading) wrong(at *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", f.Name, at.Line, fmt.Errorf(format, args...))
}

// identified checks that the file says what it is.
func (f *reading) identified(top *yaml.Node) error {
	var said struct {
		APIVersion string `yaml:"apiVersion"`
		Kind       string `yaml:"kind"`
	}
	if err := top.Decode(&said); err != nil {
		return f.wrong(top, "%w", err)
	}
	if said.APIVersion != APIVersion || said.Kind != Kind {
		return f.wrong(top, "it is %q of %q, and not %s of %s", said.Kind, said.APIVersion, Kind, APIVersion)
	}
	return nil
}

// section reads a mapping by a type; its flags begin with a prefix.
func (f *reading) section(node *yaml.Node, of reflect.Type, path, prefix string) error {
	if node.Kind != yaml.MappingNode {
		return f.wrong(node, "%s holds settings, each with its name: not %q", orTheFile(path), node.Value)
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		field, known := fieldOf(of, key.Value)
		at := strings.TrimPrefix(path+"."+key.Value, ".")
		switch {
		case !known:
			return f.wrong(key, "there is no setting %s; there are %s", at, strings.Join(names(of), ", "))
		case seen[key.Value]:
			return f.wrong(key, "%s is there twice", at)
		}
		seen[key.Value] = true
		name := strings.TrimPrefix(prefix+"-"+field.Tag.Get("flag"), "-")
		var err error
		if field.Type.Kind() == reflect.Struct {
			err = f.section(value, field.Type, at, name)
		} else if field.Tag.Get("flag") != "" {
			err = f.setting(value, field.Type, at, name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// setting reads a value by its type.
func (f *reading) setting(node *yaml.Node, of reflect.Type, path, name string) error {
	value := reflect.New(of)
	if err := node.Decode(value.Interface()); err != nil || node.Tag == "!!null" {
		return f.wrong(node, "%s is %q, and not a %s", path, node.Value, typeWords[of.Kind()])
	}
	text := fmt.Sprint(value.Elem().Interface())
	if list, is := reflect.TypeAssert[[]string](value.Elem()); is {
		text = strings.Join(list, ",")
	}
	f.Settings = append(f.Settings, Setting{Flag: name, Value: text, Path: path, Line: node.Line})
	return nil
}

var typeWords = map[reflect.Kind]string{reflect.String: "text", reflect.Bool: "true or false", reflect.Int: "number", reflect.Slice: "list of texts"}

func orTheFile(path string) string {
	if path == "" {
		return "the file"
	}
	return path
}

func fieldOf(of reflect.Type, name string) (reflect.StructField, bool) {
	for field := range of.Fields() {
		if field.Tag.Get("yaml") == name {
			return field, true
		}
	}
	return reflect.StructField{}, false
}

func names(of reflect.Type) []string {
	all := make([]string, of.NumField())
	for i := range all {
		all[i] = of.Field(i).Tag.Get("yaml")
	}
	return all
}

// Apply sets the flags that the command line has not set. Its errors name the file and the line.
func (f File) Apply(flags *flag.FlagSet) error {
	given := map[string]bool{}
	flags.Visit(func(g *flag.Flag) { given[g.Name] = true })
	var errs []error
	for _, s := range f.Settings {
		if given[s.Flag] {
			continue
		}
		if err := flags.Set(s.Flag, s.Value); err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %s: %w", f.Name, s.Line, s.Path, err))
		}
	}
	return errors.Join(errs...)
}

// Only is the file with what it says of one flag.
func (f File) Only(name string) File {
	only := File{Name: f.Name}
	for _, s := range f.Settings {
		if s.Flag == name {
			only.Settings = append(only.Settings, s)
		}
	}
	return only
}

// Changed are the paths of what two files say differently, but for some flags.
func (f File) Changed(before File, but ...string) []string {
	said := map[string]string{}
	for _, s := range before.Settings {
		said[s.Path] = s.Value
	}
	var changed []string
	for _, s := range f.Settings {
		if value, has := said[s.Path]; (!has || value != s.Value) && !slices.Contains(but, s.Flag) {
			changed = append(changed, s.Path)
		}
		delete(said, s.Path)
	}
	for _, s := range before.Settings {
		if _, gone := said[s.Path]; gone && !slices.Contains(but, s.Flag) {
			changed = append(changed, s.Path)
		}
	}
	return changed
}
