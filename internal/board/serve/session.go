package serve

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"k8s.io/utils/clock"
)

// lasts is how long a session may last; it ends earlier with its token.
const lasts = 8 * time.Hour

// longestCookie is how much a browser keeps for sure in one cookie, its name and attributes included.
const longestCookie = 3800

// errTooLong says that a token does not fit a cookie.
var errTooLong = errors.New("the token is too long for a browser's cookie")

// Sessions seal tokens into cookies, which say nothing to whoever finds one, and are good for the board alone. The key is made
// of a secret that every operator behind the Service has, so that any of them opens what another sealed.
type Sessions struct {
	clock clock.PassiveClock
	// secret is the one in use, which may change.
	secret func() ([]byte, error)

	mu sync.Mutex
	// sealers are by the secret's digest: the one in use first, then the one before it.
	sealers []sealer
}

type sealer struct {
	digest [sha256.Size]byte
	cipher.AEAD
}

// purpose tells the sessions' key from whatever else is made of the secret.
const purpose = "icp.beian.dev board session v1"

// NewSessions seals with a secret. Without one (nil) it is this process's own.
func NewSessions(now clock.PassiveClock, secret func() ([]byte, error)) *Sessions {
	if secret == nil {
		own := make([]byte, 32)
		_, _ = rand.Read(own) // which never fails
		secret = func() ([]byte, error) { return own, nil }
	}
	return &Sessions{clock: now, secret: secret}
}

// Seal makes a cookie's value of a token.
func (s *Sessions) Seal(token string) (string, error) {
	with, err := s.with()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, with[0].NonceSize())
	_, _ = rand.Read(nonce) // which never fails
	text := binary.BigEndian.AppendUint64(nil, uint64(s.clock.Now().Add(lasts).Unix()))
	sealed := with[0].Seal(nonce, nonce, append(text, token...), []byte(purpose))
	value := base64.RawURLEncoding.EncodeToString(sealed)
	if len(value) > longestCookie {
		return "", errTooLong
	}
	return value, nil
}

// Open is the token of a cookie's value; false where it is none of ours, or over.
func (s *Sessions) Open(value string) (token string, ok bool) {
	sealed, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return "", false
	}
	with, err := s.with()
	if err != nil {
		return "", false
	}
	for _, sealer := range with {
		if len(sealed) < sealer.NonceSize() {
			return "", false
		}
		text, err := sealer.Open(nil, sealed[:sealer.NonceSize()], sealed[sealer.NonceSize():], []byte(purpose))
		if err != nil || len(text) < 8 {
			continue
		}
		ends := time.Unix(int64(binary.BigEndian.Uint64(text)), 0)
		return string(text[8:]), s.clock.Now().Before(ends)
	}
	return "", false
}

// with is what seals and opens now. When the secret changes, what was sealed with the one before it is opened still.
func (s *Sessions) with() ([]sealer, error) {
	secret, err := s.secret()
	if err != nil {
		return nil, fmt.Errorf("reading what sessions are sealed with: %w", err)
	}
	digest := sha256.Sum256(secret)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.sealers) > 0 && s.sealers[0].digest == digest {
		return s.sealers, nil
	}
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, 32)
	if err != nil {
		return nil, fmt.Errorf("making the sessions' key: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making the sessions' key: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("making the sessions' key: %w", err)
	}
	s.sealers = slices.Insert(s.sealers[:min(len(s.sealers), 1):min(len(s.sealers), 1)], 0, sealer{digest, aead})
	return s.sealers, nil
}
