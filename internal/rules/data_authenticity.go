package rules

// AuthenticityMethod is how it is checked that a person is who the papers say.
type AuthenticityMethod string

// Methods of the authenticity check (真实性核验).
const (
	// CurtainPhoto is a photo before the provider's curtain (幕布拍照).
	CurtainPhoto AuthenticityMethod = "CurtainPhoto"
	// Liveness is a liveness check with face recognition on a phone (活体检测).
	Liveness AuthenticityMethod = "Liveness"
)

// AuthenticityRow says by which method the authenticity check (真实性核验) is made.
type AuthenticityRow struct {
	Rule
	// Method of the check.
	Method AuthenticityMethod
	// Chinese name of the method.
	Chinese string
}

// Authenticity is how the authenticity check (真实性核验) is made.
func (s Set) Authenticity() AuthenticityRow { return s.rows().authenticity[0] }

func authenticityRows() []AuthenticityRow {
	// The source gives no day since when curtains were photographed: the day of the first rules on filings stands for it.
	before := Rule{Date: "2005-03-20", Until: "2019-07-29", Source: SourceQuickStart}
	since := Rule{Date: "2019-07-29", Source: SourceQuickStart}
	return []AuthenticityRow{{before, CurtainPhoto, "幕布拍照"}, {since, Liveness, "活体检测"}}
}
