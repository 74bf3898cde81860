package probe_test

import (
	"compress/gzip"
	"crypto/x509"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/beian-dev/icp-operator/internal/footer"
	"github.com/beian-dev/icp-operator/internal/footer/probe"
	"github.com/beian-dev/icp-operator/internal/reach"
)

const (
	number = "浙ICP备26000001号-1"
	shows  = `<html><body>A shop. <a href="https://beian.miit.gov.cn/">` + number + `</a></body></html>`
	lacks  = `<html><body>A shop.</body></html>`
)

var (
	question = footer.Question{Page: "example.com", Filing: footer.Want{Number: number, Host: "beian.miit.gov.cn"}}
	local    = reach.Networks{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
)

// edge is a load balancer, and what it was asked.
type edge struct {
	prober probe.Prober
	plain  *httptest.Server
	secure *httptest.Server
}

// listen starts a load balancer that answers with the handler by both schemes. Its certificate is for example.com.
func listen(t *testing.T, plain, secure http.HandlerFunc) edge {
	t.Helper()
	e := edge{prober: probe.Prober{Networks: local, Within: 20 * time.Second, HTTP: 1, HTTPS: 1}}
	if plain != nil {
		e.plain = httptest.NewServer(plain)
		t.Cleanup(e.plain.Close)
		e.prober.HTTP = portOf(t, e.plain)
	}
	if secure != nil {
		e.secure = httptest.NewTLSServer(secure)
		t.Cleanup(e.secure.Close)
		e.prober.HTTPS = portOf(t, e.secure)
		e.prober.Roots = x509.NewCertPool()
		e.prober.Roots.AddCert(e.secure.Certificate())
	}
	return e
}

func portOf(t *testing.T, s *httptest.Server) uint16 {
	t.Helper()
	at, err := netip.ParseAddrPort(s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return at.Port()
}

func page(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, body)
	}
}

func redirect(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

var site = probe.Site{Host: "example.com", Domain: "example.com", Address: netip.MustParseAddr("127.0.0.1")}

func TestAHomePageIsAskedAsAVisitorWouldAskItAndPolitely(t *testing.T) {
	t.Parallel()
	var asked *http.Request
	e := listen(t, nil, func(w http.ResponseWriter, r *http.Request) {
		asked = r
		page(shows)(w, r)
	})
	f, err := e.prober.Look(t.Context(), site, question)
	if err != nil || f.Filing != footer.Linked {
		t.Fatalf("%+v, %v", f, err)
	}
	if asked.Host != "example.com" || asked.TLS.ServerName != "example.com" || asked.Method != http.MethodGet || asked.URL.Path != "/" {
		t.Errorf("asked %s %s of %s, by TLS of %s", asked.Method, asked.URL, asked.Host, asked.TLS.ServerName)
	}
	if agent := asked.UserAgent(); !strings.Contains(agent, "icp-operator") {
		t.Errorf("the operator calls itself %q", agent)
	}
	if len(asked.Cookies()) > 0 || asked.Header.Get("Authorization") != "" {
		t.Errorf("it sends %v", asked.Header)
	}
}

func TestWhatAHomePageAnswersIsAFindingOrSaysWhyThereIsNone(t *testing.T) {
	t.Parallel()
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(shows)
	if err != nil {
		t.Fatal(err)
	}
	inGBK := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=gbk")
		_, _ = io.WriteString(w, gbk)
	}
	zipped := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for range 1024 {
			_, _ = z.Write(make([]byte, 64<<10))
		}
		_ = z.Close()
	}
	typed := func(kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			_, _ = io.WriteString(w, shows)
		}
	}
	onward := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			redirect("/zh/")(w, r)
			return
		}
		page(shows)(w, r)
	}
	forever := func(w http.ResponseWriter, r *http.Request) { redirect(r.URL.Path+"x")(w, r) }
	large := strings.Repeat("<p>a line of a long page</p>\n", 30_000)
	for name, tc := range map[string]struct {
		plain, secure http.HandlerFunc
		want          footer.Shown
		why           string
	}{
		"the number over HTTPS":                             {nil, page(shows), footer.Linked, ""},
		"no number":                                         {nil, page(lacks), footer.Missing, ""},
		"HTTP where there is no HTTPS":                      {page(shows), nil, footer.Linked, ""},
		"HTTPS where both are there":                        {page(lacks), page(shows), footer.Linked, ""},
		"GBK":                                               {nil, inGBK, footer.Linked, ""},
		"a redirect within the site":                        {nil, onward, footer.Linked, ""},
		"a redirect to another scheme":                      {page(shows), redirect("http://example.com/"), footer.Linked, ""},
		"a redirect to another host of the domain":          {page(shows), redirect("http://www.example.com/"), footer.Linked, ""},
		"redirects without end":                             {nil, forever, "", "sends on more than 3 times"},
		"a redirect to another site":                        {page(shows), redirect("http://example.net/"), "", "sends elsewhere"},
		"a redirect to a host that only ends like it":       {page(shows), redirect("http://badexample.com/"), "", "sends elsewhere"},
		"a redirect to a cloud's metadata":                  {page(shows), redirect("http://169.254.169.254/latest/meta-data/"), "", "sends elsewhere"},
		"a redirect to the loopback address":                {page(shows), redirect("http://127.0.0.1/"), "", "sends elsewhere"},
		"a redirect to another port":                        {page(shows), redirect("http://example.com:6443/"), "", "sends elsewhere"},
		"a redirect with a password":                        {page(shows), redirect("http://a:b@example.com/"), "", "sends elsewhere"},
		"a redirect to a file":                              {page(shows), redirect("file:///etc/passwd"), "", "sends elsewhere"},
		"an error":                                          {nil, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, "", "answers HTTP 503"},
		"a page that is missing":                            {page(shows), http.NotFound, "", "answers HTTP 404"},
		"JSON":                                              {nil, typed("application/json"), "", "no HTML"},
		"no type":                                           {nil, typed("-"), "", "no HTML"},
		"nobody there":                                      {nil, nil, "", "cannot be reached"},
		"a large page with the number at its beginning":     {nil, page(shows + large), footer.Linked, ""},
		"a large page that may have it where it is cut off": {nil, page(large + shows), "", "larger than 512 KiB"},
		"a small answer that unpacks to a huge one":         {nil, zipped, "", "larger than 512 KiB"},
		"elements within elements without end":              {nil, page(strings.Repeat("<div>", 50_000) + shows), "", "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, err := listen(t, tc.plain, tc.secure).prober.Look(t.Context(), site, question)
			if tc.why == "" && (err != nil || f.Filing != tc.want) {
				t.Errorf("%+v, %v; want %s", f, err, tc.want)
			}
			if tc.why != "" && (err == nil || !strings.Contains(err.Error(), tc.why) || f != (footer.Finding{})) {
				t.Errorf("%+v, %v; want no finding, since %q", f, err, tc.why)
			}
		})
	}
}

