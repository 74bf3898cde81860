package provider

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Key makes the idempotency key of an effect from what survives a restore of the cluster: never from a UID, and never
// from personal data. What happens at one stage of one attempt takes one key; extra tells apart several effects there
// (the kind and part of a file), and orders of one domain that follow each other (the identifier of the one before).
func Key(account, domain string, attempt int32, stage v1alpha1.StageName, extra ...string) string {
	h := sha256.New()
	for _, field := range append([]string{account, domain}, extra...) {
		// The length keeps ("a","bc") and ("ab","c") apart.
		_, _ = fmt.Fprintf(h, "%d:%s,", len(field), field)
	}
	return fmt.Sprintf("%s-%d-%s", stage, attempt, hex.EncodeToString(h.Sum(nil)[:16]))
}
