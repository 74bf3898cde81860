package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
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
	// papered says that a paper is known by which the subject is recognised.
	papered bool
	// sites counts the website numbers that were ever given, since one is never given twice.
	sites int
}

// site is a filed website.
type site struct {
	subject *subject
	number  string
	access  []protocol.AccessProvider
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
		r.byPaper[key(known.Certificate.Type, known.Certificate.Number)], s.papered = s, true
	}
	for _, w := range known.Websites {
		r.sites[w.Domain] = &site{subject: s, number: w.Number, access: union(nil, w.Access)}
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

// find is the subject of a paper, or of the number that it claims; nil where neither is filed.
func (r *registry) find(key subjectKey, claimed string) *subject {
	if s, ok := r.byPaper[key]; ok {
		return s
	}
	// A number whose paper is known belongs to who has that paper, whoever claims it.
	if s, ok := r.byNumber[claimed]; ok && !s.papered {
		return s
	}
	return nil
}

// record takes a decision of the bureau, or an end, into the registry.
func (r *registry) record(o *order, e protocol.HistoryEntry) {
	switch {
	case e.Stage == protocol.StageBureauReview && e.Decision == protocol.DecisionPassed:
		r.file(o, e)
	case e.Stage == protocol.StageApproved && (e.Decision == protocol.DecisionRevoked || e.Decision == protocol.DecisionCancelled):
		r.unfile(o)
	}
}

// file enters what the bureau approved, with this provider's access.
func (r *registry) file(o *order, e protocol.HistoryEntry) {
	who := r.subject(e.SubjectNumber)
	who.access = union(who.access, hereOnly)
	who.sites = max(who.sites, siteIndex(e.WebsiteNumber))
	r.byPaper[o.subject], who.papered = who, true
	filed, ok := r.sites[o.domain]
	if !ok {
		filed = &site{subject: who, number: e.WebsiteNumber}
		r.sites[o.domain] = filed
	}
	filed.access = union(filed.access, hereOnly)
}

// unfile ends this provider's access (取消接入) and, where there is no other, the website's filing (注销网站).
func (r *registry) unfile(o *order) {
	filed, ok := r.sites[o.domain]
	if !ok {
		return
	}
	filed.access = slices.DeleteFunc(filed.access, func(a protocol.AccessProvider) bool { return a == protocol.AccessProviderThisProvider })
	if len(filed.access) == 0 {
		delete(r.sites, o.domain)
	}
}

var hereOnly = []v1alpha1.AccessProvider{v1alpha1.ThisProvider}

// numbers are what the bureau gives to an order that it approves.
func (s *Simulator) numbers(o *order, at time.Time) (subjectNumber, websiteNumber string) {
	if filed, ok := s.registry.sites[o.domain]; ok {
		return filed.subject.number, filed.number
	}
	known := s.registry.find(o.subject, o.claimed)
	if known == nil {
		number := s.newNumber(o.province, at)
		return number, number + "-1"
	}
	return known.number, fmt.Sprintf("%s-%d", known.number, known.sites+1)
}

// newNumber is a subject number that nobody has yet: the province's character, the year and six digits.
func (s *Simulator) newNumber(province protocol.Province, at time.Time) string {
	prefix := ""
	if row, ok := s.rules.Province(v1alpha1.Province(province)); ok {
		prefix = row.Prefixes[0]
	}
	for {
		s.registry.given++
		number := fmt.Sprintf("%sICP备%s%06d号", prefix, at.In(calendar.Beijing).Format("06"), s.registry.given)
		if _, taken := s.registry.byNumber[number]; !taken {
			return number
		}
	}
}

var sitePattern = regexp.MustCompile(`-([0-9]+)$`)

// siteIndex is the N of a website number that ends in -N; 0 for one that does not.
func siteIndex(number string) int {
	if m := sitePattern.FindStringSubmatch(number); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

func union(have []protocol.AccessProvider, more []v1alpha1.AccessProvider) []protocol.AccessProvider {
	for _, a := range more {
		if !slices.Contains(have, protocol.AccessProvider(a)) {
			have = append(have, protocol.AccessProvider(a))
		}
	}
	return have
}
