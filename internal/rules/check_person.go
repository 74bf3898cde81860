package rules

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
)

// personKey is a key of a person's Secret.
type personKey struct {
	key, chinese string
	// required of whom.
	required func(person) bool
}

var personKeys = []personKey{
	{v1alpha1.PersonName, "姓名", always},
	{v1alpha1.PersonRole, "法定代表人或授权人", ofOrganization},
	{v1alpha1.PersonIDType, "证件类型", always},
	{v1alpha1.PersonIDNumber, "证件号码", always},
	{v1alpha1.PersonIDValidUntil, "证件有效期", always},
	{v1alpha1.PersonMobile, "手机号码", always},
	{v1alpha1.PersonEmergencyPhone, "应急联系电话", always},
	{v1alpha1.PersonEmail, "电子邮箱", always},
	{v1alpha1.PersonAddress, "通信地址", isIndividualSubject},
	{v1alpha1.PersonMainlandResident, "是否大陆居民", always},
}

// PersonKeyRow is a key of a person's Secret.
type PersonKeyRow struct{ Key, Chinese string }

// PersonKeys are the keys of a person's Secret, in order: those that are asked of the subject's responsible person, where the
// organizer is of that nature, and of the website's.
func PersonKeys(nature v1alpha1.Nature) []PersonKeyRow {
	var rows []PersonKeyRow
	for _, k := range personKeys {
		if k.required(person{nature: nature, who: v1alpha1.ActorSubjectResponsiblePerson}) {
			rows = append(rows, PersonKeyRow{k.key, k.chinese})
		}
	}
	return rows
}

func always(person) bool           { return true }
func ofOrganization(p person) bool { return p.nature != v1alpha1.NatureIndividual }

// isIndividualSubject: an individual has no address in the spec, so theirs is in the Secret.
func isIndividualSubject(p person) bool {
	return p.nature == v1alpha1.NatureIndividual && p.who == v1alpha1.ActorSubjectResponsiblePerson
}

// PersonValue reads a key of a person's Secret without the blanks around it: a line break at the end comes with
// many ways of writing a Secret, and is never meant.
func PersonValue(data map[string][]byte, key string) string {
	return strings.TrimSpace(string(data[key]))
}

// MainlandResident says whether a person's Secret tells of a mainland resident (大陆居民). Where the Secret does not
// say, or says something that is neither true nor false, it goes by the kind of paper.
func MainlandResident(data map[string][]byte) bool {
	switch PersonValue(data, v1alpha1.PersonMainlandResident) {
	case "true":
		return true
	case "false":
		return false
	default:
		row, known := Set{}.IDType(PersonValue(data, v1alpha1.PersonIDType))
		return known && row.Residency == ResidencyMainland
	}
}

// person is one run of CheckPerson.
type person struct {
	set      Set
	secret   string
	who      v1alpha1.Actor
	data     map[string][]byte
	province v1alpha1.Province
	nature   v1alpha1.Nature
	now      time.Time
	*findings
}

// CheckPerson judges what a Secret of type icp.beian.dev/person says of a responsible person (负责人): who is
// ActorSubjectResponsiblePerson or ActorWebsiteResponsiblePerson, province and nature are the subject's. No finding
// repeats a value.
func (s Set) CheckPerson(secretName string, who v1alpha1.Actor, data map[string][]byte, province v1alpha1.Province, nature v1alpha1.Nature, now time.Time) []Finding {
	p := person{s, secretName, who, data, province, nature, now, &findings{}}
	p.keys()
	p.role()
	p.identity()
	p.validity()
	p.residency()
	p.contact()
	return p.list
}

func (p person) value(key string) string { return PersonValue(p.data, key) }

func (p person) field(key string) string { return fmt.Sprintf("secret %s key %s", p.secret, key) }

