package procedure

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Part is a group of filed facts that a change filing (变更备案) may be about.
type Part string

// Parts, in the order of the form.
const (
	// PartProvince is the subject's province. It cannot be changed: another bureau decides.
	PartProvince Part = "Province"
	// PartCertificate is the type and number of the subject's certificate (主办单位证件).
	PartCertificate Part = "Certificate"
	// PartName is the subject's name (主办单位名称).
	PartName Part = "Name"
	// PartSubject is what else is filed of the subject (主体信息).
	PartSubject Part = "Subject"
	// PartSubjectPerson is the subject's responsible person (主体负责人), whose facts are in a Secret.
	PartSubjectPerson Part = "SubjectPerson"
	// PartServer is the server and its access (服务器及接入信息).
	PartServer Part = "Server"
	// PartWebsite is what is filed of the website (网站信息).
	PartWebsite Part = "Website"
	// PartWebsitePerson is the website's responsible person (网站负责人), whose facts are in a Secret.
	PartWebsitePerson Part = "WebsitePerson"
	// PartPreApprovals is the papers of special authorities (前置审批).
	PartPreApprovals Part = "PreApprovals"
)

// Parts lists the parts, in the order of the form.
func Parts() []Part {
	return []Part{PartProvince, PartCertificate, PartName, PartSubject, PartSubjectPerson, PartServer, PartWebsite, PartWebsitePerson, PartPreApprovals}
}

// ofSubject says that a part is the subject's: it is the same in all its filings, and changed in one order for all.
func (p Part) ofSubject() bool {
	return slices.Contains([]Part{PartProvince, PartCertificate, PartName, PartSubject, PartSubjectPerson}, p)
}

// Digests identify the facts of each part. A person's is made with a key that only the operator has, so that nobody can
// guess the facts from it; it is empty where the Secret could not be read.
type Digests map[Part]string

// PartsOf identifies the parts of a spec: what is filed, without what ends or is renewed by itself (the domain's and the
// server's terms), without files, and without any Secret.
func PartsOf(spec *v1alpha1.IcpFilingSpec) Digests {
	subject, website, server := spec.Subject, spec.Website, spec.Server
	certificate := v1alpha1.Certificate{}
	if subject.Certificate != nil {
		certificate = *subject.Certificate
	}
	identity := [2]string{string(certificate.Type), certificate.Number}
	province, name := subject.Province, subject.Name
	subject.Province, subject.Name, subject.Certificate, subject.ResponsiblePersonRef = "", "", nil, nil
	subject.Remark = "" // which is for the reviewer of one order
	website.OpenedAt, website.ResponsiblePersonRef = nil, nil
	if server.Instance != nil {
		instance := *server.Instance
		instance.ExpiresAt, instance.Prepaid = nil, nil
		server.Instance = &instance
	}
	papers := slices.Clone(spec.PreApprovals)
	for i := range papers {
		papers[i].DocumentRef = nil
	}
	return Digests{
		PartProvince: digestOf(province), PartCertificate: digestOf(identity), PartName: digestOf(name),
		PartSubject: digestOf(struct {
			Subject v1alpha1.Subject
			Address string
		}{subject, certificate.Address}),
		PartServer: digestOf(server), PartWebsite: digestOf(website), PartPreApprovals: digestOf(papers),
	}
}

// changed lists the parts that differ, of those that are known on both sides.
func (d Digests) changed(from Digests) []Part {
	var parts []Part
	for _, part := range Parts() {
		if d[part] != "" && from[part] != "" && d[part] != from[part] {
			parts = append(parts, part)
		}
	}
	return parts
}

func digestOf(facts any) string {
	raw, err := json.Marshal(facts)
	if err != nil {
		// Every field is a plain value; this cannot be.
		panic(fmt.Sprintf("digest of a filing's facts: %v", err))
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}
