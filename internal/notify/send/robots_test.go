package send_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify/send"
)

const robotSecret = "SEC-not-a-secret-outside-a-test"

// chat is a chat's server as its operator documents it.
type chat struct {
	spec func(v1alpha1.RobotChannel) v1alpha1.FilingNotifierSpec
	path string
	// text is that of a request, and whether its form is right.
	text func(body map[string]any) (string, bool)
	// signed says whether a request is signed as the documents say.
	signed func(r request, body map[string]any, at time.Time) bool
	// ok, unsigned and limited are answers.
	ok, unsigned, limited string
	// perMinute and perSecond are the most messages.
	perMinute, perSecond int
}

func textOf(body map[string]any, kind, typeKey, key string) (string, bool) {
	inner, _ := body[key].(map[string]any)
	name := "content"
	if key == "content" {
		name = "text"
	}
	text, ok := inner[name].(string)
	return text, ok && body[typeKey] == kind
}

func hmacOf(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

var chats = map[string]chat{
	"DingTalk": {
		spec: func(c v1alpha1.RobotChannel) v1alpha1.FilingNotifierSpec {
			return v1alpha1.FilingNotifierSpec{DingTalk: &c}
		},
		path: "/robot/send?access_token=abcdef0123456789",
		text: func(b map[string]any) (string, bool) { return textOf(b, "text", "msgtype", "text") },
		signed: func(r request, _ map[string]any, at time.Time) bool {
			stamp := first(r.query["timestamp"])
			ms, err := strconv.ParseInt(stamp, 10, 64)
			return err == nil && time.UnixMilli(ms).Sub(at).Abs() < time.Hour && first(r.query["access_token"]) == "abcdef0123456789" &&
				first(r.query["sign"]) == hmacOf(robotSecret, stamp+"\n"+robotSecret)
		},
		ok: `{"errcode":0,"errmsg":"ok"}`, unsigned: `{"errcode":310000,"errmsg":"sign not match"}`,
		limited:   `{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}`,
		perMinute: 20, perSecond: 20,
	},
	"Feishu": {
		spec: func(c v1alpha1.RobotChannel) v1alpha1.FilingNotifierSpec {
			return v1alpha1.FilingNotifierSpec{Feishu: &c}
		},
		path: "/open-apis/bot/v2/hook/abcdef0123456789",
		text: func(b map[string]any) (string, bool) { return textOf(b, "text", "msg_type", "content") },
		signed: func(_ request, body map[string]any, at time.Time) bool {
			stamp, _ := body["timestamp"].(string)
			s, err := strconv.ParseInt(stamp, 10, 64)
			return err == nil && time.Unix(s, 0).Sub(at).Abs() < time.Hour && body["sign"] == hmacOf(stamp+"\n"+robotSecret, "")
		},
		ok: `{"code":0,"data":{},"msg":"success"}`, unsigned: `{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}`,
		limited:   `{"code":11232,"msg":"frequency limited"}`,
		perMinute: 100, perSecond: 5,
	},
	"WeCom": {
		spec: func(c v1alpha1.RobotChannel) v1alpha1.FilingNotifierSpec {
			return v1alpha1.FilingNotifierSpec{WeCom: &c}
		},
		path: "/cgi-bin/webhook/send?key=abcdef0123456789",
		text: func(b map[string]any) (string, bool) { return textOf(b, "text", "msgtype", "text") },
		signed: func(r request, _ map[string]any, _ time.Time) bool {
			return first(r.query["key"]) == "abcdef0123456789"
		},
		ok: `{"errcode":0,"errmsg":"ok"}`, unsigned: `{"errcode":93000,"errmsg":"invalid webhook url"}`,
		limited:   `{"errcode":45009,"errmsg":"api freq out of limit"}`,
		perMinute: 20, perSecond: 20,
	},
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

func (c chat) secret(s *receiver) map[string]string {
	secret := map[string]string{send.KeyURL: s.URL + c.path}
	if !strings.Contains(c.path, "key=") {
		secret[send.KeySecret] = robotSecret
	}
	return secret
}

func TestARobotIsSentASignedTextInItsOwnForm(t *testing.T) {
	t.Parallel()
	for name, c := range chats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newReceiver(t, func(w http.ResponseWriter, r request) {
				var body map[string]any
				if err := json.Unmarshal([]byte(r.body), &body); err != nil {
					t.Error(err)
				}
				text, formed := c.text(body)
				switch {
				case !formed || !strings.HasPrefix(text, "example.com：备案被退回\n") || !strings.HasPrefix(r.header.Get("Content-Type"), "application/json"):
					says(http.StatusBadRequest, "")(w, r)
				case !c.signed(r, body, now):
					says(http.StatusOK, c.unsigned)(w, r)
				default:
					says(http.StatusOK, c.ok)(w, r)
				}
			})
			if err := sender(t, c.spec(v1alpha1.RobotChannel{}), s.ca(), c.secret(s)).Send(t.Context(), message()); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSignaturesAreThoseThatAnotherToolMakes holds two signatures against what openssl makes of the same input.
func TestSignaturesAreThoseThatAnotherToolMakes(t *testing.T) {
	t.Parallel()
	const secret = "this is secret"
	if got := hmacOf(secret, "1577262236757\n"+secret); got != "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=" {
		t.Errorf("DingTalk: %s", got)
	}
	if got := hmacOf("1599360473\n"+secret, ""); got != "/eYKrXQBzTjUZJ3s6NX16VxGbTwmK7AEs8/FnvC1CSw=" {
		t.Errorf("Feishu: %s", got)
	}
}

func TestARobotThatRefusesWithHTTP200Fails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		chat, answer, says string
		status             int
		wait               time.Duration
	}{
		"DingTalk, a wrong signature":     {"DingTalk", chats["DingTalk"].unsigned, "加签", 200, 0},
		"DingTalk, too many messages":     {"DingTalk", chats["DingTalk"].limited, "too many", 200, 10 * time.Minute},
		"DingTalk, too fast":              {"DingTalk", `{"errcode":410100,"errmsg":"x"}`, "too many", 200, 10 * time.Minute},
		"DingTalk, an unknown token":      {"DingTalk", `{"errcode":300001,"errmsg":"token is not exist"}`, "access token", 200, 0},
		"Feishu, a wrong signature":       {"Feishu", chats["Feishu"].unsigned, "签名校验", 200, 0},
		"Feishu, too many messages":       {"Feishu", chats["Feishu"].limited, "too many", 200, time.Minute},
		"Feishu, too many, with HTTP 400": {"Feishu", `{"code":99991400,"msg":"request trigger frequency limit"}`, "too many", 400, time.Minute},
		"WeCom, a wrong key":              {"WeCom", chats["WeCom"].unsigned, "the address is wrong", 200, 0},
		"WeCom, too many messages":        {"WeCom", chats["WeCom"].limited, "too many", 200, time.Minute},
		"a code that nobody knows":        {"WeCom", `{"errcode":4711,"errmsg":"abcdef0123456789"}`, "code 4711", 200, 0},
		"an answer that is no robot's":    {"Feishu", `<html>welcome</html>`, "does not answer as a robot does", 200, 0},
		"an empty answer":                 {"DingTalk", ``, "does not answer as a robot does", 200, 0},
		"an error of the server":          {"DingTalk", ``, "HTTP 502", 502, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := chats[test.chat]
			s := newReceiver(t, says(test.status, test.answer))
			err := sender(t, c.spec(v1alpha1.RobotChannel{}), s.ca(), c.secret(s)).Send(t.Context(), message())
			fails(t, err, test.says, c.secret(s))
			var failure *send.FailedError
			if errors.As(err, &failure); failure == nil || failure.Wait != test.wait {
				t.Errorf("%+v, want a wait of %s", failure, test.wait)
			}
		})
	}
}

