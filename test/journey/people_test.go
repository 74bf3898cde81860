package journey_test

import (
	"testing"

	authenticationv1 "k8s.io/api/authentication/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/controllers"
)

// adminName is who the cluster admin's client is to the API server.
func adminName(t *testing.T) string {
	t.Helper()
	review := &authenticationv1.SelfSubjectReview{}
	if err := admin.Create(t.Context(), review); err != nil {
		t.Fatal(err)
	}
	return review.Status.UserInfo.Username
}

// operatorClient acts as the operator's service account.
func operatorClient(t *testing.T) (client.Client, error) {
	t.Helper()
	config, err := plane.TokenConfig(t.Context(), "icp-system", "icp-operator")
	if err != nil {
		return nil, err
	}
	return client.New(config, client.Options{Scheme: controllers.Scheme()})
}
