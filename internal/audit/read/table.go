package read

import (
	"errors"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
)

// errColumns says that the cluster's definition of IcpFilings has not the columns that are read: it is older than this program.
var errColumns = errors.New("the table of IcpFilings lacks columns")

// filingColumns are the columns of kubectl get icpfilings, wide, that are read, and what each tells of a filing.
var filingColumns = []struct {
	name string
	set  func(*v1alpha1.IcpFiling, string)
}{
	{"Name", func(f *v1alpha1.IcpFiling, cell string) { f.Name = cell }},
	{"Domain", func(f *v1alpha1.IcpFiling, cell string) { f.Spec.Domain.Name = cell }},
	{"Stage", func(f *v1alpha1.IcpFiling, cell string) { f.Status.Stage = v1alpha1.StageName(cell) }},
	{"Number", func(f *v1alpha1.IcpFiling, cell string) { f.Status.WebsiteNumber = cell }},
	{"Allowed", func(f *v1alpha1.IcpFiling, cell string) { allowed(f).Status = metav1.ConditionStatus(cell) }},
	{"Because", func(f *v1alpha1.IcpFiling, cell string) { allowed(f).Reason = cell }},
	{"Shared-With", func(f *v1alpha1.IcpFiling, cell string) {
		f.Spec.Exposure.Namespaces.From = v1alpha1.NamespacesFrom(cell)
	}},
	{"Deleted", func(f *v1alpha1.IcpFiling, cell string) {
		if cell != "" { // since when is not asked
			f.DeletionTimestamp = &metav1.Time{Time: time.Unix(0, 0)}
		}
	}},
}

// allowed is a filing's condition ExposureAllowed, made where there is none yet.
func allowed(f *v1alpha1.IcpFiling) *metav1.Condition {
	if len(f.Status.Conditions) == 0 {
		f.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionExposureAllowed}}
	}
	return &f.Status.Conditions[0]
}

// filingTable reads the table of a namespace's filings.
type filingTable struct {
	namespace string
	// actions tells of which domains' filings the next action is asked; nil for none.
	actions func(domain string) bool
	// sets are what the cells of a row tell; nil for nothing.
	sets []func(*v1alpha1.IcpFiling, string)
}

// filingRow is a filing as far as a table tells; unclear where that is not far enough.
type filingRow struct {
	audit.Filing
	unclear bool
}

func (t *filingTable) columns(names []string) error {
	t.sets = make([]func(*v1alpha1.IcpFiling, string), len(names))
	for _, column := range filingColumns {
		at := slices.Index(names, column.name)
		if at < 0 {
			return errColumns
		}
		t.sets[at] = column.set
	}
	return nil
}

func (t *filingTable) row(text []byte) (filingRow, bool, error) {
	f := &v1alpha1.IcpFiling{}
	f.Namespace = t.namespace
	s := &scanner{text: text}
	s.member("cells", func() {
		at := 0
		s.array(func() {
			if at < len(t.sets) && t.sets[at] != nil {
				t.sets[at](f, s.string())
			} else {
				s.skip()
			}
			at++
		})
	})
	row := filingRow{Filing: audit.FilingOf(f)}
	// Whether a filing keeps what is cleared depends on more than a table tells, and so does whom a selector lets in.
	known := allowed(f).Status == metav1.ConditionTrue || allowed(f).Status == metav1.ConditionFalse
	row.unclear = !known || f.Spec.Exposure.Namespaces.From == v1alpha1.NamespacesSelector || t.actions != nil && t.actions(row.Domain)
	return row, true, s.err()
}
