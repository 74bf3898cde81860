package aliyun_test

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the API's own algorithm
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// cloud is a filing API that checks requests as the real one is documented to: which parameters there must be, that the
// signature is made of all of them, that no nonce comes twice, and that the time is about now.
type cloud struct {
	*httptest.Server
	keys map[string]string

	mu      sync.Mutex
	nonces  map[string]bool
	actions []string
	// respond answers what was let through.
	respond func(action string, q url.Values) (int, string)
}

func newCloud(t *testing.T, respond func(action string, q url.Values) (int, string)) *cloud {
	t.Helper()
	c := &cloud{keys: map[string]string{"id": "secret"}, nonces: map[string]bool{}, respond: respond}
	c.Server = httptest.NewServer(c)
	t.Cleanup(c.Close)
	return c
}

// ServeHTTP implements http.Handler.
func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	q := r.URL.Query()
	var status int
	var body string
	if code := c.refuse(r.Method, q); code != "" {
		status, body = http.StatusForbidden, `{"RequestId": "R", "Code": "`+code+`", "Message": "key `+q.Get("AccessKeyId")+`, signature `+q.Get("Signature")+`"}`
	} else {
		c.actions = append(c.actions, q.Get("Action"))
		status, body = c.respond(q.Get("Action"), q)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(body))
}

// refuse is the code of what is wrong with a request; empty for nothing.
func (c *cloud) refuse(method string, q url.Values) string {
	secret, known := c.keys[q.Get("AccessKeyId")]
	at, err := time.Parse("2006-01-02T15:04:05Z", q.Get("Timestamp"))
	switch {
	case !known:
		return "InvalidAccessKeyId.NotFound"
	case q.Get("SignatureMethod") != "HMAC-SHA1", q.Get("SignatureVersion") != "1.0", q.Get("Version") != "2016-08-10", q.Get("Format") != "JSON":
		return "InvalidParameter"
	case err != nil || time.Since(at).Abs() > 15*time.Minute:
		return "InvalidTimeStamp.Expired"
	case q.Get("Signature") != sign(method, q, secret):
		return "SignatureDoesNotMatch"
	case q.Get("SignatureNonce") == "" || c.nonces[q.Get("SignatureNonce")]:
		return "SignatureNonceUsed"
	}
	c.nonces[q.Get("SignatureNonce")] = true
	return ""
}

// sign is the signature that the documented algorithm gives: HMAC-SHA1, with the secret and an ampersand as the key, of the
// method, the path and the sorted parameters without the signature, each percent-encoded by RFC 3986, and they together
// once more.
func sign(method string, q url.Values, secret string) string {
	var names []string
	for name := range q {
		if name != "Signature" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	pairs := make([]string, len(names))
	for i, name := range names {
		pairs[i] = percent(name) + "=" + percent(q.Get(name))
	}
	mac := hmac.New(sha1.New, []byte(secret+"&"))
	mac.Write([]byte(method + "&" + percent("/") + "&" + percent(strings.Join(pairs, "&"))))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// percent encodes every byte but RFC 3986's unreserved ones.
func percent(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// asked are the actions that were let through, in order.
func (c *cloud) asked() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.actions)
}

// data is an answer of success.
func data(of any) (int, string) {
	body, _ := json.Marshal(map[string]any{"RequestId": "R", "Code": 200, "Message": "successful", "Data": of})
	return http.StatusOK, string(body)
}

// said is what the API says of one domain.
type said struct {
	Domain     string
	Status     string
	ReasonCode int
	Reason     string
}
