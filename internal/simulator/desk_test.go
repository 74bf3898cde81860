package simulator_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	clocktesting "k8s.io/utils/clock/testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// begin is a Monday morning in Beijing.
var begin = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// desk is a simulator over real HTTP, its clock, and a client of it.
type desk struct {
	*simulator.Simulator
	t       *testing.T
	client  *providerhttp.Client
	url     string
	control string
}

// newDesk holds every answer of the simulator to the protocol's document.
func newDesk(t *testing.T, options simulator.Options) *desk {
	t.Helper()
	return setUp(t, options, func(h http.Handler) http.Handler { return conforming(t, h) })
}

// newHostileDesk does not, since faults are made to break it.
func newHostileDesk(t *testing.T, options simulator.Options) *desk {
	t.Helper()
	return setUp(t, options, func(h http.Handler) http.Handler { return h })
}

func setUp(t *testing.T, options simulator.Options, wrap func(http.Handler) http.Handler) *desk {
	t.Helper()
	options.Clock = clocktesting.NewFakePassiveClock(begin)
	sim, err := simulator.New(options)
	if err != nil {
		t.Fatal(err)
	}
	protocolServer := httptest.NewServer(wrap(sim.Protocol()))
	t.Cleanup(protocolServer.Close)
	controlServer := httptest.NewServer(sim.Control())
	t.Cleanup(controlServer.Close)
	d := &desk{Simulator: sim, t: t, url: protocolServer.URL + "/v1", control: controlServer.URL}
	d.client = d.newClient(providerhttp.Options{})
	return d
}

// newClient makes a client that knows nothing of the one before.
func (d *desk) newClient(options providerhttp.Options) *providerhttp.Client {
	d.t.Helper()
	options.URL, options.Pause = d.url, time.Millisecond
	c, err := providerhttp.New(options)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(c.Close)
	return c
}

// later moves the simulator's time.
func (d *desk) later(by time.Duration) {
	d.t.Helper()
	if err := d.Advance(by); err != nil {
		d.t.Fatal(err)
	}
}

// decide takes a decision by hand.
func (d *desk) decide(id string, r simulator.Ruling) {
	d.t.Helper()
	if err := d.Decide(id, r); err != nil {
		d.t.Fatal(err)
	}
}

