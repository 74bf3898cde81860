package rules_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

// lookup is a rule set that must be known.
func lookup(t *testing.T, name string) rules.Set {
	t.Helper()
	set, err := rules.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestLookup(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ asked, got string }{
		"no name is the current set":           {"", "2026-01-01"},
		"the quick-start's is known":           {"2019-09-16", "2019-09-16"},
		"the current one is known by its name": {"2026-01-01", "2026-01-01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := lookup(t, tc.asked).Name(); got != tc.got {
				t.Errorf("Lookup(%q) is %s, want %s", tc.asked, got, tc.got)
			}
		})
	}
	t.Run("another name is an error that lists those that are known", func(t *testing.T) {
		t.Parallel()
		_, err := rules.Lookup("2021-01-01")
		if err == nil {
			t.Fatal("a rule set of 2021 was found")
		}
		for _, part := range append(rules.Names(), "2021-01-01", "FilingProvider.spec.ruleSet") {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("the error does not say %q: %v", part, err)
			}
		}
	})
	t.Run("the zero set is the current one", func(t *testing.T) {
		t.Parallel()
		if got := (rules.Set{}).Name(); got != rules.Current {
			t.Errorf("the zero set is %s", got)
		}
	})
}

// 短信验证: the provinces of the quick-start, in its own words and order.
const smsProvinces2019 = "天津、甘肃、西藏、宁夏、海南、新疆、青海、浙江、四川、福建、陕西、重庆、广西、云南、山东、河南、安徽、湖南、山西、黑龙江、内蒙古、湖北"

func TestSmsProvinces(t *testing.T) {
	t.Parallel()
	chinese := func(set rules.Set) (names []string) {
		for _, province := range set.SmsProvinces() {
			names = append(names, rules.Chinese(province))
		}
		return names
	}
	t.Run("the quick-start of 2019-09-16 names 22 provinces", func(t *testing.T) {
		t.Parallel()
		want := strings.Split(smsProvinces2019, "、")
		if len(want) != 22 {
			t.Fatalf("%d provinces quoted", len(want))
		}
		if diff := cmp.Diff(want, chinese(lookup(t, rules.QuickStart))); diff != "" {
			t.Errorf("provinces (-quick-start +set):\n%s", diff)
		}
	})
	t.Run("today it is all 31, since 2020-08-17", func(t *testing.T) {
		t.Parallel()
		set := lookup(t, rules.Current)
		for _, row := range set.Provinces() {
			required, rule := set.SmsRequired(row.Province)
			if !required || rule.Date != "2020-08-17" {
				t.Errorf("%s: required %t by the rule of %s", row.Province, required, rule.Date)
			}
		}
		if n := len(chinese(set)); n != 31 {
			t.Errorf("%d provinces", n)
		}
	})
	t.Run("Beijing and Guangdong did not ask for it in 2019, by the same list", func(t *testing.T) {
		t.Parallel()
		set := lookup(t, rules.QuickStart)
		for _, province := range []v1alpha1.Province{"Beijing", "Guangdong"} {
			required, rule := set.SmsRequired(province)
			if required || rule.Date != "2019-09-16" || rule.Source != rules.SourceQuickStart {
				t.Errorf("%s: required %t by %s", province, required, rule)
			}
		}
	})
}

// 前置审批: the nine categories of the quick-start, in its own words, and those abolished since.
var preApprovals2019 = []struct {
	chinese   string
	category  v1alpha1.PreApprovalCategory
	document  string
	abolished bool
}{
	{"新闻", "News", "互联网新闻信息服务许可证", false},
	{"出版", "Publishing", "互联网出版许可证", false},
	{"药品和医疗器械", "DrugsAndMedicalDevices", "互联网药品信息服务资格证书", false},
	{"文化", "Culture", "网络文化经营许可证", false},
	{"广播电影电视节目", "RadioFilmTelevision", "信息网络传播视听节目许可证", false},
	{"教育", "Education", "", true},
	{"医疗保健", "HealthCare", "", true},
	{"网络预约车", "RideHailing", "网络预约出租汽车经营许可证", false},
	{"电子公告", "ElectronicBulletin", "", true},
}

