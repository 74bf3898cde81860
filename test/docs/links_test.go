package docs

import (
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// inOneLanguage are pages of docs/ that have no twin: they are for whoever writes code, or are in both languages themselves.
var inOneLanguage = []string{"docs/architecture.md", "docs/provider-protocol.md", "docs/terms.md"}

// twin is the same page in Chinese.
func twin(english string) string { return strings.TrimSuffix(english, ".md") + ".zh.md" }

func isChinese(path string) bool { return strings.HasSuffix(path, ".zh.md") }

func TestEveryPageIsThereInBothLanguagesAndLeadsToItsTwin(t *testing.T) {
	t.Parallel()
	for _, p := range pages(t, "README.md", "docs/*.md") {
		if isChinese(p.path) || slices.Contains(inOneLanguage, p.path) {
			continue
		}
		if _, err := os.Stat(filepath.Join(root(t), twin(p.path))); err != nil {
			t.Errorf("%s has no twin in Chinese, %s", p.path, twin(p.path))
			continue
		}
		chinese := read(t, twin(p.path))
		for from, to := range map[*page]page{&p: chinese, &chinese: p} {
			head := page{prose: from.prose[:min(len(from.prose), 6)]}
			if !slices.ContainsFunc(head.links(), func(l link) bool { return l.to == path.Base(to.path) }) {
				t.Errorf("the head of %s does not lead to %s", from.path, to.path)
			}
		}
		if english, chinese := len(p.anchors()), len(chinese.anchors()); english != chinese {
			t.Errorf("%s has %d headings, its twin %d", p.path, english, chinese)
		}
	}
}

func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, p := range pages(t, "*.md", "docs/*.md", "docs/adr/*.md", "examples/*/*.md") {
		for _, l := range p.links() {
			if strings.Contains(l.to, "://") || strings.HasPrefix(l.to, "mailto:") {
				continue
			}
			checked++
			target, anchor, _ := strings.Cut(l.to, "#")
			to := p.path
			if target != "" {
				to = path.Join(path.Dir(p.path), target)
			}
			if _, err := os.Stat(filepath.Join(root(t), filepath.FromSlash(to))); err != nil {
				t.Errorf("%s:%d: nothing is at %s", p.path, l.line, l.to)
				continue
			}
			if anchor != "" && !read(t, to).anchors()[anchor] {
				t.Errorf("%s:%d: %s has no heading %s", p.path, l.line, to, anchor)
			}
		}
	}
	if checked < 300 {
		t.Errorf("only %d links were looked at", checked)
	}
}

func TestEveryPageIsInTheIndex(t *testing.T) {
	t.Parallel()
	for index, chinese := range map[string]bool{"docs/README.md": false, "docs/README.zh.md": true} {
		listed := map[string]bool{}
		for _, l := range read(t, index).links() {
			target, _, _ := strings.Cut(l.to, "#")
			listed["docs/"+target] = true
		}
		for _, p := range pages(t, "docs/*.md") {
			ours := isChinese(p.path) == chinese || slices.Contains(inOneLanguage, p.path)
			switch {
			case strings.HasPrefix(p.path, "docs/README."):
			case ours && !listed[p.path]:
				t.Errorf("%s does not list %s", index, p.path)
			case !ours && listed[p.path]:
				t.Errorf("%s lists %s, which is in the other language", index, p.path)
			}
		}
	}
}
