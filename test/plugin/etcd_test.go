package plugin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"net/http"
	"path/filepath"
	"testing"
)

// etcd writes what an API server stores, past it: through etcd's own gateway for JSON.
type etcd struct {
	b      *testing.B
	client http.Client
	read   map[string][]byte
	puts   []any
}

// putAtOnce is how many puts make a transaction.
const putAtOnce = 64

func newEtcd(b *testing.B) *etcd {
	b.Helper()
	socket := filepath.Join(plane.Dir(), "etcd.sock:0")
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}
	return &etcd{b: b, client: http.Client{Transport: &http.Transport{DialContext: dial}}, read: map[string][]byte{}}
}

func (e *etcd) call(path string, ask, answer any) {
	e.b.Helper()
	body, err := json.Marshal(ask)
	if err != nil {
		e.b.Fatal(err)
	}
	request, err := http.NewRequestWithContext(e.b.Context(), http.MethodPost, "http://etcd/v3/kv/"+path, bytes.NewReader(body))
	if err != nil {
		e.b.Fatal(err)
	}
	response, err := e.client.Do(request)
	if err != nil {
		e.b.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil || response.StatusCode != http.StatusOK {
		e.b.Fatalf("etcd: %s %v", response.Status, err)
	}
}

// get reads the value of a key.
func (e *etcd) get(key string) []byte {
	e.b.Helper()
	if value, there := e.read[key]; there {
		return value
	}
	var answer struct {
		KVs []struct{ Value []byte } `json:"kvs"`
	}
	e.call("range", map[string]any{"key": []byte(key)}, &answer)
	if len(answer.KVs) != 1 {
		e.b.Fatalf("etcd has no %s", key)
	}
	e.read[key] = answer.KVs[0].Value
	return e.read[key]
}

// put has a value written, with others.
func (e *etcd) put(key string, value []byte) {
	e.b.Helper()
	e.puts = append(e.puts, map[string]any{"request_put": map[string]any{"key": []byte(key), "value": value}})
	if len(e.puts) == putAtOnce {
		e.flush()
	}
}

// flush writes what waits.
func (e *etcd) flush() {
	e.b.Helper()
	if len(e.puts) == 0 {
		return
	}
	e.call("txn", map[string]any{"success": e.puts}, &struct{}{})
	e.puts = nil
}
