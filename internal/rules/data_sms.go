package rules

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// SmsRow says that filings of a province are verified by SMS (短信核验) before they go to the bureau.
type SmsRow struct {
	Rule
	// Province that it is about.
	Province v1alpha1.Province
	// Required says whether its bureau asks for it. A built-in row always does: a list names those that do.
	Required bool
}

// SmsProvinces lists the provinces whose filings are verified by SMS (短信核验), in the source's order.
func (s Set) SmsProvinces() []v1alpha1.Province {
	var provinces []v1alpha1.Province
	for _, row := range s.rows().sms {
		if row.Required {
			provinces = append(provinces, row.Province)
		}
	}
	return provinces
}

// SmsRequired says whether filings of the province are verified by SMS (短信核验), and by which rule: the province's
// own row, or the rule of the list that it is not on.
func (s Set) SmsRequired(province v1alpha1.Province) (bool, Rule) {
	row, known := find(s.rows().sms, func(r SmsRow) bool { return r.Province == province })
	if !known {
		return false, s.rows().smsList
	}
	return row.Required, row.Rule
}

func smsRows() []SmsRow {
	first := Rule{Date: "2019-09-16", Until: "2020-08-17", Source: SourceQuickStart}
	var rows []SmsRow
	for _, province := range []v1alpha1.Province{
		"Tianjin", "Gansu", "Xizang", "Ningxia", "Hainan", "Xinjiang", "Qinghai", "Zhejiang", "Sichuan", "Fujian",
		"Shaanxi", "Chongqing", "Guangxi", "Yunnan", "Shandong", "Henan", "Anhui", "Hunan", "Shanxi", "Heilongjiang",
		"InnerMongolia", "Hubei",
	} {
		rows = append(rows, SmsRow{first, province, true})
	}
	everywhere := Rule{Date: "2020-08-17", Source: SourceGuide}
	for _, province := range provinceRows() {
		rows = append(rows, SmsRow{everywhere, province.Province, true})
	}
	return rows
}
