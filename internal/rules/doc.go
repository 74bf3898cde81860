// Package rules says what a valid ICP filing (ICP备案) is: natures, certificates, names, numbers, provinces,
// categories, as dated data. Every row names its source and the day from which it stands; a rule set is the rows
// that stand on its date, so that a new rule is a new row and an old filing can still be judged by the old ones.
//
// The package is pure: no I/O, no wall clock. What no row says is unknown, and is said to be rather than assumed.
// Personal data never stands in a finding.
package rules
