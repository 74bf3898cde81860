package board_test

import (
	"flag"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/audit"
	"github.com/beian-dev/icp-operator/internal/board"
)

var update = flag.Bool("update", false, "write the pages under testdata anew")

func query(text string) board.Query {
	v, err := url.ParseQuery(text)
	if err != nil {
		panic(err)
	}
	return board.QueryOf(v)
}

// pages are every kind of page.
var pages = map[string]struct {
	path string
	page func(board.Frame) board.Page
}{
	"overview": {"/", func(f board.Frame) board.Page { return board.Overview(f, query(""), filings()) }},
	"stage": {"/", func(f board.Frame) board.Page {
		return board.Overview(f, query("stage=SmsVerification"), filings())
	}},
	"empty":    {"/", func(f board.Frame) board.Page { return board.Overview(f, query("q=nowhere"), filings()) }},
	"returned": {"/filings/shop/returned-example", func(f board.Frame) board.Page { return board.Filing(f, filings()[1], reviews()) }},
	"open":     {"/filings/bank/open-example", func(f board.Frame) board.Page { return board.Filing(f, filings()[3], nil) }},
	"dates":    {"/dates", func(f board.Frame) board.Page { return board.Dates(f, query(""), filings()) }},
	"exposure": {"/exposure", func(f board.Frame) board.Page { return board.Exposure(f, query(""), audit.Judge(facts())) }},
	"sign-in": {"/", func(f board.Frame) board.Page {
		return board.SignIn{Next: "/dates", Failed: board.SignInWrong}.Page(f)
	}},
	"problem": {"/none", func(f board.Frame) board.Page { return board.Problem(f, board.ProblemNotThere) }},
}

func reviews() []v1alpha1.IcpReview {
	r := v1alpha1.IcpReview{Spec: v1alpha1.IcpReviewSpec{
		FilingRef: v1alpha1.FilingReference{Name: "returned-example"}, Attempt: 1, Stage: v1alpha1.StagePreliminaryReview, Decision: v1alpha1.DecisionReturned,
		Reasons: []string{"WebsiteNameInvalid"}, Message: "Give it another name.", DecidedAt: *at(5, 10), DecidedBy: "desk",
	}}
	r.Namespace, r.Name = "shop", "first"
	return []v1alpha1.IcpReview{r}
}

func render(t *testing.T, f board.Frame, p board.Page) string {
	t.Helper()
	text, err := board.Render(f, p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestThePagesAreAsTheyWere(t *testing.T) {
	t.Parallel()
	for name, p := range pages {
		for _, l := range []v1alpha1.Language{v1alpha1.LanguageEnglish, v1alpha1.LanguageChinese} {
			f := frame(l, p.path)
			got := strings.ReplaceAll(render(t, f, p.page(f)), board.FilesVersion(), "VERSION")
			path := filepath.Join("testdata", name+"."+string(l)+".html")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got; -update writes it anew):\n%s", path, diff)
			}
		}
	}
}

// said are the texts that templates and code ask Say for.
var said = regexp.MustCompile(`(?:Sayf?|pick)\(?[ (](?:[a-z]\.?[A-Za-z.]*, )?"([^"]+)"(?:, "([^"]+)")?|Count [^ ]+ "[^"]+" "([^"]+)"|"([^"]+)", "(?:bad|warn|link|)"\}`)

func TestEveryTextOfThePagesHasItsChinese(t *testing.T) {
	t.Parallel()
	chinese := board.Frame{Language: v1alpha1.LanguageChinese}
	var files []string
	for _, pattern := range []string{"*.go", "templates/*.html"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	seen := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || file == "language.go" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range said.FindAllStringSubmatch(string(text), -1) {
			for _, english := range found[1:] {
				if !latin.MatchString(english) {
					continue
				}
				seen++
				if chinese.Say(english) == english {
					t.Errorf("%s: %q has no Chinese", file, english)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d texts were found", seen)
	}
}

// latin are words of three letters and more, as English ones are.
var latin = regexp.MustCompile(`[A-Za-z]{3,}`)

func TestAChinesePageHasNoEnglishButNamesAndDetails(t *testing.T) {
	t.Parallel()
	tags := regexp.MustCompile(`(?s)<head>.*?</head>|<code[^>]*>.*?</code>|<[^>]+lang="en"[^>]*>[^<]*|<(p|span)[^>]*mono[^>]*>[^<]*|<option>[^<]*|<q>[^<]*|<p>The name says.*?</p>|<[^>]+>`)
	names := []string{"ICP", "IcpFiling", "example", "shop", "bank", "com", "console", "system", "serviceaccount", "viewer", "Ingress", "web", "old", "desk", "spec", "publicSecurity", "submittedAt",
		"warn", "hold", "icpfiling", "kubectl", "https", "beian", "mps", "gov", "API", "grpcroutes", "gateway", "networking", "SmsVerification", "BureauReview", "fsqu", "ExposurePolicy", "www", "sms", "returned", "bureau", "open"}
	for name, p := range pages {
		f := frame(v1alpha1.LanguageChinese, p.path)
		text := tags.ReplaceAllString(render(t, f, p.page(f)), " ")
		for _, word := range latin.FindAllString(text, -1) {
			if !slices.Contains(names, word) {
				t.Errorf("%s: %s", name, word)
			}
		}
	}
}

func TestTheFirstPageOfTenThousandFilingsIsSmall(t *testing.T) {
	t.Parallel()
	f := frame(v1alpha1.LanguageChinese, "/")
	list := many(10_000)
	for _, q := range []string{"", "stage=BureauReview", "which=people", "q=example"} {
		if n := len(render(t, f, board.Overview(f, query(q), list))); n > 100_000 {
			t.Errorf("with %q it has %d bytes", q, n)
		}
	}
}

func TestEveryFilingIsOnOnePageOfItsStagesList(t *testing.T) {
	t.Parallel()
	f := frame(v1alpha1.LanguageEnglish, "/")
	seen, list := map[string]int{}, many(1300)
	link := regexp.MustCompile(`href="/filings/[^/]+/([^"]+)"`)
	for page := range 3 {
		text := render(t, f, board.Overview(f, query("stage=BureauReview&page="+string(rune('1'+page))), list))
		for _, found := range link.FindAllStringSubmatch(text, -1) {
			seen[found[1]]++
		}
	}
	for name, times := range seen {
		if times != 1 {
			t.Errorf("%s is there %d times", name, times)
		}
	}
	want := 0
	for _, filing := range list {
		if filing.Status.Stage == v1alpha1.StageBureauReview {
			want++
		}
	}
	if len(seen) != want {
		t.Errorf("%d filings are listed, want %d", len(seen), want)
	}
}

func TestNothingComesFromElsewhere(t *testing.T) {
	t.Parallel()
	err := fs.WalkDir(board.Files(), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(board.Files(), path)
		if found := regexp.MustCompile(`(?:https?:)?//[a-z][^\s"']*`).FindString(strings.ReplaceAll(string(text), "http://www.w3.org/2000/svg", "")); found != "" {
			t.Errorf("%s: %s", path, found)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	inline := regexp.MustCompile(`(?i)\s(style|on[a-z]+)=|<style|<script>|src="https?:|href="https?:`)
	for name, p := range pages {
		f := frame(v1alpha1.LanguageEnglish, p.path)
		if found := inline.FindString(render(t, f, p.page(f))); found != "" {
			t.Errorf("%s: %s", name, found)
		}
	}
}
