package rules

// Reasons for which an order is usually returned (退回原因). Checks find some of them before it is submitted.
const (
	// ReasonDomainNotRealNameVerified: the domain has not passed real-name verification (域名未实名认证).
	ReasonDomainNotRealNameVerified = "DomainNotRealNameVerified"
	// ReasonDomainNotSynchronised: the bureau's system does not know of it yet (实名信息未同步).
	ReasonDomainNotSynchronised = "DomainNotSynchronised"
	// ReasonRegistrantMismatch: the domain's holder is not the subject (域名所有者不一致).
	ReasonRegistrantMismatch = "RegistrantMismatch"
	// ReasonTldNotApproved: the ministry has not approved the top-level domain or the registrar (域名后缀未获批).
	ReasonTldNotApproved = "TldNotApproved"
	// ReasonDomainExpired: the domain's registration has ended (域名已过期).
	ReasonDomainExpired = "DomainExpired"
	// ReasonWebsiteNameInvalid: the name breaks the rules for names (网站名称不合规).
	ReasonWebsiteNameInvalid = "WebsiteNameInvalid"
	// ReasonPersonNotLegalRepresentative: somebody else may not be responsible here (负责人非法定代表人).
	ReasonPersonNotLegalRepresentative = "PersonNotLegalRepresentative"
	// ReasonPhoneUnreachableOrReused: a phone is not answered, or is another subject's (电话无法接通或重复使用).
	ReasonPhoneUnreachableOrReused = "PhoneUnreachableOrReused"
	// ReasonCertificateUnclearOrExpiring: a certificate cannot be read or ends soon (证件不清晰或即将过期).
	ReasonCertificateUnclearOrExpiring = "CertificateUnclearOrExpiring"
	// ReasonFaceCheckFailed: the authenticity check failed (人脸核验未通过).
	ReasonFaceCheckFailed = "FaceCheckFailed"
	// ReasonPreApprovalMissing: a content needs a special authority's paper first (缺少前置审批).
	ReasonPreApprovalMissing = "PreApprovalMissing"
	// ReasonContentDoesNotFitNature: such a subject may not offer that (网站内容与主办单位性质不符).
	ReasonContentDoesNotFitNature = "ContentDoesNotFitNature"
	// ReasonWrongFilingType: the type does not fit what is filed (备案类型有误).
	ReasonWrongFilingType = "WrongFilingType"
	// ReasonAlreadyFiled: the domain is filed already (网站已备案).
	ReasonAlreadyFiled = "AlreadyFiled"
	// ReasonOrderInProgress: another order of the subject is in flight (存在在途订单).
	ReasonOrderInProgress = "OrderInProgress"
	// ReasonSubjectConflict: the subject is filed with other facts (主体信息冲突).
	ReasonSubjectConflict = "SubjectConflict"
	// ReasonSiteReachableBeforeFiling: the site is open before it is filed (网站未备案已开通).
	ReasonSiteReachableBeforeFiling = "SiteReachableBeforeFiling"
	// ReasonExistingSiteUnreachable: a filed website of the subject cannot be reached (已备案网站无法访问).
	ReasonExistingSiteUnreachable = "ExistingSiteUnreachable"
	// ReasonFooterMissing: a filed website of the subject does not show its number (未悬挂备案号).
	ReasonFooterMissing = "FooterMissing"
	// ReasonShellSubject: the subject's filing has lost every access (空壳主体).
	ReasonShellSubject = "ShellSubject"
	// ReasonCrossProvince: the subject belongs to another province (主体跨省).
	ReasonCrossProvince = "CrossProvince"
	// ReasonSmsExpired: nobody answered the SMS in time (短信核验超时).
	ReasonSmsExpired = "SmsExpired"
	// ReasonSmsTooManyWrongEntries: it was answered wrongly too often (短信核验错误次数过多).
	ReasonSmsTooManyWrongEntries = "SmsTooManyWrongEntries"
)

