package procedure

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// Ask is what to ask of the provider next.
type Ask string

// Asks, in the order in which a filing comes to them.
const (
	// AskNothing: wait.
	AskNothing Ask = ""
	// AskToPersist: write the status first; it holds the intent of the next call.
	AskToPersist Ask = "Persist"
	// AskFind: is there an order of this domain already? There is after a restore.
	AskFind Ask = "Find"
	// AskType: which type of filing is this?
	AskType Ask = "DetermineType"
	// AskCreate: make the order.
	AskCreate Ask = "Create"
	// AskState: how far is the order?
	AskState Ask = "Get"
	// AskUpload: take the materials.
	AskUpload Ask = "Upload"
	// AskConfirm: submit the order.
	AskConfirm Ask = "Confirm"
	// AskResubmit: take the changed facts as the next attempt.
	AskResubmit Ask = "Resubmit"
)

// Outcome is what a pass decides.
type Outcome struct {
	// Status to be written.
	Status v1alpha1.IcpFilingStatus
	// Ask of the provider, after which the pass decides again.
	Ask Ask
	// Submission that the Ask is for.
	Submission Submission
	// OpenedAt is to be kept in the filing's annotation; zero where there is nothing new.
	OpenedAt time.Time
	// Reminder is to be given now; nil for none.
	Reminder *Reminder
	// Verdicts on the order's history, for the reviews' own conditions.
	Verdicts []Verdict
	// LookAgain is when time alone changes something; zero for never.
	LookAgain time.Time
}

// pass is one decision in the making.
type pass struct {
	Facts
	now    time.Time
	status *v1alpha1.IcpFilingStatus
	c      Case
	s      *State
	// determined is the answer on the type; Conflict stops the filing.
	determined Determination
	verdicts   []Verdict
	// channelRefusal says why the channel does not take the type.
	channelRefusal string
}

// Next decides, from all that is known and the time, how far the filing is, who must act, and what to ask of the
// provider. It is pure: the same facts and time give the same outcome.
func Next(f Facts, now time.Time) Outcome {
	p := &pass{Facts: f, now: now.Truncate(time.Second), status: f.Filing.Status.DeepCopy()}
	p.determine()
	p.build()
	p.takeUpAgain()
	p.keepTasks()
	ask, sub := p.ask()
	return p.outcome(ask, sub)
}

// determine settles the filing type: an order's own, else the one that was found before, else what is known.
func (p *pass) determine() {
	switch {
	case p.Order != nil && p.Order.FilingType != "":
		p.determined = Determination{Type: p.Order.FilingType}
	case p.status.FilingType != "" && (p.status.OrderID != "" || p.Order != nil && len(p.Order.History) > 0):
		p.determined = Determination{Type: p.status.FilingType}
	case p.Determination != nil:
		p.determined = *p.Determination
	case p.Provider.Hand == ByPeople:
		p.determined = Determine(p.Filing.Spec.Existing)
	case p.rememberedType():
		p.determined = Determination{Type: p.status.FilingType}
	}
	p.c = p.caseOf(p.determined.Type)
	p.channelRefusal = channelRefusal(p.c)
}

// rememberedType says that the type which the status holds was found for the facts as they are, a moment ago. Once an
// order could not be made of it, it is determined afresh: the subject's other order may have ended meanwhile.
func (p *pass) rememberedType() bool {
	ready := meta.FindStatusCondition(p.status.Conditions, v1alpha1.ConditionReady)
	return p.status.FilingType != "" && p.status.ObservedGeneration == p.Filing.Generation &&
		ready != nil && ready.Reason == v1alpha1.ReasonProgressing
}

// build makes the state: from the order's history where it was read, from the last status where an order is under way
// that nothing new was heard of, else from the beginning.
func (p *pass) build() {
	if p.Order == nil && p.status.OrderID != "" && len(p.status.Stages) > 0 {
		p.s = carried(p.status)
		return
	}
	p.s = newState(p.c, p.created(p.now))
	begun := p.Order != nil && (p.Order.ID != "" || len(p.Order.History) > 0)
	if p.Provider.Problem != "" && !begun || p.blocked() && !begun {
		return
	}
	p.s.finish(p.c, v1alpha1.StagePreparation, p.earlier(v1alpha1.StagePreparation))
	if p.determined.Type == "" || p.Rival != "" && !begun || p.channelRefusal != "" && !begun {
		return
	}
	p.s.finish(p.c, v1alpha1.StageTypeDetermination, p.earlier(v1alpha1.StageTypeDetermination))
	if p.Order != nil {
		p.verdicts = replay(p.c, p.s, p.Order)
	}
}

// earlier is when a stage that the operator itself finishes was first seen to be finished: what the status remembers,
// else now, but never after the order's own history begins.
func (p *pass) earlier(stage v1alpha1.StageName) time.Time {
	seen := p.now
	for _, st := range p.status.Stages {
		if st.Name == stage && st.State == v1alpha1.StageDone && st.FinishedAt != nil {
			seen = st.FinishedAt.Time
		}
	}
	if p.Order != nil {
		for _, d := range p.Order.History {
			if d.At.Before(seen) {
				seen = d.At
			}
		}
	}
	return seen
}

