package http

import (
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// questionOut writes a question in the protocol's words.
func questionOut(q provider.TypeQuestion) protocol.TypeQuestion {
	return protocol.TypeQuestion{
		Account:     q.Spec.Account.Name,
		AccountSite: siteOut(q.Spec.Account.Site),
		Channel:     channelOut(q.Spec.Channel),
		Domain:      q.Spec.Domain.Name,
		Subject: protocol.SubjectIdentity{
			Nature:      protocol.Nature(q.Spec.Subject.Nature),
			Province:    protocol.Province(q.Spec.Subject.Province),
			Certificate: identityOut(q),
		},
		Existing: existingOut(q.Spec.Existing),
	}
}

// identityOut is the paper that a subject is known by: an individual's own, an organization's certificate.
func identityOut(q provider.TypeQuestion) protocol.Certificate {
	if q.Spec.Subject.Nature == v1alpha1.NatureIndividual {
		return protocol.Certificate{Type: q.SubjectPerson.IDType, Number: q.SubjectPerson.IDNumber}
	}
	return certificateOut(q.Spec.Subject.Certificate)
}

// applicationOut writes an application in the protocol's words.
func applicationOut(a provider.Application) protocol.Application {
	return protocol.Application{
		Account:      a.Account(),
		AccountSite:  siteOut(a.Spec.Account.Site),
		Channel:      channelOut(a.Spec.Channel),
		FilingType:   protocol.FilingType(a.FilingType),
		Domain:       domainOut(a.Spec.Domain),
		Server:       serverOut(a.Spec.Server),
		Subject:      subjectOut(a.Spec.Subject, a.SubjectPerson),
		Website:      websiteOut(a.Spec.Website, a.Spec.Domain.Name, a.WebsitePerson),
		PreApprovals: preApprovalsOut(&a.Spec),
		Materials:    materialsOut(&a.Spec),
		Existing:     existingOut(a.Spec.Existing),
	}
}

func siteOut(s v1alpha1.AccountSite) protocol.AccountSite {
	if s == "" {
		return protocol.AccountSiteChina
	}
	return protocol.AccountSite(s)
}

func channelOut(c v1alpha1.Channel) protocol.Channel {
	if c == "" {
		return protocol.ChannelPC
	}
	return protocol.Channel(c)
}

func existingOut(e v1alpha1.Existing) protocol.Existing {
	one := func(f v1alpha1.ExistingFiling) protocol.ExistingFiling {
		return protocol.ExistingFiling{Number: f.Number, AccessProvider: protocol.AccessProvider(f.AccessProvider)}
	}
	return protocol.Existing{Subject: one(e.Subject), Website: one(e.Website)}
}

func domainOut(d v1alpha1.Domain) protocol.Domain {
	registrant := d.Registrant
	if registrant == "" {
		registrant = v1alpha1.RegistrantSubject
	}
	return protocol.Domain{
		Name:               d.Name,
		Registrant:         protocol.DomainRegistrant(registrant),
		Registrar:          d.Registrar,
		RealNameVerified:   d.RealNameVerified,
		RealNameVerifiedAt: timeOut(d.RealNameVerifiedAt),
		ExpiresAt:          timeOut(d.ExpiresAt),
	}
}

func serverOut(s v1alpha1.Server) protocol.Server {
	accessType := s.AccessType
	if accessType == "" {
		accessType = v1alpha1.AccessCloudServer
	}
	out := protocol.Server{AccessType: protocol.ServerAccessType(accessType), ServiceNumber: s.ServiceNumber}
	if i := s.Instance; i != nil {
		out.Instance = protocol.Instance{
			ID:        i.ID,
			Region:    i.Region,
			Location:  i.Location,
			PublicIPs: i.PublicIPs,
			Prepaid:   i.Prepaid != nil && *i.Prepaid,
			ExpiresAt: timeOut(i.ExpiresAt),
		}
	}
	return out
}

func subjectOut(s v1alpha1.Subject, person provider.Person) protocol.Subject {
	return protocol.Subject{
		Nature:            protocol.Nature(s.Nature),
		Province:          protocol.Province(s.Province),
		City:              s.City,
		District:          s.District,
		Name:              s.Name,
		Certificate:       certificateOut(s.Certificate),
		Address:           s.Address,
		Superior:          s.Superior,
		Remark:            s.Remark,
		ResponsiblePerson: personOut(person),
	}
}

func certificateOut(c *v1alpha1.Certificate) protocol.Certificate {
	if c == nil {
		return protocol.Certificate{}
	}
	return protocol.Certificate{Type: string(c.Type), Number: c.Number, Address: c.Address, ExpiresAt: timeOut(c.ExpiresAt)}
}

func websiteOut(w v1alpha1.Website, domain string, person provider.Person) protocol.Website {
	homepage := w.Homepage
	if homepage == "" {
		homepage = domain
	}
	return protocol.Website{
		Name:                  w.Name,
		Homepage:              homepage,
		ServiceContents:       texts(w.ServiceContents),
		PreApprovalCategories: texts(w.PreApprovalCategories),
		Languages:             w.Languages,
		Interactive:           w.Interactive,
		Commercial:            w.Commercial,
		Remark:                w.Remark,
		ResponsiblePerson:     personOut(person),
	}
}

func texts[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func preApprovalsOut(spec *v1alpha1.IcpFilingSpec) []protocol.PreApproval {
	out := make([]protocol.PreApproval, len(spec.PreApprovals))
	for i, p := range spec.PreApprovals {
		out[i] = protocol.PreApproval{Category: string(p.Category), Authority: p.Authority, Number: p.Number, ExpiresAt: timeOut(p.ExpiresAt)}
		for _, s := range provider.Slots(spec) {
			if s.PreApproval == p.Category {
				out[i].Document = slotOut(s)
			}
		}
	}
	return out
}

func materialsOut(spec *v1alpha1.IcpFilingSpec) []protocol.MaterialReference {
	slots := provider.Slots(spec)
	out := make([]protocol.MaterialReference, len(slots))
	for i, s := range slots {
		out[i] = slotOut(s)
	}
	return out
}

func slotOut(s provider.Slot) protocol.MaterialReference {
	return protocol.MaterialReference{Kind: protocol.MaterialKind(s.Kind), Part: s.Part}
}

func personOut(p provider.Person) protocol.Person {
	return protocol.Person{
		Name:             p.Name,
		Role:             protocol.PersonRole(p.Role),
		IDType:           p.IDType,
		IDNumber:         p.IDNumber,
		IDValidUntil:     p.IDValidUntil,
		Mobile:           p.Mobile,
		EmergencyPhone:   p.EmergencyPhone,
		Email:            p.Email,
		Address:          p.Address,
		MainlandResident: p.MainlandResident,
	}
}

func personalOf(a provider.Application) []string {
	return append(a.SubjectPerson.PersonalValues(), a.WebsitePerson.PersonalValues()...)
}

func timeOut(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}
