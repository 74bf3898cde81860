package rules

import "slices"

// NameWordKind says why a word may not stand in a website's name.
type NameWordKind string

// Kinds of words.
const (
	// NameWordNational: only for national organizations (国家级单位).
	NameWordNational NameWordKind = "National"
	// NameWordOrganization: not for individuals, since it names a company.
	NameWordOrganization NameWordKind = "Organization"
	// NameWordPlatform: not for individuals, since it names a kind of site that they may not run.
	NameWordPlatform NameWordKind = "Platform"
	// NameWordPlace: not for individuals, since it names a place.
	NameWordPlace NameWordKind = "Place"
)

// NameWordRow is a word that may not stand in a website's name (网站名称).
type NameWordRow struct {
	Rule
	// Word, in Chinese.
	Word string
	// Kind says for whom, and why.
	Kind NameWordKind
}

// NameWords lists the words that may not stand in every website's name. Names of industries and products, which an
// individual's may not hold either, make no list: a reviewer judges them.
func (s Set) NameWords() []NameWordRow { return slices.Clone(s.rows().nameWords) }

func nameWordRows() []NameWordRow {
	var rows []NameWordRow
	add := func(kind NameWordKind, words ...string) {
		for _, word := range words {
			rows = append(rows, NameWordRow{faq, word, kind})
		}
	}
	add(NameWordNational, "中国", "中华", "中央", "人民", "国家")
	add(NameWordPlatform, "论坛", "社区", "平台", "网站", "工作室", "资讯")
	add(NameWordOrganization, "公司", "集团", "企业")
	for _, province := range provinceRows() {
		add(NameWordPlace, province.Chinese)
	}
	return rows
}
