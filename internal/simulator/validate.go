package simulator

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// basePath is the path of the protocol at the simulator, as in the URL of a FilingProvider.
const basePath = "/v1"

// document holds requests to the protocol's own document.
type document struct{ doc *openapi3.T }

// loadDocument reads it once: it takes a tenth of a second, and is never changed.
var loadDocument = sync.OnceValues(func() (document, error) {
	// The validator knows the forms of bodies by their exact media types.
	openapi3filter.RegisterBodyDecoder(protocol.MediaType, openapi3filter.JSONBodyDecoder)
	doc, err := openapi3.NewLoader().LoadFromData(protocol.Document)
	if err != nil {
		return document{}, fmt.Errorf("read the protocol's document: %w", err)
	}
	return document{doc}, nil
})

// route finds a request's operation by the pattern that it was routed by.
func (d document) route(r *http.Request) (*routers.Route, bool) {
	_, pattern, _ := strings.Cut(r.Pattern, " ")
	path := strings.TrimPrefix(pattern, basePath)
	item := d.doc.Paths.Value(path)
	if item == nil || item.GetOperation(r.Method) == nil {
		return nil, false
	}
	return &routers.Route{Spec: d.doc, Path: path, PathItem: item, Method: r.Method, Operation: item.GetOperation(r.Method)}, true
}

// operationID names a request's operation.
func (d document) operationID(r *http.Request) string {
	if route, ok := d.route(r); ok {
		return route.Operation.OperationID
	}
	return "unknown"
}

// check holds a request to the document. What it says names fields and rules, never values.
func (d document) check(r *http.Request) error {
	route, ok := d.route(r)
	if !ok {
		return newProblem(http.StatusNotFound, protocol.ReasonNotFound, "the protocol has no such operation")
	}
	if err := checkMediaTypes(r, route.Operation); err != nil {
		return err
	}
	input := &openapi3filter.RequestValidationInput{
		Request: r, Route: route, PathParams: pathParams(r, route.Path), QueryParams: r.URL.Query(),
		Options: &openapi3filter.Options{
			AuthenticationFunc:  func(context.Context, *openapi3filter.AuthenticationInput) error { return nil },
			ExcludeRequestBody:  isUpload(route.Operation),
			MultiError:          true,
			SkipSettingDefaults: true,
		},
	}
	err := openapi3filter.ValidateRequest(r.Context(), input)
	if err == nil {
		return nil
	}
	return asProblem(err)
}

func isUpload(op *openapi3.Operation) bool {
	return op.RequestBody != nil && op.RequestBody.Value.Content[protocol.MediaType] == nil
}

// checkMediaTypes refuses what is sent, or asked for, in another media type.
func checkMediaTypes(r *http.Request, op *openapi3.Operation) error {
	if accept := r.Header.Get("Accept"); accept != "" && !strings.Contains(accept, protocol.MediaType) && !strings.Contains(accept, "*/*") {
		return newProblem(http.StatusNotAcceptable, protocol.ReasonNotAcceptable, "answers are "+protocol.MediaType)
	}
	if op.RequestBody == nil || isUpload(op) {
		return nil
	}
	if got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || got != protocol.MediaType {
		return newProblem(http.StatusUnsupportedMediaType, protocol.ReasonUnsupportedMediaType, "send "+protocol.MediaType)
	}
	return nil
}

func pathParams(r *http.Request, path string) map[string]string {
	params := map[string]string{}
	for part := range strings.SplitSeq(path, "/") {
		if name, ok := strings.CutPrefix(part, "{"); ok {
			name = strings.TrimSuffix(name, "}")
			params[name] = r.PathValue(name)
		}
	}
	return params
}

// asProblem turns the validator's findings into a problem, leaving out every value.
func asProblem(err error) *problem {
	var fields []protocol.FieldError
	status, reason := int32(http.StatusUnprocessableEntity), protocol.ReasonInvalidFacts
	for _, finding := range flatten(err) {
		request, isRequest := errors.AsType[*openapi3filter.RequestError](finding)
		schema, isSchema := errors.AsType[*openapi3.SchemaError](finding)
		switch {
		case isRequest && request.Parameter != nil:
			status, reason = http.StatusBadRequest, protocol.ReasonMalformed
			if request.Parameter.Name == protocol.IdempotencyKeyHeader {
				reason = protocol.ReasonIdempotencyKeyMissing
			}
			fields = append(fields, protocol.FieldError{Pointer: request.Parameter.Name, Rule: "the parameter is missing or malformed"})
		case isSchema:
			fields = append(fields, protocol.FieldError{Pointer: "/" + strings.Join(schema.JSONPointer(), "/"), Rule: schema.SchemaField})
		default:
			status, reason = http.StatusBadRequest, protocol.ReasonMalformed
		}
	}
	return newProblem(status, reason, "the request breaks the rules of the protocol's document", fields[:min(len(fields), 100)]...)
}

// flatten lists the findings below an error.
func flatten(err error) []error {
	if multi, ok := err.(openapi3.MultiError); ok { //nolint:errorlint // its elements are wanted, not a chain
		var all []error
		for _, e := range multi {
			all = append(all, flatten(e)...)
		}
		return all
	}
	if request, ok := err.(*openapi3filter.RequestError); ok && request.Parameter == nil { //nolint:errorlint // as above
		if multi, ok := request.Err.(openapi3.MultiError); ok { //nolint:errorlint // as above
			return flatten(multi)
		}
	}
	return []error{err}
}
