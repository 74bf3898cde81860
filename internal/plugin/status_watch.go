package plugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
)

const (
	// lookAgain is how often what time alone changes is looked at: a deadline passes without anybody's writing.
	lookAgain = time.Minute
	// connectAgain is how long a watch that ended is left before it is begun anew.
	connectAgain = time.Second
	// clearScreen moves the cursor home and clears what is below it.
	clearScreen = "\x1b[H\x1b[2J"
)

// follow shows the filings anew whenever what is shown of them changes, until the user ends it.
func (s *status) follow(ctx context.Context) error {
	changed := make(chan struct{}, 1)
	for _, name := range s.names {
		go s.notice(ctx, name, changed)
	}
	ticker := s.env.Clock.NewTicker(lookAgain)
	defer ticker.Stop()
	before := ""
	for {
		text, err := s.render(ctx)
		if ctx.Err() != nil {
			return nil // the user has ended it
		}
		if err != nil {
			return err
		}
		if text != before {
			if err := s.draw(text, before == ""); err != nil {
				return err
			}
			before = text
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-ticker.C():
		}
	}
}

// notice tells whenever a filing changes. A watch that ends is begun anew, and begins with what is there by then.
func (s *status) notice(ctx context.Context, name string, changed chan<- struct{}) {
	said := ""
	for {
		watch, err := s.client.Watch(ctx, &v1alpha1.IcpFilingList{}, client.InNamespace(s.namespace), client.MatchingFields{"metadata.name": name})
		if err == nil {
			for range watch.ResultChan() {
				select {
				case changed <- struct{}{}:
				default: // it will look anyway
				}
			}
			watch.Stop()
		} else if !errors.Is(err, context.Canceled) && err.Error() != said {
			said = err.Error()
			fmt.Fprintln(s.env.ErrOut, s.env.Say("following the filing: ", "跟踪备案：")+harmless(said))
		}
		select {
		case <-ctx.Done():
			return
		case <-s.env.Clock.After(connectAgain):
		}
	}
}

// draw shows a page: in place of the last one on a terminal, below it elsewhere.
func (s *status) draw(text string, first bool) error {
	lead := "\n"
	switch file, is := s.env.Out.(*os.File); {
	case is && term.IsTerminal(int(file.Fd())):
		lead = clearScreen
	case first || !s.output.forPeople():
		lead = ""
	}
	_, err := fmt.Fprint(s.env.Out, lead+text)
	return err
}
