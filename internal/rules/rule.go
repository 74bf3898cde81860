package rules

import "fmt"

// Sources of the rules.
const (
	// SourceQuickStart is a provider's public quick-start (备案快速入门) of 2019-09-16. It wins where sources differ.
	SourceQuickStart = "provider quick-start"
	// SourceGuide is another provider's public filing guide of 2026.
	SourceGuide = "provider filing guide"
	// SourceFAQ is a third provider's public questions and answers of 2019 and 2020.
	SourceFAQ = "provider FAQ 2019-20"
	// SourceForms are footers and forms in public use.
	SourceForms = "public footers and forms"
	// SourcePractice is what providers' help pages and agents describe.
	SourcePractice = "provider practice"
	// SourceMeasures is the ministry's order 33 of 2005, 非经营性互联网信息服务备案管理办法.
	SourceMeasures = "MII order 33 of 2005"
	// SourceUSCC is the standard of the unified social credit code (统一社会信用代码).
	SourceUSCC = "GB 32100-2015"
	// SourceOrganizationCode is the standard of the organization code (组织机构代码).
	SourceOrganizationCode = "GB 11714-1997"
	// SourceResidentID is the standard of the citizen identity number (公民身份号码).
	SourceResidentID = "GB 11643-1999"
	// SourceDivisions is the standard of the codes of the administrative divisions (行政区划代码).
	SourceDivisions = "GB/T 2260"
	// SourceRegions are the public clouds' published lists of regions.
	SourceRegions = "public region lists"
	// SourceNone is no source: no row says anything.
	SourceNone = "no row on it"
	// SourceEstimate is no rule: what this operator expects where no source says.
	SourceEstimate = "this operator's estimate"
)

// Rule says since when something is the rule, and who says so.
type Rule struct {
	// Date from which it stands (YYYY-MM-DD). Where a source gives no day, the first rule set that holds it.
	Date string
	// Until is the first day on which it no longer stands (YYYY-MM-DD), or "".
	Until string
	// Source that says so, one of the constants Source….
	Source string
}

// String is the rule as a message ends with it: (filing rules 2019-09-16, provider quick-start).
func (r Rule) String() string { return fmt.Sprintf("(filing rules %s, %s)", r.Date, r.Source) }

// dated is what every row of a table is.
type dated interface{ rule() Rule }

func (r Rule) rule() Rule { return r }

// standing are the rows that stand on a date. Dates in this form compare as text.
func standing[Row dated](rows []Row, date string) []Row {
	var kept []Row
	for _, row := range rows {
		r := row.rule()
		if r.Date <= date && (r.Until == "" || date < r.Until) {
			kept = append(kept, row)
		}
	}
	return kept
}

// Rules that many rows share.
var (
	quickStart = Rule{Date: "2019-09-16", Source: SourceQuickStart}
	guide      = Rule{Date: "2026-01-01", Source: SourceGuide}
	faq        = Rule{Date: "2019-09-16", Source: SourceFAQ}
	forms      = Rule{Date: "2019-09-16", Source: SourceForms}
	practice   = Rule{Date: "2026-01-01", Source: SourcePractice}
	measures   = Rule{Date: "2005-03-20", Source: SourceMeasures}
	usccRule   = Rule{Date: "2015-10-01", Source: SourceUSCC}
	orgRule    = Rule{Date: "1998-01-01", Source: SourceOrganizationCode}
	idRule     = Rule{Date: "1999-07-01", Source: SourceResidentID}
	divisions  = Rule{Date: "2019-09-16", Source: SourceDivisions}
	regionList = Rule{Date: "2019-09-16", Source: SourceRegions}
	estimate   = Rule{Date: "2026-01-01", Source: SourceEstimate}
)
