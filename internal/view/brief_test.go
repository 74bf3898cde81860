package view_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/internal/view"
	"github.com/beian-dev/icp-operator/internal/words"
)

// untold leaves of a filing what Brief has, too.
func untold(v view.Filing) view.Filing {
	b := view.Filing{Namespace: v.Namespace, Name: v.Name, Domain: v.Domain, Type: v.Type, Stage: v.Stage, Attempt: v.Attempt, Deleting: v.Deleting, Standing: v.Standing,
		Next: v.Next, Deadline: v.Deadline, Ready: view.Condition{Type: v.Ready.Type, Status: v.Ready.Status, Reason: v.Ready.Reason}}
	if b.Next != nil {
		b.Next.Says = words.Words{}
	}
	if b.Deadline != nil {
		b.Deadline.Title = words.Words{}
	}
	return b
}

func TestInBriefAFilingStandsAsItDoes(t *testing.T) {
	t.Parallel()
	for _, c := range cases {
		for _, now := range []time.Time{day(1, 0), day(9, 8), day(9, 12), day(10, 12), day(20, 0), day(28, 0), day(31, 23)} {
			if diff := cmp.Diff(untold(view.Of(c.filing, now)), view.Brief(c.filing, now)); diff != "" {
				t.Errorf("%s, at %s (-whole +brief):\n%s", c.is, now, diff)
			}
		}
	}
}
