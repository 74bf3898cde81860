package simulator

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/http"

	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// fingerprint recognises a repeated request without keeping it.
type fingerprint [sha256.Size]byte

// effect is one that happened, under the key it was asked for by.
type effect struct {
	print fingerprint
	order *order
}

type printKey struct{}

// withPrint notes a request's fingerprint in its context.
func (s *Simulator) withPrint(r *http.Request, body []byte) *http.Request {
	mac := hmac.New(sha256.New, s.secret)
	_, _ = fmt.Fprintf(mac, "%s %s\n%s\n", r.Method, r.URL.RequestURI(), r.Header.Get(protocol.ContentDigestHeader))
	_, _ = mac.Write(body)
	return r.WithContext(context.WithValue(r.Context(), printKey{}, fingerprint(mac.Sum(nil))))
}

// once has an effect happen once for a key: again with the same request, it only gives the order as it is now. What was
// refused had no effect, and may be asked for again with the same key.
func (s *Simulator) once(ctx context.Context, key string, happen func() (*order, error)) (protocol.Order, error) {
	s.mu.Lock()
	defer s.unlock()
	s.catchUp()
	seen, _ := ctx.Value(printKey{}).(fingerprint)
	if before, ok := s.effects[key]; ok {
		if before.print != seen {
			return protocol.Order{}, newProblem(http.StatusUnprocessableEntity, protocol.ReasonIdempotencyKeyReused,
				"this key came before with another request: make another key for another effect")
		}
		return before.order.view(), nil
	}
	o, err := happen()
	if err != nil {
		return protocol.Order{}, err
	}
	s.effects[key] = effect{print: seen, order: o}
	s.changed = true
	s.catchUp()
	return o.view(), nil
}
