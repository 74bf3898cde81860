package conformance

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// DecideAtControl has a simulator's control decide.
func DecideAtControl(address string) Decide {
	return func(ctx context.Context, d Decision) error {
		body, err := json.Marshal(map[string]any{"stage": d.Stage, "decision": d.Decision, "reasons": d.Reasons})
		if err != nil {
			return fmt.Errorf("write the decision: %w", err)
		}
		where := strings.TrimSuffix(address, "/") + "/orders/" + url.PathEscape(d.OrderID) + "/decisions"
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, where, bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("--control-url %q: %w", address, err)
		}
		request.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return fmt.Errorf("decide at %s: %w", address, err)
		}
		defer func() { _ = answer.Body.Close() }()
		if answer.StatusCode >= http.StatusMultipleChoices {
			said, _ := io.ReadAll(io.LimitReader(answer.Body, 300))
			return fmt.Errorf("decide at %s: %d %s", address, answer.StatusCode, strings.TrimSpace(string(said)))
		}
		return nil
	}
}

// AskPerson has a person decide at the server, and wait with return until that is done; "skip" leaves it.
func AskPerson(in io.Reader, out io.Writer) Decide {
	lines := bufio.NewScanner(in)
	return func(_ context.Context, d Decision) error {
		_, _ = fmt.Fprintf(out, "decide at your server: %s\n  then press return (or write skip): ", d)
		if !lines.Scan() {
			return errors.New("nobody is there to decide")
		}
		if strings.TrimSpace(lines.Text()) == "skip" {
			return untestedError{"skipped by the person who was asked"}
		}
		return nil
	}
}
