package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// stamps remember what the binaries in a folder are, so that getting them again costs nothing.
type stamps struct {
	path string
	of   map[string]string // by the binary's name
}

func readStamps(binDir string) (*stamps, error) {
	s := &stamps{path: filepath.Join(binDir, "versions.json"), of: map[string]string{}}
	content, err := os.ReadFile(s.path)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what is in %s: %w", binDir, err)
	}
	if err := json.Unmarshal(content, &s.of); err != nil {
		return nil, fmt.Errorf("read %s (remove it to get everything again): %w", s.path, err)
	}
	return s, nil
}

// set writes a stamp at once: an interrupted run keeps what it has got so far.
func (s *stamps) set(name, stamp string) error {
	s.of[name] = stamp
	content, err := json.MarshalIndent(s.of, "", "  ")
	if err != nil {
		return fmt.Errorf("encode %s: %w", s.path, err)
	}
	if err := os.WriteFile(s.path, append(content, '\n'), 0o644); err != nil {
		return fmt.Errorf("write %s: %w", s.path, err)
	}
	return nil
}
