package rules_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/beian-dev/icp-operator/internal/rules"
)

func TestCreditCode(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		code string
		want string // part of the error; "" for none
		odd  bool
	}{
		"the example that the standard's texts quote":                           {"91350100M000100Y43", "", false},
		"a public institution's":                                                {"12100000400000624D", "", false},
		"a listed company's":                                                    {"9144030071526726XG", "", false},
		"another listed company's":                                              {"91330100799655058B", "", false},
		"small letters and blanks around are forgiven":                          {" 91350100m000100y43\n", "", false},
		"the sample's, evidently fictitious":                                    {"91330106MA2XXXXX0Y", "", false},
		"one whose inner organization code does not check is odd, and in force": {"911100001000034XXX", "", true},
		"a mistyped check character":                                            {"91350100M000100Y44", "does not check", false},
		"a mistyped digit":                                                      {"91350200M000100Y43", "does not check", false},
		"two characters changed round":                                          {"91350010M000100Y43", "does not check", false},
		"a letter that the alphabet leaves out":                                 {"91350100M000100I43", "none of its characters", false},
		"too short":                                                             {"91350100M000100Y4", "17 characters", false},
		"too long":                                                              {"91350100M000100Y433", "19 characters", false},
		"empty":                                                                 {"", "0 characters", false},
		"wide characters are none of its own":                                   {"９1350100M000100Y43", "none of its characters", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, err := rules.ParseCreditCode(tc.code)
			wantError(t, err, tc.want)
			if (code.Odd != "") != tc.odd {
				t.Errorf("odd: %q, want %t", code.Odd, tc.odd)
			}
		})
	}
	t.Run("taken apart", func(t *testing.T) {
		t.Parallel()
		got, err := rules.ParseCreditCode("91350100M000100Y43")
		want := rules.CreditCode{Code: "91350100M000100Y43", Prefix: "91", Division: "350100", Organization: "M000100Y4"}
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	})
}

// Weights are powers of 3 modulo the prime 31, so that any one changed character is found.
func TestEveryMistypedCharacterOfACreditCodeIsFound(t *testing.T) {
	t.Parallel()
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	rapid.Check(t, func(t *rapid.T) {
		code := []byte(rapid.SampledFrom([]string{"91350100M000100Y43", "12100000400000624D", "91330106MA2XXXXX0Y"}).Draw(t, "code"))
		i := rapid.IntRange(0, len(code)-1).Draw(t, "position")
		other := alphabet[rapid.IntRange(0, len(alphabet)-1).Draw(t, "character")]
		if other == code[i] {
			return
		}
		code[i] = other
		if _, err := rules.ParseCreditCode(string(code)); err == nil {
			t.Fatalf("%s was taken", code)
		}
	})
}

func TestOrganizationCode(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ code, want string }{
		"the standard's example, with its hyphen": {"D2143569-X", ""},
		"and without":                   {"D2143569X", ""},
		"a check digit of 0":            {"MA2XXXXX-0", ""},
		"a mistyped digit":              {"D2143568-X", "does not check"},
		"a character that is no letter": {"D214356*-X", "neither a digit nor a letter"},
		"a wide character":              {"D214356９X", "neither a digit nor a letter"},
		"too short":                     {"D214356", "7 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantError(t, rules.CheckOrganizationCode(tc.code), tc.want)
		})
	}
}

func TestResidentID(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ number, want string }{
		"the standard's first example":              {"11010519491231002X", ""},
		"the standard's second example":             {"440524188001010014", ""},
		"a small x is forgiven":                     {"11010519491231002x", ""},
		"the sample's, fictitious":                  {"33010619900101000X", ""},
		"a mistyped check character":                {"110105194912310021", "does not check"},
		"a mistyped digit":                          {"11010519491231012X", "does not check"},
		"30 February checks but is no day of birth": {"330106199002300009", "does not exist"},
		"15 digits are no longer given":             {"110105491231002", "18 characters"},
		"a letter among the digits":                 {"1101051949123100XX", "must be digits"},
		"empty":                                     {"", "18 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := rules.ParseResidentID(tc.number)
			wantError(t, err, tc.want)
			if err != nil && tc.number != "" && strings.Contains(err.Error(), tc.number) {
				t.Errorf("the error holds the number: %v", err)
			}
		})
	}
	t.Run("taken apart", func(t *testing.T) {
		t.Parallel()
		id, err := rules.ParseResidentID("11010519491231002X")
		born := time.Date(1949, 12, 30, 16, 0, 0, 0, time.UTC) // midnight in Beijing
		if err != nil || id.Division != "110105" || !id.Birth.Equal(born) {
			t.Errorf("%v, %+v", err, id)
		}
	})
}

func TestEveryMistypedDigitOfAnIdentityNumberIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		number := []byte("11010519491231002X")
		i := rapid.IntRange(0, 16).Draw(t, "position")
		digit := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		if digit == number[i] {
			return
		}
		number[i] = digit
		if _, err := rules.ParseResidentID(string(number)); err == nil {
			t.Fatalf("%s was taken", number)
		}
	})
}

func TestAge(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		born, now string
		want      int
	}{
		"the day before the 18th birthday":     {"2008-11-24T00:00:00+08:00", "2026-11-23T23:59:59+08:00", 17},
		"on the birthday, from midnight":       {"2008-11-24T00:00:00+08:00", "2026-11-24T00:00:00+08:00", 18},
		"midnight is Beijing's":                {"2008-11-24T00:00:00+08:00", "2026-11-23T16:00:00Z", 18},
		"born on 29 February: not on the 28th": {"2008-02-29T00:00:00+08:00", "2026-02-28T12:00:00+08:00", 17},
		"born on 29 February: on 1 March":      {"2008-02-29T00:00:00+08:00", "2026-03-01T00:00:00+08:00", 18},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := rules.Age(moment(t, tc.born), moment(t, tc.now)); got != tc.want {
				t.Errorf("Age = %d, want %d", got, tc.want)
			}
		})
	}
}

func TestMasks(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"李雷": "李**", "欧阳娜娜": "欧**", "John Smith": "J**", "李": "**", "": "", "\xff\xfe": "**"} {
		if got := rules.Mask(name); got != want {
			t.Errorf("Mask(%q) = %q, want %q", name, got, want)
		}
	}
	for phone, want := range map[string]string{"13900000000": "139****0000", "0571-8888888": "057****8888", "88888888": "****", "": ""} {
		if got := rules.MaskPhone(phone); got != want {
			t.Errorf("MaskPhone(%q) = %q, want %q", phone, got, want)
		}
	}
}

// wantError fails unless an error says a part, or there is none where the part is empty.
func wantError(t *testing.T, err error, part string) {
	t.Helper()
	switch {
	case part == "" && err != nil:
		t.Errorf("refused: %v", err)
	case part != "" && err == nil:
		t.Errorf("taken, want an error that says %q", part)
	case part != "" && !strings.Contains(err.Error(), part):
		t.Errorf("error %q, want it to say %q", err, part)
	}
}

// moment reads a time in RFC 3339.
func moment(t *testing.T, text string) time.Time {
	t.Helper()
	parsed, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