// Reasons that only checks find: of the domain (域名) and the server (服务器).
const (
	// ReasonDomainNotRegistrable: the name is not directly below a public suffix.
	ReasonDomainNotRegistrable = "DomainNotRegistrable"
	// ReasonDomainSuffixUnknown: there is no such top-level domain.
	ReasonDomainSuffixUnknown = "DomainSuffixUnknown"
	// ReasonDomainInvalid: a label is no valid A-label of an internationalized domain.
	ReasonDomainInvalid = "DomainInvalid"
	// ReasonDomainExpiringSoon: the registration ends too soon.
	ReasonDomainExpiringSoon = "DomainExpiringSoon"
	// ReasonHomepageOutsideDomain: the home page is not within the domain.
	ReasonHomepageOutsideDomain = "HomepageOutsideDomain"
	// ReasonServerRegionNotMainland: a server outside the mainland needs no filing and gets none.
	ReasonServerRegionNotMainland = "ServerRegionNotMainland"
	// ReasonServerRegionUnknown: nothing is known of the region.
	ReasonServerRegionUnknown = "ServerRegionUnknown"
	// ReasonServerNotPrepaid: a server paid by use cannot be filed for.
	ReasonServerNotPrepaid = "ServerNotPrepaid"
	// ReasonServerExpired: the lease has ended.
	ReasonServerExpired = "ServerExpired"
	// ReasonServerExpiringSoon: the lease ends soon.
	ReasonServerExpiringSoon = "ServerExpiringSoon"
	// ReasonPublicIPInvalid: a public address of the server is none.
	ReasonPublicIPInvalid = "PublicIPInvalid"
	// ReasonChannelDoesNotTakeAccount: the App takes China-site accounts only.
	ReasonChannelDoesNotTakeAccount = "ChannelDoesNotTakeAccount"
	// ReasonAccountNotRecommended: a China-site account is recommended for everyone.
	ReasonAccountNotRecommended = "AccountNotRecommended"
)

// Reasons that only checks find: of the subject (主体), its certificate (证件) and the numbers in a filing.
const (
	// ReasonProvinceUnknown: no province of the mainland.
	ReasonProvinceUnknown = "ProvinceUnknown"
	// ReasonNatureUnknown: no nature of organizers.
	ReasonNatureUnknown = "NatureUnknown"
	// ReasonSubjectNameMissing: an organization needs its name.
	ReasonSubjectNameMissing = "SubjectNameMissing"
	// ReasonPersonalDataInSpec: a person's facts stand in the spec.
	ReasonPersonalDataInSpec = "PersonalDataInSpec"
	// ReasonCertificateMissing: an organization needs its certificate.
	ReasonCertificateMissing = "CertificateMissing"
	// ReasonCertificateDoesNotFitNature: such a subject has no such certificate.
	ReasonCertificateDoesNotFitNature = "CertificateDoesNotFitNature"
	// ReasonCertificateNumberInvalid: the number cannot be one of that certificate.
	ReasonCertificateNumberInvalid = "CertificateNumberInvalid"
	// ReasonCertificateNumberUnusual: the number is odd, and may be right.
	ReasonCertificateNumberUnusual = "CertificateNumberUnusual"
	// ReasonCertificateExpired: the certificate has ended.
	ReasonCertificateExpired = "CertificateExpired"
	// ReasonFilingNumberUnusual: what is given as a filing number (备案号) has no known form.
	ReasonFilingNumberUnusual = "FilingNumberUnusual"
	// ReasonFilingNumberNotWebsite: the filing number is an app's or a mini-program's.
	ReasonFilingNumberNotWebsite = "FilingNumberNotWebsite"
	// ReasonFilingNumbersDisagree: the website's number is not one of the subject's.
	ReasonFilingNumbersDisagree = "FilingNumbersDisagree"
	// ReasonPublicSecurityNumberUnusual: a public-security number (公安备案号) of no known form.
	ReasonPublicSecurityNumberUnusual = "PublicSecurityNumberUnusual"
	// ReasonLicenceNumberUnusual: an ICP licence number (ICP许可证号) of no known form.
	ReasonLicenceNumberUnusual = "LicenceNumberUnusual"
)

