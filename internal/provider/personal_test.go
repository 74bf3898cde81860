package provider_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
)

// li is a person who does not exist.
var li = provider.Person{
	Name: "李示例", Role: "LegalRepresentative", IDType: "ResidentID", IDNumber: "330106199001010003", IDValidUntil: "2040-01-01",
	Mobile: "13900000000", EmergencyPhone: "13900000001", Email: "li@example.com", Address: "杭州市西湖区示例路1号", MainlandResident: true,
}

func TestNothingOfAPersonShowsHoweverItIsPrinted(t *testing.T) {
	t.Parallel()
	application := provider.Application{SubjectPerson: li, WebsitePerson: li}
	var text, structured bytes.Buffer
	slog.New(slog.NewTextHandler(&text, nil)).Info("message", "person", li)
	slog.New(slog.NewJSONHandler(&structured, nil)).Info("message", "person", li, "application", application)
	asJSON, err := json.Marshal(application)
	if err != nil {
		t.Fatal(err)
	}
	printed := map[string]string{
		"%v":                     fmt.Sprintf("%v", li),
		"%+v":                    fmt.Sprintf("%+v", li),
		"%#v":                    fmt.Sprintf("%#v", li),
		"%s":                     fmt.Sprintf("%s", li),
		"%q of a pointer":        fmt.Sprintf("%q", &li),
		"%x":                     fmt.Sprintf("%x", li),
		"%+v of an application":  fmt.Sprintf("%+v", application),
		"%#v of an application":  fmt.Sprintf("%#v", application),
		"%v of a question":       fmt.Sprintf("%v", provider.TypeQuestion{SubjectPerson: li}),
		"JSON of an application": string(asJSON),
		"a structured logger":    fmt.Sprint(li.MarshalLog()),
		"slog as text":           text.String(),
		"slog as JSON":           structured.String(),
	}
	for how, got := range printed {
		if got == "" {
			t.Errorf("%s prints nothing at all", how)
		}
		for _, value := range li.PersonalValues() {
			if strings.Contains(got, value) {
				t.Errorf("%s shows %q: %s", how, value, got)
			}
		}
	}
}

func TestAFilePrintsWithoutItsContents(t *testing.T) {
	t.Parallel()
	file := provider.File{Kind: v1alpha1.MaterialSubjectCertificate, ContentType: "image/jpeg", Body: []byte("secret scan")}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got, want := fmt.Sprintf(verb, file), "SubjectCertificate/1 (image/jpeg, 11 bytes)"; got != want {
			t.Errorf("%s prints %q, want %q", verb, got, want)
		}
	}
}

func TestScrub(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text     string
		personal []string
		want     string
	}{
		"a text about nobody stays as it is":                     {text: "the website's name 示例商城 is too general", want: "the website's name 示例商城 is too general"},
		"a value of the request is hidden":                       {text: "李示例 did not answer", personal: []string{"李示例"}, want: "*** did not answer"},
		"of values that overlap the longer is hidden whole":      {text: "at 杭州市西湖区示例路1号", personal: []string{"杭州市", "杭州市西湖区示例路1号"}, want: "at ***"},
		"an empty value and a single character hide nothing":     {text: "李 and 王", personal: []string{"", "李"}, want: "李 and 王"},
		"a mobile number is hidden unasked":                      {text: "call 139 0000 0000 again", want: "call *** again"},
		"a mobile number between Chinese characters is hidden":   {text: "电话13900000000无法接通", want: "电话***无法接通"},
		"a mobile number with its country code is hidden":        {text: "call +86 13900000000", want: "call ***"},
		"a resident identity number is hidden unasked":           {text: "number 11010519491231002X is wrong", want: "number *** is wrong"},
		"a mail address is hidden unasked":                       {text: "write to li.si@mail.example.com.", want: "write to ***."},
		"a filing number stays":                                  {text: "浙ICP备2026000001号-1 exists", want: "浙ICP备2026000001号-1 exists"},
		"control characters and line breaks cannot forge a line": {text: "one\r\ntwo\x1b[31m", want: "one two [31m"},
		"what nobody sees parts no name and turns no line":       {text: "李\u200b示例 \u202ewas", personal: []string{"李示例"}, want: "*** was"},
		"a value with the line break of its file is hidden":      {text: "李示例: no", personal: []string{"李示例\n"}, want: "***: no"},
		"a value with a wide blank is hidden":                    {text: "at 杭州市\u3000示例路1号", personal: []string{"杭州市\u3000\u3000示例路1号"}, want: "at ***"},
		"what is no text is made one":                            {text: "a\xff\xfeb", want: "a?b"},
		"a text that is too long is cut":                         {text: strings.Repeat("长", 60), want: strings.Repeat("长", 49) + "…"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := provider.Scrub(test.text, 50, test.personal...); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPersonOfReadsEveryKeyOfItsSecret(t *testing.T) {
	t.Parallel()
	data := map[string][]byte{
		"name": []byte("李示例"), "role": []byte("LegalRepresentative"), "idType": []byte("ResidentID"), "idNumber": []byte("330106199001010003"),
		"idValidUntil": []byte("2040-01-01"), "mobile": []byte("13900000000"), "emergencyPhone": []byte("13900000001"),
		"email": []byte("li@example.com"), "address": []byte("杭州市西湖区示例路1号"), "mainlandResident": []byte("true"),
	}
	if got := provider.PersonOf(data); got != li {
		t.Error("the person read from the Secret is another than the one in it")
	}
	for key, value := range data {
		data[key] = append(value, '\r', '\n') // as a Secret made of files has it
	}
	if got := provider.PersonOf(data); got != li {
		t.Error("the line breaks of files are taken for a part of the person")
	}
	delete(data, "mainlandResident")
	if got := provider.PersonOf(data); got != li {
		t.Error("who has a mainland paper, and says nothing of the residence, is filed as no resident")
	}
	if provider.PersonOf(nil) != (provider.Person{}) {
		t.Error("of an empty Secret a person was read")
	}
}
