package procedure

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Persons is what is known of the two responsible persons without saying who they are.
type Persons struct {
	// Known says that both Secrets were read in this pass.
	Known bool
	// Subject and Website are digests of the facts of 主体负责人 and 网站负责人, made with the operator's key.
	Subject, Website string
	// NonResident says that one of them is not a mainland resident.
	NonResident bool
	// OnePhone says that both have the same mobile number.
	OnePhone bool
	// SubjectPaperEnds and WebsitePaperEnds are the last days (YYYY-MM-DD) of their identity papers; empty for one without end.
	SubjectPaperEnds, WebsitePaperEnds string
	// Key identifies the operator's key: digests of different keys say nothing of each other.
	Key string
	// Versions identifies the Secrets' versions, so that they need not be read again while it stays. Empty where one is
	// missing.
	Versions string
}

// Files is what is known of the files that spec.materials names (备案资料) without saying what they show.
type Files struct {
	// Versions identifies the versions of their Secrets, so that they need not be read again while it stays.
	Versions string `json:"versions,omitempty"`
	// Content is a digest of the files, made with the operator's key; empty where they were not read.
	Content string `json:"content,omitempty"`
	// Key identifies the operator's key: digests of different keys say nothing of each other.
	Key string `json:"key,omitempty"`
	// Taken is the digest of the files as they stood when the latest attempt was begun, where it took none of them.
	Taken string `json:"taken,omitempty"`
}

// differ says that the files are known to be others than those that were uploaded.
func (f Files) differ(before *Files) bool {
	return before != nil && f.Content != "" && f.Key == before.Key && f.Content != before.Content
}

// replaced says that the files are known to be others than when the latest attempt was begun.
func (f Files) replaced(before *Files) bool {
	return f.differ(before) && f.Content != before.Taken
}

// Record is what the annotation icp.beian.dev/filed keeps of the facts that were taken to the provider: it holds digests
// and no fact.
type Record struct {
	// Attempt that took them.
	Attempt int32 `json:"attempt"`
	// Facts is the digest of all that was told of the spec, files and channel included.
	Facts string `json:"facts,omitempty"`
	// Begun is a later attempt that was begun, and whose facts were not taken to the provider yet; 0 for none.
	Begun int32 `json:"begun,omitempty"`
	// Anew says that the attempt which was begun files anew what has ended: it is no change, and nothing that was mended.
	Anew bool `json:"anew,omitempty"`
	// Submitted are the parts that the attempt took.
	Submitted Digests `json:"submitted"`
	// InForce are the parts in force, where the attempt is a change of them; nil where they are those submitted.
	InForce Digests `json:"inForce,omitempty"`
	// Changed are the parts that the attempt changes, where it is a change.
	Changed []Part `json:"changed,omitempty"`
	// Earlier are the parts that each earlier attempt changed, where it was a change.
	Earlier map[int32][]Part `json:"earlier,omitempty"`
	// Imported says that the filing was in force before it came here, whatever was filed anew since.
	Imported bool `json:"imported,omitempty"`
	// Type of the filing as people's filings have it determined, with why: the cluster may tell another one later on.
	Type        v1alpha1.FilingType `json:"type,omitempty"`
	TypeReason  string              `json:"typeReason,omitempty"`
	TypeMessage string              `json:"typeMessage,omitempty"`
	// NonResident and OnePhone are as in Persons.
	NonResident bool `json:"nonResident,omitempty"`
	OnePhone    bool `json:"onePhone,omitempty"`
	// SubjectPaperEnds and WebsitePaperEnds are as in Persons.
	SubjectPaperEnds string `json:"subjectPaperEnds,omitempty"`
	WebsitePaperEnds string `json:"websitePaperEnds,omitempty"`
	// Key is as in Persons.
	Key string `json:"key,omitempty"`
	// Secrets identifies the versions of the Secrets whose facts were submitted.
	Secrets string `json:"secrets,omitempty"`
	// Files are those that were uploaded; nil where none were.
	Files *Files `json:"files,omitempty"`
	// AskedBefore is the attempt that the annotation asked for when the end of the filing was told: it does not ask for the
	// filing to be filed anew.
	AskedBefore string `json:"askedBefore,omitempty"`
	// Assumed says that the filing was in force before this object was made: nobody saw which facts were filed, and those of
	// the spec are taken for them.
	Assumed bool `json:"assumed,omitempty"`
	// Since is when the object was made that began the record: one that is restored from a backup is younger than what was seen
	// of the filing.
	Since *metav1.Time `json:"since,omitempty"`
}

