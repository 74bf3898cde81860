package main

import (
	"encoding/base64"
	"fmt"
)

// kubeconfig returns a kubeconfig that stands alone: certificates and key are in it, not beside it.
func kubeconfig(server string, authorityPEM []byte, user string, client pair) []byte {
	b64 := base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, `apiVersion: v1
kind: Config
current-context: local
contexts:
- name: local
  context: {cluster: local, user: %[3]q}
clusters:
- name: local
  cluster:
    server: %[1]s
    certificate-authority-data: %[2]s
users:
- name: %[3]q
  user:
    client-certificate-data: %[4]s
    client-key-data: %[5]s
`, server, b64(authorityPEM), user, b64(client.certificate), b64(client.key))
}
