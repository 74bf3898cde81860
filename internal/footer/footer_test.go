package footer_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/internal/footer"
)

const (
	website = "浙ICP备26000001号-1"
	subject = "浙ICP备26000001号"
	police  = "浙公网安备 33010602000001号"
)

var asked = footer.Question{
	Page:           "www.example.com",
	Filing:         footer.Want{Number: website, Wrong: subject, Host: "beian.miit.gov.cn"},
	PublicSecurity: footer.Want{Number: police, Host: "beian.mps.gov.cn"},
}

func TestAPageShowsItsNumbersOrDoesNot(t *testing.T) {
	t.Parallel()
	const (
		both   = `<a href="https://beian.miit.gov.cn/">` + website + `</a> <a href="https://beian.mps.gov.cn/#/query/webSearch?code=33010602000001"><img src="x.png">浙公网安备33010602000001号</a>`
		filler = "A shop that sells things, and says so at some length, as shops do. "
	)
	miit := func(text string) string { return `<a href="https://beian.miit.gov.cn/">` + text + `</a>` }
	only := func(filing footer.Shown) footer.Finding {
		return footer.Finding{Filing: filing, PublicSecurity: footer.Missing}
	}
	for name, tc := range map[string]struct {
		body string
		want footer.Finding
	}{
		"both numbers, each linked": {both, footer.Finding{Filing: footer.Linked, PublicSecurity: footer.Linked}},
		"neither":                   {filler, only(footer.Missing)},
		"a number without a link":   {website, only(footer.Unlinked)},
		"a link to another site":    {`<a href="https://example.com/">` + website + `</a>`, only(footer.Unlinked)},
		"a link to a host that only looks like the ministry's":   {`<a href="https://beian.miit.gov.cn.example.com/">` + website + `</a>`, only(footer.Unlinked)},
		"a link with the ministry as its user's name":            {`<a href="https://beian.miit.gov.cn@example.com/">` + website + `</a>`, only(footer.Unlinked)},
		"a link that is a script":                                {`<a href="javascript://beian.miit.gov.cn/">` + website + `</a>`, only(footer.Unlinked)},
		"the ministry's page linked elsewhere than the number":   {website + miit("the ministry"), only(footer.Unlinked)},
		"without TLS, capitals, a port and a fragment":           {`<a href=" HTTP://Beian.MIIT.gov.cn:80/#/Integrated/index">` + website + `</a>`, only(footer.Linked)},
		"without a scheme":                                       {`<a href="//beian.miit.gov.cn">` + website + `</a>`, only(footer.Linked)},
		"full-width characters":                                  {miit("浙ＩＣＰ备２６０００００１号－１"), only(footer.Linked)},
		"blanks and small letters":                               {miit("浙icp备 26000001 号&nbsp;-　1"), only(footer.Linked)},
		"a long dash":                                            {miit("浙ICP备26000001号–1"), only(footer.Linked)},
		"the number in parts":                                    {miit("浙ICP备<span>26000001</span>号<b>-1</b>"), only(footer.Linked)},
		"a year right after it":                                  {miit(website) + "<span>2026</span>", only(footer.Linked)},
		"another website of the subject":                         {miit(website + "2"), only(footer.Missing)},
		"the subject's number alone":                             {miit(subject), only(footer.OtherShown)},
		"another subject's":                                      {miit("浙ICP备26000002号-1"), only(footer.Missing)},
		"in a comment":                                           {"<!-- " + both + " -->" + filler, only(footer.Missing)},
		"in a script":                                            {"<script>document.write('" + both + "')</script>" + strings.Repeat(filler, 5), only(footer.Missing)},
		"in a style sheet":                                       {"<style>/* " + website + " */</style>", only(footer.Missing)},
		"in a template":                                          {"<template>" + both + "</template>", only(footer.Missing)},
		"hidden":                                                 {"<div hidden>" + both + "</div>", only(footer.Missing)},
		"hidden by its style":                                    {`<div style="color: red; Display : none">` + both + "</div>", only(footer.Missing)},
		"in an attribute":                                        {`<img alt="` + website + `">`, only(footer.Missing)},
		"a page that scripts write":                              {`<div id="app"></div><script src="app.js"></script><noscript>` + both + `</noscript>`, footer.Finding{Filing: footer.Missing, PublicSecurity: footer.Missing, Scripted: true}},
		"a page of text that has scripts, too":                   {strings.Repeat(filler, 5) + `<script src="app.js"></script>`, only(footer.Missing)},
		"little text and the number is no page of scripts alone": {miit(website) + `<script src="app.js"></script>`, only(footer.Linked)},
		"HTML that is broken":                                    {`<p><a href=https://beian.miit.gov.cn/>` + website + `<table></p>`, only(footer.Linked)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := footer.Look(strings.NewReader("<html><head><title>"+website+"</title></head><body>"+tc.body+"</body></html>"), asked)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestEitherNumberWillDoWhereTheBureauHasNoRule(t *testing.T) {
	t.Parallel()
	q := asked
	q.Filing, q.PublicSecurity = footer.Want{Number: website, Or: subject, Host: "beian.miit.gov.cn"}, footer.Want{}
	for body, want := range map[string]footer.Shown{
		`<a href="https://beian.miit.gov.cn">` + subject + `</a>`:                footer.Linked,
		`<a href="https://beian.miit.gov.cn">` + website + `</a>`:                footer.Linked,
		subject + ` <a href="https://beian.miit.gov.cn">` + website + `</a>`:     footer.Linked,
		`<a href="https://beian.miit.gov.cn">` + subject + `</a> - 2026 Example`: footer.Linked,
		`<a href="https://beian.miit.gov.cn">` + subject + `-2</a>, a sister`:    footer.Missing,
	} {
		got, err := footer.Look(strings.NewReader(body), q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(footer.Finding{Filing: want}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", body, diff)
		}
	}
}

func TestANumberThatIsNotGivenYetIsNotLookedFor(t *testing.T) {
	t.Parallel()
	q := asked
	q.PublicSecurity = footer.Want{}
	got, err := footer.Look(strings.NewReader("nothing"), q)
	if err != nil || got.PublicSecurity != footer.NotWanted || got.Filing != footer.Missing {
		t.Errorf("%+v, %v", got, err)
	}
}
