package cluster

import (
	"fmt"

	"github.com/beian-dev/icp-operator/internal/rules"
)

// CreditCode is a made-up organization's, with both its check characters right.
func CreditCode(i int) string {
	const signs = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	for _, check := range "0123456789X" {
		organization := fmt.Sprintf("MA%06d%c", i, check)
		if rules.CheckOrganizationCode(organization) != nil {
			continue
		}
		for _, last := range signs {
			code := "91330100" + organization + string(last)
			if _, err := rules.ParseCreditCode(code); err == nil {
				return code
			}
		}
	}
	panic(fmt.Sprintf("organization %d has no credit code", i))
}