// takeUpAgain begins the next attempt of a returned order once the facts in the spec were changed, or somebody asks for
// it because what had to be mended is not in the spec.
func (p *pass) takeUpAgain() {
	if !p.s.Returned || p.blocked() {
		return
	}
	changed := p.status.SubmittedFacts != "" && Digest(&p.Filing.Spec) != p.status.SubmittedFacts
	asked := p.Filing.Annotations[v1alpha1.ResubmitAnnotation] == strconv.Itoa(int(p.s.Attempt)+1)
	if changed || asked {
		p.s.beginAttempt(p.c, p.now)
	}
}

// keepTasks keeps what the status knows to be done of a stage that is still under way in the same attempt.
func (p *pass) keepTasks() {
	if p.Order != nil && p.Order.ID != "" {
		p.s.taskDone(v1alpha1.StageProductVerification, taskCreateOrder, Decision{At: p.Order.CreatedAt})
	}
	if p.Uploaded {
		p.s.taskDone(v1alpha1.StageMaterialsAndAuthenticity, taskUpload, Decision{At: p.now})
	}
	if p.status.Attempt != p.s.Attempt {
		return
	}
	for _, before := range p.status.Stages {
		st := p.s.stage(before.Name)
		if before.State != v1alpha1.StageActive || st.State != v1alpha1.StageActive {
			continue
		}
		st.StartedAt = before.StartedAt
		for i := range st.Tasks {
			for _, t := range before.Tasks {
				if t.Name == st.Tasks[i].Name && st.Tasks[i].DoneAt == nil && st.Tasks[i].Actor == v1alpha1.ActorOperator {
					st.Tasks[i].DoneAt = t.DoneAt
				}
			}
		}
	}
}

// carried is the state that the last status tells of.
func carried(status *v1alpha1.IcpFilingStatus) *State {
	s := &State{
		Attempt: max(status.Attempt, 1), OrderID: status.OrderID, Stages: slices.Clone(status.Stages),
		SubjectNumber: status.SubjectNumber, WebsiteNumber: status.WebsiteNumber, ApprovedAt: at(status.ApprovedAt),
	}
	if status.Stage == v1alpha1.StageRevoked || status.Stage == v1alpha1.StageCancelled {
		s.Ended = status.Stage
	}
	for _, st := range s.Stages {
		s.Returned = s.Returned || st.State == v1alpha1.StageReturned
	}
	return s
}

// ask decides what to ask of a provider that is reached over the protocol. Every effect waits until the status that
// holds its intent (stage and attempt) has been written.
func (p *pass) ask() (Ask, Submission) {
	sub := Submission{Attempt: p.s.Attempt, OrderID: p.s.OrderID}
	if p.c.Hand != ByOperator || !p.usable() || p.Failure != nil {
		return AskNothing, sub
	}
	if p.s.OrderID == "" {
		return p.askForOrder(), sub
	}
	if p.Order == nil {
		if p.News || p.operatorsTurn() {
			return AskState, sub
		}
		return AskNothing, sub
	}
	if p.Order.Attempt < p.s.Attempt {
		return p.intended(AskResubmit), sub
	}
	if p.s.Returned {
		// The order waits for the applicant, whichever step they mend.
		return AskNothing, sub
	}
	switch p.s.Stage() {
	case v1alpha1.StageMaterialsAndAuthenticity:
		if p.open(taskUpload) {
			return p.intended(AskUpload), sub
		}
	case v1alpha1.StageConfirmation:
		return p.intended(AskConfirm), sub
	}
	return AskNothing, sub
}

func (p *pass) askForOrder() Ask {
	switch {
	case p.Rival != "":
		return AskNothing
	case p.s.Stage() == v1alpha1.StageProductVerification && p.intended(AskCreate) == AskCreate:
		return AskCreate
	case !p.OrderSought:
		return AskFind
	case p.blocked():
		return AskNothing
	case p.determined.Type == "" && p.determined.Conflict == "":
		return AskType
	case p.s.Stage() == v1alpha1.StageProductVerification:
		return AskToPersist
	}
	return AskNothing
}

// intended lets an effect through once the written status holds its intent.
func (p *pass) intended(ask Ask) Ask {
	if p.status.Stage == p.s.Stage() && p.status.Attempt == p.s.Attempt && p.status.Provider == p.Provider.Name {
		return ask
	}
	return AskToPersist
}

// operatorsTurn says that the first open task is the operator's own, or that a returned order was mended.
func (p *pass) operatorsTurn() bool {
	if p.s.Returned || p.s.Ended != "" {
		return false
	}
	i := p.s.current()
	if i < 0 {
		return false
	}
	for _, t := range p.s.Stages[i].Tasks {
		if t.Actor == v1alpha1.ActorOperator && t.DoneAt == nil {
			return true
		}
	}
	return false
}

func (p *pass) open(task string) bool {
	i := p.s.current()
	if i < 0 {
		return false
	}
	for _, t := range p.s.Stages[i].Tasks {
		if t.Name == task {
			return t.DoneAt == nil
		}
	}
	return false
}

