package controllers

import "testing"

func TestTheSafeCursorNeverPassesNewsThatIsNotWorkedThrough(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "a.cn", "1")
	n.Tell("cloud", "b.cn", "2")
	n.Tell("cloud", "a.cn", "3")
	if cursor, ok := n.Safe("cloud"); ok {
		t.Fatalf("safe at %s before anything was worked through", cursor)
	}
	done := func(domain string) {
		seq, ok := n.Of("cloud", domain)
		if !ok {
			t.Fatalf("no news of %s", domain)
		}
		n.Done("cloud", domain, seq)
	}
	done("b.cn")
	if cursor, ok := n.Safe("cloud"); ok {
		t.Fatalf("safe at %s, while the news of a.cn before it is not worked through", cursor)
	}
	done("a.cn")
	if cursor, ok := n.Safe("cloud"); !ok || cursor != "3" {
		t.Errorf("safe at %q, %v; want 3: everything is worked through", cursor, ok)
	}
	if cursor, ok := n.Safe("cloud"); ok {
		t.Errorf("safe at %s again, with nothing new", cursor)
	}
}

func TestNewsThatCameDuringAPassIsStillNewsAfterIt(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "a.cn", "1")
	seq, _ := n.Of("cloud", "a.cn")
	n.Tell("cloud", "a.cn", "2")
	n.Done("cloud", "a.cn", seq)
	if _, ok := n.Of("cloud", "a.cn"); !ok {
		t.Error("the second event is lost: the pass that ended began before it")
	}
	if cursor, _ := n.Safe("cloud"); cursor == "2" {
		t.Error("the cursor passed an event that nobody worked through")
	}
}

func TestOneProvidersNewsIsNoneOfAnothers(t *testing.T) {
	t.Parallel()
	n := NewNews()
	n.Tell("cloud", "a.cn", "1")
	if _, ok := n.Of("desk", "a.cn"); ok {
		t.Error("the desk has news that the cloud told")
	}
}
