package simulator

import (
	"fmt"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// NewOrder is an order that is made without a client, for tests of size.
type NewOrder struct {
	// Account at the provider.
	Account string
	// Domain to be filed, which also stands for its subject: each has one of its own.
	Domain string
	// Confirmed submits the order as soon as the simulator's own steps allow it.
	Confirmed bool
}

// AddOrder makes an order as a client would, a first filing in Zhejiang without files.
func (s *Simulator) AddOrder(n NewOrder) error {
	s.mu.Lock()
	defer s.unlock()
	o, err := s.create(protocol.Application{
		Account: n.Account, AccountSite: protocol.AccountSiteChina, Channel: protocol.ChannelPC, FilingType: protocol.FilingTypeFirstFiling,
		Domain: protocol.Domain{Name: n.Domain, RealNameVerified: true, Registrant: protocol.DomainRegistrantSubject},
		Server: protocol.Server{AccessType: protocol.ServerAccessTypeCloudServer, ServiceNumber: "added"},
		Subject: protocol.Subject{
			Nature: protocol.NatureEnterprise, Province: protocol.ProvinceZhejiang, Name: n.Domain,
			Certificate: protocol.Certificate{Type: "Added", Number: n.Domain},
		},
		Website: protocol.Website{Name: n.Domain},
	})
	if err != nil {
		return fmt.Errorf("add an order for %s: %w", n.Domain, err)
	}
	s.catchUp()
	if !n.Confirmed {
		return nil
	}
	if _, err := s.confirm(o, 1); err != nil {
		return fmt.Errorf("confirm the added order for %s: %w", n.Domain, err)
	}
	return nil
}
