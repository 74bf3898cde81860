package main

import (
	"fmt"
	"strings"

	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/words"
)

// language that a page is written in.
type language struct {
	chinese bool
	// missing collects the English texts that have no Chinese.
	missing map[string]bool
}

type unknownLimitError string

func (e unknownLimitError) Error() string {
	return fmt.Sprintf("the current rule set has no limit %s", string(e))
}

// say is a text of the tables that stands there in English.
func (l language) say(english string) string {
	if !l.chinese || english == "" {
		return english
	}
	text := chinese[english]
	if text == "" {
		l.missing[english] = true
	}
	return text
}

// of chooses between the two texts of a row.
func (l language) of(english, chinese string) string {
	if l.chinese {
		return chinese
	}
	return english
}

// in is the words in the page's language.
func (l language) in(w words.Words) string { return l.of(w.English, w.Chinese) }

// list joins a list as the language does.
func (l language) list(items []string) string { return strings.Join(items, l.of(", ", "、")) }

// and joins conditions that must all hold.
func (l language) and(items []string) string { return strings.Join(items, l.of("; ", "；")) }

// aside puts a remark behind a text.
func (l language) aside(text, remark string) string {
	return text + l.of(" ("+remark+")", "（"+remark+"）")
}

// code is an identifier of the API.
func code[T ~string](name T) string { return "`" + string(name) + "`" }

// term is a value of the API with its Chinese name, which an English page shows, too.
func term[T rules.Term](l language, value T) string {
	name := rules.Chinese(value)
	if l.chinese || strings.HasPrefix(name, string(value)) {
		return name
	}
	return string(value) + " " + name
}

// terms are values of the API with their Chinese names.
func terms[T rules.Term](l language, values []T) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = term(l, v)
	}
	return l.list(names)
}
