package conformance

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Formats of a report.
const (
	// FormatText is for people.
	FormatText = "text"
	// FormatJSON is one document with all results.
	FormatJSON = "json"
	// FormatJUnit is what CI systems show.
	FormatJUnit = "junit"
)

// Tell writes one result as a line for people, and under one that failed what was sent and answered.
func Tell(w io.Writer, r Result) {
	_, _ = fmt.Fprintf(w, "%-10s %s\n", r.Outcome, r.Case.Name)
	if r.Outcome == Passed {
		return
	}
	_, _ = fmt.Fprintf(w, "           %s\n", r.Message)
	if r.Outcome != Failed {
		return
	}
	_, _ = fmt.Fprintf(w, "           to put it right: %s (provider-protocol.md, %s)\n", r.Case.Remedy, r.Case.Clause)
	for _, exchange := range r.Exchanges {
		_, _ = fmt.Fprintf(w, "             %s\n", strings.ReplaceAll(exchange, "\n", "\n             "))
	}
}

// Counts says how many results have each outcome.
func Counts(results []Result) map[Outcome]int {
	n := map[Outcome]int{}
	for _, r := range results {
		n[r.Outcome]++
	}
	return n
}

// Summary is the last line for people.
func Summary(results []Result) string {
	n := Counts(results)
	return fmt.Sprintf("%d ok, %d failed, %d not tested", n[Passed], n[Failed], n[NotTested])
}

type jsonResult struct {
	Case      string   `json:"case"`
	Clause    string   `json:"clause"`
	Outcome   Outcome  `json:"outcome"`
	Message   string   `json:"message,omitempty"`
	Remedy    string   `json:"remedy,omitempty"`
	Exchanges []string `json:"exchanges,omitempty"`
	Seconds   float64  `json:"seconds"`
}

// WriteJSON writes all results as one document.
func WriteJSON(w io.Writer, results []Result) error {
	list := make([]jsonResult, len(results))
	for i, r := range results {
		list[i] = jsonResult{r.Case.Name, r.Case.Clause, r.Outcome, r.Message, "", r.Exchanges, r.Took.Seconds()}
		if r.Outcome == Failed {
			list[i].Remedy = r.Case.Remedy
		}
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(map[string]any{"results": list, "counts": Counts(results)}); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Time    string        `xml:"time,attr"`
	Failure *junitMessage `xml:"failure,omitempty"`
	Skipped *junitMessage `xml:"skipped,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes all results as JUnit's XML; what was not tested is skipped.
func WriteJUnit(w io.Writer, results []Result) error {
	n := Counts(results)
	suite := junitSuite{Name: "filing provider protocol", Tests: len(results), Failures: n[Failed], Skipped: n[NotTested]}
	for _, r := range results {
		c := junitCase{Name: r.Case.Name, Class: r.Case.Clause, Time: fmt.Sprintf("%.3f", r.Took.Seconds())}
		switch r.Outcome {
		case Failed:
			c.Failure = &junitMessage{r.Message, "to put it right: " + r.Case.Remedy + "\n" + strings.Join(r.Exchanges, "\n")}
		case NotTested:
			c.Skipped = &junitMessage{Message: r.Message}
		}
		suite.Cases = append(suite.Cases, c)
	}
	raw, err := xml.MarshalIndent(suite, "", "  ")
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, raw)
	return err
}
