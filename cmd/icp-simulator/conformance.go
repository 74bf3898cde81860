package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/internal/conformance"
)

// errNotConforming says that the server that was tested breaks the protocol.
var errNotConforming = errors.New("the server does not keep the protocol")

// conformanceFlags are those of icp-simulator conformance.
type conformanceFlags struct {
	options            conformance.Options
	format, only       string
	control            string
	interactive, list  bool
	token              string
	tokenFile, otherIn string
}

// testConformance tests somebody's server, and says what it found.
func testConformance(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	f, err := parseConformance(args, stderr)
	if err != nil || f == nil {
		return err
	}
	if f.list {
		for _, c := range conformance.Cases() {
			_, _ = fmt.Fprintf(stdout, "%s (%s)\n", c.Name, c.Clause)
		}
		return nil
	}
	switch {
	case f.control != "":
		f.options.Decide = conformance.DecideAtControl(f.control)
	case f.interactive:
		f.options.Decide = conformance.AskPerson(stdin, stderr)
	}
	tell := func(r conformance.Result) { conformance.Tell(stdout, r) }
	if f.format != conformance.FormatText {
		tell = nil
	}
	results, err := conformance.Run(ctx, f.options, tell)
	if err != nil {
		return err
	}
	return report(f.format, results, stdout)
}

func report(format string, results []conformance.Result, stdout io.Writer) error {
	var err error
	switch format {
	case conformance.FormatJSON:
		err = conformance.WriteJSON(stdout, results)
	case conformance.FormatJUnit:
		err = conformance.WriteJUnit(stdout, results)
	default:
		_, err = fmt.Fprintln(stdout, conformance.Summary(results))
	}
	if err == nil && conformance.Counts(results)[conformance.Failed] > 0 {
		return errNotConforming
	}
	return err
}

// parseConformance reads the flags; nil where only help was asked for.
func parseConformance(args []string, stderr io.Writer) (*conformanceFlags, error) {
	f := &conformanceFlags{}
	o := &f.options
	flags := flag.NewFlagSet("icp-simulator conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.URL, "url", "", "address of the server's protocol, as in FilingProvider.spec.http.url (required)")
	flags.StringVar(&f.token, "token", "", "bearer token that the server knows (others on this machine can read it: prefer --token-file)")
	flags.StringVar(&f.tokenFile, "token-file", "", "file that holds the token")
	flags.StringVar(&f.otherIn, "other-token-file", "", "file that holds another client's token, to test that clients do not see each other's orders")
	flags.StringVar(&o.Account, "account", "", "account at the provider; empty: the token's own")
	flags.StringVar(&o.DomainSuffix, "domain-suffix", "com", "what the made-up domains end in")
	flags.StringVar(&o.Run, "run-id", "", "letters and digits that the made-up facts begin with; empty: others in each run")
	flags.DurationVar(&o.Patience, "patience", 30*time.Second, "how long the server may take for a step of its own")
	flags.StringVar(&f.control, "control-url", "", "control of an icp-simulator that takes the reviewers' decisions")
	flags.BoolVar(&f.interactive, "interactive", false, "ask a person to take the reviewers' decisions at the server")
	flags.StringVar(&f.only, "run", "", "regular expression: only the cases whose names it matches")
	flags.StringVar(&f.format, "output", conformance.FormatText, "text, json or junit")
	flags.BoolVar(&f.list, "list", false, "list the cases and their clauses of the protocol, and test nothing")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return nil, nil //nolint:nilnil // help was asked for, and given
		}
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: everything is said by flags", flags.Arg(0))
	}
	return f, f.complete()
}

func (f *conformanceFlags) complete() (err error) {
	o := &f.options
	switch f.format {
	case conformance.FormatText, conformance.FormatJSON, conformance.FormatJUnit:
	default:
		return fmt.Errorf("--output %q: give text, json or junit", f.format)
	}
	if o.URL == "" && !f.list {
		return errors.New("--url is missing: give the address of the server that is to be tested")
	}
	if o.Only, err = regexp.Compile(f.only); err != nil {
		return fmt.Errorf("--run: %w", err)
	}
	if o.Token, err = secretOf("--token-file", f.tokenFile, f.token); err != nil {
		return err
	}
	if o.OtherToken, err = secretOf("--other-token-file", f.otherIn, ""); err != nil {
		return err
	}
	if o.Run == "" {
		id := make([]byte, 4)
		if _, err := rand.Read(id); err != nil {
			return fmt.Errorf("make up a run: %w", err)
		}
		o.Run = "run" + hex.EncodeToString(id)
	}
	if !regexp.MustCompile(`^[0-9A-Za-z]{1,24}$`).MatchString(o.Run) {
		return fmt.Errorf("--run-id %q: 1 to 24 letters and digits", o.Run)
	}
	return nil
}

// secretOf reads a secret from its file, where one is given.
func secretOf(name, file, otherwise string) (string, error) {
	if file == "" {
		return otherwise, nil
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return strings.TrimSpace(string(raw)), nil
}
