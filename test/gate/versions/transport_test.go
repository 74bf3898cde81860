package versions

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const apis = "/apis/admissionregistration.k8s.io/"

// olderServer makes an API server look, to one client, as one that has not all of its versions of MutatingAdmissionPolicy. An
// API server of today acts on nothing where v1 is switched off, and so cannot stand for one before it.
type olderServer struct {
	next http.RoundTripper

	mu     sync.Mutex
	hidden map[string]bool
	missed []string
}

// hide has it serve all versions but these from now on.
func (o *olderServer) hide(versions ...string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.hidden = map[string]bool{}
	for _, version := range versions {
		o.hidden[version] = true
	}
}

// asked lists what it was asked for and has not.
func (o *olderServer) asked() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.missed...)
}

// RoundTrip answers as the older server would.
func (o *olderServer) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Path == "/apis" || req.URL.Path == "/api" {
		req = req.Clone(req.Context())
		req.Header.Set("Accept", "application/json") // which lists no resources
	}
	rest, within := strings.CutPrefix(req.URL.Path, apis)
	version, resource, _ := strings.Cut(rest, "/")
	o.mu.Lock()
	hides := within && o.hidden[version]
	if hides && strings.HasPrefix(resource, "mutatingadmissionpolic") {
		o.missed = append(o.missed, req.Method+" "+req.URL.Path)
		o.mu.Unlock()
		return answer(req, http.StatusNotFound, metav1.Status{Status: metav1.StatusFailure, Reason: metav1.StatusReasonNotFound, Code: http.StatusNotFound})
	}
	o.mu.Unlock()
	if !hides || resource != "" {
		return o.next.RoundTrip(req)
	}
	req = req.Clone(req.Context())
	req.Header.Set("Accept", "application/json")
	response, err := o.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var list metav1.APIResourceList
	if err := json.NewDecoder(response.Body).Decode(&list); err != nil {
		return nil, err
	}
	var kept []metav1.APIResource
	for _, resource := range list.APIResources {
		if !strings.HasPrefix(resource.Name, "mutatingadmissionpolic") {
			kept = append(kept, resource)
		}
	}
	list.APIResources = kept
	return answer(req, http.StatusOK, list)
}

func answer(req *http.Request, code int, body any) (*http.Response, error) {
	written, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: code, Status: strconv.Itoa(code), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: req,
		Header: http.Header{"Content-Type": {"application/json"}}, ContentLength: int64(len(written)), Body: io.NopCloser(bytes.NewReader(written)),
	}, nil
}
