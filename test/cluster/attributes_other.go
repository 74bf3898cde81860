//go:build !linux

package cluster

import "syscall"

// attributes has nothing to ask for here: programs end as their Stop ends them.
func attributes() *syscall.SysProcAttr { return nil }
