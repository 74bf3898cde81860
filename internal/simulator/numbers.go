package simulator

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// numbers are what the bureau gives to an order that it approves.
func (s *Simulator) numbers(o *order, at time.Time) (subjectNumber, websiteNumber string) {
	if filed, ok := s.registry.sites[o.domain]; ok {
		return filed.subject.number, filed.number
	}
	known := s.registry.find(o.subject, o.claimed)
	if known == nil {
		number := s.newNumber(o.province, at)
		return number, number + "-1"
	}
	return known.number, fmt.Sprintf("%s-%d", known.number, known.sites+1)
}

// newNumber is a subject number that nobody has yet: the province's character, the year and six digits.
func (s *Simulator) newNumber(province protocol.Province, at time.Time) string {
	prefix := ""
	if row, ok := s.rules.Province(v1alpha1.Province(province)); ok {
		prefix = row.Prefixes[0]
	}
	for {
		s.registry.given++
		number := fmt.Sprintf("%sICP备%s%06d号", prefix, at.In(calendar.Beijing).Format("06"), s.registry.given)
		if _, taken := s.registry.byNumber[number]; !taken {
			return number
		}
	}
}

var sitePattern = regexp.MustCompile(`-([0-9]+)$`)

// siteIndex is the N of a website number that ends in -N; 0 for one that does not.
func siteIndex(number string) int {
	if m := sitePattern.FindStringSubmatch(number); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}
