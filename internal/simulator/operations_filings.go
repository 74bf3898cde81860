package simulator

import (
	"context"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/provider/protocol/server"
)

// ChangeFiling changes the facts of a filing in force (变更备案).
func (s operations) ChangeFiling(ctx context.Context, r server.ChangeFilingRequestObject) (server.ChangeFilingResponseObject, error) {
	o, err := s.once(ctx, r.Params.IdempotencyKey, s.onOrder(r.OrderID, func(o *order) (*order, error) { return s.change(o, *r.Body) }))
	return server.ChangeFiling201ApplicationVndBeianFilingV1PlusJSONResponse(o), err
}

// ImportFiling takes a filing over as an order.
func (s operations) ImportFiling(ctx context.Context, r server.ImportFilingRequestObject) (server.ImportFilingResponseObject, error) {
	o, err := s.once(ctx, r.Params.IdempotencyKey, func() (*order, error) { return s.importFiling(r.Domain, *r.Body) })
	return server.ImportFiling201ApplicationVndBeianFilingV1PlusJSONResponse(o), err
}

// LookUpFilings looks many domains up.
func (s operations) LookUpFilings(_ context.Context, r server.LookUpFilingsRequestObject) (server.LookUpFilingsResponseObject, error) {
	return server.LookUpFilings200ApplicationVndBeianFilingV1PlusJSONResponse(s.lookUp(r.Body.Domains)), nil
}

// lookUp is what the registry knows of each of many domains.
func (s *Simulator) lookUp(domains []string) protocol.LookupList {
	list := protocol.LookupList{Lookups: make([]protocol.Lookup, len(domains))}
	for i, domain := range domains {
		f := s.Filing(domain)
		l := protocol.Lookup{Domain: domain, Result: protocol.LookupResultNotFiled, SubjectNumber: f.SubjectNumber, WebsiteNumber: f.WebsiteNumber, Access: f.Access}
		if f.Filed {
			l.Result = protocol.LookupResultFiled
		}
		list.Lookups[i] = l
	}
	return list
}
