package notify_test

import (
	"fmt"
	"testing"

	"k8s.io/apimachinery/pkg/types"

	"github.com/beian-dev/icp-operator/internal/notify"
)

func named(name string) types.NamespacedName {
	return types.NamespacedName{Namespace: "shop", Name: name}
}

func TestARecordKnowsWhoWasToldOfWhat(t *testing.T) {
	t.Parallel()
	known := []types.NamespacedName{named("mail"), named("chat")}
	r := notify.Record{}.With(named("mail"), "Approved/1/1", known).With(named("chat"), "Returned/1/X", known)
	r = notify.ParseRecord(r.String())
	for _, test := range []struct {
		notifier, key string
		told          bool
	}{
		{"mail", "Approved/1/1", true}, {"chat", "Returned/1/X", true}, {"mail", "Returned/1/X", false}, {"chat", "Approved/1/1", false},
	} {
		if got := r.Has(named(test.notifier), test.key); got != test.told {
			t.Errorf("%s told of %s: %v, want %v", test.notifier, test.key, got, test.told)
		}
	}
	if again := r.With(named("mail"), "Approved/1/1", known); again.String() != r.String() {
		t.Errorf("told once more, it is %q, and was %q", again, r)
	}
}

func TestARecordStaysSmall(t *testing.T) {
	t.Parallel()
	known := []types.NamespacedName{named("mail")}
	r := notify.Record{}.With(named("gone"), "Approved/1/1", known)
	for i := range 1000 {
		r = r.With(named("mail"), fmt.Sprint("DeadlineReminder/", i), known)
	}
	if n := len(r.String()); n > 600 {
		t.Errorf("%d bytes after 1,000 events of one notifier", n)
	}
	if !r.Has(named("mail"), "DeadlineReminder/999") || !r.Has(named("mail"), "DeadlineReminder/936") {
		t.Error("one of the last 64 is forgotten")
	}
	if r.Has(named("gone"), "Approved/1/1") {
		t.Error("a notifier that is no more is remembered")
	}
}

func TestWhatIsNoRecordIsNone(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", ":", "x", "a:", " , : "} {
		if r := notify.ParseRecord(value); r.Has(named("mail"), "Approved/1/1") || r.With(named("mail"), "k", nil).String() == "" {
			t.Errorf("%q reads as %q", value, r)
		}
	}
}
