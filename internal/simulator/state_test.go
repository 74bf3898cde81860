package simulator_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

func TestWhatASimulatorWasToldSurvivesItsEnd(t *testing.T) {
	t.Parallel()
	known, err := simulator.ParseKnown([]byte(filedBefore))
	if err != nil {
		t.Fatal(err)
	}
	options := simulator.Options{
		StateFile: filepath.Join(t.TempDir(), "state.json"), Known: known, Manual: []v1alpha1.StageName{v1alpha1.StageBureauReview},
	}
	// The first is not ended: it is simply left, as if it were killed.
	d := newDesk(t, options)
	a := company(domain, "91330106MA2EXAMPLE")
	waits := d.confirmed(a)
	given := d.create(company("second.example.com", "91330106MA2SECONDX"))
	if _, err := d.client.Cancel(t.Context(), "a-key-of-the-first-run", given.ID); err != nil {
		t.Fatal(err)
	}
	read := d.events(d.client, "", 3)
	d.later(48 * time.Hour)
	orders, filing, now := d.Orders(), d.Filing("dated.example.com"), d.Now()

	again := newDesk(t, options)
	if diff := cmp.Diff(orders, again.Orders(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("orders (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(filing, again.Filing("dated.example.com")); diff != "" || !again.Now().Equal(now) {
		t.Errorf("at %s, was %s; a filing (-before +after):\n%s", again.Now(), now, diff)
	}
	// Its keys, its cursors and its subjects are those of before.
	same, err := again.client.Create(t.Context(), provider.Key("", domain, 1, v1alpha1.StageProductVerification), a)
	if err != nil || same.ID != waits.ID || len(again.Orders()) != len(orders) {
		t.Errorf("the same key makes %v of %d orders (%v), want %s", same, len(again.Orders()), err, waits.ID)
	}
	if next := again.events(again.client, read.Next, 100); len(next.Events) == 0 {
		t.Error("the cursor of before leads nowhere")
	}
	_, err = again.importing(company("dated.example.com", "91330106MA2OTHER"), "浙ICP备12345678号-1")
	refused(t, err, "SubjectConflict")
	again.decide(waits.ID, simulator.Ruling{Stage: v1alpha1.StageBureauReview, Decision: v1alpha1.DecisionPassed})

	third := newDesk(t, options)
	if o, _ := third.NewestOrder(domain); o.Stage != "Approved" || !third.Filing(domain).Filed {
		t.Errorf("the order is at %s, filed: %v; want what was decided in the second run", o.Stage, third.Filing(domain).Filed)
	}
	if diff := cmp.Diff(again.Filing(domain), third.Filing(domain)); diff != "" {
		t.Errorf("what was filed (-before +after):\n%s", diff)
	}
}

func TestTheStatesFileHoldsNobodysFactsAndIsForItsOwnerAlone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state.json")
	d := newDesk(t, simulator.Options{StateFile: path})
	a := company(domain, "91330106MA2EXAMPLE")
	d.confirmed(a)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range append(a.SubjectPerson.PersonalValues(), "91330106MA2EXAMPLE", a.Spec.Subject.Name) {
		if value != "" && strings.Contains(string(raw), value) {
			t.Errorf("the state holds %q", value)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the state's file: %v, %v; want it for its owner alone", info.Mode(), err)
	}
}

func TestAStateThatCannotBeReadIsNotOverwritten(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"no JSON": "{", "another form": `{"version": 99}`, "no secret": `{"version": 1}`, "a field too many": `{"version": 1, "x": 1}`} {
		path := filepath.Join(t.TempDir(), "state.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := simulator.New(simulator.Options{StateFile: path}); err == nil || !strings.Contains(err.Error(), "begin anew") {
			t.Errorf("%s: %v", name, err)
		}
		if raw, err := os.ReadFile(path); err != nil || string(raw) != text {
			t.Errorf("%s: the file is now %q (%v)", name, raw, err)
		}
	}
	if _, err := simulator.New(simulator.Options{StateFile: filepath.Join(t.TempDir(), "no", "such", "folder")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}
