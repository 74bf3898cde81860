package provider

import (
	"fmt"
	"log/slog"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// redacted stands for a person wherever one is printed.
const redacted = "(personal data)"

// Person is a responsible person (负责人). However it is printed, logged or turned into JSON, nothing of it shows.
type Person struct {
	// Name is 姓名.
	Name string
	// Role is LegalRepresentative (法定代表人) or Authorized (授权人); empty for an individual.
	Role string
	// IDType is 证件类型, for example ResidentID.
	IDType string
	// IDNumber is 证件号码.
	IDNumber string
	// IDValidUntil is 证件有效期, YYYY-MM-DD or long-term.
	IDValidUntil string
	// Mobile is 手机号码.
	Mobile string
	// EmergencyPhone is 应急联系电话.
	EmergencyPhone string
	// Email is 电子邮箱.
	Email string
	// Address is 通信地址.
	Address string
	// MainlandResident says that the person holds a mainland resident identity.
	MainlandResident bool
}

// PersonOf reads a person from the data of a Secret of type icp.beian.dev/person. It checks nothing; blanks around
// a value, as the line break of a file, are nobody's, and where a person is resident is told as the rules judge it.
func PersonOf(data map[string][]byte) Person {
	return Person{
		Name:             rules.PersonValue(data, v1alpha1.PersonName),
		Role:             rules.PersonValue(data, v1alpha1.PersonRole),
		IDType:           rules.PersonValue(data, v1alpha1.PersonIDType),
		IDNumber:         rules.PersonValue(data, v1alpha1.PersonIDNumber),
		IDValidUntil:     rules.PersonValue(data, v1alpha1.PersonIDValidUntil),
		Mobile:           rules.PersonValue(data, v1alpha1.PersonMobile),
		EmergencyPhone:   rules.PersonValue(data, v1alpha1.PersonEmergencyPhone),
		Email:            rules.PersonValue(data, v1alpha1.PersonEmail),
		Address:          rules.PersonValue(data, v1alpha1.PersonAddress),
		MainlandResident: rules.MainlandResident(data),
	}
}

// PersonalValues are the values by which the person could be recognised in a text.
func (p Person) PersonalValues() []string {
	return []string{p.Name, p.IDNumber, p.Mobile, p.EmergencyPhone, p.Email, p.Address}
}

// Format prints that there is a person, whatever the verb.
func (Person) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(redacted)) }

// MarshalLog keeps a structured logger from printing the fields.
func (Person) MarshalLog() any { return redacted }

// LogValue keeps log/slog from printing the fields.
func (Person) LogValue() slog.Value { return slog.StringValue(redacted) }

// MarshalJSON keeps encoders, those of loggers among them, from writing the fields.
func (Person) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
