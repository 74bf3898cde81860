package rules

import (
	"slices"
	"sync"
)

// Names of the rule sets. A set is named by its date.
const (
	// QuickStart is the rule set of the provider's quick-start (备案快速入门).
	QuickStart = "2019-09-16"
	// Current is the rule set of today, and the default.
	Current = "2026-01-01"
)

// Names lists the rule sets, oldest first.
func Names() []string { return []string{QuickStart, Current} }

// Set is a dated rule set: the rows that stand on its date. The zero Set is the current one. A Set is safe for
// concurrent use, and what its methods return may be changed by the caller.
type Set struct{ t *tables }

// Lookup finds a built-in rule set by its name. The empty name is the current set.
func Lookup(name string) (Set, error) { return Builtin().Lookup(name) }

// Name of the set, its date (YYYY-MM-DD).
func (s Set) Name() string { return s.rows().date }

// tables are the rows that stand on a date.
type tables struct {
	date string
	// smsList is the rule of the list of provinces, which speaks of those that are not on it too.
	smsList Rule
	// tldList is the rule of the list of top-level domains; no date where this set has none.
	tldList      Rule
	sms          []SmsRow
	preApprovals []PreApprovalRow
	byBureau     []BureauApprovalRow
	channels     []ChannelRow
	provinces    []ProvinceRow
	provincial   []ProvincialRow
	natures      []NatureRow
	prefixes     []CodePrefixRow
	contents     []ServiceContentRow
	personal     []PersonalContentRow
	nameWords    []NameWordRow
	regions      []RegionRow
	tlds         []TldRow
	returns      []ReturnReasonRow
	limits       []LimitRow
	idTypes      []IDTypeRow
	changes      []ChangeRow
	authenticity []AuthenticityRow
	materials    []MaterialRow
	expiries     []ExpiryRow
}

var sets = sync.OnceValue(func() map[string]*tables {
	all := map[string]*tables{}
	for _, date := range Names() {
		all[date] = tablesOf(date)
	}
	return all
})

func tablesOf(date string) *tables {
	t := &tables{
		date:         date,
		sms:          standing(smsRows(), date),
		preApprovals: standing(preApprovalRows(), date),
		channels:     standing(channelRows(), date),
		provinces:    standing(provinceRows(), date),
		provincial:   standing(provincialRows(), date),
		natures:      standing(natureRows(), date),
		prefixes:     standing(codePrefixRows(), date),
		contents:     standing(serviceContentRows(), date),
		personal:     standing(personalContentRows(), date),
		nameWords:    standing(nameWordRows(), date),
		regions:      standing(regionRows(), date),
		tlds:         standing(tldRows(), date),
		authenticity: standing(authenticityRows(), date),
		materials:    standing(materialRows(), date),
		// How long things take, why orders come back, what no change reaches and what is lost when something ends is told by later sources than the procedure itself,
		// without a day since when: every set needs them, so none of these is left out by its date.
		returns:  returnReasonRows(),
		limits:   standingLimits(date),
		idTypes:  standing(idTypeRows(), date),
		changes:  changeRows(),
		expiries: expiryRows(),
	}
	t.smsList = t.sms[0].Rule
	if len(t.tlds) > 0 {
		t.tldList = t.tlds[0].Rule
	}
	return t
}

func (s Set) rows() *tables {
	if s.t == nil {
		return sets()[Current]
	}
	return s.t
}

// find is the first row that fits.
func find[Row any](rows []Row, fits func(Row) bool) (Row, bool) {
	i := slices.IndexFunc(rows, fits)
	if i < 0 {
		var none Row
		return none, false
	}
	return rows[i], true
}
