package main

import "syscall"

// childAttributes puts a child in a process group of its own, so that a Ctrl-C at the terminal
// reaches only this program, and has the kernel end it when this program dies, however it dies.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
