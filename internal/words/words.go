// Package words says in both languages what the operator's kinds say in names: stages, tasks, actors, places, conditions and
// their reasons. Conditions' messages stay English; who shows a filing to a person translates by reason, with these words.
package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Words say the same in both languages.
type Words struct{ English, Chinese string }

// In is the words in a language; Chinese unless it is English.
func (w Words) In(l v1alpha1.Language) string {
	if l == v1alpha1.LanguageEnglish {
		return w.English
	}
	return w.Chinese
}

// LanguageOf reads a language as people and their systems write it: zh, zh_CN.UTF-8, zh-Hans, English, C. False where it
// is neither of the two.
func LanguageOf(name string) (v1alpha1.Language, bool) {
	first, _, _ := strings.Cut(strings.ToLower(strings.Map(func(r rune) rune {
		if strings.ContainsRune("-.@", r) {
			return '_'
		}
		return r
	}, name)), "_")
	switch first {
	case "zh", "chinese", "中文":
		return v1alpha1.LanguageChinese, true
	case "en", "english", "c", "posix":
		return v1alpha1.LanguageEnglish, true
	}
	return "", false
}

// Capital begins the English with a capital, as a heading or a cell of a table does.
func (w Words) Capital() Words {
	first, size := utf8.DecodeRuneInString(w.English)
	if size == 0 {
		return w
	}
	w.English = string(unicode.ToUpper(first)) + w.English[size:]
	return w
}

// itself is a name that nobody has words for.
func itself(name string) Words { return Words{name, name} }
