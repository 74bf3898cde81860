// Command bench-table prints the figures that the tests of make bench have noted, as one table, with the machine on top.
package main

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
	"text/tabwriter"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: bench-table FILE")
		os.Exit(2)
	}
	if err := show(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "bench-table:", err)
		os.Exit(1)
	}
}

func show(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	fmt.Printf("%d cores, %s of memory, %s/%s; the API server, etcd, the provider and the tests run on them, too\n\n", runtime.NumCPU(), memory(), runtime.GOOS, runtime.GOARCH)
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FIGURE\tGOT\tGOAL")
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		fmt.Fprintln(table, lines.Text())
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return table.Flush()
}

// memory is how much the machine has, as far as it says so.
func memory() string {
	content, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return "an unknown amount"
	}
	for line := range strings.Lines(string(content)) {
		var kib int64
		if n, _ := fmt.Sscanf(line, "MemTotal: %d kB", &kib); n == 1 {
			return fmt.Sprintf("%.1f GiB", float64(kib)/(1<<20))
		}
	}
	return "an unknown amount"
}
