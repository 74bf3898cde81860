// Package policy holds the admission policies that are installed with the operator, for programs that judge by them without a
// cluster.
package policy

import "embed"

// Files are the policies and their bindings, several documents a file.
//
//go:embed guard_*.yaml protect_*.yaml
var Files embed.FS
