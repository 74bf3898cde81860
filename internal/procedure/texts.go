package procedure

import (
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// joinReasons joins as many reasons as a stage's reason takes.
func joinReasons(reasons []string) string {
	const limit = 128
	for n := len(reasons); n > 0; n-- {
		if s := strings.Join(reasons[:n], ","); len(s) <= limit {
			return s
		}
	}
	return ""
}

// join lists alternatives.
func join[T ~string](list []T) string {
	parts := make([]string, len(list))
	for i, x := range list {
		parts[i] = string(x)
	}
	return strings.Join(parts, " or ")
}

// and lists what all is meant.
func and[T ~string](list []T) string { return strings.ReplaceAll(join(list), " or ", " and ") }

// clipped keeps a description within what a next action takes.
func clipped(s string) string {
	const limit = 1024
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}

// clip keeps a message within what a condition takes.
func clip(s string) string {
	const limit = 8000
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + " …"
}

// stamp is a time as a status holds it: to the second.
func stamp(t time.Time) *metav1.Time {
	if t.IsZero() {
		return nil
	}
	return &metav1.Time{Time: t.UTC().Truncate(time.Second)}
}

func at(t *metav1.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Time
}
