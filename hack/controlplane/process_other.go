//go:build unix && !linux

package main

import "syscall"

// childAttributes puts a child in a process group of its own, so that a Ctrl-C at the terminal
// reaches only this program. Only Linux can also tie a child's life to its parent's.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