// create makes an order.
func (d *desk) create(a provider.Application) *procedure.Order {
	d.t.Helper()
	o, err := d.client.Create(d.t.Context(), provider.Key("", a.Spec.Domain.Name, 1, v1alpha1.StageProductVerification), a)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// confirmed makes an order and confirms it; the simulator must not delay the steps before.
func (d *desk) confirmed(a provider.Application) *procedure.Order {
	d.t.Helper()
	o := d.create(a)
	o, err := d.client.Confirm(d.t.Context(), provider.Key("", a.Spec.Domain.Name, 1, v1alpha1.StageConfirmation), o.ID, 1)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// resubmit takes an order up again, and says what the attempt is.
func (d *desk) resubmit(a provider.Application, id string, attempt int32) *procedure.Order {
	d.t.Helper()
	key := provider.Key("", a.Spec.Domain.Name, attempt, v1alpha1.StageSubjectAndWebsiteInformation)
	o, err := d.client.Resubmit(d.t.Context(), key, id, attempt, a)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// get reads an order.
func (d *desk) get(id string) *procedure.Order {
	d.t.Helper()
	o, err := d.client.Get(d.t.Context(), id)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// story tells an order's history in short: attempt, stage, decision, and what belongs to it.
func story(o *procedure.Order) []string {
	lines := make([]string, 0, len(o.History))
	for _, e := range o.History {
		line := fmt.Sprintf("%d %s %s", e.Attempt, e.Stage, e.Decision)
		for _, reason := range e.Reasons {
			line += " " + reason
		}
		if e.Task != "" {
			line += " " + string(e.Task)
		}
		if e.WebsiteNumber != "" {
			line += " " + e.SubjectNumber + " " + e.WebsiteNumber
		}
		lines = append(lines, line)
	}
	return lines
}

// refused says that an error is a refusal for a reason.
func refused(t *testing.T, err error, reason string) {
	t.Helper()
	if provider.ClassOf(err) != provider.Rejected || provider.ReasonOf(err) != reason {
		t.Errorf("got %v, want a refusal as %s", err, reason)
	}
}

// company is the application of an enterprise that does not exist. Its number tells it from others.
func company(domain, number string) provider.Application {
	return provider.Application{
		FilingType: v1alpha1.FirstFiling,
		Spec: v1alpha1.IcpFilingSpec{
			Domain: v1alpha1.Domain{Name: domain, RealNameVerified: true},
			Server: v1alpha1.Server{Instance: &v1alpha1.Instance{ID: "i-1", Region: "cn-hangzhou"}},
			Subject: v1alpha1.Subject{
				Nature: v1alpha1.NatureEnterprise, Province: "Zhejiang", Name: "杭州示例科技有限公司",
				Certificate: &v1alpha1.Certificate{Type: v1alpha1.CertificateUSCC, Number: number},
			},
			Website: v1alpha1.Website{Name: "示例商城", ServiceContents: []v1alpha1.ServiceContent{"Ecommerce"}},
		},
		SubjectPerson: person("李示例", "13900000000"), WebsitePerson: person("王示例", "13900000001"),
	}
}

// individual is the application of a person who does not exist.
func individual(domain string) provider.Application {
	a := company(domain, "")
	a.Spec.Subject.Nature, a.Spec.Subject.Name, a.Spec.Subject.Certificate = v1alpha1.NatureIndividual, "", nil
	a.SubjectPerson.Role = ""
	return a
}

func person(name, mobile string) provider.Person {
	return provider.Person{
		Name: name, Role: "LegalRepresentative", IDType: "ResidentID", IDNumber: "330106199001010003",
		Mobile: mobile, Email: "someone@example.com", MainlandResident: true,
	}
}

// as changes an application.
func as(a provider.Application, change func(*provider.Application)) provider.Application {
	change(&a)
	return a
}

// typed gives it another type.
func typed(a provider.Application, filingType v1alpha1.FilingType) provider.Application {
	a.FilingType = filingType
	return a
}

// approved makes an order whose filing is in force, whichever stages wait for decisions by hand.
func (d *desk) approved(a provider.Application) *procedure.Order {
	d.t.Helper()
	return d.passAll(d.confirmed(a))
}

// passAll passes every stage that waits, until the bureau has.
func (d *desk) passAll(o *procedure.Order) *procedure.Order {
	d.t.Helper()
	for range 10 {
		at, _ := d.Order(o.ID)
		if at.Stage == string(v1alpha1.StageApproved) {
			return d.get(o.ID)
		}
		d.decide(o.ID, simulator.Ruling{Decision: v1alpha1.DecisionPassed})
	}
	d.t.Fatalf("order %s is not approved: %v", o.ID, story(d.get(o.ID)))
	return nil
}

// confirm confirms an attempt.
func (d *desk) confirm(id string, attempt int32) *procedure.Order {
	d.t.Helper()
	o, err := d.client.Confirm(d.t.Context(), fmt.Sprintf("confirmation-of-%s-%d", id, attempt), id, attempt)
	if err != nil {
		d.t.Fatal(err)
	}
	return o
}

// upload sends a file of the order.
func (d *desk) upload(id, key string) error {
	d.t.Helper()
	return d.client.Upload(d.t.Context(), key, id, provider.File{Kind: v1alpha1.MaterialSubjectCertificate, Body: []byte("a scan")})
}

// questionOf asks about the subject and the domain of an application.
func questionOf(a provider.Application) provider.TypeQuestion {
	return provider.TypeQuestion{Spec: a.Spec, SubjectPerson: a.SubjectPerson}
}

// ending is the last line of an order's story.
func ending(o *procedure.Order) string {
	lines := story(o)
	return lines[len(lines)-1]
}

// expectStory holds an order's story from an entry on to what it should be.
func (d *desk) expectStory(id string, from int, want ...string) {
	d.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), story(d.get(id))[from:]); diff != "" {
		d.t.Fatalf("the history differs (-want +got):\n%s", diff)
	}
}
