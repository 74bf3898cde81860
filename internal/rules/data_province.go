package rules

import (
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// ProvinceRow is a provincial-level division of the mainland, whose communications bureau (通信管理局, 管局) decides.
type ProvinceRow struct {
	Rule
	// Province in English.
	Province v1alpha1.Province
	// Chinese name, short: 浙江.
	Chinese string
	// Code is the first two digits of its administrative divisions' codes (行政区划代码, GB/T 2260), as they stand in
	// identity numbers and credit codes.
	Code string
	// Prefixes of its filing numbers (备案号): today's first, then those seen on older ones.
	Prefixes []string
	// PublicSecurityPrefix begins its public-security numbers (公安备案号); not always today's filing prefix.
	PublicSecurityPrefix string
}

// Provinces lists the 31 provinces of the mainland in the order of their codes.
func (s Set) Provinces() []ProvinceRow {
	rows := slices.Clone(s.rows().provinces)
	for i := range rows {
		rows[i].Prefixes = slices.Clone(rows[i].Prefixes)
	}
	return rows
}

// Province finds a province's row.
func (s Set) Province(province v1alpha1.Province) (ProvinceRow, bool) {
	return find(s.rows().provinces, func(r ProvinceRow) bool { return r.Province == province })
}

// provinceOfPrefix finds the province that a number's first character stands for. The characters are the same in
// every rule set.
func provinceOfPrefix(prefix string) (ProvinceRow, bool) {
	return find(provinceRows(), func(r ProvinceRow) bool {
		return slices.Contains(r.Prefixes, prefix) || r.PublicSecurityPrefix == prefix
	})
}

// provinceOfCode finds the province of an administrative division's code by its first two digits.
func provinceOfCode(code string) (ProvinceRow, bool) {
	return find(provinceRows(), func(r ProvinceRow) bool { return len(code) >= 2 && r.Code == code[:2] })
}

func provinceRows() []ProvinceRow {
	row := func(province v1alpha1.Province, chinese, code string, prefixes ...string) ProvinceRow {
		// An older prefix is the one that public security still uses.
		return ProvinceRow{forms, province, chinese, code, prefixes, prefixes[len(prefixes)-1]}
	}
	return []ProvinceRow{
		row("Beijing", "北京", "11", "京"),
		row("Tianjin", "天津", "12", "津"),
		row("Hebei", "河北", "13", "冀"),
		row("Shanxi", "山西", "14", "晋"),
		row("InnerMongolia", "内蒙古", "15", "蒙"),
		row("Liaoning", "辽宁", "21", "辽"),
		row("Jilin", "吉林", "22", "吉"),
		row("Heilongjiang", "黑龙江", "23", "黑"),
		row("Shanghai", "上海", "31", "沪"),
		row("Jiangsu", "江苏", "32", "苏"),
		row("Zhejiang", "浙江", "33", "浙"),
		row("Anhui", "安徽", "34", "皖"),
		row("Fujian", "福建", "35", "闽"),
		row("Jiangxi", "江西", "36", "赣"),
		row("Shandong", "山东", "37", "鲁"),
		row("Henan", "河南", "41", "豫"),
		row("Hubei", "湖北", "42", "鄂"),
		row("Hunan", "湖南", "43", "湘"),
		row("Guangdong", "广东", "44", "粤"),
		row("Guangxi", "广西", "45", "桂"),
		row("Hainan", "海南", "46", "琼"),
		row("Chongqing", "重庆", "50", "渝"),
		row("Sichuan", "四川", "51", "蜀", "川"),
		row("Guizhou", "贵州", "52", "黔", "贵"),
		{forms, "Yunnan", "云南", "53", []string{"滇", "云"}, "滇"},
		row("Xizang", "西藏", "54", "藏"),
		row("Shaanxi", "陕西", "61", "陕"),
		row("Gansu", "甘肃", "62", "陇", "甘"),
		row("Qinghai", "青海", "63", "青"),
		row("Ningxia", "宁夏", "64", "宁"),
		row("Xinjiang", "新疆", "65", "新"),
	}
}
