package cluster

import "syscall"

// attributes let a child end with this process, even where that is killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
}
