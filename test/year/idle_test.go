package year_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// TestNothingIsWrittenAndHardlyAnythingDoneBetweenDueTimes watches filings with seven deadlines each, of which none falls
// due, while the clock goes on: what the whole process of the operator, the test's own part included, takes of a core.
func TestNothingIsWrittenAndHardlyAnythingDoneBetweenDueTimes(t *testing.T) {
	const ns = "idle"
	place(t, ns)
	person(t, ns, "person-0-0", 0, date(800))
	person(t, ns, "person-1-0", 1, date(900))
	witness := watchAll(t, ns)
	running := start(t)
	defer func() { running.kill(); <-running.ended }()
	quiet := life{opened: -3, ends: map[string]int{"Domain": 500, "Server": 600, "Certificate": 700, "IcpLicense": 400}}
	imports(t, ns, *idle, func(i int, f *v1alpha1.IcpFiling) { quiet.write(papers*i, f) })
	settled(t, witness)

	events, _ := witness.given()
	writes, spent, since := witness.seen(), cpu(t), time.Now()
	for time.Since(since) < *resting {
		before := now.Now()
		wait(t, time.Second)
		now.SetTime(before.Add(time.Second))
	}
	took := time.Since(since)
	share := 100 * (cpu(t) - spent).Seconds() / took.Seconds()
	writes = witness.seen() - writes
	after, _ := witness.given()
	t.Logf("%d filings with 7 deadlines each, none due: %d writes and %d reminders in %.0f s, %.2f %% of a core", *idle, writes, after-events, took.Seconds(), share)
	if writes != 0 || after != events {
		t.Errorf("%d writes and %d reminders, want none", writes, after-events)
	}
	if share >= 1 {
		t.Errorf("%.2f %% of a core, want less than 1", share)
	}
}

// settled waits until nothing has been written for some seconds.
func settled(t *testing.T, w *witness) {
	t.Helper()
	for seen, still := -1, 0; still < 5; {
		now.Step(time.Second)
		wait(t, time.Second)
		if n := w.seen(); n != seen {
			seen, still = n, -1
		}
		still++
	}
}

// wait lets a time pass in which nothing is expected to happen: that is what is measured.
func wait(t *testing.T, d time.Duration) {
	t.Helper()
	select {
	case <-time.After(d):
	case <-t.Context().Done():
	}
}

// cpu is what this process has used so far.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
