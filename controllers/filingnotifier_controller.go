package controllers

import (
	"context"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	"k8s.io/utils/clock"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/event"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/failpoint"
	"github.com/beian-dev/icp-operator/internal/notify"
	"github.com/beian-dev/icp-operator/internal/notify/send"
	"github.com/beian-dev/icp-operator/internal/reach"
)

// FilingNotifierReconciler sends what notifiers have to tell, records on the filings that they were told, and shows
// whether each notifier works. What there is to tell, FilingNoticesReconciler puts into the outbox.
type FilingNotifierReconciler struct {
	client.Client
	// Live reads past the cache: Secrets of notifiers are never cached, and a filing's record must be the latest.
	Live client.Reader
	// Clock gives the time.
	Clock clock.PassiveClock
	// Events tells people when a notifier begins or ceases to fail.
	Events events.EventRecorder
	// Networks that messages may be sent to.
	Networks reach.Networks
	// Outbox is what there is to send.
	Outbox *notify.Outbox
	// Shard is whose notifiers' statuses it writes; it sends for those of the operators' namespace, too, which tell of all namespaces.
	Shard *Shard
	// Told wakes notifiers that have something new to send.
	Told <-chan event.TypedGenericEvent[*v1alpha1.FilingNotifier]

	pace  send.Pace
	fresh freshness
	seen  seenVersions
	shown shownCounts
}

// A pass over a notifier sends no more than mostASend messages and takes no longer than sendFor, so that others have
// their turn.
const (
	mostASend = 50
	sendFor   = 20 * time.Second
	// lookAgainAt is how soon a pass over a stale object is made again.
	lookAgainAt = 200 * time.Millisecond
)

// +kubebuilder:rbac:groups=icp.beian.dev,resources=filingnotifiers,verbs=list;watch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=filingnotifiers/status,verbs=patch
// +kubebuilder:rbac:groups=icp.beian.dev,resources=icpfilings,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups="",resources=secrets,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=list;watch
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch

// Reconcile sends what one notifier has to tell.
func (r *FilingNotifierReconciler) Reconcile(ctx context.Context, req ctrl.Request) (ctrl.Result, error) {
	var n v1alpha1.FilingNotifier
	if err := r.Get(ctx, req.NamespacedName, &n); err != nil || !n.DeletionTimestamp.IsZero() {
		r.forget(req)
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if r.fresh.stale(&n, r.Clock.Now()) {
		return ctrl.Result{RequeueAfter: lookAgainAt}, nil
	}
	// What was sent is recorded before anything else is: only that keeps it from being sent again.
	if err := r.recordAll(ctx, &n); err != nil {
		return ctrl.Result{}, err
	}
	work, problem, err := r.prepare(ctx, &n)
	if err != nil {
		return ctrl.Result{}, err
	}
	if problem != nil {
		return r.show(ctx, &n, problem, 0)
	}
	defer work.sender.Close()
	changed := r.seen.changed(req.NamespacedName, work.version)
	if changed {
		r.Outbox.TryAgain(req.NamespacedName)
	}
	last, wait, err := r.sendAll(ctx, &n, work)
	if err != nil {
		return ctrl.Result{}, err
	}
	if last == nil && changed {
		last = ableToSend // what failed was sent with something else
	}
	return r.show(ctx, &n, last, wait)
}

func (r *FilingNotifierReconciler) forget(req ctrl.Request) {
	r.Outbox.ForgetNotifier(req.NamespacedName)
	r.fresh.forget(req.NamespacedName)
	r.seen.forget(req.NamespacedName)
	r.shown.forget(req.NamespacedName)
}

// condition is what Ready is to say.
type condition struct {
	status          metav1.ConditionStatus
	reason, message string
}

var ableToSend = &condition{metav1.ConditionTrue, v1alpha1.ReasonNotifierReady, "nothing keeps it from sending"}

func notReady(reason, message string) *condition {
	return &condition{metav1.ConditionFalse, reason, message}
}

// sendAll sends what may be sent now. It returns what the last send came to, nil where there was none, and when there is
// something to send again, zero for never.
func (r *FilingNotifierReconciler) sendAll(ctx context.Context, n *v1alpha1.FilingNotifier, w *notifierWork) (last *condition, wait time.Duration, err error) {
	name, began := notify.NameOf(n), r.Clock.Now()
	for sent := 0; ; sent++ {
		now := r.Clock.Now()
		item, ok, when := r.Outbox.Next(name, now)
		switch {
		case !ok && when.IsZero():
			return last, 0, nil
		case !ok:
			return last, max(when.Sub(now), time.Millisecond), nil
		case sent >= mostASend || now.Sub(began) > sendFor:
			return last, time.Millisecond, nil
		}
		holds, err := r.holds(ctx, n, &item)
		if err != nil {
			return last, 0, err
		}
		if !holds {
			continue
		}
		to, apart := w.sender.Receiver()
		if wait := r.pace.Take(to, apart, now); wait > 0 {
			return last, wait, nil
		}
		if last, err = r.sendOne(ctx, n, w, item); err != nil {
			return last, 0, err
		}
	}
}

// sendOne sends one message and records it.
func (r *FilingNotifierReconciler) sendOne(ctx context.Context, n *v1alpha1.FilingNotifier, w *notifierWork, item notify.Item) (*condition, error) {
	name := notify.NameOf(n)
	message, err := w.texts.Message(item.Event)
	if err != nil {
		r.Outbox.Failed(name, item, r.Clock.Now(), 0)
		return notReady(v1alpha1.ReasonTemplateInvalid, err.Error()), nil
	}
	failpoint.Here(failpoint.BeforeMessage, "")
	if err := w.sender.Send(ctx, message); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err() // the operator ends
		}
		pause := waitOf(err)
		if to, _ := w.sender.Receiver(); pause > 0 {
			r.pace.Hold(to, pause, r.Clock.Now())
		}
		r.Outbox.Failed(name, item, r.Clock.Now(), pause)
		return notReady(v1alpha1.ReasonSendFailed, err.Error()), nil
	}
	failpoint.Here(failpoint.AfterMessage, "")
	logOf(ctx).V(1).Info("told", "filing", item.Filing, "event", item.Event.Kind)
	r.Outbox.Sent(name, item)
	return ableToSend, r.record(ctx, n, item.Filing, item.Event.Key)
}

// holds looks whether an event holds still, and takes it as it is now.
func (r *FilingNotifierReconciler) holds(ctx context.Context, n *v1alpha1.FilingNotifier, item *notify.Item) (bool, error) {
	var filing v1alpha1.IcpFiling
	if err := r.Get(ctx, item.Filing, &filing); err != nil {
		if client.IgnoreNotFound(err) != nil {
			return false, err
		}
		r.Outbox.ForgetFiling(item.Filing)
		return false, nil
	}
	var wanted []notify.Event
	held := false
	for _, e := range notify.Events(&filing, r.Clock.Now()) {
		if notify.Wants(n, e) {
			wanted = append(wanted, e)
		}
		if e.Key == item.Event.Key {
			item.Event, held = e, true
		}
	}
	if !held {
		r.Outbox.Set(notify.NameOf(n), item.Filing, wanted, notify.RecordOf(&filing))
	}
	return held, nil
}
