package conformance

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// scan is a file like any other: the smallest picture there is.
var scan = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89")

// largestScan is the largest that every server takes.
const largestScan = 2 << 20

func digest(file []byte) string {
	sum := sha256.Sum256(file)
	return "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
}

func uploading(id string, m protocol.MaterialReference, key string, file []byte) call {
	return call{
		method: http.MethodPut, path: fmt.Sprintf("/orders/%s/materials/%s?part=%d", id, m.Kind, m.Part), body: file, key: key,
		header: map[string]string{"Content-Type": "image/png", protocol.ContentDigestHeader: digest(file)},
	}
}

var first = protocol.MaterialReference{Kind: protocol.MaterialKindSubjectCertificate, Part: 1}

var materialCases = []Case{
	{"A file of 2 MiB is taken", clauseBodies, "take files up to 2 MiB at the least",
		func(b *bench) error {
			o, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			file := append(bytes.Clone(scan), make([]byte, largestScan-len(scan))...)
			return b.wants(uploading(o.ID, first, b.key("upload"), file), http.StatusNoContent, nil)
		}},
	{"A file that is not what its digest says is refused", clauseProblems, "answer 400 DigestMismatch, and keep nothing of it",
		func(b *bench) error {
			o, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			c := uploading(o.ID, first, b.key("upload"), scan)
			c.header[protocol.ContentDigestHeader] = digest([]byte("another file"))
			return b.refused(c, http.StatusBadRequest, protocol.ReasonDigestMismatch)
		}},
	{"An upload that is repeated with its key is taken again", clauseEffects, "answer 204 as before",
		func(b *bench) error {
			o, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			key := b.key("upload")
			for range 2 {
				if err := b.wants(uploading(o.ID, first, key, scan), http.StatusNoContent, nil); err != nil {
					return err
				}
			}
			return nil
		}},
	{"The files are reported once all that the application names are there", clauseOrders, "add MaterialsAndAuthenticity Reported with the last of them, every part counted",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			for i, m := range a.Materials {
				if now, err := b.get(o.ID); err != nil || len(entries(now, 1, protocol.StageMaterialsAndAuthenticity, protocol.DecisionReported)) > 0 {
					return orElse(err, "the files are reported, and %d of %d are there", i, len(a.Materials))
				}
				if err := b.wants(uploading(o.ID, m, b.key("upload"), scan), http.StatusNoContent, nil); err != nil {
					return err
				}
			}
			_, err = b.until(o, protocol.StageMaterialsAndAuthenticity, protocol.DecisionReported)
			return err
		}},
}

func orElse(err error, format string, args ...any) error {
	if err != nil {
		return err
	}
	return fmt.Errorf(format, args...)
}

var confirmationCases = []Case{
	{"An order whose files are missing is not confirmed", clauseOrders, "answer 409 MaterialsMissing, or NotYet while you are at an earlier step",
		func(b *bench) error {
			o, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			return b.refused(confirming(o.ID, 1, b.key("confirm")), http.StatusConflict, protocol.ReasonMaterialsMissing, protocol.ReasonNotYet)
		}},
	{"Another attempt than the one under way is not confirmed", clauseOrders, "answer 409 AttemptMismatch",
		func(b *bench) error {
			o, err := b.create(b.fresh())
			if err != nil {
				return err
			}
			return b.refused(confirming(o.ID, 7, b.key("confirm")), http.StatusConflict, protocol.ReasonAttemptMismatch)
		}},
	{"A confirmation submits the order, once", clauseOrders, "add Confirmation Reported once; the same key again adds none",
		func(b *bench) error {
			a := b.fresh()
			o, err := b.create(a)
			if err != nil {
				return err
			}
			if err := b.upload(o, a); err != nil {
				return err
			}
			key := b.key("confirm")
			for range 2 {
				if o, err = b.confirm(o, key); err != nil {
					return err
				}
			}
			n := len(entries(o, 1, protocol.StageConfirmation, protocol.DecisionReported))
			return holds(n == 1, "the history has %d entries Confirmation Reported, want one", n)
		}},
}
