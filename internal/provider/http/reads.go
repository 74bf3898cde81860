package http

import (
	"context"
	"fmt"
	nethttp "net/http"

	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// Determine implements provider.Provider.
func (c *Client) Determine(ctx context.Context, question provider.TypeQuestion) (procedure.Determination, error) {
	k := call{op: "determine the filing type", target: question.Spec.Domain.Name, personal: question.SubjectPerson.PersonalValues(), want: nethttp.StatusOK}
	request, err := protocol.NewDetermineTypeRequestWithApplicationVndBeianFilingV1PlusJSONBody(c.server, questionOut(question))
	var answer protocol.Determination
	if err := exchange(ctx, c, k, request, err, &answer); err != nil {
		return procedure.Determination{}, err
	}
	determination, err := determinationIn(answer, k.personal)
	if err != nil {
		return procedure.Determination{}, k.malformed(err)
	}
	return determination, nil
}

// Find implements provider.Provider.
func (c *Client) Find(ctx context.Context, account, domain string) (*procedure.Order, error) {
	k := call{op: "find the order", target: domain, want: nethttp.StatusOK}
	request, err := protocol.NewFindOrdersRequest(c.server, &protocol.FindOrdersParams{Account: account, Domain: domain, Limit: 1})
	var answer protocol.OrderList
	if err := exchange(ctx, c, k, request, err, &answer); err != nil {
		return nil, err
	}
	if len(answer.Orders) == 0 {
		return nil, nil //nolint:nilnil // no order is an answer, as the interface says
	}
	order, err := orderIn(answer.Orders[0])
	if err == nil {
		err = mustBe("domain", order.Domain, domain)
	}
	if err != nil {
		return nil, k.malformed(err)
	}
	return order, nil
}

// LookUp implements provider.Provider.
func (c *Client) LookUp(ctx context.Context, domain string) (provider.Filed, error) {
	k := call{op: "look up what is filed", target: domain, want: nethttp.StatusOK}
	request, err := protocol.NewGetFilingRequest(c.server, domain)
	var answer protocol.Filing
	if err := exchange(ctx, c, k, request, err, &answer); err != nil {
		return provider.Filed{}, err
	}
	filed, err := filedIn(answer)
	if err == nil {
		err = mustBe("domain", filed.Domain, domain)
	}
	if err != nil {
		return provider.Filed{}, k.malformed(err)
	}
	return filed, nil
}

// Events implements provider.Provider.
func (c *Client) Events(ctx context.Context, cursor string, limit int) (provider.Page, error) {
	k := call{op: "read the events feed", want: nethttp.StatusOK}
	if limit < 1 || limit > maxEvents {
		return provider.Page{}, k.fail(provider.Rejected, protocol.ReasonMalformed, fmt.Sprintf("limit %d: 1 to %d can be asked for", limit, maxEvents))
	}
	request, err := protocol.NewListEventsRequest(c.server, &protocol.ListEventsParams{After: cursor, Limit: int32(limit)})
	var answer protocol.EventPage
	if err := exchange(ctx, c, k, request, err, &answer); err != nil {
		return provider.Page{}, err
	}
	page, err := pageIn(answer, cursor)
	if err != nil {
		return provider.Page{}, k.malformed(err)
	}
	return page, nil
}

// maxEvents is the most that one page holds.
const maxEvents = 1000
