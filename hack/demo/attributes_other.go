//go:build !linux

package main

import "syscall"

// attributes has nothing to ask for here: children end as the demo ends them.
func attributes() *syscall.SysProcAttr { return nil }
