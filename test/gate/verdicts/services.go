package verdicts

const (
	// DNSName is the annotation by which external-dns is told of a public name.
	DNSName = "external-dns.alpha.kubernetes.io/hostname"
	// DNSInternalName is that by which it is told of one inside.
	DNSInternalName = "external-dns.alpha.kubernetes.io/internal-hostname"
)

// ServicesCleared is the domain that is cleared where Services stands.
const ServicesCleared = "example.com"

// ServiceVerdict is a row of the table of Services: which hosts of its annotations are blocked. What is blocked is refused in hold as
// in deny, for a Service cannot be parked.
type ServiceVerdict struct {
	// Says is the row as a sentence.
	Says        string
	Annotations map[string]string
	Blocked     []string
}

// Services are the rows.
var Services = []ServiceVerdict{
	{"without a public name it exposes nothing", Note("example.com/owner", "li"), nil},
	{"a cleared name is let be", Note(DNSName, "www.example.com"), nil},
	{"an uncleared name is refused", Note(DNSName, "www.example.org"), Hosts("www.example.org")},
	{"one uncleared name of several is enough", Note(DNSName, "www.example.com, www.example.org"), Hosts("www.example.org")},
	{"a name with a trailing dot is never guessed at", Note(DNSName, "www.example.com."), Hosts("www.example.com.")},
	{"a wildcard below a cleared domain is let be", Note(DNSName, "*.example.com"), nil},
	{"a wildcard of the domain above is refused", Note(DNSName, "*.com"), Hosts("*.com")},
	{"a name inside counts as well: DNS is not asked whose", Note(DNSInternalName, "www.example.org"), Hosts("www.example.org")},
	{"a name in capitals is the same name", Note(DNSName, "WWW.EXAMPLE.COM"), nil},
	{"a name that only Unicode folds into it is another one", Note(DNSName, "www.\u212Aexample.com"), Hosts("www.\u212Aexample.com")},
}
