package simulator

import (
	"slices"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// record takes a decision of the bureau, or an end, into the registry.
func (r *registry) record(o *order, e protocol.HistoryEntry) {
	switch {
	case approves(e):
		r.file(o, e)
	case e.Stage == protocol.StageApproved && ends(e):
		r.unfile(o, e)
	}
}

// file enters what the bureau approved, with this provider's access.
func (r *registry) file(o *order, e protocol.HistoryEntry) {
	filed, ok := r.sites[o.domain]
	if ok && filed.subject.number != e.SubjectNumber {
		r.rename(filed.subject, e.SubjectNumber)
	}
	who := r.subject(e.SubjectNumber)
	who.access = union(who.access, hereOnly)
	who.sites = max(who.sites, siteIndex(e.WebsiteNumber))
	r.recognise(who, o.subject)
	if o.person != nil {
		who.person = o.person
	}
	if !ok {
		filed = &site{subject: who, approvedAt: e.At}
		r.sites[o.domain] = filed
	}
	filed.number = e.WebsiteNumber
	filed.access = union(filed.access, hereOnly)
}

// rename gives a subject the number that a change has brought it.
func (r *registry) rename(s *subject, number string) {
	delete(r.byNumber, s.number)
	s.number = number
	r.byNumber[number] = s
}

// unfile takes an end into the registry: of the subject and all that it has filed (注销主体), of the access through this
// provider alone (取消接入), or of the website's filing (注销网站).
func (r *registry) unfile(o *order, e protocol.HistoryEntry) {
	filed, ok := r.sites[o.domain]
	if !ok {
		return
	}
	switch {
	case endsSubject(e):
		r.forget(filed.subject)
	case endsAccess(e):
		filed.access = withoutThis(filed.access)
	case e.Decision == protocol.DecisionRevoked, slices.Contains(e.Reasons, protocol.ReasonWebsiteCancelled):
		delete(r.sites, o.domain)
	default:
		filed.access = withoutThis(filed.access)
		if len(filed.access) == 0 {
			delete(r.sites, o.domain)
		}
	}
}

// forget ends a subject, and the filings of all its websites.
func (r *registry) forget(s *subject) {
	delete(r.byNumber, s.number)
	for _, paper := range s.papers {
		delete(r.byPaper, paper)
	}
	for domain, filed := range r.sites {
		if filed.subject == s {
			delete(r.sites, domain)
		}
	}
}

// leavesShell says that an entry ends the only access that a domain has.
func (r *registry) leavesShell(o *order, e protocol.HistoryEntry) bool {
	_, filed := r.sites[o.domain]
	return filed && e.Stage == protocol.StageApproved && endsAccess(e) && !r.accessElsewhere(o.domain)
}

// accessElsewhere says that a domain has access through another provider.
func (r *registry) accessElsewhere(domain string) bool {
	filed, ok := r.sites[domain]
	return ok && slices.Contains(filed.access, protocol.AccessProviderOther)
}

// endsSubject says that an entry ends the subject itself (注销主体).
func endsSubject(e protocol.HistoryEntry) bool {
	return ends(e) && e.Stage == protocol.StageApproved && slices.Contains(e.Reasons, protocol.ReasonSubjectCancelled)
}

// endsAccess says that an entry ends the access through this provider, and not the filing.
func endsAccess(e protocol.HistoryEntry) bool {
	return ends(e) && slices.Contains(e.Reasons, protocol.ReasonAccessCancelled) && !endsSubject(e) &&
		!slices.Contains(e.Reasons, protocol.ReasonWebsiteCancelled)
}

func withoutThis(access []protocol.AccessProvider) []protocol.AccessProvider {
	return slices.DeleteFunc(access, func(a protocol.AccessProvider) bool { return a == protocol.AccessProviderThisProvider })
}
