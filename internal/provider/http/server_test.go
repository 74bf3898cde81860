package http_test

import (
	"encoding/json"
	nethttp "net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// stub is a server that answers every request alike, and counts them.
type stub struct {
	*httptest.Server
	hits atomic.Int32
}

func newStub(t *testing.T, handler nethttp.HandlerFunc) *stub {
	t.Helper()
	s := &stub{}
	s.Server = httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		s.hits.Add(1)
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// client makes a client that does not pause for long.
func client(t *testing.T, options http.Options) *http.Client {
	t.Helper()
	options.Pause = time.Millisecond
	c, err := http.New(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// answering gives a body with a media type and a status.
func answering(status int, mediaType, body string) nethttp.HandlerFunc {
	return func(w nethttp.ResponseWriter, _ *nethttp.Request) {
		w.Header().Set("Content-Type", mediaType)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// problem gives a problem of the protocol.
func problem(status int, p protocol.Problem) nethttp.HandlerFunc {
	p.Status = int32(status)
	body, _ := json.Marshal(p)
	return answering(status, protocol.ProblemMediaType, string(body))
}

// order gives an order of the protocol, changed as a test needs it.
func order(change func(*protocol.Order)) string {
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	o := protocol.Order{
		ID: "O1", Domain: "example.com", FilingType: protocol.FilingTypeFirstFiling, Attempt: 1, CreatedAt: at,
		History: []protocol.HistoryEntry{{ID: "e1", Attempt: 1, Stage: protocol.StageTypeDetermination, Decision: protocol.DecisionPassed, At: at}},
	}
	if change != nil {
		change(&o)
	}
	body, _ := json.Marshal(o)
	return string(body)
}

// person does not exist.
var person = provider.Person{
	Name: "李示例", IDType: "ResidentID", IDNumber: "330106199001010003", Mobile: "13900000000",
	EmergencyPhone: "0571-88886666", Email: "li@example.com", Address: "杭州市西湖区示例路1号",
}

// application is one that a server would take.
func application() provider.Application {
	return provider.Application{
		FilingType: v1alpha1.FirstFiling,
		Spec: v1alpha1.IcpFilingSpec{
			Domain:  v1alpha1.Domain{Name: "example.com", RealNameVerified: true},
			Server:  v1alpha1.Server{ServiceNumber: "S1"},
			Subject: v1alpha1.Subject{Nature: v1alpha1.NatureIndividual, Province: "Zhejiang"},
			Website: v1alpha1.Website{Name: "示例商城"},
		},
		SubjectPerson: person, WebsitePerson: person,
	}
}

// containsAny says whether any of the values stands in a text.
func containsAny(text string, values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return v != "" && strings.Contains(text, v) })
}
