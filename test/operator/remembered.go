package operator

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Remembered is a filing's status without when the operator itself saw what no record holds, and which version of the
// spec it saw.
func Remembered(f *v1alpha1.IcpFiling) v1alpha1.IcpFilingStatus {
	status := *f.Status.DeepCopy()
	status.ObservedGeneration = 0
	for i := range status.Conditions {
		status.Conditions[i].LastTransitionTime, status.Conditions[i].ObservedGeneration = metav1.Time{}, 0
	}
	for i := range status.Stages {
		st := &status.Stages[i]
		st.StartedAt, st.FinishedAt = nil, nil
		if own := st.Name == v1alpha1.StagePreparation || st.Name == v1alpha1.StageTypeDetermination; own || st.State != v1alpha1.StageActive {
			st.DueAt = nil
		}
		for j := range st.Tasks {
			if st.Tasks[j].DoneAt != nil {
				st.Tasks[j].DoneAt = &metav1.Time{}
			}
		}
	}
	return status
}
