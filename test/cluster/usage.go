package cluster

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticks is how many of the clock ticks in which Linux counts a process's time make a second (USER_HZ).
const ticks = 100

// Usage is what a process has used, as Linux counts it.
type Usage struct {
	// CPU is user and system time since it started, counted in hundredths of a second.
	CPU time.Duration
	// Resident is its resident memory now, and Peak the most that it ever was, in bytes.
	Resident, Peak int64
}

// Usage says what the program has used so far.
func (p *Program) Usage() (Usage, error) {
	proc := fmt.Sprintf("/proc/%d/", p.cmd.Process.Pid)
	stat, err := os.ReadFile(proc + "stat")
	if err != nil {
		return Usage{}, fmt.Errorf("read what %s used: %w", p.name, err)
	}
	// The second field is the program's name in brackets, in which there may be anything; utime and stime are the 14th and 15th.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	var used Usage
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return Usage{}, fmt.Errorf("read what %s used: %w", p.name, err)
		}
		used.CPU += time.Duration(n) * time.Second / ticks
	}
	status, err := os.Open(proc + "status")
	if err != nil {
		return Usage{}, fmt.Errorf("read what %s used: %w", p.name, err)
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		var kib int64
		if n, _ := fmt.Sscanf(lines.Text(), "VmRSS: %d kB", &kib); n == 1 {
			used.Resident = kib << 10
		}
		if n, _ := fmt.Sscanf(lines.Text(), "VmHWM: %d kB", &kib); n == 1 {
			used.Peak = kib << 10
		}
	}
	return used, nil
}
