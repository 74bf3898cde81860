package rules_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/internal/rules"
)

// The dates from which the rules of the field stand, in the words of their sources.
func TestDatesOfTheRules(t *testing.T) {
	t.Parallel()
	current, quick := lookup(t, rules.Current), lookup(t, rules.QuickStart)
	for _, tc := range []struct {
		terms string // what the source says
		set   rules.Set
		rule  func(rules.Set) rules.Rule
		want  rules.Rule
	}{
		{
			"短信验证：22个省份", quick,
			func(s rules.Set) rules.Rule { _, r := s.SmsRequired("Zhejiang"); return r },
			rules.Rule{Date: "2019-09-16", Until: "2020-08-17", Source: rules.SourceQuickStart},
		},
		{
			"短信核验：2020年8月17日起全国各省", current,
			func(s rules.Set) rules.Rule { _, r := s.SmsRequired("Beijing"); return r },
			rules.Rule{Date: "2020-08-17", Source: rules.SourceGuide},
		},
		{
			"真实性核验：2019年7月29日起活体检测取代幕布拍照", quick,
			func(s rules.Set) rules.Rule { return s.Authenticity().Rule },
			rules.Rule{Date: "2019-07-29", Source: rules.SourceQuickStart},
		},
		{
			"前置审批：九类", quick,
			func(s rules.Set) rules.Rule { r, _ := s.PreApproval("News"); return r.Rule },
			rules.Rule{Date: "2019-09-16", Source: rules.SourceQuickStart},
		},
		{
			"教育类前置审批：全国已取消，以管局要求为准", current,
			func(s rules.Set) rules.Rule { r, _ := s.PreApproval("Education"); return r.Rule },
			rules.Rule{Date: "2026-01-01", Source: rules.SourcePractice},
		},
		{
			"App端：仅支持中国站账号", quick,
			func(s rules.Set) rules.Rule { _, r := s.ChannelTakesSite("App", "International"); return r },
			rules.Rule{Date: "2019-09-16", Source: rules.SourceQuickStart},
		},
		{
			"管局审核：不超过20个工作日", quick,
			func(s rules.Set) rules.Rule { r, _ := s.Limit(rules.LimitBureauReviewDays); return r.Rule },
			rules.Rule{Date: "2005-03-20", Source: rules.SourceMeasures},
		},
		{
			"公安联网备案：开通后30日内", quick,
			func(s rules.Set) rules.Rule { r, _ := s.Limit(rules.LimitPublicSecurityDays); return r.Rule },
			rules.Rule{Date: "2019-09-16", Source: rules.SourceQuickStart},
		},
	} {
		t.Run(tc.terms, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, tc.rule(tc.set)); diff != "" {
				t.Errorf("rule (-source +set):\n%s", diff)
			}
		})
	}
	for _, set := range []rules.Set{current, quick} {
		if got := set.Authenticity(); got.Method != rules.Liveness || got.Chinese != "活体检测" {
			t.Errorf("set %s: %+v", set.Name(), got)
		}
	}
}

// 审批机关: the authorities of the nine categories, as the source lists them by paper.
func TestEveryCategoryNamesItsAuthority(t *testing.T) {
	t.Parallel()
	authorities := map[string]string{
		"新闻": "information office", "出版": "press and publication", "药品和医疗器械": "drug regulator", "文化": "culture",
		"广播电影电视节目": "radio and television", "教育": "education", "医疗保健": "health", "网络预约车": "transport", "电子公告": "communications bureau",
	}
	for _, name := range rules.Names() {
		rows := lookup(t, name).PreApprovals()
		if len(rows) != 9 || len(authorities) != 9 {
			t.Errorf("set %s: %d categories", name, len(rows))
		}
		for _, row := range rows {
			if want, quoted := authorities[row.Chinese]; !quoted || !strings.Contains(row.Authority, want) {
				t.Errorf("%s: %s, want %q", row.Chinese, row.Authority, want)
			}
		}
	}
}

