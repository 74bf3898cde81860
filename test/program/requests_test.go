package program

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"testing"
	"time"
)

// right is a verb on a resource of a role.
type right struct {
	// Role is the kind and the name of the role that gives it.
	Role string
	// Verb, Group and Resource are what it lets do; a subresource is in the resource, after a slash.
	Verb, Group, Resource string
}

// request is one of the operator's, as the API server wrote it down.
type request struct {
	right
	// by is what let it in; empty where nothing did.
	by string
	at time.Time
}

var givenBy = regexp.MustCompile(`of (ClusterRole|Role) "([^"]+)"`)

// requests are all that the operators made so far, of objects. Each is there twice where its answer takes long, as of a watch.
func requests(t *testing.T) []request {
	t.Helper()
	content, err := os.ReadFile(requestLog())
	if err != nil {
		t.Fatal(err)
	}
	var all []request
	for line := range bytes.Lines(content) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // being written this very moment
		}
		var event struct {
			Verb           string
			ObjectRef      *struct{ APIGroup, Resource, Subresource string }
			Annotations    map[string]string
			StageTimestamp time.Time
		}
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatal(err)
		}
		if event.ObjectRef == nil {
			continue
		}
		r := request{right: right{Verb: event.Verb, Group: event.ObjectRef.APIGroup, Resource: event.ObjectRef.Resource}, at: event.StageTimestamp}
		if event.ObjectRef.Subresource != "" {
			r.Resource += "/" + event.ObjectRef.Subresource
		}
		if event.Annotations["authorization.k8s.io/decision"] == "allow" {
			r.by = event.Annotations["authorization.k8s.io/reason"]
		}
		if role := givenBy.FindStringSubmatch(r.by); role != nil {
			r.Role = role[1] + " " + role[2]
		}
		all = append(all, r)
	}
	return all
}
