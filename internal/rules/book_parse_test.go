package rules_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/rules"
)

func TestWhatIsNotRightInAFileOfRows(t *testing.T) {
	t.Parallel()
	const says = `, source: s, date: "2026-05-01"}`
	for name, tc := range map[string]struct{ text, want string }{
		"no YAML":                         {"rows: [", "no YAML: "},
		"another file":                    {"hello", "line 1: no rows: write rows:"},
		"a key beside rows":               {"row: []", `line 1: key "row" is not known`},
		"rows that are no list":           {"rows: {}", "line 1: rows is no list"},
		"rows that stand twice":           {"rows: []\nrows: []", `line 2: key "rows" stands twice: remove one`},
		"two documents":                   {"rows: []\n---\nrows: []", "a file holds one document"},
		"a row that is text":              {"rows:\n- Hubei", "line 2: row 1: no row: write it as"},
		"a row of no kind":                {"rows:\n- {province: Hubei" + says, "line 2: row 1: its kind is not plain: give exactly one of topic, category, smsProvince, limit, tld, region"},
		"a row of two kinds":              {"rows:\n- {limit: AdultAge, tld: io, number: 2" + says, "its kind is not plain"},
		"a key of no such row":            {"rows:\n- {limit: AdultAge, nummer: 2" + says, `key "nummer" is none of a row with limit: it takes limit, number, source, date, until, ruleSets`},
		"a key that stands twice":         {"rows:\n- {limit: AdultAge, number: 2, number: 3" + says, `key "number" stands twice`},
		"a missing number":                {"rows:\n- {limit: AdultAge" + says, "number is missing: give a whole number from 1 to 1000"},
		"a number in words":               {"rows:\n- {limit: AdultAge, number: ten" + says, `number "ten" is no whole number from 1 to 1000`},
		"a number below the least":        {"rows:\n- {limit: AdultAge, number: 0" + says, `number "0" is no whole number from 1`},
		"a limit that is not known":       {"rows:\n- {limit: Age, number: 2" + says, `limit "Age" is not known: name one of RealNameSyncMinDays`},
		"a limit that is missing":         {"rows:\n- {limit: , number: 2" + says, "limit is missing: name one of"},
		"the thirty days are the law's":   {"rows:\n- {limit: PublicSecurityDays, number: 60" + says, "the law's for everyone: remove the row"},
		"a topic that is not known":       {"rows:\n- {province: Hubei, topic: Weather, value: Rain" + says, `topic "Weather" is not known: name one of ChangeCertificate`},
		"a topic that is missing":         {"rows:\n- {province: Hubei, topic: null, value: Rain" + says, "topic is missing"},
		"a province that is missing":      {"rows:\n- {topic: SitesPerOrder, number: 2" + says, "province is missing: name the province"},
		"a province that is none":         {"rows:\n- {province: Hubai, topic: SitesPerOrder, number: 2" + says, `province "Hubai" is none of the mainland's 31: write one of Beijing, `},
		"a value that the topic has not":  {"rows:\n- {province: Hubei, topic: ChangeName, value: Yes" + says, `value "Yes" is none of topic ChangeName: give one of Allowed, Refused`},
		"a missing value":                 {"rows:\n- {province: Hubei, topic: ChangeName" + says, "value is missing: topic ChangeName takes one of Allowed, Refused"},
		"a number where a value belongs":  {"rows:\n- {province: Hubei, topic: ChangeName, value: Allowed, number: 2" + says, "number does not belong here, topic ChangeName has a value: remove it"},
		"a value where a number belongs":  {"rows:\n- {province: Hubei, topic: MinimumAge, value: Old, number: 16" + says, "value does not belong here, topic MinimumAge has a number"},
		"an age that is no person's":      {"rows:\n- {province: Hubei, topic: MinimumAge, number: 160" + says, "no whole number from 14 to 100"},
		"a category that is not known":    {"rows:\n- {category: Weather, required: true" + says, `category "Weather" is not known: name one of News, `},
		"a category that is missing":      {"rows:\n- {category: '', required: true" + says, "category is missing"},
		"a category in no province":       {"rows:\n- {category: News, required: true, province: Nowhere" + says, `province "Nowhere" is none`},
		"required that is missing":        {"rows:\n- {category: News" + says, "required is missing: say true or false"},
		"required that is neither":        {"rows:\n- {smsProvince: Hubei, required: maybe" + says, `required "maybe" is neither true nor false`},
		"an SMS province that is none":    {"rows:\n- {smsProvince: Nowhere, required: true" + says, `smsProvince "Nowhere" is none`},
		"an SMS province that is missing": {"rows:\n- {smsProvince: , required: true" + says, "smsProvince is missing"},
		"a top-level domain with its dot": {"rows:\n- {tld: .io, approved: true" + says, `tld ".io" is no top-level domain: write it without its dot`},
		"a top-level domain missing":      {"rows:\n- {tld: , approved: true" + says, "tld is missing"},
		"a region that is missing":        {"rows:\n- {region: , mainland: true" + says, "region is missing"},
		"a value that is a list":          {"rows:\n- {region: [a], mainland: true" + says, "region is no plain value: write it out"},
		"an alias":                        {"rows:\n- &a {region: a, mainland: true" + says + "\n- *a", "row 2: no row"},
		"a missing source":                {`rows: [{region: a, mainland: true, date: "2026-05-01"}]`, "line 1: row 1: source is missing: say who says so"},
		"a source of two lines":           {`rows: [{region: a, mainland: true, source: "a\nb", date: "2026-05-01"}]`, "source is not one line"},
		"a source that is too long":       {`rows: [{region: a, mainland: true, source: "` + strings.Repeat("很", 100) + `", date: "2026-05-01"}]`, "at most 200 bytes"},
		"a missing date":                  {`rows: [{region: a, mainland: true, source: s}]`, "date is missing: say from which day"},
		"a day that does not exist":       {`rows: [{region: a, mainland: true, source: s, date: 2026-02-30}]`, `date "2026-02-30" is no day that exists: write it as 2026-05-01`},
		"an end that does not exist":      {`rows: [{region: a, mainland: true, source: s, date: 2026-02-01, until: soon}]`, `until "soon" is no day that exists`},
		"an end before the beginning":     {`rows: [{region: a, mainland: true, source: s, date: 2026-02-01, until: 2026-02-01}]`, "until 2026-02-01 is not after date 2026-02-01"},
		"a rule set that is not known":    {`rows: [{region: a, mainland: true, source: s, date: 2026-02-01, ruleSets: ["2020-01-01"]}]`, `rule set "2020-01-01" is not known: list some of 2019-09-16, 2026-01-01`},
		"rule sets that are no list":      {`rows: [{region: a, mainland: true, source: s, date: 2026-02-01, ruleSets: all}]`, "ruleSets is no list of sets: leave it out for all"},
		"two rows about the same": {
			"rows:\n- {limit: AdultAge, number: 18" + says + "\n- {limit: AdultAge, number: 16" + says,
			"line 3, row 2: says what filing rules, line 2, row 1 says already, on limit AdultAge: keep one",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := rules.ParseBook([]byte(tc.text))
			wantError(t, err, tc.want)
		})
	}
}

