//go:build failpoints

package chaos_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/internal/failpoint"
	"github.com/beian-dev/icp-operator/internal/simulator"
	"github.com/beian-dev/icp-operator/test/cluster"
)

// withFailPoints builds the operator with its fail points.
func withFailPoints(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "icp-operator")
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "failpoints", "-o", path, ".")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the operator with fail points: %v\n%s", err, out)
	}
	return path
}

var points = flag.Int("points", 0, "passings of named points at which the operator is killed, by the seed; 0 for all")

// TestAnOperatorThatIsKilledAtEveryNamedPointLosesAndRepeatsNothing has filings of every fate walk undisturbed, which says which points
// are passed; then it kills the operator at each of those, or at some by the seed, while new filings of every fate come to it.
func TestAnOperatorThatIsKilledAtEveryNamedPointLosesAndRepeatsNothing(t *testing.T) {
	program, dir := withFailPoints(t), t.TempDir()
	calm := openDesk(t, "passed", len(modes), simulator.Options{Known: plans("passed", len(modes)*len(fates)), Delay: 100 * time.Millisecond})
	at := openDesk(t, "points", len(modes), simulator.Options{Known: plans("points", 2000), Delay: 100 * time.Millisecond})
	probed := openDesk(t, "points-probed", 1, simulator.Options{})
	box := openInbox(t, calm, at)
	p := &pointed{dir: dir, storm: &storm{
		operators: &operators{name: "points", path: program, env: []string{failpoint.Variable + "=" + dir}, args: []string{"--notify-allow-networks=127.0.0.0/8"}},
		seen:      watchAll(t), crowd: &crowd{}, desk: at, probed: probed, probes: 5000, random: chances(5), times: map[string]int{}, recovered: map[string][]time.Duration{},
	}}
	t.Cleanup(p.operators.killAll)
	if _, err := p.operators.start(false); err != nil {
		t.Fatal(err)
	}
	if err := cluster.UntilGated(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	expected := undisturbed(t, calm, p.seen, 3000)
	rows := p.rows(t)
	stop := p.crowd.live(t.Context(), p.seen)
	defer stop()
	killed, passedBy := map[failpoint.Point]int{}, []string{}
	for _, row := range rows {
		if !p.killAt(t, row) {
			passedBy = append(passedBy, row.String())
			continue
		}
		killed[row.point()]++
		t.Logf("%s: %.1f s", row, p.last.Seconds())
	}
	untilEnded(t, p.storm, expected)
	judge(t, p.storm, at, len(p.crowd.all()))
	box.judge(t, p.crowd.all(), p.operators.kills)
	if *points == 0 {
		for _, point := range failpoint.Points() {
			if killed[point] == 0 {
				t.Errorf("the operator was not killed at %s", point)
			}
		}
	}
	t.Logf("killed at %d of %d passings of %d points, by %d filings; not passed again: %v", len(rows)-len(passedBy), len(rows), len(failpoint.Points()), len(p.crowd.all()), passedBy)
	t.Logf("from the end until a filing made then was in force and its route served:\n%s", p.figures())
}

// pointed is an operator that is killed at named points.
type pointed struct {
	*storm
	// dir is where it is told at which, and tells what it passes.
	dir string
	// born are how many lives of each fate were, and last is how long the last recovery took.
	born int
	last time.Duration
}

// passing is a point as it is passed, and when filings come to it: from their birth, or from when their routes are served.
type passing struct {
	name   string
	served bool
}

func (r passing) String() string {
	if r.served {
		return r.name + ", once served"
	}
	return r.name
}

func (r passing) point() failpoint.Point {
	name, _, _ := strings.Cut(r.name, " ")
	return failpoint.Point(name)
}

// twice are the points that every filing passes on its way up, and that are other ones on the way down.
var twice = []failpoint.Point{failpoint.BeforeClearance, failpoint.AfterClearance, failpoint.BeforeCursor, failpoint.AfterCursor}

// rows are the passings to be tried, in an order by the seed, one of each point first. Every point must have been passed by what went undisturbed.
func (p *pointed) rows(t *testing.T) (rows []passing) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(p.dir, "passed"))
	if err != nil {
		t.Fatal(err)
	}
	names := slices.Collect(strings.Lines(strings.ReplaceAll(string(content), "\n", " \n")))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		row := passing{name: strings.TrimSpace(name)}
		rows = append(rows, row)
		if slices.Contains(twice, row.point()) {
			rows = append(rows, passing{row.name, true})
		}
	}
	for _, point := range failpoint.Points() {
		if !slices.ContainsFunc(rows, func(r passing) bool { return r.point() == point }) {
			t.Errorf("no filing came to %s", point)
		}
	}
	p.random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	var first, more []passing
	for _, row := range rows {
		if slices.ContainsFunc(first, func(r passing) bool { return r.point() == row.point() }) {
			more = append(more, row)
		} else {
			first = append(first, row)
		}
	}
	rows = append(first, more...)
	if *points > 0 {
		rows = rows[:min(*points, len(rows))]
	}
	return rows
}

