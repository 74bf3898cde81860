package admission

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	icpv1alpha1 "github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/exposure"
)

// The layout of a namespace's clearances, version 1. It is a contract between operators and policies of different
// releases, and does not change once one is out: another layout gets another version, and stands beside this one until no
// policy reads it.
//
// Domains that begin with the same character stand together, sorted (by bytes), one a line, under
// cleared.icp.beian.dev/v1.a, v1.b and so on, in a text of at most shelfSize bytes that begins and ends with a line break: a
// policy finds them by a name that it makes of the domain. Those of a character of which there are more stand, sorted, in
// blocks of at most blockSize bytes of the same form, under v1.00, v1.01 and so on. The header, cleared.icp.beian.dev/v1, says
// in its first line how many labels the deepest cleared domain has, and in each further line the first domain of the next
// block, from v1.01 on. So a policy finds the one block that a domain could be in with a few comparisons, whatever the
// domains are: none can crowd together.
const (
	headerKey = icpv1alpha1.ClearedPrefix + "v1"

	// shelfSize bounds what stands under one character, in bytes.
	shelfSize = 8192

	// blockSize bounds a block, in bytes. Searching one costs a policy at most a thousandth of what CEL may spend,
	// unless the domain is extremely long.
	blockSize = 4096

	// maxBlocks bounds the number of blocks; full ones take all that a Namespace's annotations may take.
	maxBlocks = 64

	// annotationLimit is what all annotations of an object may take together, in bytes (API server).
	annotationLimit = 256 * 1024

	// annotationReserve is left to others, so that a namespace with many clearances can still be annotated.
	annotationReserve = 32 * 1024

	// pendingRoom is what is told of pending filings may take, with its name and the number of the omitted.
	pendingRoom = pendingSize + 128
)

// parentsKey holds the Gateways and ListenerSets, and the listeners of one, whose hosts are all cleared in the namespace, by
// exposure.ParentKey, one a line.
const parentsKey = headerKey + ".parents"

func blockKey(i int) string { return fmt.Sprintf("%s.%02d", headerKey, i) }

// firstCharacters are those that a domain may begin with.
const firstCharacters = "0123456789abcdefghijklmnopqrstuvwxyz"

func shelfKey(first string) string { return headerKey + "." + first }

// Encode lays out the clearances as annotations of a Namespace. The same clearances always give the same annotations.
// They must fit: see Fit.
func Encode(cleared exposure.Clearances) map[string]string {
	annotations := map[string]string{}
	if parents := cleared.Parents(); len(parents) > 0 {
		annotations[parentsKey] = lines(parents)
	}
	if cleared.Len() == 0 {
		return annotations
	}
	domains := cleared.Domains()
	header := []string{fmt.Sprint(deepest(domains))}
	var crowded []string
	for rest := domains; len(rest) > 0; {
		first := rest[0][:1]
		alike := sort.Search(len(rest), func(i int) bool { return rest[i][:1] > first })
		if shelf := lines(rest[:alike]); len(shelf) <= shelfSize {
			annotations[shelfKey(first)] = shelf
		} else {
			crowded = append(crowded, rest[:alike]...)
		}
		rest = rest[alike:]
	}
	for i, block := range blocks(crowded) {
		annotations[blockKey(i)] = lines(block)
		if i > 0 {
			header = append(header, block[0])
		}
	}
	annotations[headerKey] = strings.Join(header, "\n")
	return annotations
}

// blocks cuts sorted domains into as many as a block has room for.
func blocks(domains []string) [][]string {
	var cut [][]string
	begin, size := 0, 1
	for i, domain := range domains {
		if size += len(domain) + 1; size > blockSize {
			cut = append(cut, domains[begin:i])
			begin, size = i, len(domain)+2
		}
	}
	if begin < len(domains) {
		cut = append(cut, domains[begin:])
	}
	return cut
}

// Decode reads the clearances that stand on a Namespace.
func Decode(annotations map[string]string) exposure.Clearances {
	var domains []string
	for _, first := range firstCharacters {
		domains = append(domains, strings.Fields(annotations[shelfKey(string(first))])...)
	}
	for i := range maxBlocks {
		block, there := annotations[blockKey(i)]
		if !there {
			break
		}
		domains = append(domains, strings.Fields(block)...)
	}
	return exposure.NewClearances(domains...).WithParents(Parents(annotations)...)
}

// Parents reads the parents among the clearances that stand on a Namespace.
func Parents(annotations map[string]string) []string { return strings.Fields(annotations[parentsKey]) }

// NewParents bounds, in bytes, the parents that come to the clearances of a Namespace at once: less than is left to others, so
// that there is room for them before Fit has counted them.
const NewParents = 16 * 1024

