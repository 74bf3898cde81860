package send

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"k8s.io/utils/clock"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/notify"
)

// robotKind is what the operator of a chat documents of its robots.
type robotKind struct {
	// apart keeps the messages of one robot apart, a little more than documented, so that a restart exceeds nothing.
	apart time.Duration
	// most bytes of a text.
	most int
	// signs says that a robot may be set to check signatures.
	signs bool
	// request is what is posted: parameters of the address, and the body.
	request func(text, secret string, now time.Time) (url.Values, any)
	// limited are the codes that ask for fewer messages, and pause is how long.
	limited []int
	pause   time.Duration
	// codes say what others mean.
	codes map[int]string
}

// dingTalk: 20 messages a minute for each robot, else it is throttled for ten minutes.
// https://open.dingtalk.com/document/robots/custom-robot-access (limit, codes, form),
// https://open.dingtalk.com/document/robots/customize-robot-security-settings (加签).
var dingTalk = robotKind{
	apart: 3200 * time.Millisecond, most: 15_000, signs: true, limited: []int{130101, 410100}, pause: 10 * time.Minute,
	request: func(text, secret string, now time.Time) (url.Values, any) {
		body := map[string]any{"msgtype": "text", "text": map[string]string{"content": text}}
		if secret == "" {
			return nil, body
		}
		at := strconv.FormatInt(now.UnixMilli(), 10)
		return url.Values{"timestamp": {at}, "sign": {signature(secret, at+"\n"+secret)}}, body
	},
	codes: map[int]string{
		-1:     "the server is busy",
		300001: "the access token is not known", 300005: "the access token is not known", 400101: "the access token is not known",
		310000: "the robot's security settings refuse the message: signature (加签), keyword (关键词) or IP address",
		400013: "the group was dissolved", 400102: "the robot is disabled", 400106: "the robot is not in the group any more",
	},
}

// feishu: 100 messages a minute and 5 a second for each robot, 20 KB each.
// https://open.feishu.cn/document/ukTMukTMukTM/ucTM5YjL3ETO24yNxkjN
var feishu = robotKind{
	apart: 650 * time.Millisecond, most: 15_000, signs: true, limited: []int{11232, 99991400}, pause: time.Minute,
	request: func(text, secret string, now time.Time) (url.Values, any) {
		body := map[string]any{"msg_type": "text", "content": map[string]string{"text": text}}
		if secret != "" {
			at := strconv.FormatInt(now.Unix(), 10)
			body["timestamp"], body["sign"] = at, signature(at+"\n"+secret, "")
		}
		return nil, body
	},
	codes: map[int]string{
		9499:  "the request is not of the form that robots take",
		19021: "the signature is wrong (签名校验), or the clocks differ by more than an hour", 19022: "the robot's list of IP addresses refuses the operator",
		19024: "the message has none of the robot's keywords (自定义关键词)",
	},
}

// weCom: 20 messages a minute for each robot, a text of 2,048 bytes; no signature, the key stands in the address.
// https://developer.work.weixin.qq.com/document/path/91770, codes: …/path/90313
var weCom = robotKind{
	apart: 3200 * time.Millisecond, most: 2048, limited: []int{45009, 45033}, pause: time.Minute,
	request: func(text, _ string, _ time.Time) (url.Values, any) {
		return nil, map[string]any{"msgtype": "text", "text": map[string]string{"content": text}}
	},
	codes: map[int]string{
		-1:    "the server is busy",
		93000: "the address is wrong, or the robot was taken out of the group", 93004: "the robot is disabled", 93008: "the robot is not in the group any more",
	},
}

// signature is the HMAC-SHA256 of a text by a key, in base64.
func signature(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// robot posts texts to a chat.
type robot struct {
	*poster
	kind   robotKind
	secret string
	clock  clock.PassiveClock
}

func newRobot(kind robotKind, spec *v1alpha1.FilingNotifierSpec, v values, o Options) (Sender, error) {
	p, err := newPoster(v, spec.CABundle, o)
	if err != nil {
		return nil, err
	}
	if v.get(KeySecret) != "" && !kind.signs {
		return nil, invalid("its key %s is not for this robot, whose key stands in the address: remove it", KeySecret)
	}
	return &robot{p, kind, v.get(KeySecret), o.Clock}, nil
}

// robotAnswer is the answer of any of them: DingTalk and WeCom say errcode; Feishu code, in its old form StatusCode.
type robotAnswer struct {
	ErrCode    *int `json:"errcode"`
	Code       *int `json:"code"`
	StatusCode *int `json:"StatusCode"`
}

func (a robotAnswer) code() (int, bool) {
	for _, c := range []*int{a.ErrCode, a.Code, a.StatusCode} {
		if c != nil {
			return *c, true
		}
	}
	return 0, false
}

// Send sends one message.
func (r *robot) Send(ctx context.Context, m notify.Message) error {
	parameters, content := r.kind.request(clip(m.Text(), r.kind.most), r.secret, r.clock.Now())
	body, err := json.Marshal(content)
	if err != nil {
		return failed("the message cannot be written as JSON")
	}
	a, err := r.post(ctx, parameters, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, body)
	if err != nil {
		return err
	}
	// What a robot refuses it says in the body, mostly with HTTP 200.
	var said robotAnswer
	code, ok := 0, false
	if json.Unmarshal(a.body, &said) == nil {
		code, ok = said.code()
	}
	switch {
	case slices.Contains(r.kind.limited, code):
		return &FailedError{Why: "the robot was sent too many messages (code " + strconv.Itoa(code) + ")", Wait: max(a.wait(), r.kind.pause)}
	case code != 0 && r.kind.codes[code] != "":
		return failed("the robot refuses the message with code %d: %s", code, r.kind.codes[code])
	case code != 0:
		return failed("the robot refuses the message with code %d", code)
	}
	if err := a.judge(); err != nil {
		return err
	}
	if !ok {
		return failed("the server does not answer as a robot does: correct the address")
	}
	return nil
}

// Receiver names who is sent to, and how far its messages are kept apart.
func (r *robot) Receiver() (string, time.Duration) { return receiver(r.target.String()), r.kind.apart }

// Close frees what is kept between messages.
func (r *robot) Close() { r.close() }
