package rules

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// SmsRow says that filings of a province are verified by SMS (短信核验) before they go to the bureau.
type SmsRow struct {
	Rule
	// Province whose bureau asks for it.
	Province v1alpha1.Province
}

// SmsProvinces lists the provinces whose filings are verified by SMS (短信核验), in the source's order.
func (s Set) SmsProvinces() []v1alpha1.Province {
	var provinces []v1alpha1.Province
	for _, row := range s.rows().sms {
		provinces = append(provinces, row.Province)
	}
	return provinces
}

// SmsRequired says whether filings of the province are verified by SMS (短信核验), and by which rule: the province's
// own row, or the rule of the list that it is not on.
func (s Set) SmsRequired(province v1alpha1.Province) (bool, Rule) {
	rows := s.rows().sms
	row, required := find(rows, func(r SmsRow) bool { return r.Province == province })
	if !required && len(rows) > 0 {
		return false, rows[0].Rule
	}
	return required, row.Rule
}

func smsRows() []SmsRow {
	first := Rule{Date: "2019-09-16", Until: "2020-08-17", Source: SourceQuickStart}
	var rows []SmsRow
	for _, province := range []v1alpha1.Province{
		"Tianjin", "Gansu", "Xizang", "Ningxia", "Hainan", "Xinjiang", "Qinghai", "Zhejiang", "Sichuan", "Fujian",
		"Shaanxi", "Chongqing", "Guangxi", "Yunnan", "Shandong", "Henan", "Anhui", "Hunan", "Shanxi", "Heilongjiang",
		"InnerMongolia", "Hubei",
	} {
		rows = append(rows, SmsRow{first, province})
	}
	everywhere := Rule{Date: "2020-08-17", Source: SourceGuide}
	for _, province := range provinceRows() {
		rows = append(rows, SmsRow{everywhere, province.Province})
	}
	return rows
}
