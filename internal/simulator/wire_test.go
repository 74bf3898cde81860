package simulator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// send sends a request as it is, and gives the status and the problem that it is answered with.
func (d *desk) send(method, path, body string, change func(*http.Request)) (int, protocol.Problem) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	request.Header.Set("Content-Type", protocol.MediaType)
	request.Header.Set("Idempotency-Key", "a-key-of-its-own")
	if change != nil {
		change(request)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var problem protocol.Problem
	data, _ := io.ReadAll(response.Body)
	if response.Header.Get("Content-Type") == protocol.ProblemMediaType {
		if err := json.Unmarshal(data, &problem); err != nil {
			d.t.Fatal(err)
		}
	}
	return response.StatusCode, problem
}

// goodBody is the body of an application that is taken.
const goodBody = `{
	"accountSite": "China", "channel": "PC", "filingType": "FirstFiling",
	"domain": {"name": "shop.example.com", "registrant": "Subject", "realNameVerified": true},
	"server": {"accessType": "CloudServer", "instance": {"id": "i-1"}},
	"subject": {"nature": "Enterprise", "province": "Zhejiang", "name": "杭州示例科技有限公司",
		"certificate": {"type": "UnifiedSocialCreditCode", "number": "91330106MA2EXAMPLE"},
		"responsiblePerson": {"name": "李示例", "idType": "ResidentID", "idNumber": "330106199001010003", "mobile": "13900000000"}},
	"website": {"name": "示例商城",
		"responsiblePerson": {"name": "王示例", "idType": "ResidentID", "idNumber": "330106199001010003", "mobile": "13900000001"}}
}`

func TestRequestsAreHeldToTheDocument(t *testing.T) {
	t.Parallel()
	replaced := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(goodBody) }
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	tests := map[string]struct {
		method, path, body string
		change             func(*http.Request)
		status             int
		reason             string
		pointer            string
	}{
		"a good application is taken": {body: goodBody, status: 201},
		"a required field is missed": {
			body: replaced(`"accountSite": "China", `, ""), status: 422, reason: "InvalidFacts", pointer: "/accountSite",
		},
		"a person's field is missed by its path": {
			body: replaced(`"mobile": "13900000000"`, `"email": "li@example.com"`), status: 422, reason: "InvalidFacts", pointer: "/subject/responsiblePerson/mobile",
		},
		"a province outside the mainland is none": {
			body: replaced("Zhejiang", "HongKong"), status: 422, reason: "InvalidFacts", pointer: "/subject/province",
		},
		"a domain in capital letters is none": {
			body: replaced("shop.example.com", "Shop.example.com"), status: 422, reason: "InvalidFacts", pointer: "/domain/name",
		},
		"a text where an object belongs": {
			body: replaced(`{"accessType": "CloudServer", "instance": {"id": "i-1"}}`, `"i-1"`), status: 422, reason: "InvalidFacts", pointer: "/server",
		},
		"an organization without a name": {
			body: replaced(`"name": "杭州示例科技有限公司",`, ""), status: 422, reason: "InvalidFacts", pointer: "/subject/name",
		},
		"an individual with an organization's certificate": {
			body: replaced("Enterprise", "Individual", `"name": "杭州示例科技有限公司",`, ""), status: 422, reason: "InvalidFacts", pointer: "/subject/certificate",
		},
		"a server that is two": {
			body: replaced(`"instance"`, `"serviceNumber": "S1", "instance"`), status: 422, reason: "InvalidFacts", pointer: "/server",
		},
		"a server that is none": {
			body: replaced(`, "instance": {"id": "i-1"}`, ""), status: 422, reason: "InvalidFacts", pointer: "/server",
		},
		"the App takes no International account": {
			body: replaced(`"China"`, `"International"`, `"PC"`, `"App"`), status: 422, reason: "ChannelNotAvailable",
		},
		"the App takes no access filing": {
			body: replaced("FirstFiling", "AccessFiling", `"PC"`, `"App"`), status: 422, reason: "ChannelNotAvailable",
		},
		"the App takes a first filing":       {body: replaced(`"PC"`, `"App"`), status: 201},
		"no JSON":                            {body: "{", status: 400, reason: "Malformed"},
		"nothing":                            {body: "", status: 400, reason: "Malformed"},
		"another media type":                 {body: goodBody, change: header("Content-Type", "application/json"), status: 415, reason: "UnsupportedMediaType"},
		"another major version":              {body: goodBody, change: header("Content-Type", "application/vnd.beian.filing.v2+json"), status: 415, reason: "UnsupportedMediaType"},
		"another answer is asked for":        {body: goodBody, change: header("Accept", "text/html"), status: 406, reason: "NotAcceptable"},
		"no key":                             {body: goodBody, change: func(r *http.Request) { r.Header.Del("Idempotency-Key") }, status: 400, reason: "IdempotencyKeyMissing"},
		"a key that is too short":            {body: goodBody, change: header("Idempotency-Key", "short"), status: 400, reason: "IdempotencyKeyMissing"},
		"a body that is too large":           {body: strings.Repeat(" ", protocol.MaxBodyBytes) + goodBody, status: 413, reason: "TooLarge"},
		"an unknown path":                    {method: "GET", path: "/nothing", status: 404, reason: "NotFound"},
		"an unknown method":                  {method: "DELETE", path: "/orders/O00000001", status: 404, reason: "NotFound"},
		"a page of no events":                {method: "GET", path: "/events?limit=0", status: 400, reason: "Malformed"},
		"a limit that is no number":          {method: "GET", path: "/events?limit=many", status: 400, reason: "Malformed"},
		"orders of no domain":                {method: "GET", path: "/orders", status: 400, reason: "Malformed"},
		"an order's id that leads elsewhere": {method: "GET", path: "/orders/..%2Fevents", status: 400, reason: "Malformed"},
		"a file of an unknown kind": {
			method: "PUT", path: "/orders/O00000001/materials/Photo", body: "x", status: 400, reason: "Malformed",
			change: header("Content-Digest", "sha-256=:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=:"),
		},
		"a file without its digest": {method: "PUT", path: "/orders/O00000001/materials/Auxiliary", body: "x", status: 400, reason: "Malformed"},
		"a file that is not what its digest says": {
			method: "PUT", path: "/orders/O00000001/materials/Auxiliary", body: "y", status: 400, reason: "DigestMismatch",
			change: header("Content-Digest", "sha-256=:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=:"),
		},
		"a file of an order that does not exist": {
			method: "PUT", path: "/orders/O00000001/materials/Auxiliary", body: "x", status: 404, reason: "UnknownOrder",
			change: header("Content-Digest", "sha-256=:LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=:"),
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, simulator.Options{})
			method, path := "POST", "/orders"
			if test.method != "" {
				method, path = test.method, test.path
			}
			status, problem := d.send(method, path, test.body, test.change)
			if status != test.status || strings.TrimPrefix(problem.Type, protocol.ProblemTypePrefix) != test.reason {
				t.Fatalf("answered %d %s (%s), want %d %s", status, problem.Type, problem.Detail, test.status, test.reason)
			}
			var pointers []string
			for _, e := range problem.Errors {
				pointers = append(pointers, e.Pointer)
			}
			if test.pointer != "" {
				if diff := cmp.Diff([]string{test.pointer}, pointers); diff != "" {
					t.Errorf("fields named (-want +got):\n%s", diff)
				}
			}
			if status >= 400 && len(d.Orders()) != 0 {
				t.Error("an order was made all the same")
			}
		})
	}
}

