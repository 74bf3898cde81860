package rules

import "slices"

// Values of a person's Secret.
const (
	// RoleLegalRepresentative is 法定代表人.
	RoleLegalRepresentative = "LegalRepresentative"
	// RoleAuthorized is 授权人, authorized by the legal representative with a letter.
	RoleAuthorized = "Authorized"
	// IDTypeResident is 居民身份证, the identity card of a mainland resident.
	IDTypeResident = "ResidentID"
	// LongTerm stands for a paper without an end (长期).
	LongTerm = "long-term"
)

// Residency says what a kind of paper tells about its holder.
type Residency string

// Residencies.
const (
	// ResidencyMainland: the holder is a mainland resident (大陆居民).
	ResidencyMainland Residency = "Mainland"
	// ResidencyOutside: the holder is not (非大陆居民).
	ResidencyOutside Residency = "Outside"
	// ResidencyUnknown: it does not tell.
	ResidencyUnknown Residency = "Unknown"
)

// IDTypeRow is a kind of a person's identity paper (负责人证件类型).
type IDTypeRow struct {
	Rule
	// Type as the Secret's key idType names it.
	Type string
	// Chinese name.
	Chinese string
	// Residency of its holder.
	Residency Residency
}

// IDTypes lists the kinds of a person's identity paper (负责人证件类型).
func (s Set) IDTypes() []IDTypeRow { return slices.Clone(s.rows().idTypes) }

// IDType finds the row of a kind of identity paper.
func (s Set) IDType(idType string) (IDTypeRow, bool) {
	return find(s.rows().idTypes, func(r IDTypeRow) bool { return r.Type == idType })
}

func idTypeRows() []IDTypeRow {
	return []IDTypeRow{
		{forms, IDTypeResident, "居民身份证", ResidencyMainland},
		{forms, "HongKongMacaoPermit", "港澳居民来往内地通行证", ResidencyOutside},
		{forms, "TaiwanPermit", "台湾居民来往大陆通行证", ResidencyOutside},
		{forms, "HongKongMacaoTaiwanResidencePermit", "港澳台居民居住证", ResidencyOutside},
		{forms, "ForeignPermanentResidentID", "外国人永久居留身份证", ResidencyOutside},
		{forms, "Passport", "护照", ResidencyUnknown},
		{forms, "MilitaryOfficerID", "军官证", ResidencyUnknown},
		{forms, "Other", "其他", ResidencyUnknown},
	}
}
