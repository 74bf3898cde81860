// Command sign signs a file with an SSH key, as `ssh-keygen -Y sign` does, into FILE.sig; `ssh-keygen -Y verify` tells whether it
// still is what was signed, and by whom. make dist signs SHA256SUMS with it, on machines without OpenSSH, too.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// namespace says what the signature is of: one that the same key makes for something else does not count here.
const namespace = "icp-operator"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: sign KEY FILE")
		os.Exit(2)
	}
	if err := signFile(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "sign:", err)
		os.Exit(1)
	}
}

func signFile(key, file string) error {
	signer, err := read(key, file)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(file) //nolint:gosec // it is whoever runs this that says what to sign
	if err != nil {
		return fmt.Errorf("reading what to sign: %w", err)
	}
	signature, err := sshsig.Sign(bytes.NewReader(content), signer, sshsig.HashSHA512, namespace)
	if err != nil {
		return fmt.Errorf("signing %s: %w", file, err)
	}
	return os.WriteFile(file+".sig", sshsig.Armor(signature), 0o644) //nolint:gosec // it is for everybody
}

func read(key, file string) (ssh.Signer, error) {
	raw, err := os.ReadFile(key) //nolint:gosec // likewise
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	signer, err := ssh.ParsePrivateKey(raw)
	if _, locked := errors.AsType[*ssh.PassphraseMissingError](err); locked {
		return nil, fmt.Errorf("key %s has a passphrase: sign with `ssh-keygen -Y sign -f %s -n %s %s`, which asks for it", key, key, namespace, file)
	}
	if err != nil {
		return nil, fmt.Errorf("key %s is no private key of SSH: %w", key, err)
	}
	return signer, nil
}
