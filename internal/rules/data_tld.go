package rules

import "slices"

// TldRow says whether the ministry has approved a top-level domain (域名后缀) for filings.
type TldRow struct {
	Rule
	// Tld without its dot, in lower case, an IDN as its A-label.
	Tld string
	// Approved by the ministry (工信部批复).
	Approved bool
}

// Tlds lists the top-level domains on which there is a rule.
func (s Set) Tlds() []TldRow { return slices.Clone(s.rows().tlds) }

// Tld finds a top-level domain's row, and false for one of which nothing is known.
func (s Set) Tld(tld string) (TldRow, bool) {
	return find(s.rows().tlds, func(r TldRow) bool { return r.Tld == tld })
}

// approvedTlds are those that providers commonly take. The ministry's own list (域名.信息) is longer and grows: of one
// that is not here nothing is known.
var approvedTlds = []string{
	"cn", "com", "net", "org", "info", "biz", "top", "xyz", "vip", "club", "shop", "site", "store", "online", "tech",
	"ltd", "wang", "ren", "xin", "fun", "ink", "mobi", "pro", "cc", "tv", "art", "link", "red", "kim", "work", "cloud",
	"love", "group",
	"xn--fiqs8s", "xn--fiqz9s", // 中国
	"xn--55qx5d", "xn--io0a7i", // 公司, 网络
	"xn--zfr164b", "xn--55qw42g", // 政务, 公益
	"xn--3bst00m", "xn--ses554g", "xn--3ds443g", "xn--fiq228c5hs", "xn--czru2d", // 集团, 网址, 在线, 中文网, 商城
}

func tldRows() []TldRow {
	rows := make([]TldRow, 0, len(approvedTlds))
	for _, tld := range approvedTlds {
		rows = append(rows, TldRow{practice, tld, true})
	}
	return rows
}
