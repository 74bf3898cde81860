package simulator

import (
	"slices"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// determine decides the type of a filing (备案类型) by what the registry knows; what the applicant claims only helps to
// find a subject whose paper is not known.
func (r *registry) determine(domain string, key subjectKey, claimed string) protocol.Determination {
	who, filed := r.find(key, claimed), r.sites[domain]
	switch {
	case filed != nil && filed.subject != who:
		return protocol.Determination{
			Conflict: protocol.DeterminationConflictOtherSubject, Reason: "DomainFiledByOtherSubject",
			Message: "the domain is filed under another subject: have that filing cancelled first",
		}
	case filed != nil && slices.Contains(filed.access, protocol.AccessProviderThisProvider):
		return protocol.Determination{
			Conflict: protocol.DeterminationConflictAlreadyFiledHere, Reason: "AlreadyFiled", SubjectNumber: who.number, WebsiteNumber: filed.number,
			Message: "subject and domain are filed through this provider already",
		}
	case filed != nil:
		return protocol.Determination{
			FilingType: protocol.FilingTypeAccessFiling, Reason: "SubjectAndDomainFiled", SubjectNumber: who.number, WebsiteNumber: filed.number,
			Message: "subject and domain are filed; this adds or changes the access provider",
		}
	case who == nil:
		return protocol.Determination{
			FilingType: protocol.FilingTypeFirstFiling, Reason: "NeitherFiled",
			Message: "neither the subject nor the domain has ever been filed",
		}
	case slices.Contains(who.access, protocol.AccessProviderThisProvider):
		return protocol.Determination{
			FilingType: protocol.FilingTypeNewWebsiteFiledHere, Reason: "SubjectFiledHere", SubjectNumber: who.number,
			Message: "the subject is filed through this provider, the domain is not filed",
		}
	default:
		return protocol.Determination{
			FilingType: protocol.FilingTypeNewWebsiteFiledElsewhere, Reason: "SubjectFiledElsewhere", SubjectNumber: who.number,
			Message: "the subject is filed through another provider, the domain is not filed",
		}
	}
}
