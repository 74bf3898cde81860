package controllers

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/provider"
)

func TestOnlyAnExplicitRefusalIsFinal(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err    error
		reason string
	}{
		"an unknown error is tried again":                        {errors.New("what is this"), v1alpha1.ReasonProviderUnavailable},
		"too many requests are tried again":                      {&provider.Error{Class: provider.Transient, RetryAfter: time.Minute}, v1alpha1.ReasonProviderUnavailable},
		"a refusal waits for somebody to change something":       {&provider.Error{Class: provider.Rejected, Reason: "WebsiteNameInvalid"}, v1alpha1.ReasonProviderRefused},
		"a bad token waits for an admin":                         {&provider.Error{Class: provider.Misconfigured}, v1alpha1.ReasonMisconfigured},
		"the subject's other order is waited for":                {&provider.Error{Class: provider.Rejected, Reason: "OrderInProgress"}, v1alpha1.ReasonWaitingForSubject},
		"a type that has changed meanwhile is determined afresh": {&provider.Error{Class: provider.Rejected, Reason: "WrongFilingType"}, v1alpha1.ReasonWaitingForSubject},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := failureOf(tc.err); got.Reason != tc.reason {
				t.Errorf("got %s, want %s", got.Reason, tc.reason)
			}
		})
	}
}

func TestAnOlderVersionThanWasWrittenIsStaleUntilTheCacheCatchesUp(t *testing.T) {
	t.Parallel()
	version := func(v string) *corev1.Namespace {
		return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "a", ResourceVersion: v}}
	}
	start := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	var f freshness
	f.wrote(version("120"), start)
	if !f.stale(version("99"), start) {
		t.Error("99 is older than 120, which was written")
	}
	if f.stale(version("99"), start.Add(believed)) {
		t.Error("after a while the cache is believed: a restored etcd counts anew")
	}
	f.wrote(version("120"), start)
	if f.stale(version("120"), start) {
		t.Error("the version that was written is not stale")
	}
	if f.stale(version("99"), start) {
		t.Error("nothing is remembered once the cache has caught up")
	}
}

func TestANoteOfAnyTextFitsAnEvent(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "short", strings.Repeat("a", 2000), strings.Repeat("案", 600), strings.Repeat("𠀀", 300)} {
		if note := clipNote(text); len(note) > 1000 || !utf8.ValidString(note) {
			t.Errorf("a note of %d bytes, valid %v", len(note), utf8.ValidString(note))
		}
	}
}
