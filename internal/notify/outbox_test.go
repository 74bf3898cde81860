package notify_test

import (
	"fmt"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/beian-dev/icp-operator/internal/notify"
)

func events(keys ...string) []notify.Event {
	list := make([]notify.Event, len(keys))
	for i, key := range keys {
		list[i].Key = key
	}
	return list
}

// next expects a message to be sent now.
func next(t *testing.T, o *notify.Outbox, n types.NamespacedName, now time.Time, key string) notify.Item {
	t.Helper()
	item, ok, when := o.Next(n, now)
	if !ok || item.Event.Key != key {
		t.Fatalf("next is %q, %v (again at %s), want %q", item.Event.Key, ok, when, key)
	}
	return item
}

func nothingBefore(t *testing.T, o *notify.Outbox, n types.NamespacedName, now, until time.Time) {
	t.Helper()
	if item, ok, when := o.Next(n, now); ok || !when.Equal(until) {
		t.Fatalf("next is %q, %v at %s, want none before %s", item.Event.Key, ok, when, until)
	}
}

func TestTheFirstThatCameIsSentFirstAndOnce(t *testing.T) {
	t.Parallel()
	o, mail, now := notify.NewOutbox(), named("mail"), day(1, 9)
	if !o.Set(mail, named("a"), events("1", "2"), notify.Record{}) || !o.Set(mail, named("b"), events("3"), notify.Record{}) {
		t.Fatal("nothing new")
	}
	if o.Set(mail, named("a"), events("1", "2"), notify.Record{}) {
		t.Error("the same again is new")
	}
	for _, key := range []string{"1", "2", "3"} {
		o.Sent(mail, next(t, o, mail, now, key))
	}
	nothingBefore(t, o, mail, now, time.Time{})
	// The cache is behind: the record does not tell yet.
	if o.Set(mail, named("a"), events("1", "2"), notify.Record{}); o.Waiting(mail) != 0 {
		t.Error("what was sent waits again, since its filing was read as it was before")
	}
	if n := len(o.Unrecorded(mail)); n != 2 {
		t.Errorf("%d filings with something unrecorded, want 2", n)
	}
	o.Recorded(mail, named("b"), "3")
	if n := len(o.Unrecorded(mail)); n != 1 {
		t.Errorf("%d filings with something unrecorded, want 1", n)
	}
	record := notify.Record{}.With(mail, "1", nil).With(mail, "2", nil)
	if o.Set(mail, named("a"), events("1", "2"), record); o.Waiting(mail) != 0 || len(o.Unrecorded(mail)) != 0 {
		t.Error("what the record tells of is still open")
	}
}

func TestWhatNoLongerHoldsIsNotSent(t *testing.T) {
	t.Parallel()
	o, mail := notify.NewOutbox(), named("mail")
	o.Set(mail, named("a"), events("1"), notify.Record{})
	o.Set(mail, named("a"), events("2"), notify.Record{})
	next(t, o, mail, day(1, 9), "2")
	o.ForgetFiling(named("a"))
	nothingBefore(t, o, mail, day(1, 9), time.Time{})
}

func TestAMessageThatFailsLetsOthersPass(t *testing.T) {
	t.Parallel()
	o, mail, now := notify.NewOutbox(), named("mail"), day(1, 9)
	o.Set(mail, named("a"), events("1", "2"), notify.Record{})
	o.Failed(mail, next(t, o, mail, now, "1"), now, 0)
	o.Sent(mail, next(t, o, mail, now, "2"))
	nothingBefore(t, o, mail, now, now.Add(5*time.Second))
	o.Failed(mail, next(t, o, mail, now.Add(5*time.Second), "1"), now.Add(5*time.Second), 0)
	nothingBefore(t, o, mail, now.Add(5*time.Second), now.Add(15*time.Second))
}

func TestAChannelThatFailsRestsWithGrowingPauses(t *testing.T) {
	t.Parallel()
	o, mail, chat, now := notify.NewOutbox(), named("mail"), named("chat"), day(1, 9)
	for i := range 1000 {
		o.Set(mail, named("a"+fmt.Sprint(i)), events("1"), notify.Record{})
		o.Set(chat, named("a"+fmt.Sprint(i)), events("1"), notify.Record{})
	}
	tried, until := 0, now.Add(24*time.Hour)
	for now.Before(until) {
		item, ok, when := o.Next(mail, now)
		if !ok {
			now = when
			continue
		}
		tried++
		o.Failed(mail, item, now, 0)
	}
	// Two tries a pause: 5 s, 10 s … 10 minutes.
	if tried < 250 || tried > 310 {
		t.Errorf("a server that is down for a day was tried %d times with 1,000 messages waiting", tried)
	}
	if o.Waiting(mail) != 1000 {
		t.Errorf("%d wait, want all 1,000", o.Waiting(mail))
	}
	next(t, o, chat, day(1, 9), "1") // another notifier does not wait for it
	o.TryAgain(mail)
	if _, ok, _ := o.Next(mail, now); !ok {
		t.Error("nothing is tried though the Secret was changed")
	}
}

func TestAServerThatAsksForAPauseGetsIt(t *testing.T) {
	t.Parallel()
	o, chat, now := notify.NewOutbox(), named("chat"), day(1, 9)
	o.Set(chat, named("a"), events("1"), notify.Record{})
	o.Set(chat, named("b"), events("1"), notify.Record{})
	o.Failed(chat, next(t, o, chat, now, "1"), now, 10*time.Minute)
	nothingBefore(t, o, chat, now, now.Add(10*time.Minute))
}
