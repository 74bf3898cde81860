package main

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
)

// The addresses of one control plane. etcd listens on a socket in the run's own directory, which
// needs no port and no credentials; the name is relative, since a socket's path may have 104 bytes
// at most, and both its server and its client run in that directory. The controller manager serves
// nothing. So the API server's port is the only one that a run takes.
const (
	etcdSocket   = "etcd.sock:0"
	etcdClients  = "unix://" + etcdSocket
	etcdPeers    = "unix://etcd-peers.sock:0"
	serviceRange = "10.0.0.0/24"
	loopback     = "127.0.0.1"
)

// serviceIP is the address of the Service kubernetes.default, the first of serviceRange.
var serviceIP = net.IPv4(10, 0, 0, 1)

// Files of a run, in its directory.
const (
	fileKubeconfig           = "kubeconfig"
	fileAuditLog             = "audit.log"
	fileAuditPolicy          = "audit-policy.yaml"
	fileAuthority            = "pki/ca.crt"
	fileServerCertificate    = "pki/apiserver.crt"
	fileServerKey            = "pki/apiserver.key"
	fileServiceAccountKey    = "pki/service-accounts.key"
	fileServiceAccountPublic = "pki/service-accounts.pub"
	fileControllerKubeconfig = "pki/controller-manager.kubeconfig"
)

func etcdArgs(further []string) []string {
	return append([]string{
		"--data-dir=etcd",
		"--name=local",
		"--listen-client-urls=" + etcdClients,
		"--advertise-client-urls=" + etcdClients,
		"--listen-peer-urls=" + etcdPeers,
		"--initial-advertise-peer-urls=" + etcdPeers,
		"--initial-cluster=local=" + etcdPeers,
		"--quota-backend-bytes=8589934592", // etcd's own limit: benchmarks hold some 200,000 objects
		"--unsafe-no-fsync",                // the data ends with the run
		"--log-level=warn",
	}, further...)
}

func apiServerArgs(port int, audit bool, further []string) []string {
	args := []string{
		"--etcd-servers=" + etcdClients,
		"--bind-address=" + loopback,
		"--secure-port=" + strconv.Itoa(port),
		"--endpoint-reconciler-type=none", // a loopback address cannot be an endpoint
		"--service-cluster-ip-range=" + serviceRange,
		"--tls-cert-file=" + fileServerCertificate,
		"--tls-private-key-file=" + fileServerKey,
		"--client-ca-file=" + fileAuthority,
		"--authorization-mode=RBAC",
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-signing-key-file=" + fileServiceAccountKey,
		"--service-account-key-file=" + fileServiceAccountPublic,
	}
	if audit {
		args = append(args,
			"--audit-policy-file="+fileAuditPolicy,
			"--audit-log-path="+fileAuditLog,
			"--audit-log-mode=blocking", // a write is in the log as soon as it is answered
		)
	}
	return append(args, further...)
}

func controllerManagerArgs() []string {
	return []string{
		"--kubeconfig=" + fileControllerKubeconfig,
		"--root-ca-file=" + fileAuthority,
		"--service-account-private-key-file=" + fileServiceAccountKey,
		"--use-service-account-credentials", // as in production: each controller is a user of its own
		"--leader-elect=false",
		"--secure-port=0",
		"--kube-api-qps=500", // so that nothing waits for a client's own limit while everything starts
		"--kube-api-burst=1000",
	}
}

// freePort asks the kernel for a port that nothing listens on. Another process may take it before
// the API server does, which is why starting that is tried again.
func freePort(ctx context.Context) (int, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return 0, fmt.Errorf("find a free port on %s: %w", loopback, err)
	}
	defer listener.Close()
	address, err := netip.ParseAddrPort(listener.Addr().String())
	if err != nil {
		return 0, fmt.Errorf("find a free port on %s: %w", loopback, err)
	}
	return int(address.Port()), nil
}

// prepareDir empties what an earlier run left in dir and makes its folders.
func prepareDir(dir string) error {
	for _, name := range []string{fileKubeconfig, fileAuditLog, fileAuditPolicy, "pki", "etcd", "logs", etcdSocket, "etcd-peers.sock:0"} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("clear what an earlier run left: %w", err)
		}
	}
	for _, name := range []string{"pki", "etcd", "logs"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			return fmt.Errorf("prepare %s: %w", dir, err)
		}
	}
	return nil
}
