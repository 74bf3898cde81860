package rules_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/rules"
)

func TestFilingNumber(t *testing.T) {
	t.Parallel()
	type number = rules.FilingNumber
	for name, tc := range map[string]struct {
		text string
		want number
		form string // as it is usually written, where text is not
	}{
		"a subject's, eight digits":         {"浙ICP备12345678号", number{"浙", "Zhejiang", "12345678", 0, rules.NumberSubject}, ""},
		"a website's":                       {"浙ICP备12345678号-1", number{"浙", "Zhejiang", "12345678", 1, rules.NumberWebsite}, ""},
		"the twelfth website's, ten digits": {"粤ICP备2021123456号-12", number{"粤", "Guangdong", "2021123456", 12, rules.NumberWebsite}, ""},
		"an app's":                          {"京ICP备05000001号-3A", number{"京", "Beijing", "05000001", 3, rules.NumberApp}, ""},
		"a mini-program's":                  {"京ICP备05000001号-3X", number{"京", "Beijing", "05000001", 3, rules.NumberMiniProgram}, ""},
		"a quick app's":                     {"京ICP备05000001号-3K", number{"京", "Beijing", "05000001", 3, rules.NumberQuickApp}, ""},
		"today's prefix of Sichuan":         {"蜀ICP备12345678号", number{"蜀", "Sichuan", "12345678", 0, rules.NumberSubject}, ""},
		"the older one of Sichuan":          {"川ICP备12345678号", number{"川", "Sichuan", "12345678", 0, rules.NumberSubject}, ""},
		"the older one of Guizhou":          {"贵ICP备12345678号", number{"贵", "Guizhou", "12345678", 0, rules.NumberSubject}, ""},
		"the older one of Gansu":            {"甘ICP备12345678号", number{"甘", "Gansu", "12345678", 0, rules.NumberSubject}, ""},
		"the older one of Yunnan":           {"云ICP备12345678号", number{"云", "Yunnan", "12345678", 0, rules.NumberSubject}, ""},
		"small letters, blanks and a wide hyphen are forgiven": {
			" 浙icp备 12345678号－1 ", number{"浙", "Zhejiang", "12345678", 1, rules.NumberWebsite}, "浙ICP备12345678号-1",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := rules.ParseFilingNumber(tc.text)
			if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
				t.Fatalf("%v (-want +got):\n%s", err, diff)
			}
			if tc.form == "" {
				tc.form = tc.text
			}
			if got.String() != tc.form {
				t.Errorf("written %s, want %s", got, tc.form)
			}
		})
	}
	for name, text := range map[string]string{
		"no number":                "not yet",
		"empty":                    "",
		"seven digits":             "浙ICP备1234567号",
		"nine digits":              "浙ICP备123456789号",
		"a letter for no province": "国ICP备12345678号",
		"a licence":                "浙ICP证12345678号",
		"the website zero":         "浙ICP备12345678号-0",
		"without the last word":    "浙ICP备12345678",
	} {
		t.Run(name+" is refused, with an example of one", func(t *testing.T) {
			t.Parallel()
			_, err := rules.ParseFilingNumber(text)
			wantError(t, err, "浙")
		})
	}
}

func TestAFilingNumberIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	provinces := rules.Set{}.Provinces()
	rapid.Check(t, func(t *rapid.T) {
		province := rapid.SampledFrom(provinces).Draw(t, "province")
		want := rules.FilingNumber{
			Prefix:   rapid.SampledFrom(province.Prefixes).Draw(t, "prefix"),
			Province: province.Province,
			Serial:   rapid.SampledFrom([]string{"", "20"}).Draw(t, "century") + fmt.Sprintf("%08d", rapid.IntRange(0, 99999999).Draw(t, "serial")),
			Index:    rapid.IntRange(0, 99999).Draw(t, "index"),
			Kind:     rules.NumberSubject,
		}
		if want.Index > 0 {
			want.Kind = rapid.SampledFrom([]rules.NumberKind{
				rules.NumberWebsite, rules.NumberApp, rules.NumberMiniProgram, rules.NumberQuickApp,
			}).Draw(t, "kind")
		}
		got, err := rules.ParseFilingNumber(want.String())
		if err != nil || got != want {
			t.Fatalf("%s was read as %+v, %v", want, got, err)
		}
		if subject := got.Subject(); subject.Kind != rules.NumberSubject || subject.Index != 0 || subject.Serial != want.Serial {
			t.Fatalf("its subject is %s", subject)
		}
	})
}

func TestLicenceNumber(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text     string
		province v1alpha1.Province
		want     string
	}{
		"the first form":  {"京ICP证030173号", "Beijing", ""},
		"the second form": {"浙B2-20090059", "Zhejiang", ""},
		"the ministry's own, for several provinces": {"B2-20090059", "", ""},
		"one with its part":                         {"粤B2-20090059-1", "Guangdong", ""},
		"a filing number is none":                   {"浙ICP备12345678号", "", "usual are"},
		"a province that is none":                   {"国B2-20090059", "", "usual are"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := rules.ParseLicenceNumber(tc.text)
			wantError(t, err, tc.want)
			if got.Province != tc.province {
				t.Errorf("given by %q, want %q", got.Province, tc.province)
			}
		})
	}
}

func TestPublicSecurityNumber(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		odd  bool
		form string
	}{
		"as the platform writes it":      {"京公网安备 11010502012345号", false, "京公网安备 11010502012345号"},
		"without the blank":              {"京公网安备11010502012345号", false, "京公网安备 11010502012345号"},
		"its digits alone":               {"11010502012345", false, "11010502012345"},
		"Sichuan is 川 here":              {"川公网安备 51010402000001号", false, "川公网安备 51010402000001号"},
		"Guizhou is 贵 here":              {"贵公网安备 52010202000001号", false, "贵公网安备 52010202000001号"},
		"Yunnan is 滇 here":               {"滇公网安备 53010202000001号", false, "滇公网安备 53010202000001号"},
		"Gansu is 甘 here":                {"甘公网安备 62010202000001号", false, "甘公网安备 62010202000001号"},
		"12 digits are odd":              {"京公网安备 110105020123号", true, "京公网安备 110105020123号"},
		"another province's code is odd": {"京公网安备 33010502012345号", true, "京公网安备 33010502012345号"},
		"a code of no province is odd":   {"99010502012345", true, "99010502012345"},
		"a prefix of no province is odd": {"国公网安备 11010502012345号", true, "国公网安备 11010502012345号"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := rules.ParsePublicSecurityNumber(tc.text)
			if err != nil || (got.Odd != "") != tc.odd || got.String() != tc.form {
				t.Errorf("%s, odd %q, %v", got, got.Odd, err)
			}
		})
	}
	t.Run("a filing number is none", func(t *testing.T) {
		t.Parallel()
		_, err := rules.ParsePublicSecurityNumber("浙ICP备12345678号")
		wantError(t, err, "京公网安备 11010502012345号")
	})
}

func TestMainlandMobile(t *testing.T) {
	t.Parallel()
	for phone, want := range map[string]bool{
		"13900000000": true, "19900000000": true, "14700000000": true,
		"12900000000": false, "1390000000": false, "139000000000": false, "+8613900000000": false,
		"0571-88888888": false, "1390000000a": false, "": false,
	} {
		if got := rules.IsMainlandMobile(phone); got != want {
			t.Errorf("IsMainlandMobile(%q) = %t", phone, got)
		}
	}
}
