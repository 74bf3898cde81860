package notify

import "github.com/beian-dev/icp-operator/api/v1alpha1"

// smsBody is what is posted to an SMS gateway where the notifier does not say.
const smsBody = `{"to": {{json .To}}, "text": {{json .Subject}}}`

// SmsBody is the template of what is posted to an SMS gateway, ready to be used.
type SmsBody struct{ body text }

// smsFields are what that template may use.
type smsFields struct {
	Fields
	// To are the phone numbers.
	To []string
	// Subject and Body of the message.
	Subject, Body string
}

// CompileSms reads the template of an SMS channel and tries it.
func CompileSms(c *v1alpha1.SmsChannel) (*SmsBody, error) {
	source := c.Body
	if source == "" {
		source = smsBody
	}
	compiled, err := newText("spec.sms.body", source)
	if err != nil {
		return nil, err
	}
	b := &SmsBody{compiled}
	_, err = b.Execute(Message{Subject: "subject", Body: "body"}, []string{"0"})
	return b, err
}

// Execute makes the body for a message to these numbers.
func (b *SmsBody) Execute(m Message, to []string) (string, error) {
	return b.body.execute(smsFields{m.Fields, to, m.Subject, m.Body})
}
