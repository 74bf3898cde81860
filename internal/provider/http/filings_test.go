package http_test

import (
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/http"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// imported makes an order one of a filing that was in force before.
func imported(change func(*protocol.Order)) func(*protocol.Order) {
	return func(o *protocol.Order) {
		o.Imported, o.FilingType = true, ""
		e := &o.History[0]
		e.Stage, e.SubjectNumber, e.WebsiteNumber = protocol.StageBureauReview, "浙ICP备26000001号", "浙ICP备26000001号-1"
		change(o)
	}
}

func TestAChangeNamesEachOfItsPartsOnceInTheOrderOfTheForm(t *testing.T) {
	t.Parallel()
	subject := protocol.FiledPartSubject
	tests := map[string]struct {
		parts []procedure.Part
		want  []protocol.FiledPart
	}{
		"the subject's name is of the subject":        {[]procedure.Part{procedure.PartName}, []protocol.FiledPart{subject}},
		"its certificate is":                          {[]procedure.Part{procedure.PartCertificate}, []protocol.FiledPart{subject}},
		"its province is, for the provider to refuse": {[]procedure.Part{procedure.PartProvince}, []protocol.FiledPart{subject}},
		"several parts of the subject are one":        {[]procedure.Part{procedure.PartSubject, procedure.PartName, procedure.PartSubject}, []protocol.FiledPart{subject}},
		"whatever their order, it is the form's": {
			[]procedure.Part{procedure.PartPreApprovals, procedure.PartWebsitePerson, procedure.PartServer, procedure.PartSubjectPerson, procedure.PartWebsite},
			[]protocol.FiledPart{
				protocol.FiledPartSubjectPerson, protocol.FiledPartServer, protocol.FiledPartWebsite, protocol.FiledPartWebsitePerson, protocol.FiledPartPreApprovals,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := changeSent(t, full(), test.parts...)
			if diff := cmp.Diff(test.want, got.Changes); diff != "" {
				t.Errorf("parts named (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("every part has its word", func(t *testing.T) {
		t.Parallel()
		for _, part := range procedure.Parts() {
			if got := changeSent(t, full(), part); len(got.Changes) != 1 || !got.Changes[0].Valid() {
				t.Errorf("part %s is named %v", part, got.Changes)
			}
		}
	})
}

// changeSent is what a server reads of a change.
func changeSent(t *testing.T, a provider.Application, parts ...procedure.Part) protocol.Change {
	t.Helper()
	return received[protocol.Change](t, 201, order(func(o *protocol.Order) { o.Attempt = 2 }), func(c *http.Client) error {
		_, err := c.Change(t.Context(), "a-key-of-its-own", "O1", 2, a, parts)
		return err
	})
}

func TestEveryFactOfAChangeArrives(t *testing.T) {
	t.Parallel()
	got := changeSent(t, full(), procedure.PartWebsite)
	if missing := unset("change", reflect.ValueOf(got)); len(missing) > 0 || got.Attempt != 2 {
		t.Errorf("of what was given the server does not see %v; attempt %d", missing, got.Attempt)
	}
}

func TestEveryFactOfAnImportArrives(t *testing.T) {
	t.Parallel()
	a := full()
	got := received[protocol.Import](t, 201, order(imported(func(*protocol.Order) {})), func(c *http.Client) error {
		o, err := c.Import(t.Context(), "a-key-of-its-own", provider.TypeQuestion{Spec: a.Spec, SubjectPerson: a.SubjectPerson}, "浙ICP备26000001号-1", "浙ICP备26000001号")
		if err == nil && (!o.Imported || o.FilingType != "") {
			t.Errorf("imported %t as %q", o.Imported, o.FilingType)
		}
		return err
	})
	if missing := unset("import", reflect.ValueOf(got)); len(missing) > 0 {
		t.Errorf("of what was given the server does not see %v", missing)
	}
}

func TestAnImportOfAnotherDomainIsNone(t *testing.T) {
	t.Parallel()
	server := newStub(t, answering(201, protocol.MediaType, order(imported(func(o *protocol.Order) { o.Domain = "example.net" }))))
	_, err := client(t, http.Options{URL: server.URL}).Import(t.Context(), "a-key-of-its-own", provider.TypeQuestion{Spec: application().Spec, SubjectPerson: person}, "1", "")
	if provider.ClassOf(err) != provider.Transient || provider.ReasonOf(err) != provider.ReasonMalformedAnswer {
		t.Errorf("got %v", err)
	}
}