func TestAllErrorsOfAllFilesComeAtOnceEachWithItsFileLineAndRow(t *testing.T) {
	t.Parallel()
	_, err := rules.ParseBooks(
		rules.File{Name: "a.yaml", Data: []byte("rows:\n- {topic: Weather, province: Nowhere}\n- {limit: AdultAge}\n")},
		rules.File{Name: "b.yaml", Data: []byte("row: 1\n")},
	)
	if err == nil {
		t.Fatal("taken")
	}
	for _, want := range []string{
		`filing rules a.yaml, line 2: row 1: source is missing`,
		`filing rules a.yaml, line 2: row 1: date is missing`,
		`filing rules a.yaml, line 2: row 1: province "Nowhere" is none`,
		`filing rules a.yaml, line 2: row 1: topic "Weather" is not known`,
		`filing rules a.yaml, line 3: row 2: source is missing`,
		`filing rules a.yaml, line 3: row 2: date is missing`,
		`filing rules a.yaml, line 3: row 2: number is missing`,
		`filing rules b.yaml, line 1: key "row" is not known`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error does not say %q:\n%v", want, err)
		}
	}
	if n := len(strings.Split(err.Error(), "\n")); n != 8 {
		t.Errorf("%d lines of errors, want 8:\n%v", n, err)
	}
}

func TestTwoRowsAboutTheSameMayFollowEachOther(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"one ends before the other begins": `rows:
- {limit: AdultAge, number: 18, source: s, date: 2026-01-01, until: 2026-06-01}
- {limit: AdultAge, number: 16, source: s, date: 2026-06-01}`,
		"each is of a set of its own": `rows:
- {limit: AdultAge, number: 18, source: s, date: 2026-01-01, ruleSets: ["2019-09-16"]}
- {limit: AdultAge, number: 16, source: s, date: 2026-01-01, ruleSets: ["2026-01-01"]}`,
		"one is of a province, the other of the nation": `rows:
- {category: Education, required: true, source: s, date: 2026-01-01}
- {category: Education, required: false, province: Hubei, source: s, date: 2026-01-01}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			book(t, text)
		})
	}
}

func TestEveryTopicSaysWhatItsRowsMaySayAndItsBuiltInRowsDo(t *testing.T) {
	t.Parallel()
	topics := map[rules.Topic]rules.TopicRow{}
	for _, topic := range rules.Topics() {
		topics[topic.Topic] = topic
		if topic.Chinese == "" || topic.Asks == "" || (len(topic.Values) > 0) == (topic.Most > 0) {
			t.Errorf("incomplete: %+v", topic)
		}
	}
	for _, r := range lookup(t, "").ProvincialRules() {
		topic := topics[r.Topic]
		text := "rows:\n- {province: " + string(r.Province) + ", topic: " + string(r.Topic) + ", source: s, date: 2026-01-01, "
		if len(topic.Values) > 0 {
			text += "value: " + r.Value + "}"
		} else {
			text += "number: " + strconv.Itoa(r.Number) + "}"
		}
		if _, err := rules.ParseBook([]byte(text)); err != nil {
			t.Errorf("the built-in row %+v could not be added: %v", r, err)
		}
	}
}
