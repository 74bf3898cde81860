// Package check says what the API server and the operator would say of manifests, without a cluster: by the definitions and
// policies that are installed there, with the API server's own libraries, by the filing rules, and by the exposure gate's
// matcher. It reads no file and no clock: it is given texts, and the time.
//
// What depends on a cluster is left out: what else is there, who writes, and what the API server asks of kinds that are not
// the operator's.
package check
