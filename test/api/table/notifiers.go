package table

const ref = "secretRef: {name: x}"

// notifier is one with a spec.
func notifier(spec string) string {
	return "{apiVersion: icp.beian.dev/v1alpha1, kind: FilingNotifier, metadata: {generateName: n-, namespace: default}, spec: {" + spec + "}}"
}

var notifiers = []Case{
	{"no channel", notifier("language: zh"), nil, "spec", "exactly one of webhook"},
	{"two channels", notifier("webhook: {" + ref + "}, weCom: {" + ref + "}"), nil, "spec", "exactly one of webhook"},
	{"an unknown event", notifier("events: [Renamed], webhook: {" + ref + "}"), nil, "spec", "Unsupported value"},
	{"an unknown language", notifier("language: fr, webhook: {" + ref + "}"), nil, "spec", "Unsupported value"},
	{"a selector of namespaces, alone", notifier("namespaces: {selector: {}}, webhook: {" + ref + "}"), nil, "spec", "selector goes with from: Selector"},
	{"a template of nothing", notifier("templates: [{event: Approved}], webhook: {" + ref + "}"), nil, "spec", "give subject, body or both"},
	{"two templates of one event", notifier("templates: [{event: Approved, body: a}, {event: Approved, body: b}], webhook: {" + ref + "}"), nil, "spec", "Duplicate value"},
	{"mail without TLS", notifier("email: {host: mail.example.net, tls: None, " + ref + "}"), nil, "spec", "Unsupported value"},
	{"a mail server with a scheme", notifier("email: {host: 'smtp://mail.example.net', " + ref + "}"), nil, "spec", "should match"},
	{"a Secret without a name", notifier("feishu: {secretRef: {}}"), nil, "spec", "name: Required value"},
	{"an SMS of an odd kind", notifier("sms: {contentType: \"text/plain\\r\\nX: y\", " + ref + "}"), nil, "spec", "should match"},
}