// RecordOf reads a filing's record; nil where it has none, or one that cannot be read.
func RecordOf(filing *v1alpha1.IcpFiling) *Record {
	var r Record
	if err := json.Unmarshal([]byte(filing.Annotations[v1alpha1.FiledAnnotation]), &r); err != nil || r.Submitted == nil {
		return nil
	}
	return &r
}

// String is the record as the annotation keeps it: the same record is the same text.
func (r *Record) String() string {
	raw, err := json.Marshal(r)
	if err != nil {
		return "" // strings and booleans always marshal
	}
	return string(raw)
}

// filed are the parts in force, by the record and by where the filing stands.
func (r *Record) filed(s *State) Digests {
	if r.InForce != nil && s.changeOpen() {
		return r.InForce
	}
	return r.Submitted
}

// changes are the parts that each attempt changed which the record tells of.
func (r *Record) changes() map[int32][]Part {
	all := maps.Clone(r.Earlier)
	if len(r.Changed) > 0 {
		if all == nil {
			all = map[int32][]Part{}
		}
		all[r.Attempt] = r.Changed
	}
	return all
}

// Wanted are the parts as the spec and the Secrets have them now. A person's whose Secret was not read, since it is the
// same version as was submitted, is as submitted.
func Wanted(spec *v1alpha1.IcpFilingSpec, persons Persons, record *Record) Digests {
	parts := PartsOf(spec)
	parts[PartSubjectPerson], parts[PartWebsitePerson] = persons.Subject, persons.Website
	if record != nil && persons.Known && record.Key != persons.Key {
		parts[PartSubjectPerson], parts[PartWebsitePerson] = "", ""
	}
	if record != nil && !persons.Known && persons.Versions != "" && persons.Versions == record.Secrets {
		parts[PartSubjectPerson], parts[PartWebsitePerson] = record.Submitted[PartSubjectPerson], record.Submitted[PartWebsitePerson]
	}
	return parts
}

// Differs says that what is wanted is not what was last submitted.
func (r *Record) Differs(wanted Digests) bool {
	return r != nil && len(wanted.changed(r.Submitted)) > 0
}

// Concerns says that what is wanted is not what was last submitted, or not what is in force: it must be checked before it
// is taken anywhere.
func (r *Record) Concerns(wanted Digests) bool {
	return r.Differs(wanted) || r != nil && r.InForce != nil && len(wanted.changed(r.InForce)) > 0
}

// takenNow says that an attempt took its facts to the provider which the record does not tell of yet: the operator sent
// them, or the answer to that was lost, or people say that they confirmed them or had them returned; or nothing is
// remembered at all.
func (p *pass) takenNow() bool {
	switch {
	case p.Sent == p.s.Attempt:
		return true
	case p.record == nil:
		return p.s.confirmed() || p.s.Returned || p.s.OrderID != "" || p.s.InForce() || p.s.Ended != ""
	case p.record.Attempt >= p.s.Attempt:
		return false
	case p.c.Hand == ByPeople:
		return p.s.confirmed() || p.s.Returned
	}
	return p.Order != nil && p.Order.Attempt == p.s.Attempt
}

// catchUp makes the record of an attempt that took its facts just now.
func (p *pass) catchUp() {
	old := p.record
	if !p.takenNow() {
		return
	}
	r := &Record{Attempt: p.s.Attempt, Facts: Digest(&p.Filing.Spec), Imported: p.imported, Submitted: maps.Clone(p.wanted), NonResident: p.c.NonResident, OnePhone: p.c.OnePhone, Key: p.Persons.Key, Secrets: p.Persons.Versions}
	r.Submitted[PartSubjectPerson], r.Submitted[PartWebsitePerson] = p.Persons.Subject, p.Persons.Website
	r.SubjectPaperEnds, r.WebsitePaperEnds = p.Persons.SubjectPaperEnds, p.Persons.WebsitePaperEnds
	r.Assumed = old == nil && p.inForceBefore() || old != nil && old.Assumed
	if made := p.Filing.CreationTimestamp; !made.IsZero() {
		r.Since = &made
	}
	if old != nil {
		r.Since = old.Since
		r.Files = old.Files
		r.Imported = r.Imported || old.Imported
		r.Earlier, r.Type, r.TypeReason, r.TypeMessage = old.changes(), old.Type, old.TypeReason, old.TypeMessage
	}
	if p.Files.differ(r.Files) {
		uploaded := *r.Files
		uploaded.Taken = p.Files.Content
		r.Files = &uploaded
	}
	if old != nil && p.s.changeOpen() {
		r.InForce = p.standing
		if r.InForce == nil {
			r.InForce = old.filed(p.s)
		}
		r.Changed = r.Submitted.changed(r.InForce)
	}
	if intent := p.status.SubmittedFacts; old != nil && p.c.Hand == ByOperator && p.Sent != p.s.Attempt && intent != "" && intent != r.Facts {
		// The answer was lost, and the spec was changed since: what was taken is not what is wanted now.
		r.Facts, r.Submitted = intent, maps.Clone(old.Submitted)
	}
	p.record = r
}

