package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	readyWithin  = 90 * time.Second // a busy machine with two cores needs some 10 s
	pollInterval = 40 * time.Millisecond
	askWithin    = 5 * time.Second
)

// until polls check until it succeeds. It gives up when a child ends, when ctx does, and after
// readyWithin, with what check said last.
func (p *plane) until(ctx context.Context, what string, check func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	death := p.firstDeath(ctx)
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	last := errors.New("not asked yet")
	for {
		select {
		case process := <-death:
			return process.died()
		case <-ctx.Done():
			return fmt.Errorf("wait for %s: %w; last answer: %w; logs are in %s/logs", what, ctx.Err(), last, p.dir)
		case <-ticker.C:
			if last = check(ctx); last == nil {
				return nil
			}
		}
	}
}

// apiClient asks the API server the little that tells whether it is ready.
type apiClient struct {
	server string
	http   *http.Client
}

func newAPIClient(server string, a *authority, user pair) (*apiClient, error) {
	config, err := a.tlsConfig(user)
	if err != nil {
		return nil, err
	}
	transport := &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true}
	return &apiClient{server: server, http: &http.Client{Transport: transport, Timeout: askWithin}}, nil
}

// get returns the body of an answer with status 200; any other is an error.
func (c *apiClient) get(ctx context.Context, path string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server+path, nil)
	if err != nil {
		return nil, fmt.Errorf("ask for %s: %w", path, err)
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, fmt.Errorf("read the answer to %s: %w", path, err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s: %.300s", path, response.Status, body)
	}
	return body, nil
}

func (c *apiClient) ready(ctx context.Context) error {
	_, err := c.get(ctx, "/readyz")
	return err
}

// rolesReady waits for the namespace default, and for the roles that tenants are given. Their rules
// are put together by the controller manager, the last of its work before users can rely on it.
func (c *apiClient) rolesReady(ctx context.Context, aggregated bool) error {
	if _, err := c.get(ctx, "/api/v1/namespaces/default"); err != nil {
		return err
	}
	for _, name := range []string{"admin", "edit", "view"} {
		body, err := c.get(ctx, "/apis/rbac.authorization.k8s.io/v1/clusterroles/"+name)
		if err != nil {
			return err
		}
		var role struct {
			Rules []json.RawMessage `json:"rules"`
		}
		if err := json.Unmarshal(body, &role); err != nil {
			return fmt.Errorf("read ClusterRole %s: %w", name, err)
		}
		if aggregated && len(role.Rules) == 0 {
			return fmt.Errorf("ClusterRole %s has no rules yet", name)
		}
	}
	return nil
}
