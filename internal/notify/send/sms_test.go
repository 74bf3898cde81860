package send_test

import (
	"net/http"
	"testing"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify/send"
)

func TestAnSmsGatewayGetsTheBodyThatItsTemplateMakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		channel v1alpha1.SmsChannel
		body    string
		kind    string
	}{
		"the built-in one": {v1alpha1.SmsChannel{}, `{"to": ["13900000000","13900000001"], "text": "example.com：备案被退回"}`, "application/json"},
		"a form of its own": {v1alpha1.SmsChannel{ContentType: "application/x-www-form-urlencoded", Body: "mobile={{urlquery (json .To)}}&domain={{urlquery .Domain}}"},
			"mobile=%5B%2213900000000%22%2C%2213900000001%22%5D&domain=example.com", "application/x-www-form-urlencoded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newReceiver(t, says(http.StatusOK, ""))
			secret := map[string]string{send.KeyURL: s.URL, send.KeyTo: "13900000000,\n13900000001\n", send.KeyAuthorization: "Bearer abcdef0123456789"}
			if err := sender(t, v1alpha1.FilingNotifierSpec{Sms: &test.channel}, s.ca(), secret).Send(t.Context(), message()); err != nil {
				t.Fatal(err)
			}
			r := s.all()[0]
			if r.body != test.body || r.header.Get("Content-Type") != test.kind || r.header.Get("Authorization") != "Bearer abcdef0123456789" || r.header.Get("Idempotency-Key") != message().ID {
				t.Errorf("%s\n%v", r.body, r.header)
			}
		})
	}
}

func TestAnSmsGatewaysAnswerIsJudgedByTheFieldThatItIsSaidToHave(t *testing.T) {
	t.Parallel()
	accepted := &v1alpha1.SmsAccepted{Field: "Code", Value: "OK"}
	for name, test := range map[string]struct {
		accepted *v1alpha1.SmsAccepted
		status   int
		answer   string
		says     string
	}{
		"taken":                           {accepted, 200, `{"Code":"OK","BizId":"1"}`, ""},
		"taken, with a number":            {&v1alpha1.SmsAccepted{Field: "code", Value: "0"}, 200, `{"code":0}`, ""},
		"refused with HTTP 200":           {accepted, 200, `{"Code":"isv.MOBILE_NUMBER_ILLEGAL","Message":"13900000000"}`, "spec.sms.accepted"},
		"no JSON":                         {accepted, 200, `OK`, "spec.sms.accepted"},
		"by its status, where none is":    {nil, 200, `{"Code":"no"}`, ""},
		"an error, whatever the body is":  {accepted, 500, `{"Code":"OK"}`, "HTTP 500"},
		"an error, where no field counts": {nil, 400, ``, "HTTP 400"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newReceiver(t, says(test.status, test.answer))
			secret := map[string]string{send.KeyURL: s.URL, send.KeyTo: "13900000000"}
			err := sender(t, v1alpha1.FilingNotifierSpec{Sms: &v1alpha1.SmsChannel{Accepted: test.accepted}}, s.ca(), secret).Send(t.Context(), message())
			if test.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			fails(t, err, test.says, secret)
		})
	}
}
