// Package serve serves a namespace's coming dates as an iCalendar feed, to whoever may list its filings.
package serve

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"golang.org/x/sync/semaphore"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/cache"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/utils/clock"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/access"
	"github.com/beian-dev/icp-operator/internal/agenda"
)

// Path of the feed.
const Path = "/calendar.ics"

// Audience of tokens that are good for calendars and for nothing else: the API server itself takes none of them.
const Audience = "calendar.icp.beian.dev"

// A calendar program asks some times a day.
const userEvery, userBurst = 10 * time.Second, 20

// NewAccess judges those who ask for calendars, by a client that may create TokenReviews and SubjectAccessReviews.
func NewAccess(reviews client.Writer, now clock.PassiveClock) *access.Access {
	return access.New(reviews, now, access.Options{Audience: Audience, Every: userEvery, Burst: userBurst})
}

// What a feed's alarms may be.
const (
	mostAlarms = 5
	mostDays   = 90
)

// Handler serves the feed.
type Handler struct {
	// Reader has filings and Namespaces, in memory.
	Reader client.Reader
	// Access judges who asks.
	Access *access.Access
	// Log gets what went wrong here.
	Log logr.Logger
	// writing lets one feed be written at a time: a large one takes a processor for a moment.
	writing chan struct{}
	// sending bounds the bytes of feeds that are on their way: a slow reader of a large one keeps it in memory.
	sending *semaphore.Weighted
	// tags are of the feeds that were written last, each with what it was made of, so that a poll costs no writing.
	tags *cache.LRUExpireCache
}

// How many bytes may be on their way, and how many a filing has about.
const (
	mostBytes   = 32 << 20
	filingBytes = 3 << 10
	// busyFor is when to come back where that is reached.
	busyFor = 30 * time.Second
)

// How many feeds' tags are kept, and how long.
const (
	tagsKept = 1024
	tagsFor  = 24 * time.Hour
)

// tag is the ETag of a feed that was made of some versions of filings.
type tag struct{ versions, etag string }

// NewHandler serves feeds from memory, to those whom the API server lets list a namespace's filings.
func NewHandler(reader client.Reader, judge *access.Access, log logr.Logger) http.Handler {
	h := &Handler{Reader: reader, Access: judge, Log: log, writing: make(chan struct{}, 1), sending: semaphore.NewWeighted(mostBytes), tags: cache.NewLRUExpireCache(tagsKept)}
	mux := http.NewServeMux()
	mux.Handle("GET "+Path, h)
	return mux
}

