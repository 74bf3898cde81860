package notify

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/types"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// remembered is how many events a filing remembers for each notifier, the latest. It is far more than hold at once, so
// that what was told is not forgotten while it holds.
const remembered = 64

// Record is which notifiers were told of what of one filing, as its annotation icp.beian.dev/notified keeps it: a group
// for each notifier, of a digest of its name and one for each event, the oldest first.
type Record struct{ groups []group }

type group struct {
	notifier string
	events   []string
}

// RecordOf reads a filing's record.
func RecordOf(f *v1alpha1.IcpFiling) Record {
	return ParseRecord(f.Annotations[v1alpha1.NotifiedAnnotation])
}

// ParseRecord reads the annotation's value; what is no record is none.
func ParseRecord(value string) Record {
	var r Record
	for word := range strings.FieldsSeq(value) {
		if notifier, events, ok := strings.Cut(word, ":"); ok && events != "" {
			r.groups = append(r.groups, group{notifier, strings.Split(events, ",")})
		}
	}
	return r
}

// String is the annotation's value.
func (r Record) String() string {
	words := make([]string, len(r.groups))
	for i, g := range r.groups {
		words[i] = g.notifier + ":" + strings.Join(g.events, ",")
	}
	return strings.Join(words, " ")
}

// Has says that a notifier was told of an event.
func (r Record) Has(notifier types.NamespacedName, key string) bool {
	id := digest(6, notifier.String(), key)
	i := r.index(notifier)
	return i >= 0 && slices.Contains(r.groups[i].events, id)
}

// With is the record once a notifier was told of an event, too. Groups of notifiers that are no more are left out.
func (r Record) With(notifier types.NamespacedName, key string, known []types.NamespacedName) Record {
	keep := map[string]bool{notifierID(notifier): true}
	for _, n := range known {
		keep[notifierID(n)] = true
	}
	var next Record
	for _, g := range r.groups {
		if keep[g.notifier] {
			next.groups = append(next.groups, group{g.notifier, slices.Clone(g.events)})
		}
	}
	i := next.index(notifier)
	if i < 0 {
		i = len(next.groups)
		next.groups = append(next.groups, group{notifier: notifierID(notifier)})
	}
	g := &next.groups[i]
	if id := digest(6, notifier.String(), key); !slices.Contains(g.events, id) {
		g.events = append(g.events, id)
	}
	if over := len(g.events) - remembered; over > 0 {
		g.events = g.events[over:]
	}
	return next
}

func (r Record) index(notifier types.NamespacedName) int {
	id := notifierID(notifier)
	return slices.IndexFunc(r.groups, func(g group) bool { return g.notifier == id })
}

func notifierID(notifier types.NamespacedName) string { return digest(4, notifier.String()) }

// digest is so many bytes of a digest of the parts. Names, not UIDs, go into it: a restore changes those.
func digest(bytes int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return base64.RawURLEncoding.EncodeToString(sum[:bytes])
}
