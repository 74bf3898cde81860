package plugin

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Kinds of sheets.
const (
	csv  = "csv"
	xlsx = "xlsx"
)

// kindOf is the kind of sheet that a file's name says.
func kindOf(file string) (string, bool) {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".csv":
		return csv, true
	case ".xlsx":
		return xlsx, true
	}
	return "", false
}

// wordsError is an error that is said in both languages.
type wordsError struct{ words.Words }

// Error says it in English.
func (e *wordsError) Error() string { return e.English }

// inOwnWords is an error in the language that people are spoken to in.
func (e *Env) inOwnWords(err error) error {
	if said, ok := errors.AsType[interface {
		error
		In(l v1alpha1.Language) string
	}](err); ok {
		return errors.New(said.In(e.Language()))
	}
	return err
}

// writeSheet writes a sheet of the kind that the file's name says: as a whole, or not at all.
func writeSheet(file string, force bool, write func(w io.Writer, kind string) error) error {
	kind, ok := kindOf(file)
	if !ok {
		return &wordsError{words.Words{English: file + ": name it .xlsx or .csv", Chinese: file + "：文件名须以 .xlsx 或 .csv 结尾"}}
	}
	var out bytes.Buffer
	if err := write(&out, kind); err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return writeFile(file, out.Bytes(), 0o644, force)
}

func thereAlready(file string) error {
	return &wordsError{words.Words{English: file + " is there already; --force overwrites it", Chinese: file + " 已存在；用 --force 覆盖"}}
}

// writeFile writes a file as a whole, or not at all. One that is there is overwritten only by force.
func writeFile(file string, data []byte, mode fs.FileMode, force bool) error {
	if err := mayWrite(file, force); err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(file), ".icp-*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	defer os.Remove(out.Name()) // gone already where it was renamed
	_, err = out.Write(data)
	err = errors.Join(err, out.Chmod(mode), out.Close())
	if err == nil {
		err = os.Rename(out.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}

// manifests are objects as YAML documents, or as a list in JSON.
func manifests(format string, objects []any) ([]byte, error) {
	if format == "json" {
		list := map[string]any{"apiVersion": "v1", "kind": "List", "items": objects}
		text, err := json.MarshalIndent(list, "", "    ")
		if err != nil {
			return nil, fmt.Errorf("writing manifests: %w", err)
		}
		return append(text, '\n'), nil
	}
	var out bytes.Buffer
	for n, object := range objects {
		text, err := yaml.Marshal(object)
		if err != nil {
			return nil, fmt.Errorf("writing manifests: %w", err)
		}
		if n > 0 {
			out.WriteString("---\n")
		}
		out.Write(text)
	}
	return out.Bytes(), nil
}

// createPerson is the command that makes a responsible person's Secret of a file.
func createPerson(namespace, name string) string {
	return fmt.Sprintf("kubectl -n %s create secret generic %s --type=%s --from-env-file=%[2]s.env", namespace, name, v1alpha1.PersonSecretType)
}