// ServeHTTP answers with the feed of the namespace that is asked for.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	// What is answered depends on who asks, and on rights that may be taken back.
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("Vary", "Authorization")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	feed, err := feedOf(r.URL.Query())
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	user, err := h.judge(r, feed.Namespace)
	if err != nil {
		h.refuse(w, r, feed, user, err)
		return
	}
	var ns corev1.Namespace
	if err := h.Reader.Get(r.Context(), client.ObjectKey{Name: feed.Namespace}, &ns); apierrors.IsNotFound(err) {
		http.Error(w, fmt.Sprintf("there is no namespace %q", feed.Namespace), http.StatusNotFound)
		return
	} else if err != nil {
		h.fail(w, feed, err)
		return
	}
	var list v1alpha1.IcpFilingList
	if err := h.Reader.List(r.Context(), &list, client.InNamespace(feed.Namespace), client.UnsafeDisableDeepCopy); err != nil {
		h.fail(w, feed, err)
		return
	}
	key, versions := fmt.Sprint(feed), versionsOf(list.Items)
	if known, ok := h.tags.Get(key); ok && known.(tag).versions == versions && r.Header.Get("If-None-Match") == known.(tag).etag {
		w.Header().Set("ETag", known.(tag).etag)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	size := int64(min(mostBytes, filingBytes*len(list.Items)))
	if !h.sending.TryAcquire(size) {
		h.refuse(w, r, feed, user, &access.TooOftenError{After: busyFor})
		return
	}
	defer h.sending.Release(size)
	body, err := h.body(r.Context(), feed, list.Items)
	if err != nil {
		h.fail(w, feed, err)
		return
	}
	// The tag is of what is sent, so that it is the same from every operator, and stays where a filing's change shows no date.
	etag := digest(body)
	h.tags.Add(key, tag{versions, etag}, tagsFor)
	w.Header().Set("ETag", etag)
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8; method=PUBLISH")
	w.Header().Set("Content-Disposition", `inline; filename="`+feed.Namespace+`.ics"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// judge says who asks, and an error unless they may list the namespace's filings.
func (h *Handler) judge(r *http.Request, namespace string) (name string, err error) {
	user, err := h.Access.Who(r.Context(), access.TokenOf(r))
	if err != nil {
		return "", err
	}
	filings := v1alpha1.GroupVersion.WithResource("icpfilings").GroupResource()
	if err := h.Access.MayList(r.Context(), user, filings, namespace); err != nil {
		return user.Username, err
	}
	return user.Username, h.Access.Count(user)
}

// versionsOf tells whether any filing of a list was written, made or deleted.
func versionsOf(filings []v1alpha1.IcpFiling) string {
	versions := make([]string, len(filings))
	for i := range filings {
		versions[i] = string(filings[i].UID) + " " + filings[i].ResourceVersion
	}
	slices.Sort(versions)
	return digest([]byte(strings.Join(versions, "\n")))
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// body writes the feed of filings.
func (h *Handler) body(ctx context.Context, feed agenda.Feed, filings []v1alpha1.IcpFiling) ([]byte, error) {
	select {
	case h.writing <- struct{}{}:
		defer func() { <-h.writing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var dates []agenda.Date
	for i := range filings {
		dates = append(dates, agenda.Dates(&filings[i])...)
	}
	return feed.ICS(dates)
}

// refuse says why somebody gets no feed, and what would change that.
func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, feed agenda.Feed, user string, err error) {
	var late *access.TooOftenError
	switch {
	case errors.Is(err, access.ErrUnauthenticated):
		// Calendar programs take the first that they know, and few know Bearer.
		w.Header().Add("WWW-Authenticate", fmt.Sprintf(`Basic realm="ICP filings of %s", charset="UTF-8"`, feed.Namespace))
		w.Header().Add("WWW-Authenticate", fmt.Sprintf(`Bearer realm="ICP filings of %s"`, feed.Namespace))
		http.Error(w, "give a token of the cluster, as the password of any user name (Basic) or as a Bearer token: see docs/calendar.md", http.StatusUnauthorized)
	case errors.Is(err, access.ErrForbidden):
		http.Error(w, fmt.Sprintf("%s may not list icpfilings.icp.beian.dev in namespace %q: bind the ClusterRole icp-viewer to it there", user, feed.Namespace), http.StatusForbidden)
	case errors.As(err, &late):
		w.Header().Set("Retry-After", strconv.Itoa(int(late.After.Seconds())+1))
		http.Error(w, "too many requests", http.StatusTooManyRequests)
	case r.Context().Err() != nil: // whoever asked is gone
	default:
		h.Log.Error(err, "asking the API server who may read a calendar", "namespace", feed.Namespace)
		w.Header().Set("Retry-After", "30")
		http.Error(w, "the API server could not be asked", http.StatusServiceUnavailable)
	}
}

func (h *Handler) fail(w http.ResponseWriter, feed agenda.Feed, err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	h.Log.Error(err, "writing a calendar", "namespace", feed.Namespace)
	http.Error(w, "the feed could not be written", http.StatusInternalServerError)
}

// feedOf reads what is asked for.
func feedOf(q url.Values) (agenda.Feed, error) {
	feed := agenda.Feed{Namespace: q.Get("namespace"), Language: v1alpha1.LanguageChinese}
	if len(validation.IsDNS1123Label(feed.Namespace)) > 0 {
		return feed, errors.New("say whose filings: ?namespace=shop")
	}
	switch q.Get("lang") {
	case "", "zh":
	case "en":
		feed.Language = v1alpha1.LanguageEnglish
	default:
		return feed, errors.New("lang is zh or en")
	}
	if alarm := q.Get("alarm"); alarm != "" {
		for day := range strings.SplitSeq(alarm, ",") {
			n, err := strconv.Atoi(day)
			if err != nil || n < 0 || n > mostDays {
				return feed, fmt.Errorf("alarm is days before a deadline, from 0 to %d, separated by commas: alarm=7,1,0", mostDays)
			}
			if !slices.Contains(feed.Alarms, n) {
				feed.Alarms = append(feed.Alarms, n)
			}
		}
	}
	if len(feed.Alarms) > mostAlarms {
		return feed, fmt.Errorf("alarm takes %d days at most", mostAlarms)
	}
	return feed, nil
}