func TestNoAddressIsAskedThatTheAdminDoesNotListUnlessItIsPublic(t *testing.T) {
	t.Parallel()
	hit := make(chan string, 100)
	e := listen(t, func(_ http.ResponseWriter, r *http.Request) { hit <- r.Host }, func(_ http.ResponseWriter, r *http.Request) { hit <- r.Host })
	for _, address := range []string{
		"127.0.0.1", "127.1.2.3", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "169.254.169.254", "100.100.100.200",
		"10.96.0.1", "172.16.0.1", "192.168.1.1", "fe80::1", "fe80::1%lo", "fd00:ec2::254", "ff02::1", "255.255.255.255",
	} {
		for name, networks := range map[string]reach.Networks{
			"none listed":    {},
			"another listed": {Allow: []netip.Prefix{netip.MustParsePrefix("198.18.0.0/15")}},
			"denied": {
				Allow: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")},
				Deny:  []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")},
			},
		} {
			p, s := e.prober, site
			p.Networks, s.Address = networks, netip.MustParseAddr(address)
			if f, err := p.Look(t.Context(), s, question); err == nil || !strings.Contains(err.Error(), "not one that the operator may ask") || f != (footer.Finding{}) {
				t.Errorf("%s, %s: %+v, %v", address, name, f, err)
			}
		}
	}
	select {
	case host := <-hit:
		t.Errorf("the server was asked for %s", host)
	default:
	}
}

func TestTheNameOfASiteIsNeverResolved(t *testing.T) {
	t.Parallel()
	// This name leads to 127.0.0.1 on every machine; the load balancer is at another address.
	e := listen(t, page(lacks), nil)
	s := probe.Site{Host: "localhost", Domain: "localhost", Address: netip.MustParseAddr("127.0.0.77")}
	e.prober.HTTP = portOf(t, e.plain)
	if f, err := e.prober.Look(t.Context(), s, question); err == nil {
		t.Errorf("%+v: it was reached by its name", f)
	}
}

func TestACertificateOfAnotherSiteIsNoAnswer(t *testing.T) {
	t.Parallel()
	e := listen(t, nil, page(shows))
	s := site
	s.Host, s.Domain = "example.cn", "example.cn"
	if f, err := e.prober.Look(t.Context(), s, question); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestASlowPageIsGivenUp(t *testing.T) {
	t.Parallel()
	for name, slow := range map[string]func(http.ResponseWriter){
		"no head": func(http.ResponseWriter) {},
		"no body": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = io.WriteString(w, "<html>")
			_ = http.NewResponseController(w).Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := listen(t, nil, func(w http.ResponseWriter, r *http.Request) {
				slow(w)
				<-r.Context().Done()
			})
			e.prober.Within = 300 * time.Millisecond
			if f, err := e.prober.Look(t.Context(), site, question); err == nil || !strings.Contains(err.Error(), "in time") {
				t.Errorf("%+v, %v", f, err)
			}
		})
	}
}

func TestNothingThatASiteSaysIsRepeated(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-of-the-site"
	for name, answer := range map[string]http.HandlerFunc{
		"a redirect": redirect("http://" + secret + ".example.net/" + secret),
		"a status": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Secret", secret)
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, secret)
		},
		"no HTTP": func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(c, secret+"\r\n\r\n")
				_ = c.Close()
			}
		},
		"another type": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", secret+"/"+strconv.Itoa(1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := listen(t, answer, nil).prober.Look(t.Context(), site, question); err == nil || strings.Contains(err.Error(), secret) {
				t.Errorf("%v", err)
			}
		})
	}
}
