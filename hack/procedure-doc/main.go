// Command procedure-doc writes docs/procedure.md and docs/procedure.zh.md from the tables of packages procedure and rules:
// what the operator does, for people who file for a living.
package main

import (
	"bytes"
	"embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"text/template"
)

//go:embed *.tmpl
var pages embed.FS

// languages of the page, by the name of its file.
var languages = map[string]language{
	"procedure.md":    {},
	"procedure.zh.md": {chinese: true},
}

func main() {
	dir := flag.String("dir", "docs", "folder that the pages are written to")
	flag.Parse()
	for name, l := range languages {
		page, err := render(name, l)
		if err == nil {
			err = os.WriteFile(filepath.Join(*dir, name), page, 0o644)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "procedure-doc: write %s: %v\n", filepath.Join(*dir, name), err)
			os.Exit(1)
		}
	}
}

// render is a page in its language. It fails where the tables hold an English text that chinese.go does not translate.
func render(name string, l language) ([]byte, error) {
	l.missing = map[string]bool{}
	page, err := template.New(name+".tmpl").Option("missingkey=error").ParseFS(pages, name+".tmpl")
	if err != nil {
		return nil, err
	}
	doc, err := newDocument(l)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := page.Execute(&out, doc); err != nil {
		return nil, err
	}
	for english := range l.missing {
		return nil, fmt.Errorf("%q has no Chinese: add it to hack/procedure-doc/chinese.go", english)
	}
	return out.Bytes(), nil
}
