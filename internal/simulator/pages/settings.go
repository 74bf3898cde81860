package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
	"github.com/beian-dev/icp-operator/internal/simulator"
)

// faultsView is the page of the faults.
type faultsView struct {
	Script     []simulator.Fault
	Random     simulator.RandomFaults
	Kinds      []simulator.FaultKind
	Operations []string
	Percent    string
}

func (s *site) faults(*http.Request, language) (any, error) {
	script, random := s.sim.Faults()
	return faultsView{script, random, simulator.FaultKinds(), s.sim.OperationNames(), strconv.FormatFloat(100*random.Rate, 'f', -1, 64)}, nil
}

// fail sets or ends faults.
func (s *site) fail(r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", fmt.Errorf("read the form: %w", err)
	}
	form := r.PostForm
	switch form.Get("does") {
	case "clear":
		s.sim.ClearFaults()
		return "There are no faults any more.", nil
	case "random":
		percent, err := strconv.ParseFloat(form.Get("percent"), 64)
		if err != nil {
			return "", fmt.Errorf("percent %q: give a number from 0 to 100", form.Get("percent"))
		}
		seed, err := strconv.ParseUint(form.Get("seed"), 10, 64)
		if err != nil {
			return "", fmt.Errorf("seed %q: give a whole number", form.Get("seed"))
		}
		return "So many calls fail from now on.", s.sim.SetRandomFaults(simulator.RandomFaults{Rate: percent / 100, Seed: seed})
	case "add":
		times, err := strconv.Atoi(form.Get("times"))
		if err != nil || times < 1 {
			return "", fmt.Errorf("times %q: give a whole number from 1", form.Get("times"))
		}
		delay, err := time.ParseDuration(form.Get("delay"))
		if err != nil {
			return "", fmt.Errorf("delay %q: write it as 500ms or 5s", form.Get("delay"))
		}
		return "The next calls fail.", s.sim.AddFault(simulator.Fault{
			Kind: simulator.FaultKind(form.Get("kind")), Operation: form.Get("operation"), Times: times, Delay: metav1.Duration{Duration: delay},
		})
	}
	return "", fmt.Errorf("a form that does %q is none of these pages'", form.Get("does"))
}

// setting is how one stage is decided.
type setting struct {
	Stage  v1alpha1.StageName
	Words  string
	Manual bool
	Delay  string
}

// clockView is the page of the time, and of what takes how much of it.
type clockView struct {
	Now    string
	Stages []setting
}

func (s *site) clock(_ *http.Request, l language) (any, error) {
	v := clockView{Now: l.time(s.sim.Now())}
	all := s.sim.Settings()
	for _, stage := range rules.Stages() {
		if at, ok := all[stage]; ok {
			v.Stages = append(v.Stages, setting{stage, l.stage(string(stage)), at.Manual, at.Delay.String()})
		}
	}
	return v, nil
}

// turn moves the clock, or says how a stage is decided.
func (s *site) turn(r *http.Request) (string, error) {
	if err := r.ParseForm(); err != nil {
		return "", fmt.Errorf("read the form: %w", err)
	}
	form := r.PostForm
	switch form.Get("does") {
	case "advance":
		hours, err := strconv.Atoi(form.Get("hours"))
		if err != nil || hours < 1 || hours > 24*366 {
			return "", fmt.Errorf("hours %q: give a whole number from 1 to %d", form.Get("hours"), 24*366)
		}
		return "The clock was moved.", s.sim.Advance(time.Duration(hours) * time.Hour)
	case "manual":
		for stage := range s.sim.Settings() {
			if err := s.sim.SetManual(stage, slices.Contains(form["manual"], string(stage))); err != nil {
				return "", err
			}
		}
		return "The stages that are ticked wait for you.", nil
	}
	return "", fmt.Errorf("a form that does %q is none of these pages'", form.Get("does"))
}
