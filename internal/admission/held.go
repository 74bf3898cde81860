package admission

import icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"

// HeldByKey says, on a Namespace, which shard's operator works on it, where that is not the one that is of no shard. It stands among
// the clearances, since it guards who writes them: the operators alone write it, and the one that held a namespace is the one that
// passes it on.
const HeldByKey = icpv1alpha1.ClearedPrefix + "shard"

// HeldBy is the shard whose operator works on a Namespace; empty for the operator that is of none.
func HeldBy(annotations map[string]string) string { return annotations[HeldByKey] }

// Hand returns what is to be written on a Namespace to pass it on to a shard.
func Hand(to string) map[string]any {
	if to == "" {
		return map[string]any{HeldByKey: nil}
	}
	return map[string]any{HeldByKey: to}
}
