package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

// rowKind is a kind of row that may be added.
type rowKind struct {
	// key that only rows of this kind have.
	key string
	// takes are its other keys, beside those of every row.
	takes []string
	// read says what the row is about, and how it is written into a set's tables.
	read func(f *fields, rule Rule) (about string, write func(*tables))
}

func rowKinds() []rowKind {
	return []rowKind{
		{"topic", []string{"province", "value", "number"}, readTopic},
		{"category", []string{"required", "province"}, readCategory},
		{"smsProvince", []string{"required"}, readSms},
		{"limit", []string{"number"}, readLimit},
		{"tld", []string{"approved"}, readTld},
		{"region", []string{"mainland"}, readRegion},
	}
}

// readTopic reads a bureau's own rule (管局规则).
func readTopic(f *fields, rule Rule) (string, func(*tables)) {
	row := ProvincialRow{Rule: rule}
	if node, has := f.must("province", "name the province whose bureau has the rule"); has {
		row.Province = f.province("province", node)
	}
	node, has := f.must("topic", "name one of "+strings.Join(topicNames(), ", "))
	if !has {
		return "", nil
	}
	row.Topic = Topic(node.Value)
	topic, known := topicRow(row.Topic)
	switch {
	case !known:
		f.complain(node.Line, "topic %q is not known: name one of %s", node.Value, strings.Join(topicNames(), ", "))
	case len(topic.Values) > 0:
		row.Value = f.valueOf(topic)
	default:
		f.without("value", "topic "+string(topic.Topic)+" has a number")
		row.Number = f.whole("number", topic.Least, topic.Most)
	}
	return fmt.Sprintf("%s of %s", row.Topic, row.Province), func(t *tables) {
		put(&t.provincial, row, func(r ProvincialRow) bool { return r.Province == row.Province && r.Topic == row.Topic })
	}
}

// valueOf reads the value of a row on a topic.
func (f *fields) valueOf(topic TopicRow) string {
	f.without("number", "topic "+string(topic.Topic)+" has a value")
	choices := strings.Join(topic.Values, ", ")
	node, has := f.must("value", fmt.Sprintf("topic %s takes one of %s", topic.Topic, choices))
	if !has {
		return ""
	}
	if !slices.Contains(topic.Values, node.Value) {
		f.complain(node.Line, "value %q is none of topic %s: give one of %s", node.Value, topic.Topic, choices)
	}
	return node.Value
}

// without complains of a key that the row must not have.
func (f *fields) without(key, why string) {
	if node, has := f.values[key]; has {
		f.complain(node.Line, "%s does not belong here, %s: remove it", key, why)
	}
}

// readCategory reads whether a category needs pre-approval (前置审批), nationally or in one province.
func readCategory(f *fields, rule Rule) (string, func(*tables)) {
	node, has := f.must("category", "name one of "+categoryNames())
	if !has {
		return "", nil
	}
	row, known := (Set{}).PreApproval(v1alpha1.PreApprovalCategory(node.Value))
	if !known {
		f.complain(node.Line, "category %q is not known: name one of %s", node.Value, categoryNames())
	}
	row.Rule, row.Demand = rule, NotAsked
	if f.truth("required", "whether a filing stops without the paper") {
		row.Demand = Required
	}
	if node, has := f.scalar("province"); has {
		own := BureauApprovalRow{row, f.province("province", node)}
		return fmt.Sprintf("category %s in %s", row.Category, own.Province), func(t *tables) {
			put(&t.byBureau, own, func(r BureauApprovalRow) bool { return r.Category == own.Category && r.Province == own.Province })
		}
	}
	return fmt.Sprintf("category %s", row.Category), func(t *tables) {
		put(&t.preApprovals, row, func(r PreApprovalRow) bool { return r.Category == row.Category })
	}
}

func categoryNames() string {
	var names []string
	for _, row := range (Set{}).PreApprovals() {
		names = append(names, string(row.Category))
	}
	return strings.Join(names, ", ")
}

// readSms reads whether filings of a province are verified by SMS (短信核验).
func readSms(f *fields, rule Rule) (string, func(*tables)) {
	row := SmsRow{Rule: rule, Required: f.truth("required", "whether filings of the province are verified by SMS")}
	if node, has := f.must("smsProvince", "name the province"); has {
		row.Province = f.province("smsProvince", node)
	}
	return fmt.Sprintf("the SMS in %s", row.Province), func(t *tables) {
		put(&t.sms, row, func(r SmsRow) bool { return r.Province == row.Province })
	}
}

// readLimit reads a number that the procedure works with.
func readLimit(f *fields, rule Rule) (string, func(*tables)) {
	const most = 1000
	node, has := f.must("limit", "name one of "+limitNames())
	if !has {
		return "", nil
	}
	row := LimitRow{Rule: rule, Limit: Limit(node.Value)}
	_, known := find(limitRows(), func(r LimitRow) bool { return r.Limit == row.Limit })
	switch {
	case row.Limit == LimitPublicSecurityDays:
		f.complain(node.Line, "limit %s is the law's for everyone: remove the row", row.Limit)
	case !known:
		f.complain(node.Line, "limit %q is not known: name one of %s", node.Value, limitNames())
	}
	least := 1
	if row.Limit == LimitSmsWrongEntries {
		least = 0
	}
	row.Value = f.whole("number", least, most)
	return fmt.Sprintf("limit %s", row.Limit), func(t *tables) {
		put(&t.limits, row, func(r LimitRow) bool { return r.Limit == row.Limit })
	}
}

func limitNames() string {
	var names []string
	for _, row := range limitRows() {
		if row.Limit != LimitPublicSecurityDays {
			names = append(names, string(row.Limit))
		}
	}
	return strings.Join(names, ", ")
}

var tldForm = regexp.MustCompile(`^(?:[a-z]{2,63}|xn--[-a-z0-9]{1,59})$`)

// readTld reads whether the ministry has approved a top-level domain (域名后缀).
func readTld(f *fields, rule Rule) (string, func(*tables)) {
	row := TldRow{Rule: rule, Approved: f.truth("approved", "whether the ministry has approved it")}
	if node, has := f.must("tld", "name the top-level domain, without its dot"); has {
		row.Tld = node.Value
		if !tldForm.MatchString(row.Tld) {
			f.complain(node.Line, "tld %q is no top-level domain: write it without its dot, in small letters, an internationalized one as its A-label (xn--…)", row.Tld)
		}
	}
	return "top-level domain " + row.Tld, func(t *tables) {
		put(&t.tlds, row, func(r TldRow) bool { return r.Tld == row.Tld })
	}
}

// readRegion reads whether a provider's region is in mainland China (中国内地节点).
func readRegion(f *fields, rule Rule) (string, func(*tables)) {
	row := RegionRow{Rule: rule, Mainland: f.truth("mainland", "whether it is in mainland China")}
	if node, has := f.must("region", "name it as server.instance.region does"); has {
		row.Region = node.Value
	}
	return "region " + row.Region, func(t *tables) {
		put(&t.regions, row, func(r RegionRow) bool { return r.Region == row.Region })
	}
}
