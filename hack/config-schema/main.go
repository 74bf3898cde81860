// Command config-schema writes the JSON schema of the operator's configuration file, of its Go types and their comments.
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/internal/configuration"
	"github.com/beian-dev/icp-operator/test/cluster"
)

func main() {
	if err := write(); err != nil {
		fmt.Fprintln(os.Stderr, "config-schema:", err)
		os.Exit(1)
	}
}

func write() error {
	root, err := cluster.Root()
	if err != nil {
		return err
	}
	told, err := comments(filepath.Join(root, "internal", "configuration", "types.go"))
	if err != nil {
		return err
	}
	top := schemaOf(reflect.TypeFor[configuration.OperatorConfiguration](), told)
	top.Schema, top.Title, top.Required = "http://json-schema.org/draft-07/schema#", configuration.Kind, []string{"apiVersion", "kind"}
	top.Description = told[configuration.Kind]
	text, err := json.MarshalIndent(top, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "config", "operator-configuration.schema.json"), append(text, '\n'), 0o644)
}

// schema is what is needed of JSON schema.
type schema struct {
	Schema      string             `json:"$schema,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        string             `json:"type"`
	Const       string             `json:"const,omitempty"`
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	Minimum     *int               `json:"minimum,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	Required    []string           `json:"required,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	// Others says whether others than the properties may be there.
	Others *bool `json:"additionalProperties,omitempty"`
}

func schemaOf(of reflect.Type, told map[string]string) *schema {
	switch of.Kind() {
	case reflect.Struct:
		s := &schema{Type: "object", Properties: map[string]*schema{}, Others: new(false)}
		for field := range of.Fields() {
			property := schemaOf(field.Type, told)
			property.Description = told[of.Name()+"."+field.Name]
			property.Const, property.Pattern = field.Tag.Get("const"), field.Tag.Get("pattern")
			property.Enum = strings.Fields(field.Tag.Get("values"))
			if least, err := strconv.Atoi(field.Tag.Get("minimum")); err == nil {
				property.Minimum = &least
			}
			s.Properties[field.Tag.Get("yaml")] = property
		}
		return s
	case reflect.Slice:
		return &schema{Type: "array", Items: schemaOf(of.Elem(), told)}
	case reflect.Bool:
		return &schema{Type: "boolean"}
	case reflect.Int:
		return &schema{Type: "integer"}
	}
	return &schema{Type: "string"}
}

// comments are those of a file's types, by name, and of their fields, by Type.Field.
func comments(file string) (map[string]string, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	told := map[string]string{}
	for _, declared := range parsed.Decls {
		types, is := declared.(*ast.GenDecl)
		if !is || types.Tok != token.TYPE {
			continue
		}
		for _, spec := range types.Specs {
			named, is := spec.(*ast.TypeSpec)
			if !is {
				continue
			}
			told[named.Name.Name] = paragraph(types.Doc)
			fields, is := named.Type.(*ast.StructType)
			if !is {
				continue
			}
			for _, field := range fields.Fields.List {
				for _, name := range field.Names {
					told[named.Name.Name+"."+name.Name] = paragraph(field.Doc)
				}
			}
		}
	}
	return told, nil
}

// paragraph is a comment in one line.
func paragraph(comment *ast.CommentGroup) string {
	return strings.Join(strings.Fields(comment.Text()), " ")
}
