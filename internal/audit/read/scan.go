package read

import (
	"bytes"
	"encoding/json"
	"errors"
)

// scanner goes through a text of JSON once, and decodes nothing that is not asked for: of ten thousand filings some eight fields
// each are, of two hundred. What it is given comes of an API server, and is well formed; where it is not, it says so in the end.
type scanner struct {
	text []byte
	at   int
	odd  bool
}

var errOdd = errors.New("what the API server answered is no JSON")

// err is errOdd where the text was not well formed.
func (s *scanner) err() error {
	if s.odd {
		return errOdd
	}
	return nil
}

// next is the next character behind blanks; 0 where the text ends.
func (s *scanner) next() byte {
	for ; s.at < len(s.text); s.at++ {
		if c := s.text[s.at]; c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

// eat goes past a character, if it is the next.
func (s *scanner) eat(c byte) bool {
	if s.next() != c {
		return false
	}
	s.at++
	return true
}

// object goes through a value's members, where it is an object: visit goes past the value of the member of a name.
func (s *scanner) object(visit func(name string)) {
	if !s.eat('{') {
		s.skip()
		return
	}
	for !s.odd && !s.eat('}') {
		name := s.raw()
		if len(name) < 2 || name[0] != '"' || !s.eat(':') {
			s.odd = true
			return
		}
		visit(string(name[1 : len(name)-1]))
		if !s.eat(',') && s.next() != '}' {
			s.odd = true
		}
	}
}

// member visits the value of the member of a name, where the value is an object that has one.
func (s *scanner) member(name string, visit func()) {
	s.object(func(other string) {
		if other == name {
			visit()
			return
		}
		s.skip()
	})
}

// array goes through a value's elements, where it is an array: visit goes past each.
func (s *scanner) array(visit func()) {
	if !s.eat('[') {
		s.skip()
		return
	}
	for !s.odd && !s.eat(']') {
		visit()
		if !s.eat(',') && s.next() != ']' {
			s.odd = true
		}
	}
}

// raw goes past a value, and returns it as it stands.
func (s *scanner) raw() []byte {
	s.next()
	from := s.at
	s.skip()
	return s.text[from:s.at]
}

// decode goes past a value, and decodes it.
func (s *scanner) decode(into any) {
	if json.Unmarshal(s.raw(), into) != nil {
		s.odd = true
	}
}

// string goes past a value, and returns it, where it is a string.
func (s *scanner) string() string {
	raw := s.raw()
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1])
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		s.odd = true
	}
	return text
}

// skip goes past a value.
func (s *scanner) skip() {
	switch s.next() {
	case '"':
		s.skipString()
		return
	case '{', '[':
	case 0, '}', ']', ',', ':':
		s.odd = true
		return
	default: // a number, true, false, null
		for s.at < len(s.text) && bytes.IndexByte(endsWord, s.text[s.at]) < 0 {
			s.at++
		}
		return
	}
	for depth := 0; s.at < len(s.text); {
		switch s.text[s.at] {
		case '"':
			s.skipString()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		s.at++
		if depth == 0 {
			return
		}
	}
	s.odd = true
}

var endsWord = []byte(",]} \t\r\n")

// skipString goes past a string.
func (s *scanner) skipString() {
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			s.at++
		case '"':
			s.at++
			return
		}
	}
	s.at, s.odd = len(s.text), true
}