// cameAt is when the filing came here.
func (p *pass) cameAt() time.Time {
	if p.record != nil && p.record.Since != nil {
		return p.record.Since.Time
	}
	return p.Filing.CreationTimestamp.Time
}

// inForceBefore says that the filing was approved before this object was made, as it is where one is deleted and made again.
func (p *pass) inForceBefore() bool {
	if !p.s.InForce() || p.s.Imported || p.Order == nil {
		return false
	}
	made := p.Filing.CreationTimestamp.Time
	return slices.ContainsFunc(p.Order.History, func(d Decision) bool {
		return d.Stage == v1alpha1.StageBureauReview && d.Decision == v1alpha1.DecisionPassed && !d.RecordedAt.IsZero() && d.RecordedAt.Before(made)
	})
}

// begunAs says that an attempt was begun before this pass: the status says so, or, where that was lost, the record.
func (p *pass) begunAs(attempt int32) bool {
	return p.status.Attempt == attempt || p.record != nil && p.record.Begun == attempt
}

// begunAnew says that an attempt was begun which files anew what has ended. Where nothing was taken to the provider yet
// there is no record, and nothing that another kind of attempt could follow on.
func (p *pass) begunAnew(attempt int32) bool {
	if p.record == nil {
		return p.status.Attempt == attempt
	}
	return p.record.Anew && p.record.Begun == attempt
}

// recordType keeps the type that people's filings have, and why.
func (p *pass) recordType(r *Record) {
	switch st := p.s.stage(v1alpha1.StageTypeDetermination); {
	case p.anew && p.determined.Type == "":
		r.Type, r.TypeReason, r.TypeMessage = "", "", "" // that of what has ended says nothing of what is filed anew
	case p.c.Hand != ByPeople || p.determined.Type == "" || p.s.Imported || p.s.c.Change:
	case st.State != v1alpha1.StageReturned:
		r.Type, r.TypeReason, r.TypeMessage = p.determined.Type, st.Reason, st.Message
	case r.Type != p.determined.Type:
		r.Type = p.determined.Type
		r.TypeReason, r.TypeMessage = p.typeWords()
	}
}

// keepRecord is the record as it is to be kept: with what was adopted from the subject's other filings, without what a
// change that was decided has replaced, and with the Secrets' versions where those changed and their facts did not.
func (p *pass) keepRecord() *Record {
	if p.record == nil {
		return nil
	}
	r := *p.record
	r.Submitted = maps.Clone(p.record.Submitted)
	maps.Copy(r.Submitted, p.adopted)
	r.Begun, r.Anew = 0, false
	if p.s.Attempt > r.Attempt {
		r.Begun, r.Anew = p.s.Attempt, p.anew || p.base > 0 && p.s.Attempt == p.base+1
	}
	r.AskedBefore = p.askedBefore(r.AskedBefore)
	p.recordType(&r)
	if p.Uploaded == p.s.Attempt && p.s.InReview() {
		r.Facts = Digest(&p.Filing.Spec) // with the papers that a reviewer asked for
	}
	if p.decided {
		r.InForce, r.Assumed = nil, false
	}
	if p.Files.Content != "" && (p.Uploaded == p.s.Attempt || r.Files != nil && !p.Files.differ(r.Files)) {
		r.Files = &p.Files
	}
	if p.Persons.Known && r.Key != p.Persons.Key {
		// The key was lost: what the Secrets held when they were submitted cannot be told any more.
		r.Key, r.Submitted[PartSubjectPerson], r.Submitted[PartWebsitePerson] = p.Persons.Key, p.Persons.Subject, p.Persons.Website
	}
	if p.Persons.Known && len(p.wanted.changed(r.Submitted)) == 0 {
		r.Secrets = p.Persons.Versions
		r.SubjectPaperEnds, r.WebsitePaperEnds = p.Persons.SubjectPaperEnds, p.Persons.WebsitePaperEnds
	}
	return &r
}
