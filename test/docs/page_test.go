// Package docs holds the pages for people to be whole and true: their links lead somewhere, each is there in both languages, and
// their commands run, on what `make run` brings up.
package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/beian-dev/icp-operator/test/cluster"
)

// page is a page in Markdown, by its path from the repository's root.
type page struct {
	path string
	// prose is what stands outside the blocks of code, line by line: empty lines in their place.
	prose  []string
	blocks []block
}

// block is a block of code. lang is what stands behind its fence.
type block struct {
	lang, text string
	line       int
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := cluster.Root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// pages are those of the repository whose path matches one of the patterns.
func pages(t *testing.T, patterns ...string) []page {
	t.Helper()
	var found []page
	for _, pattern := range patterns {
		files, err := filepath.Glob(filepath.Join(root(t), pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("no page is %s: %v", pattern, err)
		}
		for _, file := range files {
			path, err := filepath.Rel(root(t), file)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, read(t, filepath.ToSlash(path)))
		}
	}
	return found
}

func read(t *testing.T, path string) page {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root(t), filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	p := page{path: path}
	inside, margin := false, ""
	for i, line := range strings.Split(string(content), "\n") {
		indented := strings.TrimLeft(line, " ")
		switch {
		case strings.HasPrefix(indented, "```") && !inside:
			inside, margin = true, strings.TrimSuffix(line, indented)
			p.blocks = append(p.blocks, block{lang: strings.TrimPrefix(indented, "```"), line: i + 1})
		case strings.HasPrefix(indented, "```"):
			inside = false
		case inside:
			p.blocks[len(p.blocks)-1].text += strings.TrimPrefix(line, margin) + "\n"
		}
		if inside || strings.HasPrefix(indented, "```") {
			line = ""
		}
		p.prose = append(p.prose, line)
	}
	return p
}

var (
	code    = regexp.MustCompile("`[^`]*`")
	linked  = regexp.MustCompile(`\[[^\]]*\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`^#{1,6} +(.*)$`)
)

// link is where a page leads, and from which line.
type link struct {
	to   string
	line int
}

func (p page) links() []link {
	var links []link
	for i, line := range p.prose {
		for _, match := range linked.FindAllStringSubmatch(code.ReplaceAllString(line, ""), -1) {
			links = append(links, link{match[1], i + 1})
		}
	}
	return links
}

// said are the commands that stand in sentences.
func (p page) said() []string {
	var commands []string
	for _, line := range p.prose {
		for _, span := range code.FindAllString(line, -1) {
			commands = append(commands, strings.Trim(span, "`"))
		}
	}
	return commands
}

// anchors are those of the page's headings, as code hosts make them: lower case, without punctuation, blanks as hyphens, and what is
// there already numbered.
func (p page) anchors() map[string]bool {
	anchors := map[string]bool{}
	times := map[string]int{}
	for _, line := range p.prose {
		match := heading.FindStringSubmatch(line)
		if match == nil {
			continue
		}
		text := regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(match[1], "$1")
		anchor := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
				return unicode.ToLower(r)
			}
			return -1
		}, text)
		if n := times[anchor]; n > 0 {
			anchors[anchor+"-"+strconv.Itoa(n)] = true
		} else {
			anchors[anchor] = true
		}
		times[anchor]++
	}
	return anchors
}
