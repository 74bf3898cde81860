package http

import (
	"errors"
	"fmt"
	"slices"

	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// filedParts are the protocol's words for the parts of a filing. What identifies the subject is one part there: which of
// it can be changed is the provider's to say.
var filedParts = map[procedure.Part]protocol.FiledPart{
	procedure.PartProvince:      protocol.FiledPartSubject,
	procedure.PartCertificate:   protocol.FiledPartSubject,
	procedure.PartName:          protocol.FiledPartSubject,
	procedure.PartSubject:       protocol.FiledPartSubject,
	procedure.PartSubjectPerson: protocol.FiledPartSubjectPerson,
	procedure.PartServer:        protocol.FiledPartServer,
	procedure.PartWebsite:       protocol.FiledPartWebsite,
	procedure.PartWebsitePerson: protocol.FiledPartWebsitePerson,
	procedure.PartPreApprovals:  protocol.FiledPartPreApprovals,
}

// partsOut writes the parts that a change is about, each once, in the order of the form.
func partsOut(changes []procedure.Part) ([]protocol.FiledPart, error) {
	var parts []protocol.FiledPart
	for _, part := range changes {
		if _, ok := filedParts[part]; !ok {
			return nil, fmt.Errorf("part %q of a filing is not known: name one of %v", part, procedure.Parts())
		}
	}
	for _, part := range procedure.Parts() {
		if word := filedParts[part]; slices.Contains(changes, part) && !slices.Contains(parts, word) {
			parts = append(parts, word)
		}
	}
	if len(parts) == 0 {
		return nil, errors.New("no part is named that differs: there is nothing to change")
	}
	return parts, nil
}
