package rules

import (
	"slices"
	"strconv"
	"strings"
)

// Limit names a number that the procedure works with.
type Limit string

// Limits, each with its unit.
const (
	// LimitRealNameSyncMinDays: after so many working days the bureau's system may know a domain's real-name
	// verification (实名认证同步).
	LimitRealNameSyncMinDays Limit = "RealNameSyncMinDays"
	// LimitRealNameSyncMaxDays: after so many working days it does.
	LimitRealNameSyncMaxDays Limit = "RealNameSyncMaxDays"
	// LimitPreliminaryReviewDays: so many working days the provider's review (初审) takes at most, as a rule.
	LimitPreliminaryReviewDays Limit = "PreliminaryReviewDays"
	// LimitSmsWindowHours: within so many hours from the message the SMS is answered (短信核验).
	LimitSmsWindowHours Limit = "SmsWindowHours"
	// LimitSmsWrongEntries: so many wrong entries are tolerated; the next one returns the order.
	LimitSmsWrongEntries Limit = "SmsWrongEntries"
	// LimitBureauReviewDays: so many working days the bureau's review (管局审核) takes at most.
	LimitBureauReviewDays Limit = "BureauReviewDays"
	// LimitPublicSecurityDays: so many days after opening, public security must have the application (公安联网备案).
	LimitPublicSecurityDays Limit = "PublicSecurityDays"
	// LimitDomainMonthsLeft: a domain should be valid for more than so many months.
	LimitDomainMonthsLeft Limit = "DomainMonthsLeft"
	// LimitServerMonths: a server is prepaid (包年包月) for at least so many months.
	LimitServerMonths Limit = "ServerMonths"
	// LimitServiceNumbersPerServer: a server has at most so many service numbers (备案服务号).
	LimitServiceNumbersPerServer Limit = "ServiceNumbersPerServer"
	// LimitSitesPerOrder: an order takes at most so many websites.
	LimitSitesPerOrder Limit = "SitesPerOrder"
	// LimitSitesPerPersonalOrder: an individual's order takes at most so many websites.
	LimitSitesPerPersonalOrder Limit = "SitesPerPersonalOrder"
	// LimitAdultAge: a person is of age (成年) with so many years, where the province has no rule of its own.
	LimitAdultAge Limit = "AdultAge"
	// LimitNameCharacters: a website's name has at least so many Chinese characters (汉字).
	LimitNameCharacters Limit = "NameCharacters"
	// LimitApplicantStepDays: so many working days a step of the applicant (备案申请人) is expected to take.
	LimitApplicantStepDays Limit = "ApplicantStepDays"
	// LimitMailingDays: so many working days mailed papers (邮寄资料) are expected to take until they are read.
	LimitMailingDays Limit = "MailingDays"
)

// LimitRow is a number that the procedure works with.
type LimitRow struct {
	Rule
	// Limit that it is.
	Limit Limit
	// Value in the limit's unit.
	Value int
	// everySet holds it whatever its date: the procedure cannot do without, and its source tells no beginning.
	everySet bool
}

// Limit finds a number, and false where this set has none.
func (s Set) Limit(limit Limit) (LimitRow, bool) {
	return find(s.rows().limits, func(r LimitRow) bool { return r.Limit == limit })
}

// Limits lists the numbers of this set.
func (s Set) Limits() []LimitRow { return slices.Clone(s.rows().limits) }

// Worded is a text in which limits stand by name, as in {SmsWindowHours}, with the numbers of this set.
func (s Set) Worded(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	for _, row := range s.rows().limits {
		text = strings.ReplaceAll(text, "{"+string(row.Limit)+"}", strconv.Itoa(row.Value))
	}
	return text
}

func standingLimits(date string) []LimitRow {
	var kept []LimitRow
	for _, row := range limitRows() {
		if row.everySet || len(standing([]LimitRow{row}, date)) == 1 {
			kept = append(kept, row)
		}
	}
	return kept
}

func limitRows() []LimitRow {
	return []LimitRow{
		{guide, LimitRealNameSyncMinDays, 3, true},
		{guide, LimitRealNameSyncMaxDays, 5, true},
		{guide, LimitPreliminaryReviewDays, 2, true},
		{guide, LimitSmsWindowHours, 24, true},
		{guide, LimitSmsWrongEntries, 5, true},
		{measures, LimitBureauReviewDays, 20, true},
		{quickStart, LimitPublicSecurityDays, 30, true},
		{guide, LimitDomainMonthsLeft, 3, false},
		{guide, LimitServerMonths, 3, false},
		{guide, LimitServiceNumbersPerServer, 5, false},
		{faq, LimitSitesPerOrder, 10, false},
		{faq, LimitSitesPerPersonalOrder, 1, false},
		{guide, LimitAdultAge, 18, true},
		{faq, LimitNameCharacters, 3, false},
		{estimate, LimitApplicantStepDays, 1, true},
		{estimate, LimitMailingDays, 5, true},
	}
}
