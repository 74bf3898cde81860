package notify_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
)

// FuzzTemplate: whatever a tenant writes as a template, it is refused, or makes messages of bounded length, whose subject is one
// line, of all events of its kind.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"{{.Domain}}", "{{if .Overdue}}{{.Due}}{{else}}{{json .}}{{end}}", "{{range .}}{{end}}", "{{define \"x\"}}{{template \"x\"}}{{end}}{{template \"x\"}}", "{{printf \"%1000000000d\" 1}}", "{{with $x := .}}{{$x.Name}}{{end}}", "{{json (json (json .))}}", "{{call .}}", "{{.Domain.Name}}", "{{/* */}}", "{{urlquery .Link}}", "a\nb\r\nBcc: x", "{{(1i)}}", "{{and . (not .)}}", "{{slice .Domain 9}}", "{{index . 1}}", "{{html .}}", "{{block \"b\" .}}{{end}}", "{{.Fields}}{{.To}}"} {
		f.Add(text, text, text)
	}
	f.Fuzz(func(t *testing.T, subject, body, link string) {
		for _, kind := range []v1alpha1.FilingEvent{v1alpha1.EventReturned, v1alpha1.EventSmsWindowOpen} {
			spec := &v1alpha1.FilingNotifierSpec{Link: link, Templates: []v1alpha1.MessageTemplate{{Event: kind, Subject: subject, Body: body}}}
			texts, err := notify.Compile(spec)
			if err != nil {
				if !strings.Contains(err.Error(), "spec.") {
					t.Errorf("the error names no field: %v", err)
				}
				continue
			}
			for _, event := range notify.Samples(kind) {
				m, err := texts.Message(event)
				if err != nil {
					t.Errorf("what was compiled makes no message: %v", err)
				}
				if len(m.Subject) > 16<<10 || len(m.Body) > 16<<10 || strings.ContainsAny(m.Subject, "\n\r\u2028\u0085") || strings.TrimFunc(m.Subject, unicode.IsSpace) != m.Subject {
					t.Errorf("the subject is %q, the body of %d bytes", m.Subject, len(m.Body))
				}
			}
		}
		if sms, err := notify.CompileSms(&v1alpha1.SmsChannel{Body: body}); err == nil {
			if made, err := sms.Execute(notify.Message{Subject: subject, Body: body}, []string{"1"}); err == nil && len(made) > 16<<10 {
				t.Errorf("an SMS of %d bytes", len(made))
			}
		}
	})
}

// FuzzRecord: what stands in a filing's annotation was perhaps written by another release, or restored by hand.
func FuzzRecord(f *testing.F) {
	for _, value := range []string{"", "v1 a:b", "v1\n", "x", ";;;", "AAAA:BBBB,CCCC;DDDD:"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		record := notify.ParseRecord(value)
		if again := notify.ParseRecord(record.String()); again.String() != record.String() {
			t.Errorf("%q is read as %q, and that as %q", value, record, again)
		}
	})
}
