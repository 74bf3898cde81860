package admission

import (
	"slices"
	"strconv"
	"strings"

	"github.com/beian-dev/icp-operator/internal/exposure"
)

// Beside the clearances stands what the policies tell whoever asks why a host is not served: under v1.pending the filings that
// let the namespace in and clear nothing there, one a line, sorted by domain: the domain, the filing's namespace and name (or
// ofAnother), its stage, and perhaps why its gate is closed. The text begins and ends with a line break. A last line of
// beyond says that there are more than there was room for.
const (
	pendingKey = headerKey + ".pending"

	// pendingSize bounds it, in bytes. It is taken out of what is left to others.
	pendingSize = 4096

	// ofAnother stands for a filing of another namespace.
	ofAnother = "-"
)

// EncodePending lays out pending filings as an annotation of a Namespace. Of those of one domain the first given stands
// first. Where there is no room for all, those of domains that are foremost come first.
func EncodePending(filings []exposure.Pending, foremost func(domain string) bool) map[string]string {
	if len(filings) == 0 {
		return nil
	}
	filings = slices.Clone(filings)
	if all := lines(pendingLines(filings)); len(all) <= pendingSize {
		return map[string]string{pendingKey: all}
	}
	slices.SortStableFunc(filings, func(a, b exposure.Pending) int { return later(foremost, a) - later(foremost, b) })
	size, kept := len(lines([]string{beyond})), 0
	for _, filing := range filings {
		if size += len(pendingLine(filing)) + 1; size > pendingSize {
			break
		}
		kept++
	}
	return map[string]string{pendingKey: lines(append(pendingLines(filings[:kept]), beyond))}
}

// pendingLines sorts filings by domain, and writes them.
func pendingLines(filings []exposure.Pending) []string {
	slices.SortStableFunc(filings, func(a, b exposure.Pending) int { return strings.Compare(a.Domain, b.Domain) })
	written := make([]string, len(filings))
	for i, filing := range filings {
		written[i] = pendingLine(filing)
	}
	return written
}

func later(foremost func(string) bool, filing exposure.Pending) int {
	if foremost(filing.Domain) {
		return 0
	}
	return 1
}

func pendingLine(filing exposure.Pending) string {
	name := filing.Filing
	if name == "" {
		name = ofAnother
	}
	return strings.TrimSuffix(strings.Join([]string{filing.Domain, name, filing.Stage, filing.Reason}, " "), " ")
}

// DecodePending reads the pending filings that stand on a Namespace.
func DecodePending(annotations map[string]string) exposure.PendingFilings {
	var pending exposure.PendingFilings
	for line := range strings.SplitSeq(annotations[pendingKey], "\n") {
		if line == beyond {
			pending.More = true
			continue
		}
		words := append(strings.Split(line, " "), "")
		if len(words) < 4 {
			continue
		}
		if words[1] == ofAnother {
			words[1] = ""
		}
		pending.Listed = append(pending.Listed, exposure.Pending{Domain: words[0], Filing: words[1], Stage: words[2], Reason: words[3]})
	}
	return pending
}

// omittedKey holds how many filed domains have no room among the clearances; absent where all have.
const omittedKey = headerKey + ".omitted"

// EncodeOmitted lays out that number as an annotation of a Namespace.
func EncodeOmitted(omitted int) map[string]string {
	if omitted == 0 {
		return nil
	}
	return map[string]string{omittedKey: strconv.Itoa(omitted)}
}

// DecodeOmitted reads it.
func DecodeOmitted(annotations map[string]string) int {
	omitted, err := strconv.Atoi(annotations[omittedKey])
	if err != nil {
		return 0 // there is none, or it is of a release that writes something else
	}
	return omitted
}

// OnlyTells tells whether a change of a Namespace opens and closes nothing: it may wait.
func OnlyTells(change map[string]*string) bool {
	for name := range change {
		if name != pendingKey {
			return false
		}
	}
	return true
}
