package procedure

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

var (
	allTypes  = []v1alpha1.FilingType{v1alpha1.FirstFiling, v1alpha1.AccessFiling, v1alpha1.NewWebsiteFiledElsewhere, v1alpha1.NewWebsiteFiledHere}
	channels  = []v1alpha1.Channel{v1alpha1.ChannelPC, v1alpha1.ChannelApp}
	natures   = []v1alpha1.Nature{v1alpha1.NatureIndividual, v1alpha1.NatureEnterprise}
	provinces = []v1alpha1.Province{"Zhejiang", "Guangdong"} // with SMS verification, and without, by the rules of 2019-09-16
	hands     = []Hand{ByPeople, ByOperator}
)

// path is a way that a filing may go.
type path struct {
	name string
	// sms: the way needs the SMS verification.
	sms  bool
	walk func(*journey)
}

// paths are walked by every type, channel, nature and province.
func paths() []path {
	return []path{
		{"straight", false, func(j *journey) { j.straight().after(time.Hour, "the first host is served", hosts(1, 0)) }},
		{"returned-by-provider", false, returnedBy(v1alpha1.StagePreliminaryReview)},
		{"returned-by-bureau", false, returnedBy(v1alpha1.StageBureauReview)},
		{"sms-expired", true, smsExpired},
		{"mailing-asked", false, mailingAsked},
		{"withdrawn", false, withdrawnAndResubmitted},
		{"revoked", false, revoked},
	}
}

// generated is a journey of the table.
type generated struct {
	typ      v1alpha1.FilingType
	channel  v1alpha1.Channel
	nature   v1alpha1.Nature
	province v1alpha1.Province
	hand     Hand
	path     path
}

func (g generated) name() string {
	return fmt.Sprintf("%s/%s-%s-%s-%s-%s", g.typ, g.channel, g.nature, g.province, g.path.name, g.hand)
}

// generatedJourneys is the table: every type × channel × nature × province × path. Two rules make it shorter:
//   - a channel that does not take the type has one transcript, which says so: the filing stops before any path parts;
//   - a province without SMS verification has no SMS that could expire.
//
// The straight path is walked by people and by the operator; each other path by the one or the other, in turn from case to
// case and from path to path, so that every case and every path has both.
func generatedJourneys(set rules.Set) []generated {
	var list []generated
	turn := 0
	for _, typ := range allTypes {
		for _, channel := range channels {
			takes, _ := set.ChannelTakesType(channel, typ)
			for _, nature := range natures {
				for _, province := range provinces {
					turn++
					g := generated{typ: typ, channel: channel, nature: nature, province: province}
					if !takes {
						g.hand, g.path = hands[turn%2], path{name: "refused", walk: func(j *journey) { j.apply() }}
						list = append(list, g)
						continue
					}
					list = append(list, g.ways(set, turn)...)
				}
			}
		}
	}
	return list
}

// ways are the paths of a case.
func (g generated) ways(set rules.Set, turn int) []generated {
	sms, _ := set.SmsRequired(g.province)
	var list []generated
	for i, way := range paths() {
		if way.sms && !sms {
			continue
		}
		g.path = way
		for h, hand := range hands {
			if i == 0 || (turn/2+turn+i)%2 == h {
				g.hand = hand
				list = append(list, g)
			}
		}
	}
	return list
}

func TestEveryJourneyOfTheTableIsAsApproved(t *testing.T) {
	t.Parallel()
	for _, g := range generatedJourneys(quickStart(t)) {
		t.Run(g.name(), func(t *testing.T) {
			t.Parallel()
			j := newJourney(t, g.typ, g.channel, g.nature, g.province, g.hand)
			g.path.walk(j)
			j.golden(g.name())
			if got := j.stage(); got != g.ends() {
				t.Errorf("the journey ends at %s, want %s", got, g.ends())
			}
			if g.path.name == "refused" && j.filing.Status.OrderID != "" {
				t.Errorf("an order was made on channel %s, which does not take type %s", g.channel, g.typ)
			}
		})
	}
}

// ends is where a path ends.
func (g generated) ends() v1alpha1.StageName {
	switch g.path.name {
	case "refused":
		return v1alpha1.StageTypeDetermination
	case "revoked":
		return v1alpha1.StageRevoked
	}
	return v1alpha1.StageApproved
}

// TestTheTranscriptsAreThoseOfTheTables counts the transcripts, and knows each: none is missing, none is left over.
func TestTheTranscriptsAreThoseOfTheTables(t *testing.T) {
	t.Parallel()
	var want []string
	hand := map[Hand]int{}
	for _, g := range generatedJourneys(quickStart(t)) {
		want = append(want, g.name())
		hand[g.hand]++
	}
	table := len(want)
	want = slices.AppendSeq(want, maps.Keys(toldOneByOne()))
	slices.Sort(want)
	if diff := cmp.Diff(want, approvedTranscripts(t)); diff != "" {
		t.Errorf("transcripts (-of the tables +in %s):\n%s", transcripts, diff)
	}
	t.Logf("%d journeys: %d of the table (%d by people, %d by the operator), %d told one by one", len(want), table, hand[ByPeople], hand[ByOperator], len(want)-table)
	if table < 150 {
		t.Errorf("%d journeys of the table, want at least 150", table)
	}
	if diff := hand[ByPeople] - hand[ByOperator]; diff < -10 || diff > 10 {
		t.Errorf("%d journeys by people and %d by the operator: want half and half", hand[ByPeople], hand[ByOperator])
	}
}

func approvedTranscripts(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(transcripts, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(transcripts, file)
		found = append(found, strings.TrimSuffix(filepath.ToSlash(rel), ".txt"))
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func quickStart(t failer) rules.Set {
	t.Helper()
	set, err := rules.Lookup(rules.QuickStart)
	if err != nil {
		t.Fatal(err)
	}
	return set
}
