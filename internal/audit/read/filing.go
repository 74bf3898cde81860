package read

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
)

// filingOf reads of an IcpFiling what audit.FilingOf does, and passes over the rest: most of what a list of filings weighs is their
// stages, subjects and managed fields.
func filingOf(object []byte) (audit.Filing, bool, error) {
	s := &scanner{text: object}
	f := &v1alpha1.IcpFiling{}
	s.object(func(name string) {
		switch name {
		case "metadata":
			s.object(func(name string) { scanMetadata(s, name, f) })
		case "spec":
			s.object(func(name string) { scanSpec(s, name, f) })
		case "status":
			s.object(func(name string) { scanStatus(s, name, f) })
		default:
			s.skip()
		}
	})
	if err := s.err(); err != nil {
		return audit.Filing{}, false, err
	}
	return audit.FilingOf(f), true, nil
}

func scanMetadata(s *scanner, name string, f *v1alpha1.IcpFiling) {
	switch name {
	case "namespace":
		f.Namespace = s.string()
	case "name":
		f.Name = s.string()
	case "annotations":
		s.decode(&f.Annotations)
	case "deletionTimestamp":
		s.decode(&f.DeletionTimestamp)
	default:
		s.skip()
	}
}

func scanSpec(s *scanner, name string, f *v1alpha1.IcpFiling) {
	switch name {
	case "domain":
		s.member("name", func() { f.Spec.Domain.Name = s.string() })
	case "exposure":
		s.decode(&f.Spec.Exposure)
	default:
		s.skip()
	}
}

func scanStatus(s *scanner, name string, f *v1alpha1.IcpFiling) {
	switch name {
	case "stage":
		f.Status.Stage = v1alpha1.StageName(s.string())
	case "websiteNumber":
		f.Status.WebsiteNumber = s.string()
	case "nextAction":
		s.decode(&f.Status.NextAction)
	case "conditions":
		s.array(func() {
			if c := scanCondition(s); c.Type == v1alpha1.ConditionExposureAllowed {
				f.Status.Conditions = []metav1.Condition{c}
			}
		})
	default:
		s.skip()
	}
}

func scanCondition(s *scanner) (c metav1.Condition) {
	s.object(func(name string) {
		switch name {
		case "type":
			c.Type = s.string()
		case "status":
			c.Status = metav1.ConditionStatus(s.string())
		case "reason":
			c.Reason = s.string()
		default:
			s.skip()
		}
	})
	return c
}
