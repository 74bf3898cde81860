package rules

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// residency checks mainlandResident (是否大陆居民), which decides whose face is checked.
func (p person) residency() {
	text := p.value(v1alpha1.PersonMainlandResident)
	field := p.field(v1alpha1.PersonMainlandResident)
	if text == "" {
		return
	}
	if text != "true" && text != "false" {
		p.errorf(forms, ReasonPersonValueInvalid, field, `mainlandResident: neither "true" nor "false"; set one of them`)
		return
	}
	row, _ := p.set.IDType(p.value(v1alpha1.PersonIDType))
	if row.Residency == ResidencyMainland && text == "false" || row.Residency == ResidencyOutside && text == "true" {
		p.errorf(quickStart, ReasonResidencyContradicts, field,
			"mainlandResident: %s, and idType is %s (%s), which says otherwise; correct one of the two", text, row.Type, row.Chinese)
	}
}

// contact checks the phones and the mail address (手机号码, 应急联系电话, 电子邮箱).
func (p person) contact() {
	mobile, emergency, email := p.value(v1alpha1.PersonMobile), p.value(v1alpha1.PersonEmergencyPhone), p.value(v1alpha1.PersonEmail)
	if mobile != "" && !IsMainlandMobile(mobile) {
		p.errorf(faq, ReasonMobileInvalid, p.field(v1alpha1.PersonMobile),
			"mobile: no mainland mobile number; give the eleven digits of one, without +86 and blanks")
	}
	if emergency != "" && !isPhone(emergency) {
		p.warnf(faq, ReasonEmergencyPhoneUnusual, p.field(v1alpha1.PersonEmergencyPhone),
			"emergencyPhone: neither a mainland mobile number nor a fixed one with its area code; check it")
	}
	if samePhone(mobile, emergency) {
		p.errorf(faq, ReasonEmergencyPhoneIsMobile, p.field(v1alpha1.PersonEmergencyPhone),
			"emergencyPhone: the same as mobile; give another phone on which the person, or the organization, is reached")
	}
	if email != "" && !isEmail(email) {
		p.errorf(forms, ReasonEmailInvalid, p.field(v1alpha1.PersonEmail), "email: no mail address; give one that is read")
	}
}

// Person is a responsible person's Secret.
type Person struct {
	// SecretName names the Secret.
	SecretName string
	// Data of the Secret.
	Data map[string][]byte
}

func (p Person) value(key string) string { return PersonValue(p.Data, key) }

// CheckPersons judges the subject's and the website's responsible persons (主体负责人, 网站负责人) against each other:
// different persons have different mobile numbers and mail addresses. They may be one person, by one Secret or two.
// No finding repeats a value.
func (s Set) CheckPersons(subject, website Person) []Finding {
	if subject.SecretName == website.SecretName {
		return nil
	}
	f := &findings{}
	field := func(key string) string { return "secret " + website.SecretName + " key " + key }
	same := func(key string) bool { return subject.value(key) != "" && subject.value(key) == website.value(key) }
	if same(v1alpha1.PersonIDNumber) {
		if !same(v1alpha1.PersonName) {
			f.errorf(forms, ReasonPersonsContradict, field(v1alpha1.PersonName),
				"the Secrets %s and %s have one idNumber and different names: correct them, or name one Secret in both places", subject.SecretName, website.SecretName)
		}
		return f.list
	}
	if samePhone(subject.value(v1alpha1.PersonMobile), website.value(v1alpha1.PersonMobile)) {
		f.errorf(faq, ReasonPersonsShareMobile, field(v1alpha1.PersonMobile),
			"the Secrets %s and %s are of different persons and have one mobile: give each their own", subject.SecretName, website.SecretName)
	}
	if same(v1alpha1.PersonEmail) {
		f.errorf(faq, ReasonPersonsShareEmail, field(v1alpha1.PersonEmail),
			"the Secrets %s and %s are of different persons and have one email: give each their own", subject.SecretName, website.SecretName)
	}
	return f.list
}
