package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/go-logr/logr/funcr"
	uberzap "go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
)

func TestTheLevelThatIsLoggedIsReadAgain(t *testing.T) {
	t.Parallel()
	path := configurationFile(t, "log: {level: info}\nworkers: 4\n")
	o, err := parse([]string{"--config", path}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	level := uberzap.NewAtomicLevelAt(levelOf(&o.zap))
	var said []string
	w := watchFile(o, level)
	w.log = funcr.New(func(_, args string) { said = append(said, args) }, funcr.Options{})
	for _, step := range []struct {
		name, text string
		level      zapcore.Level
		lines      int
	}{
		{"a file that is as it was says nothing", "log: {level: info}\nworkers: 4\n", zapcore.InfoLevel, 0},
		{"another level is taken", "log: {level: debug}\nworkers: 4\n", zapcore.DebugLevel, 1},
		{"no level shows what Secrets hold", "log: {level: 10}\nworkers: 4\n", zapcore.Level(-7), 1},
		{"a number is one, too", "log: {level: 3}\nworkers: 4\n", zapcore.Level(-3), 1},
		{"a mistake changes nothing, and is told", "log: {level: loud}\nworkers: 4\n", zapcore.Level(-3), 1},
		{"another setting is told, and not taken", "log: {level: 3}\nworkers: 8\n", zapcore.Level(-3), 1},
		{"no level is the default", "workers: 8\n", zapcore.InfoLevel, 1},
	} {
		said = nil
		if err := os.WriteFile(path, []byte(head+step.text), 0o600); err != nil {
			t.Fatal(err)
		}
		w.look()
		w.look() // which finds nothing new
		if level.Level() != step.level || len(said) != step.lines {
			t.Errorf("%s: the level is %s, said was %q; want %s and %d lines", step.name, level, said, step.level, step.lines)
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if w.look(); level.Level() != zapcore.InfoLevel {
		t.Error("without a file, the level is another")
	}
}

func TestWhereAFlagSaysWhatIsLoggedTheFileIsNotReadAgain(t *testing.T) {
	t.Parallel()
	path := configurationFile(t, "log: {level: info}\n")
	for _, args := range [][]string{{}, {"--config", path, "--zap-log-level=debug"}} {
		o, err := parse(args, io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		if watchFile(o, uberzap.NewAtomicLevel()) != nil {
			t.Errorf("%v: it is", args)
		}
	}
}

// One who reads a log by its lines reads what the operator said.
func TestWhatSomebodyWroteBeginsNoLineOfTheLog(t *testing.T) {
	t.Parallel()
	o, err := parse(nil, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	o.zap.DestWriter = &written
	log := zap.New(zap.UseFlagOptions(&o.zap))
	const evil = "x\n{\"level\":\"info\",\"msg\":\"forged\"}\r\x1b[2J\u2028"
	log.Info("a filing", "filing", evil, "error", errors.New(evil))
	log.Error(errors.New(evil), evil)
	lines := strings.Split(strings.TrimSpace(written.String()), "\n")
	if len(lines) != 2 {
		t.Errorf("two lines were written, and %d are read:\n%q", len(lines), written.String())
	}
	for _, line := range lines {
		var said struct{ Msg string }
		if err := json.Unmarshal([]byte(line), &said); err != nil || said.Msg == "forged" || strings.ContainsAny(line, "\r\x1b") {
			t.Errorf("a line is none: %q, %v", line, err)
		}
	}
}
