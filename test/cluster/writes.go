package cluster

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// Write is one write that the API server answered, from its audit log.
type Write struct {
	// User made the request; where a request impersonates, As is whom it acted as.
	User, As string
	// UserAgent is what the client calls itself.
	UserAgent string
	// Verb is create, update, patch, delete or deletecollection.
	Verb string
	// Group, Resource, Subresource, Namespace and Name are what was written. The name is empty
	// where the server made it up.
	Group, Resource, Subresource, Namespace, Name string
	// Code is the HTTP status of the answer: 200 and 201 for a write that was made, 403 for a refusal.
	Code int
	// DryRun tells that nothing was to be stored.
	DryRun bool
	// At is when the answer was given.
	At time.Time
}

// By returns who is answerable for the write: the user impersonated, or else the one who asked.
func (w Write) By() string {
	if w.As != "" {
		return w.As
	}
	return w.User
}

// auditEvent is the part of an audit.k8s.io/v1 Event that a Write comes from.
type auditEvent struct {
	Verb             string     `json:"verb"`
	RequestURI       string     `json:"requestURI"`
	User             auditUser  `json:"user"`
	ImpersonatedUser *auditUser `json:"impersonatedUser"`
	UserAgent        string     `json:"userAgent"`
	ObjectRef        struct {
		APIGroup    string `json:"apiGroup"`
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
	} `json:"objectRef"`
	ResponseStatus struct {
		Code int `json:"code"`
	} `json:"responseStatus"`
	StageTimestamp time.Time `json:"stageTimestamp"`
}

type auditUser struct {
	Username string `json:"username"`
}

// Writes returns every write answered so far for which keep is true (nil: all), in the order of
// their answers. Options.Audit must be set. A write is recorded an instant after its client has
// the answer, so a test that waits for one polls.
func (c *Cluster) Writes(keep func(Write) bool) ([]Write, error) {
	if !c.audit {
		return nil, errors.New("read the audit log: the control plane was started without Options.Audit")
	}
	content, err := os.ReadFile(filepath.Join(c.dir, "audit.log"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	var writes []Write
	for line := range bytes.Lines(content) {
		if !bytes.HasSuffix(line, []byte("\n")) {
			break // being written this very moment
		}
		var event auditEvent
		if err := json.Unmarshal(line, &event); err != nil {
			return nil, fmt.Errorf("read the audit log: %w", err)
		}
		if w := event.write(); keep == nil || keep(w) {
			writes = append(writes, w)
		}
	}
	return writes, nil
}

func (e auditEvent) write() Write {
	w := Write{
		User: e.User.Username, UserAgent: e.UserAgent, Verb: e.Verb,
		Group: e.ObjectRef.APIGroup, Resource: e.ObjectRef.Resource, Subresource: e.ObjectRef.Subresource,
		Namespace: e.ObjectRef.Namespace, Name: e.ObjectRef.Name,
		Code: e.ResponseStatus.Code, At: e.StageTimestamp,
	}
	if e.ImpersonatedUser != nil {
		w.As = e.ImpersonatedUser.Username
	}
	if uri, err := url.Parse(e.RequestURI); err == nil {
		w.DryRun = uri.Query().Has("dryRun")
	}
	return w
}
