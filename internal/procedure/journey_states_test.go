package procedure

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// states is for those who try other programs' view of a filing on every kind of status there is: test/gitops.
var states = flag.String("states", "", "write the filings of the journeys into this folder, each state that differs from the others once")

// keepState writes the filing into the folder of the states, unless one that stands as it does is there.
func (j *journey) keepState() {
	j.t.Helper()
	if *states == "" {
		return
	}
	filing := *j.filing
	filing.APIVersion, filing.Kind = v1alpha1.GroupVersion.String(), "IcpFiling"
	content, err := json.Marshal(&filing)
	if err != nil {
		j.t.Fatal(err)
	}
	path := filepath.Join(*states, fmt.Sprintf("%x.json", sha256.Sum256([]byte(standing(&filing)))))
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the folder that whoever runs the tests named
	if errors.Is(err, fs.ErrExist) {
		return
	}
	if err != nil {
		j.t.Fatal(err)
	}
	if _, err := file.Write(content); err != nil {
		j.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		j.t.Fatal(err)
	}
}

// standing is what tells the states of filings apart: stage, conditions and reasons, whose turn it is, and whether it is being
// deleted or its latest spec was seen.
func standing(f *v1alpha1.IcpFiling) string {
	parts := []string{
		string(f.Status.Stage), fmt.Sprint(!f.DeletionTimestamp.IsZero(), f.Generation == f.Status.ObservedGeneration),
	}
	if n := f.Status.NextAction; n != nil {
		parts = append(parts, string(n.Actor), n.Task)
	}
	var conditions []string
	for _, c := range f.Status.Conditions {
		conditions = append(conditions, c.Type+string(c.Status)+c.Reason)
	}
	slices.Sort(conditions)
	return fmt.Sprint(append(parts, conditions...))
}
