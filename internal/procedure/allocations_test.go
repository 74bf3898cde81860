package procedure

import "testing"

// mostOfAPass is how often a pass allocates over a filing in force of which nothing is new: 384 times, and some for another Go.
const mostOfAPass = 400

func TestAPassOverAFilingInForceAllocatesLittle(t *testing.T) { //nolint:paralleltest // others' allocations would count
	facts := sameSubjects(t, 0, false)
	if got := testing.AllocsPerRun(100, func() { Next(facts, monday.AddDate(0, 0, 90)) }); got > mostOfAPass {
		t.Errorf("it allocates %.0f times, and %d is what is committed", got, mostOfAPass)
	}
}
