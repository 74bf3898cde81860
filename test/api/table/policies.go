package table

// policy is the ExposurePolicy with a spec.
func policy(spec string) string {
	return "{apiVersion: icp.beian.dev/v1alpha1, kind: ExposurePolicy, metadata: {name: default}, spec: {" + spec + "}}"
}

// reminders is the ExposurePolicy with a schedule of reminders of the public-security registration.
func reminders(schedule string) string {
	return policy("reminders: {publicSecurity: {" + schedule + "}}")
}

var policies = []Case{
	{"an ExposurePolicy as it ships", policy("defaultMode: 'Off'"), nil, "", ""},
	{"a second ExposurePolicy", policy(""), of("metadata.name", "other"), "<nil>", "its name is default"},
	{"an exempt domain", policy("exemptDomains: [corp.internal, xn--fiqs8s.cn]"), nil, "", ""},
	{"an exempt domain with a wildcard", policy("exemptDomains: ['*.corp.internal']"), nil, "spec.exemptDomains", "without wildcard or trailing dot"},
	{"a default mode as the label has it", policy("defaultMode: hold"), nil, "spec.defaultMode", "Unsupported value"},
	{"a route kind", policy("routeKinds: [{group: example.net, version: v1, resource: sites, hosts: object.spec.hosts}]"), nil, "", ""},
	{"a route kind without its hosts", policy("routeKinds: [{group: example.net, version: v1, resource: sites}]"), nil, "spec.routeKinds[0].hosts", "Required value"},
	{"home pages asked daily", policy("footer: {probe: Daily}"), nil, "", ""},
	{"a load balancer's addresses", policy("footer: {networks: [10.1.2.8/32, 'fd00:1::/64']}"), nil, "", ""},
	{"home pages asked hourly", policy("footer: {probe: Hourly}"), nil, "spec.footer.probe", "Unsupported value"},
	{"an address for a network", policy("footer: {networks: [10.1.2.8]}"), nil, "spec.footer.networks", "a network is an address and the length of its prefix"},
	{"a name for a network", policy("footer: {networks: [example.com/24]}"), nil, "spec.footer.networks", "a network is an address and the length of its prefix"},
	{"a network twice", policy("footer: {networks: [10.1.2.8/32, 10.1.2.8/32]}"), nil, "spec.footer.networks", "Duplicate"},
	{"reminders on the days before", reminders("daysLeft: [15, 7, 1, 0]"), nil, "", ""},
	{"reminders weekly after", reminders("daysLeft: [15], overdueEveryDays: 7"), nil, "", ""},
	{"reminders never after", reminders("daysLeft: [15], overdueEveryDays: 0"), nil, "", ""},
	{"reminders on no day", reminders(""), nil, "spec.reminders", "daysLeft"},
	{"a reminder's day twice", reminders("daysLeft: [7, 7]"), nil, "spec.reminders", "Duplicate"},
	{"a reminder's day after the deadline", reminders("daysLeft: [-1]"), nil, "spec.reminders", "greater than or equal to 0"},
	{"a reminder's day more than a year before", reminders("daysLeft: [366]"), nil, "spec.reminders", "less than or equal to 365"},
	{"reminders less than never", reminders("daysLeft: [7], overdueEveryDays: -1"), nil, "spec.reminders", "greater than or equal to 0"},
}
