package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"
)

// progressInterval is how often a build says that it is still going on.
const progressInterval = 15 * time.Second

// build compiles one binary with the Go toolchain. The module's pinned versions make it the same
// everywhere; Go's build cache makes it quick the second time.
func (g *getter) build(ctx context.Context, b binary, version string) error {
	target, err := filepath.Abs(filepath.Join(g.binDir, b.name))
	if err != nil {
		return fmt.Errorf("resolve %s: %w", g.binDir, err)
	}
	// A link that an earlier run left must not be written through.
	if err := os.RemoveAll(target); err != nil {
		return fmt.Errorf("replace %s: %w", target, err)
	}
	fmt.Fprintf(g.out, "building %s %s: about %s on two cores when nothing is cached (this machine has %d)\n", b.name, version, b.expect, runtime.NumCPU())
	started := time.Now()
	cmd := exec.CommandContext(ctx, "go", "build", "-v", "-trimpath", "-ldflags", linkerFlags(b, version), "-o", target, b.pkg)
	cmd.Dir = g.moduleDir
	cmd.SysProcAttr = childAttributes()
	cmd.Cancel = func() error { killGroup(cmd.Process); return nil }
	cmd.WaitDelay = 5 * time.Second
	output := &buildOutput{}
	reader, writer := io.Pipe()
	cmd.Stdout, cmd.Stderr = writer, writer
	read := make(chan struct{})
	go func() {
		output.read(reader)
		close(read)
	}()
	stop := g.report(b.name, started, output)
	err = cmd.Run()
	_ = writer.Close()
	<-read
	stop()
	if err != nil {
		return fmt.Errorf("build %s from %s in %s: %w\n%s", b.name, b.pkg, g.moduleDir, err, output.complaints())
	}
	fmt.Fprintf(g.out, "built %s in %s\n", b.name, time.Since(started).Round(time.Second))
	return nil
}

// linkerFlags leave out the symbol tables, and tell Kubernetes' binaries their version: the API
// server answers it, and decides by it which features are on.
func linkerFlags(b binary, version string) string {
	flags := "-s -w"
	if b.module == kubernetesModule {
		const pkg = "k8s.io/component-base/version"
		parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
		flags += fmt.Sprintf(" -X %[1]s.gitVersion=%[2]s -X %[1]s.gitMajor=%[3]s -X %[1]s.gitMinor=%[4]s", pkg, version, parts[0], parts[1])
	}
	return flags
}

// report prints how far a build is, until stop is called.
func (g *getter) report(name string, started time.Time, output *buildOutput) (stop func()) {
	done := make(chan struct{})
	var reporter sync.WaitGroup
	reporter.Go(func() {
		ticker := time.NewTicker(progressInterval)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				fmt.Fprintf(g.out, "  %s: %s after %s\n", name, output.summary(), time.Since(started).Round(time.Second))
			}
		}
	})
	return func() {
		close(done)
		reporter.Wait()
	}
}

// buildOutput makes sense of what `go build -v` prints: one line for each module downloaded and
// each package compiled, and the compiler's complaints.
type buildOutput struct {
	mu         sync.Mutex
	downloaded int
	compiled   int
	rest       []string
}

func (o *buildOutput) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		o.add(lines.Text())
	}
	// A line too long to scan must not stop the build, which waits for its reader.
	_, _ = io.Copy(io.Discard, r)
}

func (o *buildOutput) add(line string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case strings.HasPrefix(line, "go: downloading "):
		o.downloaded++
	case line != "" && !strings.ContainsAny(line, " :#\t"):
		o.compiled++
	default:
		o.rest = append(o.rest, line)
	}
}

func (o *buildOutput) summary() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.downloaded > 0 {
		return fmt.Sprintf("%d modules downloaded, %d packages compiled", o.downloaded, o.compiled)
	}
	return fmt.Sprintf("%d packages compiled", o.compiled)
}

// complaints returns the last lines that are neither a download nor a package.
func (o *buildOutput) complaints() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return strings.Join(o.rest[max(0, len(o.rest)-20):], "\n")
}