func TestNoProblemRepeatsWhatWasSent(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"facts of the wrong form": strings.NewReplacer(`"13900000000"`, `{"secret": "13900000000"}`, `"李示例"`, `["李示例"]`, `"330106199001010003"`, `"`+strings.Repeat("330106199001010003", 9)+`"`).Replace(goodBody),
		"facts cut off":           goodBody[:len(goodBody)-20],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			d := newDesk(t, simulator.Options{Logger: logger(&log)})
			status, problem := d.send("POST", "/orders", body, nil)
			text, _ := json.Marshal(problem)
			if status < 400 {
				t.Fatalf("answered %d", status)
			}
			for _, secret := range []string{"13900000000", "李示例", "330106199001010003", "王示例"} {
				if strings.Contains(string(text), secret) || strings.Contains(log.String(), secret) {
					t.Errorf("%q shows in %s or in the log %s", secret, text, log.String())
				}
			}
		})
	}
}

func TestOnlyTheTokenOpensTheProtocol(t *testing.T) {
	t.Parallel()
	d := newDesk(t, simulator.Options{Token: "a-good-token"})
	with := func(token string) error {
		c := d.newClient(providerhttp.Options{Token: func(context.Context) (string, error) { return token, nil }})
		_, err := c.LookUp(t.Context(), domain)
		return err
	}
	if err := with("a-good-token"); err != nil {
		t.Error(err)
	}
	for _, token := range []string{"", "another-token", "a-good-token-and-more"} {
		err := with(token)
		if provider.ClassOf(err) != provider.Misconfigured || provider.ReasonOf(err) != "Unauthorized" {
			t.Errorf("with the token %q: %v", token, err)
		}
	}
}

func TestNothingOfAPersonIsKept(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	d := newDesk(t, simulator.Options{Logger: logger(&log)})
	a := individual(domain)
	a.Spec.Materials = []v1alpha1.Material{{Kind: v1alpha1.MaterialSubjectCertificate}}
	o := d.create(a)
	if err := d.client.Upload(t.Context(), "a-key-of-its-own", o.ID, provider.File{Kind: v1alpha1.MaterialSubjectCertificate, Body: []byte("the scan of 李示例")}); err != nil {
		t.Fatal(err)
	}
	o = d.passAll(d.confirm(o.ID, 1))
	d.mustChange(o.ID, 2, a, procedure.PartSubjectPerson)
	if _, err := d.client.Import(t.Context(), "an-import-of-the-same", questionOf(a), o.History[len(o.History)-1].WebsiteNumber, ""); err != nil {
		t.Fatal(err)
	}
	kept, err := json.Marshal(map[string]any{"orders": d.Orders(), "requests": d.Requests(), "filing": d.Filing(domain)})
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range append(a.SubjectPerson.PersonalValues(), a.WebsitePerson.PersonalValues()...) {
		if value != "" && (strings.Contains(string(kept), value) || strings.Contains(log.String(), value)) {
			t.Errorf("%q is kept or logged", value)
		}
	}
}