// Admitted returns those of the wanted parents, sorted, that may stand on a Namespace now: all that stand there, and of
// others as many as may come at once. The rest may come with the next write.
func Admitted(wanted []string, annotations map[string]string) []string {
	size, standing := 0, Stand(annotations)
	var admitted []string
	for _, key := range slices.Sorted(slices.Values(wanted)) {
		if !standing.HasParent(key) {
			if size += len(key) + 1; size > NewParents {
				continue
			}
		}
		admitted = append(admitted, key)
	}
	return admitted
}

// lines writes entries one a line, between line breaks, as the policies search them.
func lines(entries []string) string { return "\n" + strings.Join(entries, "\n") + "\n" }

// Standing are the clearances as they stand on a Namespace: it looks domains up where they are, as the policies do,
// without reading them all.
type Standing struct {
	annotations map[string]string
	// firsts are the first domains of the blocks from the second on.
	firsts []string
}

// Stand reads the header of a Namespace's clearances. The annotations must not change afterwards.
func Stand(annotations map[string]string) Standing {
	_, firsts, several := strings.Cut(annotations[headerKey], "\n")
	if !several {
		return Standing{annotations: annotations}
	}
	return Standing{annotations: annotations, firsts: strings.Split(firsts, "\n")}
}

// Has tells whether the domain itself is cleared.
func (s Standing) Has(domain string) bool {
	if domain == "" {
		return false
	}
	where, there := s.annotations[shelfKey(domain[:1])]
	if !there {
		where = s.annotations[blockKey(sort.Search(len(s.firsts), func(i int) bool { return domain < s.firsts[i] }))]
	}
	return strings.Contains(where, "\n"+domain+"\n")
}

// HasParent tells whether every host that a parent listens for is cleared.
func (s Standing) HasParent(key string) bool {
	return key != "" && strings.Contains(s.annotations[parentsKey], "\n"+key+"\n")
}

// Fit returns as many of the wanted domains as a Namespace has room for, and those that it has none for, sorted. annotations
// are the Namespace's: those of others take room, and so do the parents among its clearances and what is relied on there. What
// is told of pending filings is taken out of what is left to others.
//
// What is cleared already keeps its place, so that neither a domain too many nor another's annotation closes a site: it may
// take what is left to others, too.
func Fit(wanted, current exposure.Clearances, annotations map[string]string) (fitting exposure.Clearances, omitted []string) {
	room := annotationLimit
	for name, value := range annotations {
		if !IsClearance(name) || name == parentsKey || name == ReliedKey {
			room -= len(name) + len(value)
		}
	}
	domains := wanted.Domains()
	if fit(domains, room-annotationReserve) {
		return wanted, nil
	}
	slices.SortStableFunc(domains, func(a, b string) int { return rank(current, a) - rank(current, b) })
	cleared := sort.Search(len(domains), func(n int) bool { return !current.Has(domains[n]) })
	kept := most(domains, room-annotationReserve)
	if kept < cleared {
		kept = most(domains[:cleared], room-pendingRoom)
	}
	omitted = slices.Sorted(slices.Values(domains[kept:]))
	return exposure.NewClearances(domains[:kept]...), omitted
}

// fit tells whether domains can be laid out in so many bytes.
func fit(domains []string, room int) bool {
	layout := Encode(exposure.NewClearances(domains...))
	size := 0
	for name, value := range layout {
		size += len(name) + len(value)
	}
	_, beyondLast := layout[blockKey(maxBlocks)]
	return size <= room && !beyondLast
}

// most counts how many domains, from the first on, can be laid out in so many bytes.
func most(domains []string, room int) int {
	n := sort.Search(len(domains), func(n int) bool { return !fit(domains[:n+1], room) })
	for n > 0 && !fit(domains[:n], room) {
		n--
	}
	return n
}

func rank(current exposure.Clearances, domain string) int {
	if current.Has(domain) {
		return 0
	}
	return 1
}

// IsClearance tells whether an annotation belongs to the clearances, of whatever version.
func IsClearance(annotation string) bool {
	return strings.HasPrefix(annotation, icpv1alpha1.ClearedPrefix)
}

// Change returns what must be written for a Namespace's annotations to hold exactly the clearances given, and what stands
// beside them: the value of each annotation that changes, nil for one that goes. It is empty where nothing must be written.
func Change(annotations map[string]string, cleared exposure.Clearances, beside ...map[string]string) map[string]*string {
	change := map[string]*string{}
	wanted := Encode(cleared)
	for _, annotations := range beside {
		maps.Copy(wanted, annotations)
	}
	for name, value := range wanted {
		if current, there := annotations[name]; !there || current != value {
			change[name] = &value
		}
	}
	for name := range annotations {
		// What a namespace's Gateways are relied on for is written by itself, and so is whose it is.
		if _, keep := wanted[name]; IsClearance(name) && !keep && name != ReliedKey && name != HeldByKey {
			change[name] = nil
		}
	}
	return change
}

// deepest returns the number of labels of the domain that has most.
func deepest(domains []string) int {
	labels := exposure.MinDomainLabels
	for _, domain := range domains {
		labels = max(labels, strings.Count(domain, ".")+1)
	}
	return labels
}
