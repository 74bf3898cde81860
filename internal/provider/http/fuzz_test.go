package http

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

var orderSeeds = []string{
	`{"id":"O1","domain":"example.com","filingType":"FirstFiling","attempt":1,"createdAt":"2026-03-02T09:00:00Z","history":[{"id":"e1","attempt":1,"stage":"TypeDetermination","decision":"Passed","at":"2026-03-02T09:00:00Z"}]}`,
	`{"id":"O1","domain":"example.com","imported":true,"attempt":1,"createdAt":"2026-03-02T09:00:00Z","history":[{"id":"e1","attempt":1,"stage":"BureauReview","decision":"Passed","subjectNumber":"浙ICP备26000001号","websiteNumber":"浙ICP备26000001号-1","message":"call 13900000000\n","at":"2026-03-02T09:00:00Z"}]}`,
	`{"id":"O1","attempt":2147483647,"history":[{"id":"e1","attempt":2147483647,"stage":"Approved","decision":"Revoked","reasons":["X"],"at":"0000-01-01T00:00:00+14:00"}]}`,
	`{"id":"O1","history":[{"at":"9999-12-31T23:59:59-14:00"}]}`, `{"orders":[{}]}`, `{"id":1}`, `[`, `null`, `{"history":null}`, "\xff",
}

// FuzzOrder: whatever a server answers, it is no order, or one that all the rest can rely on.
func FuzzOrder(f *testing.F) {
	for _, seed := range orderSeeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var answer protocol.Order
		if err := decode(bytes.NewReader(body), &answer); err != nil {
			if !isJSONFault(err) {
				t.Errorf("a wrong answer is no fault of the server's: %v", err)
			}
			return
		}
		order, err := orderIn(answer)
		if err != nil {
			return
		}
		if order.ID == "" || order.Attempt < 1 || len(order.History) > maxHistory {
			t.Errorf("taken for an order: %+v", order)
		}
		for _, d := range order.History {
			for _, at := range []time.Time{d.At, d.DueAt} {
				if written, err := at.MarshalJSON(); err != nil || len(written) > len(`"2006-01-02T15:04:05.999999999Z"`) {
					t.Errorf("a time that no status takes: %s, %v", at, err)
				}
			}
			if strings.ContainsFunc(d.Message+d.SubjectNumber+d.WebsiteNumber, unicode.IsControl) || len([]rune(d.Message)) > maxMessage {
				t.Errorf("words that nobody should be shown: %q", d)
			}
			if d.Decision == "" || procedure.StageOrder(d.Stage) < 0 {
				t.Errorf("a decision on nothing: %+v", d)
			}
		}
	})
}

// FuzzAnswers: the other answers are read, or are none.
func FuzzAnswers(f *testing.F) {
	for _, seed := range append(orderSeeds, `{"filingType":"FirstFiling","reason":"NothingFiled"}`, `{"domain":"example.com","filed":true,"access":["ThisProvider"]}`,
		`{"events":[{"cursor":"c1","orderID":"O1","domain":"example.com","at":"2026-03-02T09:00:00Z"}],"next":"c1","more":true}`, `{"lookups":[{"domain":"example.com","result":"Filed"}]}`,
		`{"type":"https://beian.dev/problems/X","title":"X","errors":[{"pointer":"/a","rule":"b"}]}`) {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var determination protocol.Determination
		if decode(bytes.NewReader(body), &determination) == nil {
			if d, err := determinationIn(determination, []string{"李示例"}); err == nil && (strings.Contains(d.Message, "李示例") || d.Reason == "") {
				t.Errorf("taken for a determination: %+v", d)
			}
		}
		var filed protocol.Filing
		if decode(bytes.NewReader(body), &filed) == nil {
			_, _ = filedIn(filed)
		}
		var page protocol.EventPage
		if decode(bytes.NewReader(body), &page) == nil {
			if p, err := pageIn(page, "c0"); err == nil && p.More && (p.Next == "" || p.Next == "c0") {
				t.Errorf("a page that leads nowhere: %+v", p)
			}
		}
		var list protocol.LookupList
		if decode(bytes.NewReader(body), &list) == nil {
			if n := len(lookupsIn([]string{"example.com", "example.org"}, list.Lookups)); n != 2 {
				t.Errorf("%d answers for 2 domains", n)
			}
		}
		var problem protocol.Problem
		if decode(bytes.NewReader(body), &problem) == nil {
			fault := call{op: "x"}.fail(classOf(422, true, problem), reasonOf(422, problem), detailOf(422, true, problem))
			if strings.ContainsFunc(fault.Error(), unicode.IsControl) || len([]rune(fault.Detail)) > maxDetail {
				t.Errorf("an error that nobody should be shown: %q", fault)
			}
		}
	})
}
