package simulator

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// The state of a simulator that is to survive a restart is one JSON file, replaced as a whole before a change is answered:
// who kills the simulator loses nothing that anybody was told. It holds no facts of persons: subjects, persons and
// repeated requests stand in it as digests, and the key of those digests beside them. It is made for some hundred orders.

// stateVersion is the form of the file.
const stateVersion = 1

type state struct {
	Version  int                    `json:"version"`
	Secret   string                 `json:"secret"`
	Epoch    string                 `json:"epoch"`
	Offset   time.Duration          `json:"offset"`
	LastAt   time.Time              `json:"lastAt"`
	Given    int                    `json:"given"`
	Plan     map[string][]Step      `json:"plan"`
	Orders   []orderState           `json:"orders"`
	Subjects []subjectState         `json:"subjects"`
	Sites    map[string]siteState   `json:"sites"`
	Feed     []feedState            `json:"feed"`
	Effects  map[string]effectState `json:"effects"`
}

type orderState struct {
	protocol.Order
	Province  protocol.Province    `json:"province"`
	Subject   string               `json:"subject"`
	Person    string               `json:"person,omitempty"`
	Claimed   string               `json:"claimed,omitempty"`
	BegunAt   time.Time            `json:"begunAt"`
	First     protocol.Stage       `json:"first"`
	Changes   []protocol.FiledPart `json:"changes,omitempty"`
	ChangedTo string               `json:"changedTo,omitempty"`
	Declared  []slotState          `json:"declared,omitempty"`
	Uploaded  []slotState          `json:"uploaded,omitempty"`
	Taken     []takenState         `json:"taken,omitempty"`
}

type slotState struct {
	Kind    protocol.MaterialKind `json:"kind"`
	Part    int32                 `json:"part"`
	Attempt int32                 `json:"attempt,omitempty"`
	At      time.Time             `json:"at,omitzero"`
}

type takenState struct {
	Attempt int32          `json:"attempt"`
	Stage   protocol.Stage `json:"stage"`
	Steps   int            `json:"steps"`
}

type subjectState struct {
	Number string                    `json:"number"`
	Access []protocol.AccessProvider `json:"access"`
	Papers []string                  `json:"papers"`
	Person string                    `json:"person,omitempty"`
	Sites  int                       `json:"sites"`
}

type siteState struct {
	Subject    string                    `json:"subject"`
	Number     string                    `json:"number"`
	Access     []protocol.AccessProvider `json:"access"`
	ApprovedAt time.Time                 `json:"approvedAt"`
}

type feedState struct {
	Order string    `json:"order"`
	At    time.Time `json:"at"`
}

type effectState struct {
	Print string `json:"print"`
	Order string `json:"order"`
}

func hexOf(key subjectKey) string { return hex.EncodeToString(key[:]) }

func hexOrNone(key *subjectKey) string {
	if key == nil {
		return ""
	}
	return hexOf(*key)
}

// unlock ends a turn with the simulator's state, and keeps what the turn has changed before anybody is told of it.
func (s *Simulator) unlock() {
	defer s.mu.Unlock()
	if s.stateFile == "" || !s.changed {
		return
	}
	if err := s.save(); err != nil {
		s.log.Error("the state is not kept", "error", err)
		return
	}
	s.changed = false
}

// save replaces the state's file.
func (s *Simulator) save() error {
	raw, err := json.Marshal(s.state())
	if err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(s.stateFile), ".icp-simulator-*")
	if err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	_, err = file.Write(raw)
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), s.stateFile)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return fmt.Errorf("write the state to %s: %w", s.stateFile, err)
	}
	return nil
}

// state is all that is not said by the options.
func (s *Simulator) state() state {
	st := state{
		Version: stateVersion, Secret: hex.EncodeToString(s.secret), Epoch: s.epoch, Offset: s.offset, LastAt: s.lastAt, Given: s.registry.given,
		Plan: s.plan, Sites: map[string]siteState{}, Effects: map[string]effectState{},
	}
	for _, o := range s.orders {
		st.Orders = append(st.Orders, o.state())
	}
	for _, number := range sortedKeys(s.registry.byNumber) {
		who := s.registry.byNumber[number]
		kept := subjectState{Number: who.number, Access: who.access, Person: hexOrNone(who.person), Sites: who.sites}
		for _, paper := range who.papers {
			kept.Papers = append(kept.Papers, hexOf(paper))
		}
		st.Subjects = append(st.Subjects, kept)
	}
	for domain, site := range s.registry.sites {
		st.Sites[domain] = siteState{site.subject.number, site.number, site.access, site.approvedAt}
	}
	for _, e := range s.feed {
		st.Feed = append(st.Feed, feedState{e.order.id, e.at})
	}
	for key, e := range s.effects {
		st.Effects[key] = effectState{hex.EncodeToString(e.print[:]), e.order.id}
	}
	return st
}

func (o *order) state() orderState {
	st := orderState{
		Order: o.view(), Province: o.province, Subject: hexOf(o.subject), Person: hexOrNone(o.person), Claimed: o.claimed,
		BegunAt: o.begunAt, First: o.first, Changes: o.changes, ChangedTo: hexOf(o.changedTo),
	}
	for _, d := range o.declared {
		st.Declared = append(st.Declared, slotState{Kind: d.kind, Part: d.part})
	}
	for at, u := range o.uploaded {
		st.Uploaded = append(st.Uploaded, slotState{at.kind, at.part, u.attempt, u.at})
	}
	for at, steps := range o.taken {
		st.Taken = append(st.Taken, takenState{at.attempt, at.stage, steps})
	}
	return st
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// readState reads a state's file; nil where there is none yet.
func readState(path string) (*state, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // the first start
	}
	if err != nil {
		return nil, fmt.Errorf("read the state: %w", err)
	}
	var st state
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&st); err != nil {
		return nil, fmt.Errorf("the state in %s cannot be read (%w): move the file away to begin anew", path, err)
	}
	if st.Version != stateVersion {
		return nil, fmt.Errorf("the state in %s has the form %d, and this simulator reads %d: move the file away to begin anew", path, st.Version, stateVersion)
	}
	return &st, nil
}
