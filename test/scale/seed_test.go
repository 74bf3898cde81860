package scale_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clocktesting "k8s.io/utils/clock/testing"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// A filing's way to where it waits takes the API server some ten writes. So that many can be tried, one of them walks there,
// and the others are made to stand beside it: their orders by the very requests that the operator made for the one, their
// annotations and statuses by what it wrote for the one, each in its own name. Whether that is what it would have written, it
// says itself when it comes back: it writes nothing.

// asked is one request that changed something at the provider.
type asked struct {
	method, path string
	header       http.Header
	body         []byte
}

// recording keeps the requests that change something.
type recording struct {
	mu    sync.Mutex
	asked []asked
}

func (r *recording) of(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method != http.MethodGet {
			body, err := io.ReadAll(req.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			req.Body = io.NopCloser(bytes.NewReader(body))
			r.mu.Lock()
			r.asked = append(r.asked, asked{req.Method, req.URL.Path, req.Header.Clone(), body})
			r.mu.Unlock()
		}
		next.ServeHTTP(w, req)
	})
}

// taken are the requests so far.
func (r *recording) taken() []asked {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.asked)
}

// seeds are what the waiting ones are made of.
type seeds struct {
	ns string
	// pattern is the filing that walked.
	pattern *v1alpha1.IcpFiling
	// written is what it filed, as the operator keeps it.
	written procedure.Record
	asked   []asked
	desk    http.Handler
	// in is the namespace of the i-th, and filed what was written of another in it: what the persons' Secrets there hold has a digest
	// of that namespace. Where there are none, they are ns and what was written of the pattern.
	in    func(i int) string
	filed func(i int) procedure.Record
	// then goes on with an order until it stands where the pattern's does, and gives what else the provider told of each alone: the
	// pattern's word, and the order's in its place, in turn.
	then func(i int, order string) ([]string, error)
}

// sow makes the i-th filing stand where the pattern does.
func (s *seeds) sow(ctx context.Context, i int) error {
	order, err := s.order(i)
	if err != nil {
		return err
	}
	var told []string
	if s.then != nil {
		if told, err = s.then(i, order); err != nil {
			return err
		}
	}
	f := filingOf(&s.pattern.Spec, s.ns, i) // as the API server completes it
	record := s.written
	if s.in != nil {
		f.Namespace, record = s.in(i), s.filed(i)
	}
	record.Facts = procedure.Digest(&f.Spec)
	record.Submitted = maps.Clone(record.Submitted)
	maps.Copy(record.Submitted, procedure.PartsOf(&f.Spec))
	f.Annotations = map[string]string{v1alpha1.FiledAnnotation: record.String()}
	for name, value := range s.pattern.Annotations {
		if name != v1alpha1.FiledAnnotation {
			f.Annotations[name] = strings.ReplaceAll(value, s.pattern.Status.OrderID, order)
		}
	}
	f.Finalizers = s.pattern.Finalizers
	if err := admin.Create(ctx, f); err != nil { // as a restore would
		return err
	}
	raw, err := json.Marshal(s.pattern.Status)
	if err != nil {
		return err
	}
	text := strings.NewReplacer(append(told, s.pattern.Status.OrderID, order, s.pattern.Spec.Domain.Name, f.Spec.Domain.Name,
		s.pattern.Spec.Subject.Certificate.Number, f.Spec.Subject.Certificate.Number)...).Replace(string(raw))
	before := f.DeepCopy()
	if err := json.Unmarshal([]byte(text), &f.Status); err != nil {
		return err
	}
	f.Status.SubmittedFacts = record.Facts
	return operatorsOwn.Status().Patch(ctx, f, client.MergeFrom(before))
}

// order makes the i-th filing's order, and answers what it is called.
func (s *seeds) order(i int) (order string, err error) {
	name := strings.NewReplacer(s.pattern.Spec.Domain.Name, domainOf(s.ns, i), s.pattern.Spec.Subject.Certificate.Number, cluster.CreditCode(i))
	for n, a := range s.asked {
		path := strings.ReplaceAll(a.path, s.pattern.Status.OrderID, order)
		r := httptest.NewRequest(a.method, path, strings.NewReader(strings.ReplaceAll(name.Replace(string(a.body)), s.pattern.Status.OrderID, order)))
		r.Header = a.header.Clone()
		if r.Header.Get(protocol.IdempotencyKeyHeader) != "" {
			r.Header.Set(protocol.IdempotencyKeyHeader, fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s-%d-%d", s.ns, i, n))))
		}
		w := httptest.NewRecorder()
		s.desk.ServeHTTP(w, r)
		if w.Code >= http.StatusMultipleChoices {
			return "", fmt.Errorf("%s %s for %s: %d %s", a.method, path, domainOf(s.ns, i), w.Code, w.Body)
		}
		var answer struct {
			ID string `json:"id"`
		}
		if order == "" && json.Unmarshal(w.Body.Bytes(), &answer) == nil && answer.ID != "" && ordersPath.MatchString(a.path) {
			order = answer.ID
		}
	}
	if order == "" {
		return "", fmt.Errorf("none of %d requests made an order", len(s.asked))
	}
	return order, nil
}

var ordersPath = regexp.MustCompile(`/orders$`)

// standing makes n filings at a provider of its own that wait for its review, and returns the provider. The operator is down
// meanwhile.
func standing(t *testing.T, ns string, n int) (*simulator.Simulator, http.Handler) {
	t.Helper()
	var rec recording
	// The provider's clock stands still, so that every order has the same history.
	still := clocktesting.NewFakePassiveClock(time.Now().Truncate(time.Second))
	at, served := deskOf(t, ns, 200*time.Millisecond, simulator.Options{Clock: still, Manual: []v1alpha1.StageName{v1alpha1.StagePreliminaryReview}}, rec.of)
	apply(t, ns, 1, nil)
	g := gomega.NewWithT(t)
	f := &v1alpha1.IcpFiling{}
	g.Eventually(func(g gomega.Gomega) {
		g.Expect(admin.Get(t.Context(), client.ObjectKey{Namespace: ns, Name: site(0)}, f)).To(gomega.Succeed())
		g.Expect(f.Status.Stage).To(gomega.Equal(v1alpha1.StagePreliminaryReview))
		g.Expect(f.Status.ObservedGeneration).To(gomega.Equal(f.Generation))
	}).WithTimeout(time.Minute).Should(gomega.Succeed())
	if err := operator.stop(); err != nil {
		t.Fatal(err)
	}
	g.Expect(admin.Get(t.Context(), client.ObjectKeyFromObject(f), f)).To(gomega.Succeed())
	s := &seeds{ns: ns, pattern: f, asked: rec.asked, desk: served}
	g.Expect(json.Unmarshal([]byte(f.Annotations[v1alpha1.FiledAnnotation]), &s.written)).To(gomega.Succeed())
	each(t, n-1, func(ctx context.Context, i int) error { return s.sow(ctx, i+1) })
	if err := operator.start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return at, served
}

// filingOf is the i-th filing of a test, before the operator saw it.
func filingOf(spec *v1alpha1.IcpFilingSpec, ns string, i int) *v1alpha1.IcpFiling {
	f := &v1alpha1.IcpFiling{ObjectMeta: metav1.ObjectMeta{Namespace: ns, Name: site(i)}, Spec: *spec.DeepCopy()}
	f.Spec.ProviderRef = &v1alpha1.ProviderReference{Name: ns}
	f.Spec.Domain.Name, f.Spec.Website.Homepage = domainOf(ns, i), "www."+domainOf(ns, i)
	f.Spec.Subject.Certificate.Number = cluster.CreditCode(i)
	return f
}
