package rules_test

import (
	"strings"
	"testing"

	"github.com/beian-dev/icp-operator/internal/rules"
)

// FuzzFilingNumber: what is read of a number is written back as the same number, and what is plain is so in every character.
func FuzzFilingNumber(f *testing.F) {
	for _, number := range []string{"浙ICP备12345678号", "浙ICP备12345678号-1", "京ICP备2021000001号-2A", "粤 icp备12345678号－3", "琼ICP备12345678号-999999K", "ICP备1号", "", "<b>", "浙ICP备１２３４５６７８号"} {
		f.Add(number)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if rules.PlainNumber(text) && strings.ContainsAny(text, "<>&\"'`$;|=\\/()[]{}*~#!?:,\n\r\t\x1b") {
			t.Errorf("%q is taken for a plain number", text)
		}
		number, err := rules.ParseFilingNumber(text)
		if err != nil {
			return
		}
		again, err := rules.ParseFilingNumber(number.String())
		if err != nil || !again.Same(number) || again != number {
			t.Errorf("%q is %+v, written %s, which is %+v (%v)", text, number, number, again, err)
		}
		if !rules.PlainNumber(number.String()) {
			t.Errorf("%s is not plain", number)
		}
		if subject := number.Subject(); subject.Index != 0 || subject.Province != number.Province {
			t.Errorf("%s is of subject %s", number, subject)
		}
	})
}

// FuzzNumbers: of the other numbers, what is read is read again as the same; nothing that anybody types ends a program.
func FuzzNumbers(f *testing.F) {
	for _, number := range []string{"91330100MA0EXAM076", "91330100ma0exam076 ", "330106199001010018", "33010619900101001x", "浙B2-20200001", "京公网安备 11010502012345号", "", "9133", "号", "\xff"} {
		f.Add(number)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for name, parse := range map[string]func(string) (any, error){
			"credit code":       func(s string) (any, error) { return rules.ParseCreditCode(s) },
			"licence":           func(s string) (any, error) { return rules.ParseLicenceNumber(s) },
			"public security":   func(s string) (any, error) { return rules.ParsePublicSecurityNumber(s) },
			"resident's number": func(s string) (any, error) { return rules.ParseResidentID(s) },
		} {
			read, err := parse(text)
			again, errAgain := parse(" " + text + " ")
			if (err == nil) != (errAgain == nil) || err == nil && read != again {
				t.Errorf("%s %q is %+v (%v), and with blanks around it %+v (%v)", name, text, read, err, again, errAgain)
			}
			if name == "resident's number" && err != nil && len(text) > 8 && strings.Contains(err.Error(), text) {
				t.Errorf("the error repeats a person's number: %v", err)
			}
		}
	})
}

// FuzzBook: a file of filing rules is read, or refused with what is wrong.
func FuzzBook(f *testing.F) {
	f.Add([]byte("- {category: Education, required: true, source: \"a notice\", date: \"2026-05-01\"}\n"))
	f.Add([]byte("- {limit: SmsWrongEntries, number: 3, source: x, date: \"2026-05-01\", until: \"2026-06-01\"}\n---\n- {tld: cn, approved: true, source: x, date: \"2026-05-01\"}\n"))
	f.Add([]byte("a: &a [*a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		book, err := rules.ParseBook(data)
		if err != nil {
			if strings.Contains(err.Error(), "%!") || err.Error() == "" {
				t.Errorf("half an error: %q", err)
			}
			return
		}
		if _, err := book.Lookup(""); err != nil {
			t.Errorf("a book that was read has no rules: %v", err)
		}
	})
}
