package simulator_test

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/rules"
)

func loadDocument(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(protocol.Document)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// conforming fails the test where an answer of the simulator breaks the protocol's document.
func conforming(t *testing.T, handler http.Handler) http.Handler {
	t.Helper()
	router, err := newRouter()
	if err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route, params, err := router.FindRoute(r)
		if err != nil {
			handler.ServeHTTP(w, r)
			return
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		if err := checkAnswer(r, route, params, answer); err != nil {
			t.Errorf("%s %s is answered against the document: %v", r.Method, r.URL.Path, err)
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// newRouter finds the operation of a request.
var newRouter = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(protocol.Document)
	if err != nil {
		return nil, err
	}
	doc.Servers = openapi3.Servers{{URL: "/v1"}}
	return legacy.NewRouter(doc)
})

func checkAnswer(r *http.Request, route *routers.Route, params map[string]string, answer *httptest.ResponseRecorder) error {
	return openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: route, PathParams: params},
		Status:                 answer.Code, Header: answer.Header(),
		Body:    io.NopCloser(bytes.NewReader(answer.Body.Bytes())),
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
}

func TestTheDocumentIsAnOpenAPIDocument(t *testing.T) {
	t.Parallel()
	if err := loadDocument(t).Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestEveryEffectOfTheDocumentTakesAKeyAndEveryOperationCanFail(t *testing.T) {
	t.Parallel()
	for path, item := range loadDocument(t).Paths.Map() {
		for method, op := range item.Operations() {
			effect := method != http.MethodGet && op.OperationID != "determineType" && op.OperationID != "lookUpFilings"
			key := op.Parameters.GetByInAndName("header", protocol.IdempotencyKeyHeader)
			if effect != (key != nil && key.Required) {
				t.Errorf("%s %s: effect %t, required key %t", method, path, effect, key != nil)
			}
			if op.Responses.Default() == nil {
				t.Errorf("%s %s answers no problem", method, path)
			}
		}
	}
}

func TestTheDocumentSpeaksTheWordsOfTheAPI(t *testing.T) {
	t.Parallel()
	schemas := loadDocument(t).Components.Schemas
	provinces := []string{}
	for _, row := range (rules.Set{}).Provinces() {
		provinces = append(provinces, string(row.Province))
	}
	natures := []string{}
	for _, row := range (rules.Set{}).Natures() {
		natures = append(natures, string(row.Nature))
	}
	tests := map[string][]string{
		"Province": provinces,
		"Nature":   natures,
		"FilingType": words(v1alpha1.FirstFiling, v1alpha1.AccessFiling, v1alpha1.NewWebsiteFiledElsewhere,
			v1alpha1.NewWebsiteFiledHere),
		"Stage": words(v1alpha1.StageTypeDetermination, v1alpha1.StageProductVerification,
			v1alpha1.StageSubjectAndWebsiteInformation, v1alpha1.StageMaterialsAndAuthenticity, v1alpha1.StageConfirmation,
			v1alpha1.StagePreliminaryReview, v1alpha1.StageMaterialMailing, v1alpha1.StageSmsVerification,
			v1alpha1.StageBureauReview, v1alpha1.StageApproved),
		"Decision": words(v1alpha1.DecisionReported, v1alpha1.DecisionPassed, v1alpha1.DecisionReturned,
			v1alpha1.DecisionActionRequested, v1alpha1.DecisionRevoked, v1alpha1.DecisionCancelled),
		"Task": words(v1alpha1.TaskMailMaterials, v1alpha1.TaskSupplement, v1alpha1.TaskVerifyByPhone,
			v1alpha1.TaskVerifyInPerson, v1alpha1.TaskVerifyBySms, v1alpha1.TaskRectify),
		"MaterialKind": words(v1alpha1.MaterialSubjectCertificate, v1alpha1.MaterialResponsiblePersonCertificate,
			v1alpha1.MaterialWebsiteResponsiblePersonCertificate, v1alpha1.MaterialAuthorizationLetter,
			v1alpha1.MaterialCommitmentLetter, v1alpha1.MaterialResidencePermit, v1alpha1.MaterialDomainCertificate,
			v1alpha1.MaterialVerificationForm, v1alpha1.MaterialAuxiliary),
		"FiledPart": words(procedure.PartSubject, procedure.PartSubjectPerson, procedure.PartServer, procedure.PartWebsite,
			procedure.PartWebsitePerson, procedure.PartPreApprovals),
		"Channel":        words(v1alpha1.ChannelPC, v1alpha1.ChannelApp),
		"AccountSite":    words(v1alpha1.SiteChina, v1alpha1.SiteInternational),
		"AccessProvider": words(v1alpha1.ThisProvider, v1alpha1.OtherProvider),
	}
	for schema, want := range tests {
		t.Run(schema, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, value := range schemas[schema].Value.Enum {
				word, _ := value.(string)
				got = append(got, word)
			}
			slices.Sort(got)
			slices.Sort(want)
			if strings.Join(got, " ") != strings.Join(want, " ") {
				t.Errorf("the document has %v, the API %v", got, want)
			}
		})
	}
}

func words[T ~string](values ...T) []string {
	list := make([]string, len(values))
	for i, v := range values {
		list[i] = string(v)
	}
	return list
}
