package simulator

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Simulator is a provider, a bureau and a registry. It may be used by many at once.
type Simulator struct {
	token    string
	window   time.Duration
	parallel bool
	log      *slog.Logger
	rules    rules.Set
	// secret keys the digests by which subjects and repeated requests are recognised.
	secret []byte
	// epoch tells the cursors of this simulator from those of one before it.
	epoch string

	document document
	faults   *faults
	requests *requests

	mu        sync.Mutex
	clock     clock.PassiveClock
	offset    time.Duration
	delay     time.Duration
	delays    map[protocol.Stage]time.Duration
	manual    map[protocol.Stage]bool
	plan      map[string][]Step
	orders    []*order
	byID      map[string]*order
	byDomain  map[string][]*order
	bySubject map[subjectKey][]*order
	registry  *registry
	feed      []feedEntry
	agenda    agenda
	effects   map[string]effect
	// lastAt is when the newest entry of any history was made: time does not go back, whatever is changed by hand.
	lastAt time.Time
	// stateFile keeps the state over restarts; empty: none does. changed says that it has not kept what is.
	stateFile string
	changed   bool
}

// New makes a simulator. An error says which option is wrong.
func New(o Options) (*Simulator, error) {
	o, set, err := o.defaults()
	if err != nil {
		return nil, err
	}
	document, err := loadDocument()
	if err != nil {
		return nil, err
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("make a secret: %w", err)
	}
	s := &Simulator{
		token:     o.Token,
		window:    o.SMSWindow,
		parallel:  o.ParallelOrders,
		log:       o.Logger,
		rules:     set,
		secret:    secret[:24],
		epoch:     hex.EncodeToString(secret[24:]),
		document:  document,
		faults:    newFaults(o.Seed),
		requests:  newRequests(),
		clock:     o.Clock,
		delay:     o.Delay,
		delays:    map[protocol.Stage]time.Duration{},
		manual:    map[protocol.Stage]bool{},
		plan:      map[string][]Step{},
		byID:      map[string]*order{},
		byDomain:  map[string][]*order{},
		bySubject: map[subjectKey][]*order{},
		registry:  newRegistry(),
		effects:   map[string]effect{},
	}
	// A rectification is the applicant's own, and not done by itself unless its time is given.
	_, rectified := o.Delays[v1alpha1.StageApproved]
	s.manual[protocol.StageApproved] = !rectified
	for stage, d := range o.Delays {
		s.delays[protocol.Stage(stage)] = d
	}
	for _, stage := range o.Manual {
		s.manual[protocol.Stage(stage)] = true
	}
	return s, s.takeUp(o)
}

// takeUp takes up what is kept of an earlier run, or begins with what is filed and planned.
func (s *Simulator) takeUp(o Options) error {
	s.stateFile = o.StateFile
	if s.stateFile != "" {
		switch kept, err := readState(s.stateFile); {
		case err != nil:
			return err
		case kept != nil:
			return s.restore(kept)
		}
	}
	s.know(o.Known)
	if s.stateFile != "" {
		return s.save()
	}
	return nil
}

// Learn adds what is filed, and what is planned.
func (s *Simulator) Learn(known Known) error {
	if err := known.check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	s.know(known)
	s.changed = true
	s.replan()
	return nil
}

func (s *Simulator) know(known Known) {
	for _, subject := range known.Subjects {
		s.registry.know(subject, s.subjectKey)
	}
	for _, step := range known.Plan {
		s.plan[step.Domain] = append(s.plan[step.Domain], step)
	}
}

// Now is the simulator's time, UTC.
func (s *Simulator) Now() time.Time {
	s.mu.Lock()
	defer s.unlock()
	return s.now()
}

func (s *Simulator) now() time.Time {
	return s.clock.Now().Add(s.offset).UTC().Truncate(time.Millisecond)
}

// Advance moves the simulator's time forward.
func (s *Simulator) Advance(d time.Duration) error {
	if d < 0 {
		return fmt.Errorf("time does not go back: advance by a positive duration, not %s", d)
	}
	s.mu.Lock()
	defer s.unlock()
	s.offset += d
	s.changed = true
	s.catchUp()
	return nil
}

// SetManual makes a stage wait for decisions by hand, or not.
func (s *Simulator) SetManual(stage v1alpha1.StageName, manual bool) error {
	if err := checkDelayed(stage); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	s.manual[protocol.Stage(stage)] = manual
	s.replan()
	return nil
}

// SetDelay sets how long a stage's decision takes.
func (s *Simulator) SetDelay(stage v1alpha1.StageName, d time.Duration) error {
	if err := checkDelayed(stage); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	s.delays[protocol.Stage(stage)] = d
	s.replan()
	return nil
}

// StageSetting is how a stage is decided.
type StageSetting struct {
	// Manual: by hand.
	Manual bool
	// Delay of the decision that the simulator takes by itself.
	Delay time.Duration
}

// Settings are how each stage is decided that may be delayed, or decided by hand.
func (s *Simulator) Settings() map[v1alpha1.StageName]StageSetting {
	s.mu.Lock()
	defer s.unlock()
	all := map[v1alpha1.StageName]StageSetting{}
	for stage := range delayed {
		all[stage] = StageSetting{s.manual[protocol.Stage(stage)], s.delayOf(protocol.Stage(stage))}
	}
	return all
}

func (s *Simulator) delayOf(stage protocol.Stage) time.Duration {
	if d, ok := s.delays[stage]; ok {
		return d
	}
	return s.delay
}

// needsSms says whether an order's filing is verified by SMS.
func (s *Simulator) needsSms(o *order) bool {
	required, _ := s.rules.SmsRequired(v1alpha1.Province(o.province))
	return required
}

// stand is where an order stands.
func (s *Simulator) stand(o *order) standing { return o.stand(s.needsSms(o)) }