// keys checks that what is required is there, and that nothing else is.
func (p person) keys() {
	for _, k := range personKeys {
		if p.value(k.key) == "" && k.required(p) {
			p.errorf(forms, ReasonPersonKeyMissing, p.field(k.key),
				"key %s (%s) is missing or empty: add it to the Secret %s", k.key, k.chinese, p.secret)
		}
	}
	var unknown []string
	for key := range p.data {
		if !slices.ContainsFunc(personKeys, func(k personKey) bool { return k.key == key }) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	for _, key := range unknown {
		p.warnf(forms, ReasonPersonKeyUnknown, p.field(key),
			"key %s is not one of a person's: nothing reads it; remove it from the Secret %s, or correct its name", key, p.secret)
	}
}

// role checks who the person is to the organization (法定代表人, 授权人).
func (p person) role() {
	role := p.value(v1alpha1.PersonRole)
	field := p.field(v1alpha1.PersonRole)
	if role != "" && role != RoleLegalRepresentative && role != RoleAuthorized {
		p.errorf(forms, ReasonPersonValueInvalid, field, "role: neither %s (法定代表人) nor %s (授权人); set one of them", RoleLegalRepresentative, RoleAuthorized)
	}
}

// identity checks the kind and the number of the identity paper (证件), and what the number tells.
func (p person) identity() {
	idType, number := p.value(v1alpha1.PersonIDType), p.value(v1alpha1.PersonIDNumber)
	if idType == "" {
		return
	}
	if _, known := p.set.IDType(idType); !known {
		p.errorf(forms, ReasonPersonValueInvalid, p.field(v1alpha1.PersonIDType), "idType: not known; set one of %s", p.set.idTypeNames())
		return
	}
	if idType != IDTypeResident || number == "" {
		return
	}
	id, err := ParseResidentID(number)
	if err != nil {
		p.errorf(idRule, ReasonIdentityNumberInvalid, p.field(v1alpha1.PersonIDNumber), "identity number: %v; copy it from the identity card", err)
		return
	}
	p.age(id)
	p.origin(id)
}

func (s Set) idTypeNames() string {
	var names []string
	for _, row := range s.IDTypes() {
		names = append(names, row.Type)
	}
	return strings.Join(names, ", ")
}

// age checks that the person is old enough: by the province's rule, or of age (成年).
func (p person) age(id ResidentID) {
	field := p.field(v1alpha1.PersonIDNumber)
	if id.Birth.After(p.now) {
		p.errorf(idRule, ReasonIdentityNumberInvalid, field, "identity number: the day of birth in it is to come; copy it from the identity card")
		return
	}
	limit, _ := p.set.Limit(LimitAdultAge)
	least, rule, says := limit.Value, limit.Rule, "by the general rule, since the one of "+string(p.province)+" is not known"
	if row, known := p.set.Provincial(p.province, TopicMinimumAge); known {
		least, rule, says = row.Number, row.Rule, "by the rule of "+string(p.province)
	}
	if Age(id.Birth, p.now) < least {
		p.errorf(rule, ReasonPersonUnderAge, field,
			"identity number: its holder is younger than %d, too young %s; name another responsible person", least, says)
	}
}

// origin checks that the number was given in a province.
func (p person) origin(id ResidentID) {
	if _, known := provinceOfCode(id.Division); !known {
		p.warnf(idRule, ReasonIdentityNumberUnusual, p.field(v1alpha1.PersonIDNumber),
			"identity number: its first two digits are no province's code; check it against the identity card")
	}
}

// validity checks how long the identity paper lasts (证件有效期).
func (p person) validity() {
	text := p.value(v1alpha1.PersonIDValidUntil)
	field := p.field(v1alpha1.PersonIDValidUntil)
	if text == "" || text == LongTerm || text == "长期" {
		return
	}
	day, err := calendar.ParseDate(text)
	if err != nil {
		p.errorf(forms, ReasonPersonValueInvalid, field, "idValidUntil: neither a day (YYYY-MM-DD) that exists nor %s (长期)", LongTerm)
		return
	}
	end := calendar.EndOfDay(day)
	switch {
	case end.Before(p.now):
		p.errorf(guide, ReasonIdentityPaperExpired, field, "idValidUntil: the identity paper has ended; renew it and set its new day")
	case p.set.endsInReview(end, p.now):
		p.warnf(guide, ReasonCertificateUnclearOrExpiring, field, "idValidUntil: the identity paper may end before the bureau has decided; better renew it first")
	}
}
