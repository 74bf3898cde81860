package http

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	nethttp "net/http"

	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// Create implements provider.Provider.
func (c *Client) Create(ctx context.Context, key string, application provider.Application) (*procedure.Order, error) {
	domain := application.Spec.Domain.Name
	k := call{op: "create the order", target: domain, personal: personalOf(application), want: nethttp.StatusCreated}
	request, err := protocol.NewCreateOrderRequestWithApplicationVndBeianFilingV1PlusJSONBody(c.server,
		&protocol.CreateOrderParams{IdempotencyKey: key}, applicationOut(application))
	return c.order(ctx, k, request, err, func(o *procedure.Order) error { return mustBe("domain", o.Domain, domain) })
}

// Resubmit implements provider.Provider.
func (c *Client) Resubmit(ctx context.Context, key, orderID string, attempt int32, application provider.Application) (*procedure.Order, error) {
	k := call{op: fmt.Sprintf("resubmit the order as attempt %d", attempt), target: orderID, personal: personalOf(application), want: nethttp.StatusCreated}
	request, err := protocol.NewCreateAttemptRequestWithApplicationVndBeianFilingV1PlusJSONBody(c.server, orderID,
		&protocol.CreateAttemptParams{IdempotencyKey: key},
		protocol.Resubmission{Attempt: attempt, Application: applicationOut(application)})
	return c.order(ctx, k, request, err, sameID(orderID))
}

// Change implements provider.Provider.
func (c *Client) Change(ctx context.Context, key, orderID string, attempt int32, application provider.Application, changes []procedure.Part) (*procedure.Order, error) {
	k := call{op: fmt.Sprintf("change the filing as attempt %d", attempt), target: orderID, personal: personalOf(application), want: nethttp.StatusCreated}
	parts, err := partsOut(changes)
	if err != nil {
		return nil, k.fail(provider.Rejected, protocol.ReasonMalformed, err.Error())
	}
	request, err := protocol.NewChangeFilingRequestWithApplicationVndBeianFilingV1PlusJSONBody(c.server, orderID,
		&protocol.ChangeFilingParams{IdempotencyKey: key},
		protocol.Change{Attempt: attempt, Changes: parts, Application: applicationOut(application)})
	return c.order(ctx, k, request, err, sameID(orderID))
}

// Import implements provider.Provider.
func (c *Client) Import(ctx context.Context, key string, question provider.TypeQuestion, websiteNumber, subjectNumber string) (*procedure.Order, error) {
	domain := question.Spec.Domain.Name
	k := call{op: "import the filing", target: domain, personal: question.SubjectPerson.PersonalValues(), want: nethttp.StatusCreated}
	request, err := protocol.NewImportFilingRequestWithApplicationVndBeianFilingV1PlusJSONBody(c.server, domain,
		&protocol.ImportFilingParams{IdempotencyKey: key},
		protocol.Import{
			Question: questionOut(question), WebsiteNumber: websiteNumber, SubjectNumber: subjectNumber,
			ResponsiblePerson: protocol.PersonIdentity{IDType: question.SubjectPerson.IDType, IDNumber: question.SubjectPerson.IDNumber},
		})
	return c.order(ctx, k, request, err, func(o *procedure.Order) error { return mustBe("domain", o.Domain, domain) })
}

// Upload implements provider.Provider.
func (c *Client) Upload(ctx context.Context, key, orderID string, file provider.File) error {
	k := call{op: fmt.Sprintf("upload %s, part %d", file.Kind, max(file.Part, 1)), target: orderID, want: nethttp.StatusNoContent}
	if len(file.Body) == 0 || len(file.Body) > protocol.MaxMaterialBytes {
		return k.fail(provider.Rejected, protocol.ReasonTooLarge,
			fmt.Sprintf("the file has %d bytes; 1 to %d are taken: put another into its Secret", len(file.Body), protocol.MaxMaterialBytes))
	}
	contentType := file.ContentType
	if contentType == "" {
		contentType = nethttp.DetectContentType(file.Body)
	}
	digest := sha256.Sum256(file.Body)
	request, err := protocol.NewPutMaterialRequestWithBody(c.server, orderID, protocol.MaterialKind(file.Kind), &protocol.PutMaterialParams{
		Part:           max(file.Part, 1),
		IdempotencyKey: key,
		ContentDigest:  "sha-256=:" + base64.StdEncoding.EncodeToString(digest[:]) + ":",
	}, contentType, bytes.NewReader(file.Body))
	return exchange(ctx, c, k, request, err, nil)
}

// Confirm implements provider.Provider.
func (c *Client) Confirm(ctx context.Context, key, orderID string, attempt int32) (*procedure.Order, error) {
	k := call{op: fmt.Sprintf("confirm attempt %d", attempt), target: orderID, want: nethttp.StatusOK}
	request, err := protocol.NewConfirmOrderRequestWithApplicationVndBeianFilingV1PlusJSONBody(c.server, orderID,
		&protocol.ConfirmOrderParams{IdempotencyKey: key}, protocol.AttemptReference{Attempt: attempt})
	return c.order(ctx, k, request, err, sameID(orderID))
}

// Withdraw implements provider.Provider.
func (c *Client) Withdraw(ctx context.Context, key, orderID string, attempt int32) (*procedure.Order, error) {
	k := call{op: fmt.Sprintf("withdraw attempt %d", attempt), target: orderID, want: nethttp.StatusOK}
	request, err := protocol.NewWithdrawOrderRequestWithApplicationVndBeianFilingV1PlusJSONBody(c.server, orderID,
		&protocol.WithdrawOrderParams{IdempotencyKey: key}, protocol.AttemptReference{Attempt: attempt})
	return c.order(ctx, k, request, err, sameID(orderID))
}

// Cancel implements provider.Provider.
func (c *Client) Cancel(ctx context.Context, key, orderID string) (*procedure.Order, error) {
	k := call{op: "cancel the order", target: orderID, want: nethttp.StatusOK}
	request, err := protocol.NewCancelOrderRequest(c.server, orderID, &protocol.CancelOrderParams{IdempotencyKey: key})
	return c.order(ctx, k, request, err, sameID(orderID))
}

// Get implements provider.Provider.
func (c *Client) Get(ctx context.Context, orderID string) (*procedure.Order, error) {
	k := call{op: "read the order", target: orderID, want: nethttp.StatusOK}
	request, err := protocol.NewGetOrderRequest(c.server, orderID)
	return c.order(ctx, k, request, err, sameID(orderID))
}

// order does a call that is answered by an order, and checks that it is the one meant.
func (c *Client) order(ctx context.Context, k call, request *nethttp.Request, buildErr error, check func(*procedure.Order) error) (*procedure.Order, error) {
	var answer protocol.Order
	if err := exchange(ctx, c, k, request, buildErr, &answer); err != nil {
		return nil, err
	}
	order, err := orderIn(answer)
	if err == nil {
		err = check(order)
	}
	if err != nil {
		return nil, k.malformed(err)
	}
	return order, nil
}

func sameID(id string) func(*procedure.Order) error {
	return func(o *procedure.Order) error { return mustBe("id", o.ID, id) }
}

func mustBe(field, got, want string) error {
	if got != want {
		return fmt.Errorf("%s is another than the one asked for", field)
	}
	return nil
}

// malformed says that an answer was read, but breaks a rule of the protocol.
func (k call) malformed(err error) *provider.Error {
	return k.fail(provider.Transient, provider.ReasonMalformedAnswer, err.Error())
}