// outcome gathers the decision into the status.
func (p *pass) outcome(ask Ask, sub Submission) Outcome {
	o := Outcome{Ask: ask, Submission: sub, Verdicts: p.verdicts}
	status := p.status.DeepCopy()
	status.Provider = p.providerName()
	status.RuleSet = p.Rules.Name()
	status.FilingType = p.determined.Type
	status.Stage = p.s.Stage()
	status.Attempt = p.s.Attempt
	status.OrderID = p.s.OrderID
	status.Stages = p.s.Stages
	status.SubjectNumber, status.WebsiteNumber = p.s.SubjectNumber, p.s.WebsiteNumber
	status.ApprovedAt = stamp(p.s.ApprovedAt)
	status.SubmittedFacts = p.submittedFacts()
	if p.Hosts != (v1alpha1.ExposureStatus{}) || status.Exposure != nil {
		status.Exposure = &v1alpha1.ExposureStatus{ServedHosts: p.Hosts.ServedHosts, HeldHosts: p.Hosts.HeldHosts}
	}
	ps := p.publicSecurity()
	status.PublicSecurity = ps.status
	status.NextAction = p.nextAction(ps)
	status.Conditions = p.conditions(status, ps)
	o.Status, o.OpenedAt, o.Reminder = *status, ps.record, ps.reminder
	o.LookAgain = ps.lookAgain
	return o
}

// providerName is frozen once there is an order.
func (p *pass) providerName() string {
	if p.s.OrderID != "" && p.status.Provider != "" {
		return p.status.Provider
	}
	return p.Provider.Name
}

// submittedFacts is the digest of what the current attempt took to the provider.
func (p *pass) submittedFacts() string {
	switch {
	case p.Sent:
		return Digest(&p.Filing.Spec)
	case p.c.Hand == ByPeople && p.s.Submitted() && p.s.Attempt > max(p.status.Attempt, 1):
		return Digest(&p.Filing.Spec)
	case p.status.SubmittedFacts == "" && (p.s.Submitted() || p.s.OrderID != "" || p.s.Returned):
		return Digest(&p.Filing.Spec)
	}
	return p.status.SubmittedFacts
}

// nextAction is the first open task of the stage under way, or what follows approval.
func (p *pass) nextAction(ps publicSecurity) *v1alpha1.NextAction {
	if p.s.Ended != "" {
		return nil
	}
	if p.channelRefusal != "" && !p.s.InForce() {
		return &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: "ChangeChannel", Where: InCluster, Description: p.channelRefusal}
	}
	if p.s.Returned {
		return &v1alpha1.NextAction{Actor: v1alpha1.ActorApplicant, Task: TaskMendAndResubmit, Where: InCluster, Description: p.returnedWords()}
	}
	for _, i := range p.working() {
		st := p.s.Stages[i]
		for _, t := range orderedTasks(st) {
			if t.DoneAt == nil {
				return withDate(v1alpha1.NextAction{Actor: t.Actor, Task: t.Name, Where: t.Where, Description: p.words(st, t.Name)}, firstTime(t.DueAt, st.DueAt))
			}
		}
		if !p.s.InForce() {
			// Every task that is known is done: whoever passes the stage must act.
			return withDate(v1alpha1.NextAction{Actor: v1alpha1.ActorProvider, Task: string(st.Name), Where: AtProvider,
				Description: "The provider checks what was handed in."}, st.DueAt)
		}
	}
	return ps.action
}

// working lists the stages under way, the mailing of papers before the review that waits for it.
func (p *pass) working() []int {
	var list []int
	for i, st := range p.s.Stages {
		if st.State == v1alpha1.StageActive || st.Name == v1alpha1.StageApproved && len(st.Tasks) > 0 {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b int) int {
		ra, _ := rowOf(p.s.Stages[a].Name)
		rb, _ := rowOf(p.s.Stages[b].Name)
		if ra.optional == rb.optional {
			return a - b
		}
		if ra.optional {
			return -1
		}
		return 1
	})
	return list
}

// orderedTasks puts what a reviewer asked for before the stage's own tasks.
func orderedTasks(st v1alpha1.StageStatus) []v1alpha1.TaskStatus {
	tasks := slices.Clone(st.Tasks)
	slices.SortStableFunc(tasks, func(a, b v1alpha1.TaskStatus) int {
		ra, rb := isRequest(a.Name), isRequest(b.Name)
		switch {
		case ra == rb:
			return 0
		case ra:
			return -1
		}
		return 1
	})
	return tasks
}

func (p *pass) words(st v1alpha1.StageStatus, task string) string {
	if w := describe(p.c, st.Name, task); w != "" {
		return w
	}
	w := requests[v1alpha1.RequestedTask(task)].description
	if st.Message != "" {
		w = strings.TrimSuffix(w, ".") + ": " + st.Message
	}
	return w
}

func firstTime(times ...*metav1.Time) *metav1.Time {
	for _, t := range times {
		if t != nil {
			return t
		}
	}
	return nil
}
