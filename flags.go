package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"

	"go.uber.org/zap/zapcore"
	"k8s.io/apimachinery/pkg/util/validation"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"github.com/beian-dev/icp-operator/controllers"
	"github.com/beian-dev/icp-operator/internal/configuration"
	"github.com/beian-dev/icp-operator/internal/reach"
)

// longestShard is how long a shard's name may be.
const longestShard = 40

// options are what the flags say, or the configuration file.
type options struct {
	config          string
	version         bool
	metrics, probes string
	profiling       string
	leaderElection  bool
	shard           string
	shards          bool
	workers         int
	rulesDir        string
	networks        reach.Networks
	calendar, board controllers.ServeOptions
	tracesEndpoint  string
	zap             zap.Options
	// file is what the configuration file said; levelByFlag tells that it does not say which level is logged.
	file        configuration.File
	levelByFlag bool
}

// parse reads the flags, then the configuration file for what no flag says.
func parse(args []string, output io.Writer) (*options, error) {
	o := &options{}
	flags := flag.NewFlagSet("icp-operator", flag.ContinueOnError)
	flags.SetOutput(output)
	o.bind(flags)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if o.version = o.version || flags.NArg() == 1 && flags.Arg(0) == "version"; o.version {
		return o, nil
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q: everything is said by flags", flags.Arg(0))
	}
	flags.Visit(func(f *flag.Flag) { o.levelByFlag = o.levelByFlag || f.Name == levelFlag })
	if o.config != "" {
		var err error
		if o.file, err = configuration.ReadFile(o.config); err != nil {
			return nil, err
		}
		if err := o.file.Apply(flags); err != nil {
			return nil, err
		}
	}
	if o.shard != "" && !o.leaderElection {
		return nil, errors.New("an operator of a shard needs leader election: by its lease the others know that it is running")
	}
	if o.zap.StacktraceLevel == nil {
		// An error says what was tried, on what; where in the code is for panics.
		o.zap.StacktraceLevel = zapcore.DPanicLevel
	}
	return o, nil
}

func (o *options) bind(flags *flag.FlagSet) {
	flags.StringVar(&o.config, "config", "", "file that says what flags say, where no flag does (see docs/operations.md); its log.level is read again while the operator runs")
	flags.BoolVar(&o.version, "version", false, "print which version this is, and end; so does the argument version")
	address(flags, &o.metrics, "metrics-bind-address", ":8080", "address that serves /metrics; 0 serves none")
	address(flags, &o.probes, "health-probe-bind-address", ":8081", "address that serves /healthz and /readyz; 0 serves none")
	address(flags, &o.profiling, "pprof-bind-address", "0", "address that serves /debug/pprof, which tells much of what is in memory: of the loopback, best; 0 serves none")
	flags.BoolVar(&o.leaderElection, "leader-elect", true, "let one of several operators act at a time")
	flags.Func("shard", "the part of the cluster to work on: the namespaces with the label icp.beian.dev/shard of this value; without, all others, and what is of the whole cluster (see docs/performance.md)", func(text string) error {
		if errs := validation.IsDNS1123Label(text); text != "" && (len(errs) > 0 || len(text) > longestShard) {
			return fmt.Errorf("want at most %d small letters, digits and hyphens, a letter or digit at either end", longestShard)
		}
		o.shard = text
		return nil
	})
	flags.BoolVar(&o.shards, "shards", false, "of the operator without a shard: pass namespaces on to the operators of the shards that they are labelled for (see docs/performance.md)")
	o.workers = 4
	flags.Func("workers", "filings that are worked on at once (default 4)", func(text string) (err error) {
		if o.workers, err = strconv.Atoi(text); err != nil || o.workers < 1 {
			return errors.New("want a number from 1 up")
		}
		return nil
	})
	flags.StringVar(&o.rulesDir, "filing-rules-dir", "", "directory whose files add rows to the built-in rules of filing; none where it is empty (see docs/rules.md)")
	networks(flags, &o.networks.Allow, "notify-allow-networks", "networks, separated by commas, that FilingNotifiers may send to though they are not public, also without TLS: 10.1.0.0/16,fd00:1::/64 (see docs/notifications.md)")
	networks(flags, &o.networks.Deny, "notify-deny-networks", "networks that FilingNotifiers may not send to, and home pages may not be asked at, though they are public, such as a cluster's own")
	address(flags, &o.calendar.Address, "calendar-bind-address", "0", "address that serves the coming dates of filings at /calendar.ics; 0 serves none (see docs/calendar.md)")
	flags.StringVar(&o.calendar.CertDir, "calendar-cert-dir", "", "directory of the calendars' tls.crt and tls.key; plain HTTP where it is empty, for something in front that speaks TLS")
	address(flags, &o.board.Address, "board-bind-address", "0", "address that serves the board of filings; 0 serves none (see docs/board.md)")
	flags.StringVar(&o.board.CertDir, "board-cert-dir", "", "directory of the board's tls.crt and tls.key; plain HTTP where it is empty, for something in front that speaks TLS")
	endpoint(flags, &o.tracesEndpoint, "traces-endpoint", "URL of a collector that takes OpenTelemetry's traces by OTLP over HTTP, such as http://collector.observability:4318; where it is empty, OTEL_EXPORTER_OTLP_ENDPOINT of the environment says where to, and where that is, too, nowhere (see docs/monitoring.md)")
	o.zap.BindFlags(flags)
}

// address is a flag of an address to listen on.
func address(flags *flag.FlagSet, to *string, name, unset, usage string) {
	*to = unset
	flags.Func(name, fmt.Sprintf("%s (default %s)", usage, unset), func(text string) error {
		if text != "" && text != "0" {
			if _, _, err := net.SplitHostPort(text); err != nil {
				return errors.New("want an address and a port, such as :8080, or 0 for none")
			}
		}
		*to = text
		return nil
	})
}

// networks is a flag of networks, separated by commas.
func networks(flags *flag.FlagSet, to *[]netip.Prefix, name, usage string) {
	flags.Func(name, usage, func(text string) (err error) {
		*to, err = reach.Parse(text)
		return err
	})
}

// endpoint is a flag of a URL to send to.
func endpoint(flags *flag.FlagSet, to *string, name, usage string) {
	flags.Func(name, usage, func(text string) error {
		if of, err := url.Parse(text); text != "" && (err != nil || of.Scheme != "http" && of.Scheme != "https" || of.Host == "" || of.User != nil) {
			return errors.New("want a URL such as http://collector.observability:4318, without a user or password")
		}
		*to = text
		return nil
	})
}
