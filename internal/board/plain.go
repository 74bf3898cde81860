package board

// Problem kinds.
const (
	ProblemNotThere    = "NotThere"
	ProblemTooOften    = "TooOften"
	ProblemForbidden   = "Forbidden"
	ProblemUnavailable = "Unavailable"
	// ProblemKey: who asks has no key to a board that is served to one person.
	ProblemKey = "Key"
)

// problems say what went wrong, and what to do.
var problems = map[string][2]string{
	ProblemNotThere:    {"There is no such page", "What it is about does not exist, or you may not see it."},
	ProblemTooOften:    {"Too many requests", "Wait a moment, then load the page again."},
	ProblemForbidden:   {"You may not see this", "Ask an admin to bind the ClusterRole icp-viewer to you in your namespace."},
	ProblemUnavailable: {"The page cannot be made now", "The API server could not be asked. Load the page again in a moment."},
	ProblemKey:         {"This board is somebody's own", "Open the address that kubectl icp board printed. It is good once: run the command again for another."},
}

// Problem is a page that says why there is no other.
func Problem(f Frame, kind string) Page {
	says := problems[kind]
	return Page{name: "problem.html", Title: f.Say(says[0]), Of: f.Say(says[1])}
}

// Why a sign-in failed.
const (
	SignInWrong   = "The API server does not know this token, or it has expired."
	SignInTooLong = "This token is too long to be kept by a browser. Use kubectl icp board instead."
)

// SignIn asks for a token.
type SignIn struct {
	// Next is the page to go on with, below the frame's base.
	Next string
	// Failed says why the last try was none.
	Failed string
	// Retry has the browser ask once more: it followed a link of another site, and then sends no cookie.
	Retry bool
}

// Page is the sign-in page.
func (s SignIn) Page(f Frame) Page {
	if s.Failed != "" {
		s.Failed = f.Say(s.Failed)
	}
	return Page{name: "signin.html", Title: f.Say("Sign in"), Again: s.Retry, Of: s}
}
