package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// subjectKey recognises a subject without saying who it is.
type subjectKey [sha256.Size]byte

// subjectKey makes the key of a paper.
func (s *Simulator) subjectKey(paperType, number string) subjectKey {
	mac := hmac.New(sha256.New, s.secret)
	_, _ = fmt.Fprintf(mac, "%s|%s", paperType, strings.ToUpper(number))
	return subjectKey(mac.Sum(nil))
}

// subject is a filed subject (主体).
type subject struct {
	number string
	access []protocol.AccessProvider
	// papers by which the subject is recognised; a change adds one, and the one before it is remembered.
	papers []subjectKey
	// person is its responsible person's identity paper; nil where that is not known.
	person *subjectKey
	// sites counts the website numbers that were ever given, since one is never given twice.
	sites int
}

// site is a filed website.
type site struct {
	subject *subject
	number  string
	access  []protocol.AccessProvider
	// approvedAt is when the bureau approved it; zero where that is not known.
	approvedAt time.Time
}

// registry is what is filed: what was known from the start, and what the bureau has decided since.
type registry struct {
	byPaper  map[subjectKey]*subject
	byNumber map[string]*subject
	sites    map[string]*site
	given    int
}

func newRegistry() *registry {
	return &registry{byPaper: map[subjectKey]*subject{}, byNumber: map[string]*subject{}, sites: map[string]*site{}}
}

// know adds a subject that was filed before.
func (r *registry) know(known KnownSubject, key func(paperType, number string) subjectKey) {
	s := r.subject(known.Number)
	s.access = union(s.access, known.Access)
	if known.Certificate != nil {
		r.recognise(s, key(known.Certificate.Type, known.Certificate.Number))
	}
	if known.ResponsiblePerson != nil {
		person := key(known.ResponsiblePerson.Type, known.ResponsiblePerson.Number)
		s.person = &person
	}
	for _, w := range known.Websites {
		r.sites[w.Domain] = &site{subject: s, number: w.Number, access: union(nil, w.Access), approvedAt: w.ApprovedAt.UTC()}
		s.access = union(s.access, w.Access)
		s.sites = max(s.sites, siteIndex(w.Number))
	}
}

// subject finds the one with a number, or files it.
func (r *registry) subject(number string) *subject {
	s, ok := r.byNumber[number]
	if !ok {
		s = &subject{number: number}
		r.byNumber[number] = s
	}
	return s
}

// recognise makes a paper one of a subject's.
func (r *registry) recognise(s *subject, key subjectKey) {
	r.byPaper[key] = s
	if !slices.Contains(s.papers, key) {
		s.papers = append(s.papers, key)
	}
}

// papersOf are the papers of the subject that has one of them.
func (r *registry) papersOf(key subjectKey) []subjectKey {
	if s, ok := r.byPaper[key]; ok {
		return s.papers
	}
	return []subjectKey{key}
}

// isOther says that a paper is known to be another subject's.
func (r *registry) isOther(key, than subjectKey) bool {
	s, ok := r.byPaper[key]
	return ok && s != r.byPaper[than]
}

// find is the subject of a paper, or of the number that it claims; nil where neither is filed.
func (r *registry) find(key subjectKey, claimed string) *subject {
	if s, ok := r.byPaper[key]; ok {
		return s
	}
	// A number whose paper is known belongs to who has that paper, whoever claims it.
	if s, ok := r.byNumber[claimed]; ok && len(s.papers) == 0 {
		return s
	}
	return nil
}

var hereOnly = []v1alpha1.AccessProvider{v1alpha1.ThisProvider}

func union(have []protocol.AccessProvider, more []v1alpha1.AccessProvider) []protocol.AccessProvider {
	for _, a := range more {
		if !slices.Contains(have, protocol.AccessProvider(a)) {
			have = append(have, protocol.AccessProvider(a))
		}
	}
	return have
}
