package simulator

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/provider/protocol/server"
)

// operations are the protocol's operations on a simulator.
type operations struct{ *Simulator }

var _ server.StrictServerInterface = operations{}

// DetermineType answers which type of filing this is.
func (s operations) DetermineType(_ context.Context, r server.DetermineTypeRequestObject) (server.DetermineTypeResponseObject, error) {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	q := r.Body
	key := s.subjectKey(q.Subject.Certificate.Type, q.Subject.Certificate.Number)
	answer := s.registry.determine(q.Domain, key, q.Existing.Subject.Number)
	return server.DetermineType200ApplicationVndBeianFilingV1PlusJSONResponse(answer), nil
}

// FindOrders lists the orders of a domain, newest first.
func (s operations) FindOrders(_ context.Context, r server.FindOrdersRequestObject) (server.FindOrdersResponseObject, error) {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	limit := int(max(r.Params.Limit, 1))
	list := server.FindOrders200ApplicationVndBeianFilingV1PlusJSONResponse{Orders: []protocol.Order{}}
	for _, o := range slices.Backward(s.byDomain[r.Params.Domain]) {
		if o.account == r.Params.Account && len(list.Orders) < limit {
			list.Orders = append(list.Orders, o.view())
		}
	}
	return list, nil
}

// CreateOrder makes an order.
func (s operations) CreateOrder(ctx context.Context, r server.CreateOrderRequestObject) (server.CreateOrderResponseObject, error) {
	o, err := s.once(ctx, r.Params.IdempotencyKey, func() (*order, error) { return s.create(*r.Body) })
	return server.CreateOrder201ApplicationVndBeianFilingV1PlusJSONResponse(o), err
}

// CreateAttempt resubmits an order.
func (s operations) CreateAttempt(ctx context.Context, r server.CreateAttemptRequestObject) (server.CreateAttemptResponseObject, error) {
	o, err := s.once(ctx, r.Params.IdempotencyKey, s.onOrder(r.OrderID, func(o *order) (*order, error) { return s.resubmit(o, *r.Body) }))
	return server.CreateAttempt201ApplicationVndBeianFilingV1PlusJSONResponse(o), err
}

// GetOrder reads an order.
func (s operations) GetOrder(_ context.Context, r server.GetOrderRequestObject) (server.GetOrderResponseObject, error) {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	o, err := s.order(r.OrderID)
	if err != nil {
		return nil, err
	}
	return server.GetOrder200ApplicationVndBeianFilingV1PlusJSONResponse(o.view()), nil
}

// PutMaterial notes that a file was uploaded. The file itself is looked at and forgotten.
func (s operations) PutMaterial(ctx context.Context, r server.PutMaterialRequestObject) (server.PutMaterialResponseObject, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, newProblem(http.StatusBadRequest, protocol.ReasonMalformed, "the file broke off")
	}
	digest := sha256.Sum256(body)
	if r.Params.ContentDigest != "sha-256=:"+base64.StdEncoding.EncodeToString(digest[:])+":" {
		return nil, newProblem(http.StatusBadRequest, protocol.ReasonDigestMismatch, "the file is not what its digest says: send it again")
	}
	if len(body) == 0 {
		return nil, newProblem(http.StatusUnprocessableEntity, "CertificateUnclearOrExpiring", "the file is empty")
	}
	_, err = s.once(ctx, r.Params.IdempotencyKey, s.onOrder(r.OrderID, func(o *order) (*order, error) {
		return s.upload(o, slot{r.Kind, max(r.Params.Part, 1)})
	}))
	return server.PutMaterial204Response{}, err
}

// ConfirmOrder submits an order.
func (s operations) ConfirmOrder(ctx context.Context, r server.ConfirmOrderRequestObject) (server.ConfirmOrderResponseObject, error) {
	o, err := s.once(ctx, r.Params.IdempotencyKey, s.onOrder(r.OrderID, func(o *order) (*order, error) { return s.confirm(o, r.Body.Attempt) }))
	return server.ConfirmOrder200ApplicationVndBeianFilingV1PlusJSONResponse(o), err
}

// WithdrawOrder takes an order back from review.
func (s operations) WithdrawOrder(ctx context.Context, r server.WithdrawOrderRequestObject) (server.WithdrawOrderResponseObject, error) {
	o, err := s.once(ctx, r.Params.IdempotencyKey, s.onOrder(r.OrderID, func(o *order) (*order, error) { return s.withdraw(o, r.Body.Attempt) }))
	return server.WithdrawOrder200ApplicationVndBeianFilingV1PlusJSONResponse(o), err
}

// CancelOrder gives an order up, or cancels its filing.
func (s operations) CancelOrder(ctx context.Context, r server.CancelOrderRequestObject) (server.CancelOrderResponseObject, error) {
	o, err := s.once(ctx, r.Params.IdempotencyKey, s.onOrder(r.OrderID, s.cancel))
	return server.CancelOrder200ApplicationVndBeianFilingV1PlusJSONResponse(o), err
}

// GetFiling looks a domain up.
func (s operations) GetFiling(_ context.Context, r server.GetFilingRequestObject) (server.GetFilingResponseObject, error) {
	return server.GetFiling200ApplicationVndBeianFilingV1PlusJSONResponse(s.Filing(r.Domain)), nil
}

// ListEvents gives a page of the feed.
func (s operations) ListEvents(_ context.Context, r server.ListEventsRequestObject) (server.ListEventsResponseObject, error) {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	limit := int(r.Params.Limit)
	if limit == 0 {
		limit = 500
	}
	page, err := s.page(r.Params.After, limit)
	return server.ListEvents200ApplicationVndBeianFilingV1PlusJSONResponse(page), err
}

// order finds an order.
func (s *Simulator) order(id string) (*order, error) {
	o, ok := s.byID[id]
	if !ok {
		return nil, newProblem(http.StatusNotFound, protocol.ReasonUnknownOrder, fmt.Sprintf("there is no order %s", id))
	}
	return o, nil
}

// onOrder is an effect on an order that must be there.
func (s *Simulator) onOrder(id string, happen func(*order) (*order, error)) func() (*order, error) {
	return func() (*order, error) {
		o, err := s.order(id)
		if err != nil {
			return nil, err
		}
		return happen(o)
	}
}

// Filing is what the registry knows of a domain.
func (s *Simulator) Filing(domain string) protocol.Filing {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	answer := protocol.Filing{Domain: domain}
	if filed, ok := s.registry.sites[domain]; ok {
		answer.Filed, answer.SubjectNumber, answer.WebsiteNumber = true, filed.subject.number, filed.number
		answer.Access = slices.Clone(filed.access)
	}
	return answer
}