func TestATextIsCutToWhatARobotTakes(t *testing.T) {
	t.Parallel()
	s := newReceiver(t, says(http.StatusOK, chats["WeCom"].ok))
	m := message()
	m.Body = strings.Repeat("备案", 2000)
	if err := sender(t, chats["WeCom"].spec(v1alpha1.RobotChannel{}), s.ca(), chats["WeCom"].secret(s)).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	var body map[string]any
	if err := json.Unmarshal([]byte(s.all()[0].body), &body); err != nil {
		t.Fatal(err)
	}
	if text, _ := chats["WeCom"].text(body); len(text) > 2048 || len(text) < 2000 || !strings.HasSuffix(text, "案…") && !strings.HasSuffix(text, "备…") {
		t.Errorf("%d bytes, ending in %q", len(text), text[len(text)-9:])
	}
}

// TestTheLimitsOfARobotAreKept sends for ten minutes of a clock that moves on by each wait, with a new process in between
// that knows nothing of what was sent before.
func TestTheLimitsOfARobotAreKept(t *testing.T) {
	t.Parallel()
	for name, c := range chats {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sender(t, c.spec(v1alpha1.RobotChannel{}), nil, map[string]string{send.KeyURL: "https://chat.example.net" + c.path})
			to, apart := s.Receiver()
			pace := &send.Pace{}
			var sent []time.Time
			for at, restarted := now, false; at.Before(now.Add(10 * time.Minute)); {
				if !restarted && at.After(now.Add(5*time.Minute)) {
					pace, restarted = &send.Pace{}, true
				}
				if wait := pace.Take(to, apart, at); wait > 0 {
					at = at.Add(wait)
					continue
				}
				sent = append(sent, at)
			}
			for within, most := range map[time.Duration]int{time.Minute: c.perMinute, time.Second: c.perSecond} {
				for i, at := range sent {
					if i >= most && at.Sub(sent[i-most]) < within {
						t.Fatalf("%d messages within %s, up to %s", most+1, within, at.Sub(now))
					}
				}
			}
			if least := c.perMinute * 9; len(sent) < least {
				t.Errorf("%d messages in ten minutes, of %d that are allowed", len(sent), c.perMinute*10)
			}
			pace.Hold(to, 10*time.Minute, now.Add(10*time.Minute))
			if wait := pace.Take(to, apart, now.Add(15*time.Minute)); wait != 5*time.Minute {
				t.Errorf("after a pause of ten minutes was asked for, five of them over: wait %s", wait)
			}
			if other := fmt.Sprint(to, "x"); pace.Take(other, apart, now) != 0 {
				t.Error("another robot waits, too")
			}
		})
	}
}