// Reasons that only checks find: of the website (网站).
const (
	// ReasonWebsiteNameTooShort: fewer than three Chinese characters.
	ReasonWebsiteNameTooShort = "WebsiteNameTooShort"
	// ReasonWebsiteNameNotChinese: digits or Latin letters alone.
	ReasonWebsiteNameNotChinese = "WebsiteNameNotChinese"
	// ReasonWebsiteNameSpecialCharacters: something else than letters and digits.
	ReasonWebsiteNameSpecialCharacters = "WebsiteNameSpecialCharacters"
	// ReasonWebsiteNameIsDomain: the domain is no name.
	ReasonWebsiteNameIsDomain = "WebsiteNameIsDomain"
	// ReasonWebsiteNameNational: a word for national organizations only.
	ReasonWebsiteNameNational = "WebsiteNameNational"
	// ReasonWebsiteNameNotForIndividuals: a word that an individual's may not hold.
	ReasonWebsiteNameNotForIndividuals = "WebsiteNameNotForIndividuals"
	// ReasonServiceContentMissing: nothing says what the website offers.
	ReasonServiceContentMissing = "ServiceContentMissing"
	// ReasonServiceContentUnknown: a content that no rule is known about.
	ReasonServiceContentUnknown = "ServiceContentUnknown"
	// ReasonPreApprovalLikely: a content that usually needs pre-approval, not named as such.
	ReasonPreApprovalLikely = "PreApprovalLikely"
	// ReasonPreApprovalAtDiscretion: abolished, but a bureau may ask for it.
	ReasonPreApprovalAtDiscretion = "PreApprovalAtDiscretion"
	// ReasonPreApprovalIncomplete: a paper without its number or its scan.
	ReasonPreApprovalIncomplete = "PreApprovalIncomplete"
	// ReasonPreApprovalExpired: a paper that has ended.
	ReasonPreApprovalExpired = "PreApprovalExpired"
)

// Reasons that only checks find: of the bureau's own rules (管局规则).
const (
	// ReasonProvinceRuleUnknown: a bureau's own rule that matters to the filing stands in no row.
	ReasonProvinceRuleUnknown = "ProvinceRuleUnknown"
	// ReasonInstitutionTldLimited: the bureau limits the top-level domains of government and public institutions.
	ReasonInstitutionTldLimited = "InstitutionTldLimited"
	// ReasonLocalPhoneNeeded: the bureau asks for a phone number of its province.
	ReasonLocalPhoneNeeded = "LocalPhoneNeeded"
	// ReasonTooManySites: the subject has as many websites as the bureau takes.
	ReasonTooManySites = "TooManySites"
)

// Reasons that only checks find: of the responsible persons (负责人).
const (
	// ReasonPersonKeyMissing: a key of the Secret is missing or empty.
	ReasonPersonKeyMissing = "PersonKeyMissing"
	// ReasonPersonKeyUnknown: a key of the Secret that nothing reads.
	ReasonPersonKeyUnknown = "PersonKeyUnknown"
	// ReasonPersonValueInvalid: a value of no allowed form.
	ReasonPersonValueInvalid = "PersonValueInvalid"
	// ReasonIdentityNumberInvalid: no resident identity number.
	ReasonIdentityNumberInvalid = "IdentityNumberInvalid"
	// ReasonIdentityNumberUnusual: an odd identity number that may be right.
	ReasonIdentityNumberUnusual = "IdentityNumberUnusual"
	// ReasonPersonUnderAge: too young here.
	ReasonPersonUnderAge = "PersonUnderAge"
	// ReasonIdentityPaperExpired: the paper has ended.
	ReasonIdentityPaperExpired = "IdentityPaperExpired"
	// ReasonResidencyContradicts: the kind of paper says otherwise than mainlandResident.
	ReasonResidencyContradicts = "ResidencyContradicts"
	// ReasonOutsideProvince: an individual from outside the province, which may not take it.
	ReasonOutsideProvince = "OutsideProvince"
	// ReasonMaterialNeeded: spec.materials lacks a paper that the order must come with.
	ReasonMaterialNeeded = "MaterialNeeded"
	// ReasonAuthorizationLetterNeeded: an authorized person needs a letter.
	ReasonAuthorizationLetterNeeded = "AuthorizationLetterNeeded"
	// ReasonMobileInvalid: no mainland mobile number.
	ReasonMobileInvalid = "MobileInvalid"
	// ReasonEmergencyPhoneUnusual: an odd emergency number that may be right.
	ReasonEmergencyPhoneUnusual = "EmergencyPhoneUnusual"
	// ReasonEmergencyPhoneIsMobile: one number for both.
	ReasonEmergencyPhoneIsMobile = "EmergencyPhoneIsMobile"
	// ReasonEmailInvalid: no e-mail address.
	ReasonEmailInvalid = "EmailInvalid"
	// ReasonPersonsShareMobile: two persons, one mobile number.
	ReasonPersonsShareMobile = "PersonsShareMobile"
	// ReasonPersonsShareEmail: two persons, one mail address.
	ReasonPersonsShareEmail = "PersonsShareEmail"
	// ReasonPersonsContradict: one identity number, two names.
	ReasonPersonsContradict = "PersonsContradict"
)
