package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

const sums = "0a1b  icp-operator_linux_amd64\n"

// keyIn writes a private key into a folder, and returns its path and its other half.
func keyIn(t *testing.T, dir, passphrase string) (string, ssh.PublicKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	var block *pem.Block
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(private, "")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "key")
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return path, key
}

func TestASignatureTellsWhoSignedWhatAndWhatFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, key := keyIn(t, dir, "")
	_, another := keyIn(t, t.TempDir(), "")
	file := filepath.Join(dir, "SHA256SUMS")
	if err := os.WriteFile(file, []byte(sums), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := signFile(path, file); err != nil {
		t.Fatal(err)
	}
	armored, err := os.ReadFile(file + ".sig")
	if err != nil {
		t.Fatal(err)
	}
	signature, err := sshsig.Unarmor(armored)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		content string
		key     ssh.PublicKey
		of      string
		holds   bool
	}{
		"what was signed":              {sums, key, "icp-operator", true},
		"something else":               {sums + "\n", key, "icp-operator", false},
		"another's key":                {sums, another, "icp-operator", false},
		"what the key signs otherwise": {sums, key, "git", false},
	} {
		err := sshsig.Verify(bytes.NewReader([]byte(tc.content)), signature, tc.key, sshsig.HashSHA512, tc.of)
		if (err == nil) != tc.holds {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAKeyThatCannotBeReadIsNamedWithWhatToDo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	locked, _ := keyIn(t, dir, "a passphrase")
	file := filepath.Join(dir, "SHA256SUMS")
	if err := os.WriteFile(file, []byte(sums), 0o600); err != nil {
		t.Fatal(err)
	}
	for key, says := range map[string]string{
		locked:                       "ssh-keygen -Y sign -f " + locked + " -n icp-operator " + file,
		file:                         "no private key of SSH",
		filepath.Join(dir, "absent"): "reading the key",
	} {
		if err := signFile(key, file); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want it to say %q", err, says)
		}
	}
	if _, err := os.Stat(file + ".sig"); err == nil {
		t.Error("something was signed")
	}
}
