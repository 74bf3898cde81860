// Package configuration reads the operator's configuration file, each setting of which is one of its flags.
package configuration

// Group, version and kind of the file.
const (
	APIVersion = "config.icp.beian.dev/v1alpha1"
	Kind       = "OperatorConfiguration"
)

// A field's tag flag names its flag; that of a section is put before those of its fields. hack/config-schema makes the
// schema of these types, with the first paragraph of each comment.

// OperatorConfiguration is the operator's configuration file. A flag on the command line wins over what the file says.
type OperatorConfiguration struct {
	// apiVersion is config.icp.beian.dev/v1alpha1.
	APIVersion string `yaml:"apiVersion" const:"config.icp.beian.dev/v1alpha1"`
	// kind is OperatorConfiguration.
	Kind string `yaml:"kind" const:"OperatorConfiguration"`
	// log is what the operator writes to its standard error.
	Log Log `yaml:"log" flag:"zap"`
	// leaderElection lets one of several operators act at a time. Default true.
	LeaderElection bool `yaml:"leaderElection" flag:"leader-elect"`
	// shard is the part of the cluster that the operator works on: the namespaces that are labelled icp.beian.dev/shard with this name.
	// One without works on all others, and on what is of the whole cluster. Default none.
	Shard string `yaml:"shard" flag:"shard" pattern:"^([a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?)?$"`
	// shards says that the operator without a shard passes namespaces on to the operators of the shards that they are labelled for.
	// Default false.
	Shards bool `yaml:"shards" flag:"shards"`
	// workers are the filings that are worked on at once. Default 4.
	Workers int `yaml:"workers" flag:"workers" minimum:"1"`
	// filingRulesDir is a directory whose files add rows to the built-in rules of filing.
	FilingRulesDir string `yaml:"filingRulesDir" flag:"filing-rules-dir"`
	// metrics are served at /metrics. Default :8080.
	Metrics Served `yaml:"metrics" flag:"metrics"`
	// probes are served at /healthz and /readyz. Default :8081.
	Probes Served `yaml:"probes" flag:"health-probe"`
	// profiling is served at /debug/pprof. Default 0, nowhere.
	Profiling Served `yaml:"profiling" flag:"pprof"`
	// notify says where FilingNotifiers may send to.
	Notify Networks `yaml:"notify" flag:"notify"`
	// calendar is where the coming dates of filings are served. Default nowhere.
	Calendar ServedToPeople `yaml:"calendar" flag:"calendar"`
	// board is where the board of filings is served. Default nowhere.
	Board ServedToPeople `yaml:"board" flag:"board"`
	// traces are sent to a collector of OpenTelemetry. Default nowhere.
	Traces Sent `yaml:"traces" flag:"traces"`
}

// Log is what is logged, and how.
type Log struct {
	// level that is logged: error, info, debug, or a number from 1 up, the more of which the more. It alone is read again
	// while the operator runs. Default info.
	Level string `yaml:"level" flag:"log-level" pattern:"^(error|info|debug|[1-9][0-9]*)$"`
	// format is json, a line for each entry, or console, for people. Default json.
	Format string `yaml:"format" flag:"encoder" values:"json console"`
}

// Served is something that is served without TLS, inside the cluster.
type Served struct {
	// bindAddress is the address and port, such as :8080; 0 serves nowhere.
	BindAddress string `yaml:"bindAddress" flag:"bind-address"`
}

// ServedToPeople is something that is served to people, with TLS.
type ServedToPeople struct {
	// bindAddress is the address and port, such as :8443; 0 serves nowhere.
	BindAddress string `yaml:"bindAddress" flag:"bind-address"`
	// certDir is the directory of tls.crt and tls.key; plain HTTP where it is empty.
	CertDir string `yaml:"certDir" flag:"cert-dir"`
}

// Sent is something that the operator sends somewhere.
type Sent struct {
	// endpoint is the URL of a collector that takes OTLP over HTTP, such as http://collector.observability:4318. Where it is
	// empty, the environment's OTEL_EXPORTER_OTLP_ENDPOINT says where to, and where that is, too, nothing is sent.
	Endpoint string `yaml:"endpoint" flag:"endpoint"`
}

// Networks are such as 10.1.0.0/16 or fd00:1::/64.
type Networks struct {
	// allowNetworks may be sent to though they are not public, also without TLS.
	AllowNetworks []string `yaml:"allowNetworks" flag:"allow-networks"`
	// denyNetworks may not be sent to, nor asked for a home page, though they are public.
	DenyNetworks []string `yaml:"denyNetworks" flag:"deny-networks"`
}
