package rules

import "slices"

// TopicRow says what rows on a topic may say.
type TopicRow struct {
	// Topic that it is.
	Topic Topic
	// Chinese name.
	Chinese string
	// Asks is what a row on it answers, as in "whether …".
	Asks string
	// Values that a row may have; none where it has a number.
	Values []string
	// Least and Most bound a row's number; 0 and 0 where it has a value.
	Least, Most int
}

// Topics lists what bureaus' own rules are about (各省管局规则), the same in every rule set.
func Topics() []TopicRow {
	value := func(topic Topic, chinese, asks string, values ...string) TopicRow {
		return TopicRow{Topic: topic, Chinese: chinese, Asks: asks, Values: values}
	}
	number := func(topic Topic, chinese, asks string, least, most int) TopicRow {
		return TopicRow{Topic: topic, Chinese: chinese, Asks: asks, Least: least, Most: most}
	}
	return []TopicRow{
		value(TopicResponsiblePerson, "负责人资格", "whether an authorized person (授权人) may be the subject's responsible person",
			PersonLegalRepresentativeOnly, PersonAuthorizedWithLetter),
		value(TopicIndividualsFromOutside, "外省个人备案", "whether an individual from another province may file",
			OutsideLocalIdentityOnly, OutsideNotAccepted, OutsideWithResidencePermit, OutsideAccepted),
		number(TopicSitesPerOrder, "每个订单的网站数", "how many websites an order takes", 1, 1000),
		number(TopicDomainsInFirstPersonalFiling, "个人首次备案的域名数", "how many domains an individual's first filing takes", 1, 1000),
		number(TopicSitesPerSubject, "单位网站总数", "how many websites a company may have", 1, 100000),
		number(TopicMinimumAge, "年龄", "from which age a person may be responsible", 14, 100),
		number(TopicDomainMonthsLeft, "域名有效期", "for how many months more a domain must be valid", 0, 120),
		value(TopicInstitutionTLDs, "政府机关和事业单位的域名后缀",
			"whether a government or public institution may use this top-level domain", TLDsLimited, TLDsFree),
		value(TopicFooterNumber, "网站底部备案号", "which number the footer shows", FooterSubjectNumber, FooterWebsiteNumber),
		value(TopicShellSubject, "空壳主体新增网站", "whether a website may be added to a shell filing", ShellAddWebsite, ShellCancelFirst),
		value(TopicMaterialMailing, "邮寄资料", "whether papers are mailed in every filing", MailingRequired, MailingOnRequest),
		value(TopicChangeName, "变更主办单位名称", "whether a change may be of the subject's name", ChangeIsAllowed, ChangeIsRefused),
		value(TopicChangeCertificate, "变更主办单位证件", "whether a change may be of the subject's certificate", ChangeIsAllowed, ChangeIsRefused),
		value(TopicRegistrant, "域名所有者", "who may hold the domain beside the subject",
			RegistrantSubjectOnly, RegistrantResponsiblePersonToo, RegistrantShareholderOrExecutiveToo),
		value(TopicLocalPhone, "本省联系电话", "whether a phone number of the province is needed", LocalPhoneRequired, LocalPhoneNotRequired),
	}
}

// topicRow finds what rows on a topic may say.
func topicRow(topic Topic) (TopicRow, bool) {
	return find(Topics(), func(r TopicRow) bool { return r.Topic == topic })
}

// topicNames lists the topics for a message.
func topicNames() []string {
	var names []string
	for _, row := range Topics() {
		names = append(names, string(row.Topic))
	}
	slices.Sort(names)
	return names
}