// killAt has filings of every fate come, and the operator die when one of them comes to the point; then it starts the next one, and
// takes the time until a filing that is made then is in force. It is false where none came to it this time.
func (p *pointed) killAt(t *testing.T, row passing) bool {
	t.Helper()
	running, err := p.operators.leader()
	if err != nil {
		t.Fatal(err)
	}
	armed := filepath.Join(p.dir, "armed")
	arm := func() {
		err := os.WriteFile(armed+".new", []byte(row.name), 0o600)
		if err = errors.Join(err, os.Rename(armed+".new", armed)); err != nil {
			t.Fatal(err)
		}
	}
	lives := p.bear()
	if !row.served {
		arm()
		p.release(lives)
	}
	p.add(lives)
	for deadline, open := time.Now().Add(*within), row.served; ; pass(t.Context(), 10*time.Millisecond) {
		if open && p.every(lives, func(l *life) bool { return !p.seen.of(l.key).served.IsZero() || l.ended }) {
			open = false
			arm()
			p.release(lives)
		}
		select {
		case <-running.Done():
			p.died(t.Context(), t, running, row)
			return true
		default:
		}
		ended := p.every(lives, func(l *life) bool { return l.story(p.seen, nil).ends(fates[l.fate]) })
		if ended && os.Remove(armed) == nil {
			return false
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: neither did the operator come to it, nor did the filings end within %s", row, *within)
		}
	}
}

// bear makes a life of each fate that goes by itself.
func (p *pointed) bear() (lives []*life) {
	for of := range fates {
		if !fates[of].together {
			lives = append(lives, lifeOf(p.desk, of+p.born*len(fates), len(modes), 70000))
		}
	}
	p.born++
	for _, l := range lives {
		l.waits = 24 * time.Hour // until they are released
	}
	return lives
}

// add has lives go on beside the others.
func (p *pointed) add(lives []*life) {
	p.crowd.mu.Lock()
	defer p.crowd.mu.Unlock()
	p.crowd.lives = append(p.crowd.lives, lives...)
}

// release lets lives go on that are served.
func (p *pointed) release(lives []*life) {
	p.crowd.mu.Lock()
	defer p.crowd.mu.Unlock()
	for _, l := range lives {
		l.waits = 0
	}
}

func (p *pointed) every(lives []*life, holds func(*life) bool) bool {
	p.crowd.mu.Lock()
	defer p.crowd.mu.Unlock()
	return !slices.ContainsFunc(lives, func(l *life) bool { return !holds(l) })
}

// died makes sure that an operator ended at the point, and takes the time until the next one has a new filing in force.
func (p *pointed) died(ctx context.Context, t *testing.T, running *operator, row passing) {
	t.Helper()
	begun := time.Now()
	if err := os.Remove(filepath.Join(p.dir, "hit")); err != nil {
		t.Fatalf("%s: %v", row, running.Ended())
	}
	p.operators.kill(running)
	if _, err := p.operators.start(false); err != nil {
		t.Fatal(err)
	}
	took, err := p.probe(ctx, begun)
	if err != nil {
		t.Fatalf("%s: %v", row, err)
	}
	name := string(row.point())
	p.last = took
	p.times[name]++
	p.recovered[name] = append(p.recovered[name], took)
}

// figures tell how long it took, point by point.
func (p *pointed) figures() string {
	var names []string
	for _, point := range failpoint.Points() {
		names = append(names, string(point))
	}
	return p.table(names...)
}
