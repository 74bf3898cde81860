package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// document is the protocol's own, to which every answer is held.
type document struct{ doc *openapi3.T }

var loadDocument = sync.OnceValues(func() (*document, error) {
	openapi3filter.RegisterBodyDecoder(protocol.MediaType, openapi3filter.JSONBodyDecoder)
	doc, err := openapi3.NewLoader().LoadFromData(protocol.Document)
	if err != nil {
		return nil, fmt.Errorf("read the protocol's document: %w", err)
	}
	return &document{doc}, nil
})

// judge holds an answer to what every answer must keep; what breaks it fails the case under way.
func (b *bench) judge(r *http.Request, a *answer) {
	if b.broken != nil {
		return
	}
	for _, check := range []func(*http.Request, *answer) error{b.mediaType, b.problem, b.schema, b.personal, b.redirect} {
		if err := check(r, a); err != nil {
			b.broken = fmt.Errorf("%s %s, answered %d: %w", a.call.method, a.call.path, a.status, err)
			return
		}
	}
}

func (b *bench) redirect(_ *http.Request, a *answer) error {
	if a.status >= 300 && a.status < 400 {
		return errors.New("it redirects: answer from where you were asked")
	}
	return nil
}

// mediaType is that of the answer's kind.
func (b *bench) mediaType(_ *http.Request, a *answer) error {
	if len(a.body) > protocol.MaxBodyBytes {
		return fmt.Errorf("the body is larger than %d bytes", protocol.MaxBodyBytes)
	}
	want := protocol.MediaType
	switch {
	case a.status >= 400:
		want = protocol.ProblemMediaType
	case a.status == http.StatusNoContent, a.status >= 300, len(a.body) == 0:
		return nil
	}
	if got, _, err := mime.ParseMediaType(a.header.Get("Content-Type")); err != nil || got != want {
		return fmt.Errorf("the media type is %q, want %s", a.header.Get("Content-Type"), want)
	}
	return nil
}

// problem is RFC 9457's, with the status that the answer has.
func (b *bench) problem(_ *http.Request, a *answer) error {
	if a.status < 400 {
		return nil
	}
	var p protocol.Problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		return fmt.Errorf("the problem cannot be read: %w", err)
	}
	reason, ok := strings.CutPrefix(p.Type, protocol.ProblemTypePrefix)
	switch {
	case !ok || reason == "":
		return fmt.Errorf("the problem's type is %q, want %s<Reason>", p.Type, protocol.ProblemTypePrefix)
	case int(p.Status) != a.status:
		return fmt.Errorf("the problem says status %d", p.Status)
	}
	return nil
}

// schema is what the document says of the answer.
func (b *bench) schema(r *http.Request, a *answer) error {
	if a.status >= 300 && a.status < 400 {
		return nil
	}
	route, params := b.document.route(r.Method, strings.TrimPrefix(r.URL.Path, pathOf(b.URL)))
	if route == nil {
		return nil
	}
	err := openapi3filter.ValidateResponse(b.ctx, &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route, PathParams: params},
		Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err == nil {
		return nil
	}
	if schema, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		return fmt.Errorf("the answer breaks the document at /%s: %s", strings.Join(schema.JSONPointer(), "/"), schema.Reason)
	}
	first, _, _ := strings.Cut(err.Error(), "\n")
	return fmt.Errorf("the answer breaks the document: %s", first)
}

// route finds an operation by a path below the server's address; nil for none.
func (d *document) route(method, path string) (*routers.Route, map[string]string) {
	parts := strings.Split(path, "/")
	for template, item := range d.doc.Paths.Map() {
		params, fits := fitted(strings.Split(template, "/"), parts)
		if op := item.GetOperation(method); fits && op != nil {
			return &routers.Route{Spec: d.doc, Path: template, PathItem: item, Method: method, Operation: op}, params
		}
	}
	return nil, nil
}

func fitted(template, parts []string) (map[string]string, bool) {
	if len(template) != len(parts) {
		return nil, false
	}
	params := map[string]string{}
	for i, t := range template {
		name, isParam := strings.CutPrefix(t, "{")
		if isParam {
			params[strings.TrimSuffix(name, "}")] = parts[i]
		} else if t != parts[i] {
			return nil, false
		}
	}
	return params, true
}

// pathOf is the path of the server's own address.
func pathOf(address string) string {
	_, rest, _ := strings.Cut(address, "://")
	if i := strings.Index(rest, "/"); i >= 0 {
		return rest[i:]
	}
	return ""
}

// personal data of the applications stands in no answer.
func (b *bench) personal(_ *http.Request, a *answer) error {
	for _, value := range personalValues {
		if bytes.Contains(a.body, []byte(value)) {
			return errors.New("the answer repeats what an application says of a person")
		}
	}
	return nil
}

// masked is a text without the persons and the tokens.
func (b *bench) masked(text string) string {
	const shortest = 6 // what is shorter stands in every text, and is no secret
	for _, secret := range append([]string{b.Token, b.OtherToken}, personalValues...) {
		if len(secret) >= shortest {
			text = strings.ReplaceAll(text, secret, "…")
		}
	}
	return text
}
