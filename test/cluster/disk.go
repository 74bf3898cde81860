package cluster

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
)

const (
	// etcdSocket is where etcd listens, in the control plane's directory.
	etcdSocket = "etcd.sock:0"
	// ballast is what fills a disk: a key that nobody else knows, with so many bytes each time.
	ballastKey   = "/ballast"
	ballastBytes = 1 << 20
	// full is what etcd answers to a write when its quota is used up.
	full = "database space exceeded"
)

// FillDisk writes to etcd, past the API server, until it takes no more by its quota (Options.EtcdArgs, --quota-backend-bytes), as where
// its disk is full: from then on every write of the API server fails, until FreeDisk.
func (c *Cluster) FillDisk(ctx context.Context) error {
	ballast := fmt.Appendf(nil, `{"key":%q,"value":%q}`, encoded(ballastKey), base64.StdEncoding.EncodeToString(make([]byte, ballastBytes)))
	for {
		_, err := c.etcd(ctx, "/v3/kv/put", ballast)
		switch {
		case err != nil && strings.Contains(err.Error(), full):
			return nil
		case err != nil:
			return fmt.Errorf("fill the disk of etcd: %w", err)
		}
	}
}

// FreeDisk has etcd take writes again: what filled it goes, and with it the alarm.
func (c *Cluster) FreeDisk(ctx context.Context) error {
	gone, err := c.etcd(ctx, "/v3/kv/deleterange", fmt.Appendf(nil, `{"key":%q}`, encoded(ballastKey)))
	if err != nil {
		return fmt.Errorf("free the disk of etcd: %w", err)
	}
	alarms, err := c.etcd(ctx, "/v3/maintenance/alarm", []byte(`{"action":"GET"}`))
	if err != nil {
		return fmt.Errorf("read the alarms of etcd: %w", err)
	}
	steps := [][2]string{{"/v3/kv/compaction", fmt.Sprintf(`{"revision":%q,"physical":true}`, gone.Header.Revision)}, {"/v3/maintenance/defragment", `{}`}}
	for _, alarm := range alarms.Alarms {
		steps = append(steps, [2]string{"/v3/maintenance/alarm", fmt.Sprintf(`{"action":"DEACTIVATE","memberID":%q,"alarm":%q}`, alarm.MemberID, alarm.Alarm)})
	}
	for _, step := range steps {
		if _, err := c.etcd(ctx, step[0], []byte(step[1])); err != nil {
			return fmt.Errorf("free the disk of etcd: %s: %w", step[0], err)
		}
	}
	return nil
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// etcdAnswer is what is read of etcd's answers.
type etcdAnswer struct {
	Header struct{ Revision string }
	Alarms []struct{ MemberID, Alarm string }
}

// etcd asks etcd by its gateway for JSON.
func (c *Cluster) etcd(ctx context.Context, path string, body []byte) (answer etcdAnswer, err error) {
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(c.dir, etcdSocket))
	}}
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://etcd"+path, bytes.NewReader(body))
	if err != nil {
		return answer, err
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return answer, err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return answer, err
	}
	if response.StatusCode != http.StatusOK {
		return answer, fmt.Errorf("%s: %s", response.Status, content)
	}
	return answer, json.Unmarshal(content, &answer)
}
