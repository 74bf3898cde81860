package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// settings are what the flags say.
type settings struct {
	protocol, control string
	frozen, version   bool
	logLevel          slog.Level
	options           simulator.Options
}

// parse reads the flags; nil where only help was asked for.
func parse(args []string, stderr io.Writer) (*settings, error) {
	var (
		s                            settings
		filed, delays, manual, token string
		tokenFile                    string
		flags                        = flag.NewFlagSet("icp-simulator", flag.ContinueOnError)
	)
	flags.SetOutput(stderr)
	flags.StringVar(&s.protocol, "listen", "127.0.0.1:0", "address of the protocol; port 0 takes a free one")
	flags.StringVar(&s.control, "control", "127.0.0.1:0", "address of the control; keep it on the loopback, it asks for no token")
	flags.StringVar(&token, "token", "", "bearer token that clients must send; empty: none (others on this machine can read it: prefer --token-file)")
	flags.StringVar(&tokenFile, "token-file", "", "file that holds the token")
	flags.StringVar(&filed, "filed", "", "YAML file of what is filed already, and of how chosen orders fare")
	flags.DurationVar(&s.options.Delay, "delay", 0, "how long each decision takes")
	flags.StringVar(&delays, "delays", "", "how long those of single stages take, for example PreliminaryReview=5s,BureauReview=10s")
	flags.StringVar(&manual, "manual", "", "stages that wait for a decision by hand, for example PreliminaryReview,BureauReview")
	flags.StringVar(&s.options.RuleSet, "rule-set", "", "date of the filing rules that say where SMS verification is needed; empty: the current ones")
	flags.DurationVar(&s.options.SMSWindow, "sms-window", 24*time.Hour, "how long an SMS can be answered")
	flags.BoolVar(&s.options.ParallelOrders, "parallel-orders", false, "let a subject have several orders under way at once")
	flags.Uint64Var(&s.options.Seed, "seed", 1, "seed of the random faults")
	flags.StringVar(&s.options.StateFile, "state-file", "", "file that keeps all orders, keys, events and the clock over restarts; --filed counts at the first start only")
	flags.BoolVar(&s.frozen, "frozen-clock", false, "let time stand still but for POST /clock/advance at the control")
	flags.BoolVar(&s.version, "version", false, "print which version this is, and end; so does the argument version")
	flags.TextVar(&s.logLevel, "log-level", slog.LevelInfo, "least level that is logged to standard error")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, nil //nolint:nilnil // help was asked for, and given
		}
		return nil, err
	}
	if s.version = s.version || flags.NArg() == 1 && flags.Arg(0) == "version"; s.version {
		return &s, nil
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: everything is said by flags", flags.Arg(0))
	}
	s.options.Token = token
	return &s, s.read(filed, delays, manual, tokenFile)
}

// read takes the flags apart that hold more than a value.
func (s *settings) read(filed, delays, manual, tokenFile string) error {
	if tokenFile != "" {
		data, err := os.ReadFile(tokenFile)
		if err != nil {
			return fmt.Errorf("read --token-file: %w", err)
		}
		s.options.Token = strings.TrimSpace(string(data))
	}
	if filed != "" {
		data, err := os.ReadFile(filed)
		if err != nil {
			return fmt.Errorf("read --filed: %w", err)
		}
		if s.options.Known, err = simulator.ParseKnown(data); err != nil {
			return fmt.Errorf("--filed %s: %w", filed, err)
		}
	}
	s.options.Delays = map[v1alpha1.StageName]time.Duration{}
	for _, pair := range list(delays) {
		stage, value, _ := strings.Cut(pair, "=")
		d, err := time.ParseDuration(value)
		if err != nil {
			return fmt.Errorf("--delays %q: write it as Stage=duration, for example BureauReview=10s", pair)
		}
		s.options.Delays[v1alpha1.StageName(stage)] = d
	}
	for _, stage := range list(manual) {
		s.options.Manual = append(s.options.Manual, v1alpha1.StageName(stage))
	}
	return nil
}

// list splits at commas; nothing gives nothing.
func list(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}
