// Package board shows filings to people as web pages: by stage, one by one with what comes next, by date, and with what the
// cluster exposes. The pages are made on the server, need no script, speak English and Chinese, and change nothing. The
// package is pure; package serve says who may see what.
package board

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"sync"
)

//go:embed templates/*.html
var pages embed.FS

//go:embed files
var files embed.FS

// Files are what the pages load: their style, their script and their icon.
func Files() fs.FS {
	below, err := fs.Sub(files, "files")
	if err != nil {
		panic(err) // the folder is embedded above
	}
	return below
}

// FilesVersion changes with the files, so that browsers may keep them for as long as it stands in their address.
var FilesVersion = sync.OnceValue(func() string {
	sum := sha256.New()
	_ = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			text, _ := files.ReadFile(path)
			fmt.Fprintln(sum, path, len(text))
			sum.Write(text)
		}
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:8])
})

var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").ParseFS(pages, "templates/*.html"))
})

// Page is one page: a template, and what it is about.
type Page struct {
	name string
	// Title of the page.
	Title string
	// Live says that it may be asked for again and again, to show what has changed.
	Live bool
	// Again has the browser ask for it once more, at once.
	Again bool
	// Of is what it is about.
	Of any
}

// Render writes a page within its frame.
func Render(f Frame, p Page) ([]byte, error) {
	var b bytes.Buffer
	err := templates().ExecuteTemplate(&b, p.name, struct {
		Frame
		Page
	}{f, p})
	if err != nil {
		return nil, fmt.Errorf("making the page %s: %w", p.name, err)
	}
	return b.Bytes(), nil
}