func TestPreApprovals(t *testing.T) {
	t.Parallel()
	for _, name := range rules.Names() {
		t.Run("nine categories in the set of "+name, func(t *testing.T) {
			t.Parallel()
			type row struct {
				Category          v1alpha1.PreApprovalCategory
				Chinese, Document string
				Demand            rules.Demand
			}
			var want, got []row
			for _, p := range preApprovals2019 {
				demand := rules.Required
				if p.abolished && name == rules.Current {
					demand = rules.AtDiscretion
				}
				want = append(want, row{p.category, p.chinese, p.document, demand})
			}
			for _, r := range lookup(t, name).PreApprovals() {
				got = append(got, row{r.Category, r.Chinese, r.Document, r.Demand})
				if r.Authority == "" {
					t.Errorf("%s: no authority", r.Category)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("categories (-quick-start +set):\n%s", diff)
			}
		})
	}
}

// The channel table of the quick-start: 账号 and 备案类型 for each of PC端 and App端.
func TestChannels(t *testing.T) {
	t.Parallel()
	for _, name := range rules.Names() {
		set := lookup(t, name)
		for sentence, tc := range map[string]struct {
			channel v1alpha1.Channel
			sites   []v1alpha1.AccountSite
			types   []string
		}{
			"PC端 takes both sites and all four types": {
				v1alpha1.ChannelPC,
				[]v1alpha1.AccountSite{v1alpha1.SiteChina, v1alpha1.SiteInternational},
				[]string{"首次备案", "接入备案", "新增网站(原备案不在本接入商)", "新增网站(原备案在本接入商)"},
			},
			"App端 takes the China site and two types": {
				v1alpha1.ChannelApp,
				[]v1alpha1.AccountSite{v1alpha1.SiteChina},
				[]string{"首次备案", "新增网站(原备案不在本接入商)"},
			},
		} {
			t.Run(name+": "+sentence, func(t *testing.T) {
				t.Parallel()
				var sites []v1alpha1.AccountSite
				for _, site := range []v1alpha1.AccountSite{v1alpha1.SiteChina, v1alpha1.SiteInternational} {
					if takes, _ := set.ChannelTakesSite(tc.channel, site); takes {
						sites = append(sites, site)
					}
				}
				var types []string
				for _, filingType := range rules.FilingTypes() {
					if takes, _ := set.ChannelTakesType(tc.channel, filingType); takes {
						types = append(types, rules.Chinese(filingType))
					}
				}
				if diff := cmp.Diff(tc.sites, sites); diff != "" {
					t.Errorf("sites (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tc.types, types); diff != "" {
					t.Errorf("types (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestTheAppIsRecommendedForTheTypesThatItTakes(t *testing.T) {
	t.Parallel()
	want := map[v1alpha1.FilingType]v1alpha1.Channel{
		v1alpha1.FirstFiling: "App", v1alpha1.NewWebsiteFiledElsewhere: "App",
		v1alpha1.AccessFiling: "PC", v1alpha1.NewWebsiteFiledHere: "PC",
	}
	for filingType, channel := range want {
		if got := lookup(t, rules.QuickStart).RecommendedChannel(filingType); got != channel {
			t.Errorf("%s: %s is recommended, want %s", filingType, got, channel)
		}
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	times := map[rules.Limit]int{
		rules.LimitRealNameSyncMinDays: 3, rules.LimitRealNameSyncMaxDays: 5, rules.LimitPreliminaryReviewDays: 2,
		rules.LimitSmsWindowHours: 24, rules.LimitSmsWrongEntries: 5, rules.LimitBureauReviewDays: 20,
		rules.LimitPublicSecurityDays: 30, rules.LimitAdultAge: 18,
		rules.LimitApplicantStepDays: 1, rules.LimitMailingDays: 5,
	}
	for _, name := range rules.Names() {
		for limit, value := range times {
			if row, known := lookup(t, name).Limit(limit); !known || row.Value != value {
				t.Errorf("set %s, %s = %d (%t), want %d", name, limit, row.Value, known, value)
			}
		}
	}
	for _, later := range []rules.Limit{rules.LimitDomainMonthsLeft, rules.LimitServerMonths, rules.LimitServiceNumbersPerServer} {
		if _, known := lookup(t, rules.QuickStart).Limit(later); known {
			t.Errorf("%s is a check of the guide of 2026, and stands in the set of 2019", later)
		}
		if _, known := lookup(t, rules.Current).Limit(later); !known {
			t.Errorf("%s does not stand in the current set", later)
		}
	}
}

func TestWhatAMethodReturnsMayBeChanged(t *testing.T) {
	t.Parallel()
	set := lookup(t, rules.Current)
	set.Provinces()[0].Prefixes[0] = "?"
	set.Natures()[1].Certificates[0] = "?"
	set.Channels()[0].Types[0] = "?"
	set.ReturnReasons()[0].Fields[0] = "?"
	set.PreApprovals()[0].Chinese = "?"
	again := lookup(t, rules.Current)
	if again.Provinces()[0].Prefixes[0] == "?" || again.Natures()[1].Certificates[0] == "?" ||
		again.Channels()[0].Types[0] == "?" || again.ReturnReasons()[0].Fields[0] == "?" || again.PreApprovals()[0].Chinese == "?" {
		t.Error("a caller changed the rules")
	}
}

func TestWordsTellTheLimitsOfTheirSet(t *testing.T) {
	t.Parallel()
	longer := of(t, book(t, row("limit: SmsWindowHours, number: 48")), "")
	for set, want := range map[rules.Set]string{lookup(t, ""): "within 24 hours", longer: "within 48 hours"} {
		if got := set.Worded("within {SmsWindowHours} hours"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if expired, _ := set.ReturnReason(rules.ReasonSmsExpired); !strings.HasSuffix(expired.Remedy, want) {
			t.Errorf("remedy %q; want that it says %q", expired.Remedy, want)
		}
	}
	if got := (rules.Set{}).Worded("a {word} of no limit"); got != "a {word} of no limit" {
		t.Errorf("got %q", got)
	}
}
