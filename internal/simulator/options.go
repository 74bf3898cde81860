package simulator

import (
	"fmt"
	"log/slog"
	"time"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// Options of a simulator; the zero value is a strict one that decides at once.
type Options struct {
	// Clock; default the real one. Advance moves the simulator's time on top of it.
	Clock clock.PassiveClock
	// Token that clients must bear; empty: none is asked for.
	Token string
	// Delay of every decision that the simulator takes by itself.
	Delay time.Duration
	// Delays of single stages, before Delay. MaterialsAndAuthenticity stands for the check on the phone, MaterialMailing
	// for the courier, SmsVerification for the persons' answer, Approved for a rectification (整改), which waits for a
	// decision by hand where no delay is given.
	Delays map[v1alpha1.StageName]time.Duration
	// Manual names the stages that wait for a decision by hand.
	Manual []v1alpha1.StageName
	// Known is what is filed before the first order, and how chosen orders fare.
	Known Known
	// RuleSet by which SMS verification is asked for; empty: the current one.
	RuleSet string
	// SMSWindow is how long an SMS can be answered. Default 24 h.
	SMSWindow time.Duration
	// ParallelOrders lets a subject have several orders under way at once, as no real provider does.
	ParallelOrders bool
	// StateFile keeps orders, keys, events, the registry and the clock over restarts; empty: none does. What is Known counts
	// at the first start only. It is made for some hundred orders.
	StateFile string
	// Seed of the random faults.
	Seed uint64
	// Logger; default none. Nothing personal is logged.
	Logger *slog.Logger
}

// delayed are the stages that take time by themselves, and can be decided by hand.
var delayed = map[v1alpha1.StageName]bool{
	v1alpha1.StageProductVerification:      true,
	v1alpha1.StageMaterialsAndAuthenticity: true,
	v1alpha1.StagePreliminaryReview:        true,
	v1alpha1.StageMaterialMailing:          true,
	v1alpha1.StageSmsVerification:          true,
	v1alpha1.StageBureauReview:             true,
	v1alpha1.StageApproved:                 true,
}

// defaults fills in what is not said and checks what is.
func (o Options) defaults() (Options, rules.Set, error) {
	set, err := rules.Lookup(o.RuleSet)
	if err != nil {
		return o, rules.Set{}, err
	}
	if o.Clock == nil {
		o.Clock = clock.RealClock{}
	}
	if o.SMSWindow <= 0 {
		o.SMSWindow = 24 * time.Hour
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	for stage := range o.Delays {
		if err := checkDelayed(stage); err != nil {
			return o, set, err
		}
	}
	for _, stage := range o.Manual {
		if err := checkDelayed(stage); err != nil {
			return o, set, err
		}
	}
	return o, set, o.Known.check()
}

func checkDelayed(stage v1alpha1.StageName) error {
	if !delayed[stage] {
		return fmt.Errorf("stage %q takes no delay and no decision by hand: those that do are ProductVerification, "+
			"MaterialsAndAuthenticity, PreliminaryReview, MaterialMailing, SmsVerification, BureauReview and Approved", stage)
	}
	return nil
}
