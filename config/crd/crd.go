// Package crd holds the definitions of the operator's kinds, as controller-gen writes them, for programs that judge by them
// without a cluster.
package crd

import "embed"

// Bases are the definitions, a file each.
//
//go:embed bases/*.yaml
var Bases embed.FS
