package check

import (
	"bytes"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	sigsyaml "sigs.k8s.io/yaml"
)

// Source is a text that holds manifests: YAML of one or more documents, or JSON.
type Source struct {
	// Name by which people find it: a file's path, relative to where they are.
	Name string
	Data []byte
	// Rendered tells that it stands in no file as it is: its lines mean nothing to anybody.
	Rendered bool
}

// Manifest is an object as somebody wrote it, and where.
type Manifest struct {
	*unstructured.Unstructured
	file     string
	rendered bool
	// template tells that something is left to be put into it.
	template bool
	// above counts the lines of the file that stand before the document.
	above int
	node  *yaml.Node
}

// documentMark begins a document.
var documentMark = regexp.MustCompile(`(?m)^---([ \t].*)?\r?$`)

// manifestsOf reads the objects in a source. Each document is read by itself, so that one which cannot be read hides no
// other. skipped counts what is no manifest.
func manifestsOf(source Source) (manifests []*Manifest, found []Finding, skipped int) {
	data := bytes.TrimPrefix(bytes.Clone(source.Data), []byte("\ufeff"))
	begin, above := 0, 0
	marks := append(documentMark.FindAllIndex(data, -1), []int{len(data), len(data)})
	for _, mark := range marks {
		document := data[begin:mark[0]]
		read, problems, manifest := readDocument(source, above, document)
		manifests, found = append(manifests, read...), append(found, problems...)
		if !manifest && len(bytes.TrimSpace(document)) > 0 {
			skipped++
		}
		above += bytes.Count(data[begin:mark[0]], []byte("\n"))
		begin = mark[0]
		if mark[0] < len(data) {
			// What follows the mark on its line belongs to the document; blanks keep the columns.
			copy(data[mark[0]:], "   ")
		}
	}
	return manifests, found, skipped
}

// readDocument reads one document. It tells whether it is, or may be, a manifest.
func readDocument(source Source, above int, text []byte) ([]*Manifest, []Finding, bool) {
	file := source.Name
	if !bytes.Contains(text, []byte("apiVersion")) && !bytes.Contains(text, []byte("icp.beian.dev")) {
		return nil, nil, false
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		return nil, []Finding{unreadable(file, above, text, err)}, true
	}
	if root.Kind != yaml.DocumentNode || len(root.Content) == 0 || root.Content[0].Kind != yaml.MappingNode {
		return nil, nil, false
	}
	node := root.Content[0]
	encoded, err := sigsyaml.YAMLToJSONStrict(text)
	if err != nil {
		return nil, []Finding{unreadable(file, above, text, err)}, true
	}
	var object map[string]any
	if err := utiljson.Unmarshal(encoded, &object); err != nil {
		return nil, []Finding{unreadable(file, above, text, err)}, true
	}
	manifests := listed(&Manifest{&unstructured.Unstructured{Object: object}, file, source.Rendered, false, above, node})
	return manifests, nil, len(manifests) > 0
}

// listed takes a list of objects apart; any other object stays as it is. What has no kind is none.
func listed(m *Manifest) []*Manifest {
	kind, _ := m.Object["kind"].(string)
	version, _ := m.Object["apiVersion"].(string)
	items, isList := m.Object["items"].([]any)
	if !strings.HasSuffix(kind, "List") || !isList {
		if kind == "" || version == "" {
			return nil
		}
		m.template = isTemplate(m.node)
		return []*Manifest{m}
	}
	nodes := valueOf(m.node, "items")
	var all []*Manifest
	for i, item := range items {
		object, is := item.(map[string]any)
		if !is || nodes == nil || i >= len(nodes.Content) {
			continue
		}
		all = append(all, listed(&Manifest{&unstructured.Unstructured{Object: object}, m.file, m.rendered, false, m.above, resolved(nodes.Content[i])})...)
	}
	return all
}

// lineOfError finds the line that a parser complains of.
var lineOfError = regexp.MustCompile(`\bline (\d+)(: )?`)

// oddKey is how the parser begins to say that a key is none of JSON's. It goes on with what the key stands for.
const oddKey = "unsupported map key"

// unreadable is a document that is no YAML, or not yet.
func unreadable(file string, above int, document []byte, err error) Finding {
	if templateMark.Match(document) || variableMark.Match(document) {
		return skippedTemplate(file, above+1)
	}
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "error converting YAML to JSON: "), "yaml: ")
	text = strings.Join(strings.Fields(strings.TrimPrefix(text, "unmarshal errors:")), " ")
	finding := Finding{File: file, Line: above + 1, Severity: Error, Rule: RuleUnreadable}
	if strings.HasPrefix(text, oddKey) {
		return finding.says("not to be read as YAML: a key is neither text nor a number nor true or false", "无法按 YAML 读取：有的键既不是文本，也不是数字、true 或 false")
	}
	if at := lineOfError.FindStringSubmatch(text); at != nil {
		line, _ := strconv.Atoi(at[1]) // which are digits
		finding.Line = above + line
		text = strings.Replace(text, at[0], "", 1)
	}
	return finding.says("not to be read as YAML: "+text, "无法按 YAML 读取："+text)
}

// Templates are recognized by what they leave to be put in: Helm's and Jinja's braces, and the variables of Flux and envsubst.
var (
	templateMark = regexp.MustCompile(`\{\{|\{%`)
	variableMark = regexp.MustCompile(`\$\{[A-Za-z_]`)
)

func skippedTemplate(file string, line int) Finding {
	return Finding{File: file, Line: line, Severity: Note, Rule: RuleTemplate}.says(
		"a template, which is not checked: render it first (helm template, kustomize build) and check what comes out",
		"模板，未检查：请先渲染（helm template、kustomize build），再检查渲染结果")
}

// isTemplate tells whether something is left to be put into an object. A FilingNotifier has templates of its own, which the
// operator fills, and a Secret may hold any text; what stands in annotations may be some controller's.
func isTemplate(node *yaml.Node) bool {
	kind := valueOf(node, "kind")
	own := kind != nil && slices.Contains([]string{"FilingNotifier", "Secret"}, kind.Value)
	metadata := valueOf(node, "metadata")
	annotations := valueOf(metadata, "annotations")
	var within func(n *yaml.Node) bool
	within = func(n *yaml.Node) bool {
		switch {
		case n == annotations && n != nil:
			return false
		case n.Kind == yaml.ScalarNode:
			return templateMark.MatchString(n.Value) || variableMark.MatchString(n.Value)
		case n.Kind == yaml.MappingNode:
			for i := 0; i < len(n.Content); i += 2 {
				if n.Content[i].Kind == yaml.MappingNode || within(n.Content[i]) || within(n.Content[i+1]) {
					return true
				}
			}
			return false
		}
		return slices.ContainsFunc(n.Content, within)
	}
	if own {
		return metadata != nil && within(metadata)
	}
	return within(node)
}
