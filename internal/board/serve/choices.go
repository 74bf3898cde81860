package serve

import (
	"net/http"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/board"
	"github.com/beian-dev/icp-operator/internal/words"
)

// What the reader chose stands in these cookies, and in an address for that one page.
const (
	languageChoice = "lang"
	lookChoice     = "look"
	// chosenFor is how long a choice is remembered, in seconds.
	chosenFor = 365 * 24 * 60 * 60
)

// Frame is that of a request's page, in the language and look that the reader has chosen, else those that the browser prefers.
func (s *Site) Frame(w http.ResponseWriter, r *http.Request) board.Frame {
	f := board.Frame{Base: s.Base, Path: s.within(r), Query: r.URL.Query(), Now: s.Clock.Now(), Language: preferred(r.Header.Get("Accept-Language")), Look: board.LookAuto}
	for _, chosen := range s.chosen(w, r, languageChoice) {
		if l, ok := words.LanguageOf(chosen); ok {
			f.Language = l
		}
	}
	for _, chosen := range s.chosen(w, r, lookChoice) {
		switch look := board.Look(chosen); look {
		case board.LookLight, board.LookDark, board.LookAuto:
			f.Look = look
		}
	}
	f.Query.Del(languageChoice)
	f.Query.Del(lookChoice)
	return f
}

// chosen is what was chosen earlier, then what the address says, which is remembered.
func (s *Site) chosen(w http.ResponseWriter, r *http.Request, choice string) (values []string) {
	if cookie, err := r.Cookie("icp-board-" + choice); err == nil {
		values = append(values, cookie.Value)
	}
	if said := r.URL.Query().Get(choice); said != "" && len(said) < 8 {
		values = append(values, said)
		http.SetCookie(w, &http.Cookie{
			Name: "icp-board-" + choice, Value: said, Path: s.Base + "/", MaxAge: chosenFor,
			HttpOnly: true, Secure: !s.Plain, SameSite: http.SameSiteLaxMode,
		})
	}
	return values
}

// preferred is the first language of a browser's that the pages speak; English where there is none.
func preferred(accepted string) v1alpha1.Language {
	for name := range strings.SplitSeq(accepted, ",") {
		name, _, _ = strings.Cut(name, ";")
		if l, ok := words.LanguageOf(strings.TrimSpace(name)); ok {
			return l
		}
	}
	return v1alpha1.LanguageEnglish
}
