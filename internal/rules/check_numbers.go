package rules

// numbers checks the numbers that the filing names as given already: of filings (备案号), of the public-security
// registration (公安备案号) and of the licence (ICP许可证号). Odd ones exist and are in force: they warn.
func (c *filingCheck) numbers() {
	subject, subjectRead := c.existing("spec.existing.subject.number", c.spec.Existing.Subject.Number)
	website, websiteRead := c.existing("spec.existing.website.number", c.spec.Existing.Website.Number)
	if websiteRead && website.Kind != NumberWebsite {
		c.notWebsite(website)
	}
	if subjectRead && subject.Province != c.spec.Subject.Province {
		c.warnf(guide, ReasonCrossProvince, "spec.existing.subject.number",
			"filing number %s: given in %s, and the filing is for %s; a subject is filed in one province: correct one of the two, or cancel the old filing first",
			subject, subject.Province, c.spec.Subject.Province)
	}
	if subjectRead && websiteRead && !subject.Subject().Same(website.Subject()) {
		c.warnf(guide, ReasonFilingNumbersDisagree, "spec.existing.website.number",
			"filing number %s: not one of %s, so the domain is filed under another subject; cancel it there first, or correct one of the two", website, subject.Subject())
	}
	c.publicSecurityNumber()
	c.licenceNumber()
}

// existing reads the number of a filing that exists, and warns where it has no known form.
func (c *filingCheck) existing(field, text string) (FilingNumber, bool) {
	if text == "" {
		return FilingNumber{}, false
	}
	number, err := ParseFilingNumber(text)
	if err != nil {
		c.warnf(forms, ReasonFilingNumberUnusual, field, "%v; check it against the ministry's register", err)
		return FilingNumber{}, false
	}
	return number, true
}

func (c *filingCheck) notWebsite(number FilingNumber) {
	const field = "spec.existing.website.number"
	if number.Kind == NumberSubject {
		c.warnf(forms, ReasonFilingNumberNotWebsite, field,
			"filing number %s: the subject's; a website's ends in -1, -2 and so on: set it, or move it to existing.subject.number", number)
		return
	}
	c.errorf(forms, ReasonFilingNumberNotWebsite, field,
		"filing number %s: of kind %s, not of a website; set the website's number, or leave it empty where the domain is not filed", number, number.Kind)
}

func (c *filingCheck) publicSecurityNumber() {
	const field = "spec.publicSecurity.number"
	text := c.spec.PublicSecurity.Number
	if text == "" {
		return
	}
	number, err := ParsePublicSecurityNumber(text)
	switch {
	case err != nil:
		c.warnf(forms, ReasonPublicSecurityNumberUnusual, field, "%v; check it against the platform's page", err)
	case number.Odd != "":
		c.warnf(forms, ReasonPublicSecurityNumberUnusual, field,
			"public-security number %q: %s; check it against the platform's page", text, number.Odd)
	}
}

func (c *filingCheck) licenceNumber() {
	if text := c.spec.IcpLicense.Number; text != "" {
		if _, err := ParseLicenceNumber(text); err != nil {
			c.warnf(forms, ReasonLicenceNumberUnusual, "spec.icpLicense.number", "%v; check it against the licence", err)
		}
	}
}
