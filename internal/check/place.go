package check

import (
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// at is where a field stands in the file, or what comes nearest to it: what holds it, where it is missing itself. What was
// rendered stands nowhere.
func (m *Manifest) at(field string) (line, column int) {
	node := m.node
	key := node
	for _, part := range partsOf(field) {
		name, value := childOf(node, part)
		if value == nil {
			break
		}
		key, node = name, value
	}
	return m.position(key)
}

func (m *Manifest) position(node *yaml.Node) (line, column int) {
	if m.rendered {
		return 0, 0
	}
	return m.above + node.Line, node.Column
}

// ofHost is where a host is named: the first value that is it, or holds it.
func (m *Manifest) ofHost(host string) (line, column int) {
	if host == exposure.AnyHost {
		return m.at("spec")
	}
	var holds *yaml.Node
	var find func(n *yaml.Node) *yaml.Node
	find = func(n *yaml.Node) *yaml.Node {
		if n.Kind == yaml.ScalarNode {
			switch value := strings.ToLower(n.Value); {
			case value == host:
				return n
			case holds == nil && strings.Contains(value, host):
				holds = n
			}
		}
		for _, child := range n.Content {
			if found := find(child); found != nil {
				return found
			}
		}
		return nil
	}
	found := find(m.node)
	if found == nil {
		found = holds
	}
	if found == nil {
		return m.at("")
	}
	return m.position(found)
}

// finding begins a finding on the object, at a field of it.
func (m *Manifest) finding(severity Severity, rule, field string) Finding {
	line, column := m.at(field)
	return Finding{File: m.file, Line: line, Column: column, Severity: severity, Rule: rule, Object: m.object(), Field: field}
}

// namedIn is the field of the object that a policy's words name: one of its spec, or a label or an annotation.
func (m *Manifest) namedIn(says string) string {
	if field, _, found := strings.Cut(says, ": "); found && strings.HasPrefix(field, "spec.") {
		return field
	}
	for _, of := range []struct {
		field string
		names map[string]string
	}{{"metadata.labels", m.GetLabels()}, {"metadata.annotations", m.GetAnnotations()}} {
		for _, name := range slices.Sorted(maps.Keys(of.names)) {
			if strings.Contains(says, name) {
				return of.field + "[" + name + "]"
			}
		}
	}
	return "metadata"
}

// object names it for people: Ingress shop/web.
func (m *Manifest) object() string {
	name := m.GetName()
	if name == "" && m.GetGenerateName() != "" {
		name = m.GetGenerateName() + "*"
	}
	if namespace := m.GetNamespace(); namespace != "" {
		name = namespace + "/" + name
	}
	return m.GetKind() + " " + name
}

// place is the object's own, for people: shop/filing.yaml:3.
func (m *Manifest) place() string {
	line, _ := m.at("")
	if line == 0 {
		return m.file
	}
	return m.file + ":" + itoa(line)
}

// partsOf takes a field's path apart: spec.materials[0].kind, metadata.annotations[icp.beian.dev/gate].
func partsOf(field string) []string {
	var parts []string
	for field != "" {
		switch field[0] {
		case '.':
			field = field[1:]
		case '[':
			inner, rest, _ := strings.Cut(field[1:], "]")
			parts, field = append(parts, inner), rest
		default:
			end := strings.IndexAny(field, ".[")
			if end < 0 {
				end = len(field)
			}
			parts, field = append(parts, field[:end]), field[end:]
		}
	}
	return parts
}

// childOf finds a part of a node: a key and its value, or an entry of a list, by its number.
func childOf(node *yaml.Node, part string) (key, value *yaml.Node) {
	if node == nil {
		return nil, nil
	}
	switch node = resolved(node); node.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == part {
				return node.Content[i], resolved(node.Content[i+1])
			}
		}
	case yaml.SequenceNode:
		for i, entry := range node.Content {
			if part == itoa(i) {
				return entry, resolved(entry)
			}
		}
	}
	return nil, nil
}

func valueOf(node *yaml.Node, key string) *yaml.Node {
	_, value := childOf(node, key)
	return value
}

// resolved follows an alias to what it stands for.
func resolved(node *yaml.Node) *yaml.Node {
	if node.Kind == yaml.AliasNode {
		return node.Alias
	}
	return node
}