// 京ICP备…: the characters of all filing numbers, and those that public security begins its numbers with.
func TestEveryPrefixOfANumberStandsForItsProvince(t *testing.T) {
	t.Parallel()
	older := map[string]string{"四川": "川", "贵州": "贵", "甘肃": "甘", "云南": "云"}
	publicSecurity := map[string]string{"四川": "川", "贵州": "贵", "甘肃": "甘", "云南": "滇"}
	today := []rune(provincePrefixes)
	provinces := lookup(t, rules.Current).Provinces()
	if len(today) != 31 || len(provinces) != 31 {
		t.Fatalf("%d prefixes, %d provinces", len(today), len(provinces))
	}
	for i, row := range provinces {
		prefixes := []string{string(today[i])}
		if old, has := older[row.Chinese]; has {
			prefixes = append(prefixes, old)
		}
		if !slices.Equal(prefixes, row.Prefixes) {
			t.Errorf("%s: prefixes %v, want %v", row.Chinese, row.Prefixes, prefixes)
		}
		for _, prefix := range prefixes {
			for _, digits := range []string{"05000001", "2021000001"} {
				number, err := rules.ParseFilingNumber(prefix + "ICP备" + digits + "号-1")
				if err != nil || number.Province != row.Province || number.Serial != digits {
					t.Errorf("%s: %+v, %v", row.Chinese, number, err)
				}
			}
		}
		want := publicSecurity[row.Chinese]
		if want == "" {
			want = string(today[i])
		}
		number, err := rules.ParsePublicSecurityNumber(want + "公网安备 " + row.Code + "010202000001号")
		if err != nil || number.Odd != "" || row.PublicSecurityPrefix != want {
			t.Errorf("%s: %+v, %v; begins with %s, want %s", row.Chinese, number, err, row.PublicSecurityPrefix, want)
		}
	}
}

// Numbers that are odd, and in force: each warns, and stops no filing.
func TestOddNumbersThatAreInForceStopNoFiling(t *testing.T) {
	t.Parallel()
	for name, odd := range map[string]func() []rules.Finding{
		"a credit code whose inner check fails": func() []rules.Finding {
			spec := organization()
			spec.Subject.Certificate.Number = "911100001000034XXX"
			return lookup(t, "").CheckFiling(spec, moment(t, today))
		},
		"an older licence's registration number": func() []rules.Finding {
			spec := organization()
			spec.Subject.Certificate.Type, spec.Subject.Certificate.Number = "BusinessLicence", "企独浙总字第000001号"
			return lookup(t, "").CheckFiling(spec, moment(t, today))
		},
		"a filing number of an older form": func() []rules.Finding {
			spec := organization()
			spec.Existing.Subject.Number = "浙ICP备05001号"
			return lookup(t, "").CheckFiling(spec, moment(t, today))
		},
		"a licence of several provinces": func() []rules.Finding {
			spec := organization()
			spec.IcpLicense.Number = "合字B2-20090059"
			return lookup(t, "").CheckFiling(spec, moment(t, today))
		},
		"a public-security number of 12 digits": func() []rules.Finding {
			spec := organization()
			spec.PublicSecurity.Number = "京公网安备 110105020123号"
			return lookup(t, "").CheckFiling(spec, moment(t, today))
		},
		"a public-security number of 11 digits": func() []rules.Finding {
			spec := organization()
			spec.PublicSecurity.Number = "京公网安备11010502012号"
			return lookup(t, "").CheckFiling(spec, moment(t, today))
		},
		"an identity number of a division that is none": func() []rules.Finding {
			return personCase{values: map[string]string{"idNumber": "990106199001010002"}}.found(t)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if found := odd(); len(found) == 0 || rules.HasErrors(found) {
				t.Errorf("findings %v", short(t, found))
			}
		})
	}
}
