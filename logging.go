package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"time"

	"github.com/go-logr/logr"
	uberzap "go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/beian-dev/icp-operator/internal/configuration"
)

// levelFlag is the flag of the level that is logged.
const levelFlag = "zap-log-level"

// readAgainEvery is how often the configuration file is looked at. A ConfigMap that was changed is in its volume within a minute or so.
const readAgainEvery = 5 * time.Second

// startLogging has all that is logged go one way, and returns the level, which can be changed while it does.
func startLogging(o *options) uberzap.AtomicLevel {
	level := uberzap.NewAtomicLevelAt(levelOf(&o.zap))
	o.zap.Level = level
	log := zap.New(zap.UseFlagOptions(&o.zap))
	ctrl.SetLogger(log)
	klog.SetLogger(log)
	return level
}

// mostDetail is as much as is ever logged: from one level more on, client-go writes down what the API server answers, Secrets too.
const mostDetail = zapcore.Level(-7)

// levelOf is the level that flags, or a file, ask for.
func levelOf(o *zap.Options) zapcore.Level {
	switch {
	case o.Level != nil:
		return max(zapcore.LevelOf(o.Level), mostDetail)
	case o.Development:
		return zapcore.DebugLevel
	}
	return zapcore.InfoLevel
}

// fileWatch looks at the configuration file again, for the level that is logged. All else in it takes effect when the operator
// is started anew, and that it says.
type fileWatch struct {
	file  configuration.File
	level uberzap.AtomicLevel
	log   logr.Logger

	read []byte
}

// watchFile is a watch of the file that the options were read of; nil where there is none, or a flag says what is logged.
func watchFile(o *options, level uberzap.AtomicLevel) *fileWatch {
	if o.config == "" || o.levelByFlag {
		return nil
	}
	return &fileWatch{file: o.file, level: level, log: ctrl.Log.WithName("configuration")}
}

// NeedLeaderElection implements manager.LeaderElectionRunnable: every operator logs.
func (*fileWatch) NeedLeaderElection() bool { return false }

// Start implements manager.Runnable.
func (w *fileWatch) Start(ctx context.Context) error {
	wait.UntilWithContext(ctx, func(context.Context) { w.look() }, readAgainEvery)
	return nil
}

// look reads the file, and takes what is new in it. While a volume is written, the file may not be there.
func (w *fileWatch) look() {
	data, err := os.ReadFile(w.file.Name)
	if err != nil || bytes.Equal(data, w.read) {
		return
	}
	w.read = data
	now, err := configuration.Read(w.file.Name, data)
	asked := zap.Options{}
	if err == nil {
		flags := flag.NewFlagSet(levelFlag, flag.ContinueOnError)
		asked.BindFlags(flags)
		err = now.Only(levelFlag).Apply(flags)
	}
	if err != nil {
		w.log.Error(err, "the configuration file has changed and is not right: all stays as it was")
		return
	}
	if level := levelOf(&asked); level != w.level.Level() {
		w.level.SetLevel(level)
		w.log.Info("another level is logged from now on", "level", level.String())
	}
	if others := now.Changed(w.file, levelFlag); len(others) > 0 {
		w.log.Info("the configuration file has changed: this takes effect when the operator is started anew", "settings", others)
	}
	w.file = now
}
