// Package sarif writes findings in the Static Analysis Results Interchange Format, version 2.1.0 (OASIS), which code
// hosts and editors show beside the lines that they are about.
package sarif

import (
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// Level says how grave a result is.
type Level string

// Levels, as the format names them.
const (
	Error   Level = "error"
	Warning Level = "warning"
	Note    Level = "note"
)

// Tool is the program that found the results.
type Tool struct{ Name, Version, URI string }

// Rule is what a result breaks.
type Rule struct {
	// ID is stable: people suppress results by it.
	ID string
	// Text says in a sentence what the rule is about.
	Text string
	// Help says more of it; empty for nothing more.
	Help string
}

// Result is one finding. It is about a file, or about an object that stands in none.
type Result struct {
	// Rule is the ID of one of the rules.
	Rule  string
	Level Level
	// Message says what is wrong and how to put it right.
	Message string
	// File, relative to where the program ran; empty for none. Line and Column begin with 1; 0 for the whole file.
	File         string
	Line, Column int
	// Object that it is about, as in "Ingress shop/web"; empty for none.
	Object string
}

// Write writes one run of the tool. Of the rules only those that a result names are written.
func Write(w io.Writer, tool Tool, rules []Rule, results []Result) error {
	log := document{Version: "2.1.0", Schema: "https://json.schemastore.org/sarif-2.1.0.json"}
	this := run{Results: []result{}}
	this.Tool.Driver = driver{Name: tool.Name, Version: tool.Version, URI: tool.URI, Rules: []rule{}}
	index := map[string]int{}
	for _, r := range rules {
		if _, there := index[r.ID]; there || !slices.ContainsFunc(results, func(result Result) bool { return result.Rule == r.ID }) {
			continue
		}
		index[r.ID] = len(this.Tool.Driver.Rules)
		this.Tool.Driver.Rules = append(this.Tool.Driver.Rules, ruleOf(r))
	}
	for _, r := range results {
		at, known := index[r.Rule]
		if !known {
			return fmt.Errorf("writing SARIF: no rule %q is given, which a result names", r.Rule)
		}
		written := result{Rule: r.Rule, Index: at, Level: r.Level, Message: text{r.Message}}
		if place, somewhere := placeOf(r); somewhere {
			written.Locations = []location{place}
		}
		this.Results = append(this.Results, written)
	}
	log.Runs = []run{this}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(log); err != nil {
		return fmt.Errorf("writing SARIF: %w", err)
	}
	return nil
}

func ruleOf(r Rule) rule {
	written := rule{ID: r.ID, Text: text{r.Text}}
	if r.Help != "" {
		written.Help = &text{r.Help}
	}
	return written
}

func placeOf(r Result) (location, bool) {
	var place location
	if r.File != "" {
		place.Physical = &physical{Artifact: artifact{URI: uriOf(r.File)}}
		if r.Line > 0 {
			place.Physical.Region = &region{Line: r.Line, Column: r.Column}
		}
	}
	if r.Object != "" {
		place.Logical = []logical{{Name: r.Object, Kind: "resource"}}
	}
	return place, r.File != "" || r.Object != ""
}

// uriOf writes a path as a relative reference; a colon in its first part would else be read as a scheme's.
func uriOf(file string) string {
	file = strings.TrimPrefix(filepath.ToSlash(file), "./")
	return (&url.URL{Path: file}).String()
}

type document struct {
	Version string `json:"version"`
	Schema  string `json:"$schema"`
	Runs    []run  `json:"runs"`
}

type run struct {
	Tool struct {
		Driver driver `json:"driver"`
	} `json:"tool"`
	Results []result `json:"results"`
}

type driver struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	URI     string `json:"informationUri,omitempty"`
	Rules   []rule `json:"rules"`
}

type rule struct {
	ID   string `json:"id"`
	Text text   `json:"shortDescription"`
	Help *text  `json:"help,omitempty"`
}

type text struct {
	Text string `json:"text"`
}

type result struct {
	Rule      string     `json:"ruleId"`
	Index     int        `json:"ruleIndex"`
	Level     Level      `json:"level"`
	Message   text       `json:"message"`
	Locations []location `json:"locations,omitempty"`
}

type location struct {
	Physical *physical `json:"physicalLocation,omitempty"`
	Logical  []logical `json:"logicalLocations,omitempty"`
}

type physical struct {
	Artifact artifact `json:"artifactLocation"`
	Region   *region  `json:"region,omitempty"`
}

type artifact struct {
	URI string `json:"uri"`
}

type region struct {
	Line   int `json:"startLine"`
	Column int `json:"startColumn,omitempty"`
}

type logical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}
