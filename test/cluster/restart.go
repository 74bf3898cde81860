package cluster

import (
	"fmt"
	"strings"
)

// RestartAPIServer kills the API server where it stands and starts it again, at the same address, on what is stored. It returns
// when the API server is ready. Every watch is cut by it.
func (c *Cluster) RestartAPIServer() error { return c.restart("kube-apiserver") }

// RestartEtcd kills etcd where it stands and starts it again on what it has stored. It returns when the API server is ready.
func (c *Cluster) RestartEtcd() error { return c.restart("etcd") }

func (c *Cluster) restart(part string) error {
	c.restarts.Lock()
	defer c.restarts.Unlock()
	if _, err := fmt.Fprintln(c.stdin, "restart", part); err != nil {
		return fmt.Errorf("restart %s: %w", part, err)
	}
	line, err := c.stdout.ReadString('\n')
	if err != nil || strings.TrimSpace(line) != "restarted "+part {
		return fmt.Errorf("restart %s: the control plane answered %q and ended (%w): logs are in %s/logs", part, line, err, c.dir)
	}
	return nil
}
