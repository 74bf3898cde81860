package cluster

import (
	"fmt"
	"os"
)

// FiguresFile is the environment variable that names the file to which Figure adds its lines.
const FiguresFile = "BENCH_FIGURES"

// Figure adds a line to the table of make bench: what was measured, what came out, and the goal, where there is one. Where
// nobody asks for the table, it does nothing.
func Figure(name, got, goal string) error {
	path := os.Getenv(FiguresFile)
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("note a figure: %w", err)
	}
	if _, err := fmt.Fprintf(file, "%s\t%s\t%s\n", name, got, goal); err != nil {
		_ = file.Close()
		return fmt.Errorf("note a figure: %w", err)
	}
	return file.Close()
}
