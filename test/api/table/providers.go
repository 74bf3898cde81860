package table

const cloud = "aliyun: {credentialsSecretRef: {name: ak}"

// provider is one with a spec.
func provider(spec string) string {
	return "{apiVersion: icp.beian.dev/v1alpha1, kind: FilingProvider, metadata: {generateName: r-}, spec: {" + spec + "}}"
}

// registry is a provider that people take filings to, with a registry.
func registry(registry string) string { return provider("manual: {}, registry: {" + registry + "}") }

var providers = []Case{
	{"a provider that people work with", provider("manual: {}"), nil, "", ""},
	{"a provider of neither kind", provider("ruleSet: ''"), nil, "spec", "exactly one of manual"},
	{"a provider of both kinds", provider("manual: {}, http: {url: 'https://filing.example.net/v1'}"), nil, "spec", "exactly one of manual"},
	{"a provider for the filings of its own namespace", provider("manual: {}, namespaces: {from: Same}"), nil, "spec.namespaces", "from is All or Selector"},
	{"neither kind", registry("onMismatch: Warn"), nil, "spec", "exactly one of aliyun and http"},
	{"both kinds", registry(cloud + "}, http: {url: https://x.example.net}"), nil, "spec", "exactly one of aliyun and http"},
	{"an unknown effect of a mismatch", registry(cloud + "}, onMismatch: Delete"), nil, "spec", "Unsupported value"},
	{"no calls at all", registry(cloud + "}, callsPerMinute: 0"), nil, "spec", "greater than or equal to 1"},
	{"more calls than anybody wants", registry(cloud + "}, callsPerMinute: 6001"), nil, "spec", "less than or equal to 6000"},
	{"an answer that nothing is known of", registry(cloud + ", statuses: [{means: Filed}]}"), nil, "spec", "give status, reasonCode or both"},
	{"an answer that means something else", registry(cloud + `, statuses: [{status: "1", means: Perhaps}]}`), nil, "spec", "Unsupported value"},
	{"an address without TLS", registry("http: {url: http://filing.example.net/v1}"), nil, "spec", "https://"},
}
