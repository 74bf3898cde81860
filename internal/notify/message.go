package notify

import (
	"strings"
	"time"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/calendar"
	"github.com/beian-dev/icp-operator/internal/words"
)

// Fields are what a template may use. Every one is text that the operator itself chose, or a name that stands in the
// filing's metadata; docs/notifications.md lists them.
type Fields struct {
	// Event is the kind of event, and EventName its name in words.
	Event     string `json:"event"`
	EventName string `json:"eventName"`
	// Namespace and Name of the filing.
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Domain that it files.
	Domain string `json:"domain"`
	// Number is 网站备案号; empty before there is one.
	Number string `json:"number,omitempty"`
	// Attempt under way, from 1.
	Attempt int32 `json:"attempt"`
	// Stage of the procedure, and StageName its name in words.
	Stage     string `json:"stage"`
	StageName string `json:"stageName"`
	// ReasonNames are the reasons in words; empty for none.
	ReasonNames string `json:"reasonNames,omitempty"`
	// Task that is to be done; Actor who does it, and ActorName in words.
	Task      string `json:"task,omitempty"`
	Actor     string `json:"actor,omitempty"`
	ActorName string `json:"actorName,omitempty"`
	// What is to be done, in words.
	ToDo string `json:"toDo"`
	// Due is the deadline in Beijing time, a day (2026-12-24) or an hour (2026-12-24 15:04); empty for none.
	Due string `json:"due,omitempty"`
	// Overdue says that the deadline has passed.
	Overdue bool `json:"overdue,omitempty"`
	// Link is what spec.link made of the fields above; empty where it is not set.
	Link string `json:"link,omitempty"`
}

// Fields are an event's, in a language.
func (e Event) Fields(l v1alpha1.Language) Fields {
	a := e.Facts
	f := Fields{
		Event: string(e.Kind), EventName: words.Event(e.Kind).In(l), Namespace: a.Namespace, Name: a.Name, Domain: a.Domain,
		Number: a.Number, Attempt: a.Attempt, Stage: string(a.Stage), StageName: words.Stage(a.Stage).In(l), ReasonNames: a.reasonNames().In(l),
		Task: a.Task, Actor: string(a.Actor), ToDo: e.whatToDo().In(l), Overdue: a.Overdue,
	}
	if a.Actor != "" {
		f.ActorName = words.Actor(a.Actor).In(l)
	}
	switch {
	case a.Due.IsZero():
	case a.ToTheMinute:
		f.Due = a.Due.In(calendar.Beijing).Format("2006-01-02 15:04")
	default:
		f.Due = calendar.Date(a.Due)
	}
	return f
}

// Message is one event in words, ready to be sent.
type Message struct {
	// ID is the same however often the message is sent.
	ID string
	// Event that it tells.
	Event v1alpha1.FilingEvent
	// At is when the event began; zero where nobody knows.
	At time.Time
	// Subject is one line.
	Subject string
	// Body is some lines.
	Body string
	// Fields that it was made of.
	Fields Fields
}

// Text is subject and body, for channels that know no subject.
func (m Message) Text() string { return m.Subject + "\n" + m.Body }

// Message words an event as a notifier's templates say.
func (t *Texts) Message(e Event) (Message, error) {
	f := e.Fields(t.language)
	link, err := t.link.execute(f)
	if err != nil {
		return Message{}, err
	}
	f.Link = strings.TrimSpace(link)
	text := t.texts[e.Kind]
	subject, err := text.subject.execute(f)
	if err != nil {
		return Message{}, err
	}
	body, err := text.body.execute(f)
	if err != nil {
		return Message{}, err
	}
	return Message{
		ID: e.ID(), Event: e.Kind, At: e.Since, Subject: strings.Join(strings.Fields(subject), " "), Body: strings.TrimSpace(body), Fields: f,
	}, nil
}
