package registry

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/beian-dev/icp-operator/api/v1alpha1"
	"github.com/beian-dev/icp-operator/internal/procedure"
	"github.com/beian-dev/icp-operator/internal/provider"
	providerhttp "github.com/beian-dev/icp-operator/internal/provider/http"
)

// Protocol is a registry that is reached over the filing provider protocol.
type Protocol struct {
	client *providerhttp.Client
	pace   Pace
	// single says that the server looks up one domain at a time only.
	single atomic.Bool
}

var _ Registry = (*Protocol)(nil)

// NewProtocol makes one. Each call is tried once: the caller comes back at its own pace. A nil pace has no limits.
func NewProtocol(o providerhttp.Options, pace Pace) (*Protocol, error) {
	o.Tries, o.Timeout = 1, Timeout
	client, err := providerhttp.New(o)
	if err != nil {
		return nil, err
	}
	return &Protocol{client: client, pace: paceOr(pace)}, nil
}

// Batch implements Registry.
func (p *Protocol) Batch() int { return provider.LookupsAtOnce }

// Lookup implements Registry. A server that has no call for many is asked about one domain after the other.
func (p *Protocol) Lookup(ctx context.Context, domains []string) ([]Answer, error) {
	if p.single.Load() {
		return p.lookUpEach(ctx, domains)
	}
	if !p.pace.Take() {
		return notAsked(domains), nil
	}
	lookups, err := p.client.LookUpAll(ctx, domains)
	if provider.ClassOf(err) == provider.Rejected || providerhttp.LacksLookups(err) {
		// No call for many, or one of the domains spoils it for the others.
		p.single.Store(providerhttp.LacksLookups(err))
		return p.lookUpEach(ctx, domains)
	}
	if err != nil {
		return nil, err
	}
	answers := make([]Answer, len(lookups))
	for i, l := range lookups {
		answers[i] = answerOf(l)
	}
	return answers, nil
}

// lookUpEach asks about each domain by itself, as many as the pace allows. One that is refused does not keep the others
// from being asked about; where the server fails, they would fail alike.
func (p *Protocol) lookUpEach(ctx context.Context, domains []string) ([]Answer, error) {
	answers := notAsked(domains)
	for i, domain := range domains {
		if !p.pace.Take() {
			break
		}
		filed, err := p.client.LookUp(ctx, domain)
		switch {
		case err == nil:
			answers[i] = answerOf(provider.Lookup{Filed: filed})
		case provider.ClassOf(err) == provider.Rejected:
			answers[i] = unknown(domain, provider.Unquoted(err).Error())
		case i == 0:
			return nil, err
		default:
			return answers, nil
		}
	}
	return answers, nil
}

// answerOf puts a look-up into the words of a registry. ThisProvider is the server that was asked: a registry is that of
// the provider which it is set with.
func answerOf(l provider.Lookup) Answer {
	a := Answer{Domain: l.Domain, RegistryAnswer: procedure.RegistryAnswer{SubjectNumber: l.SubjectNumber, WebsiteNumber: l.WebsiteNumber}}
	switch {
	case l.Unknown != "":
		return unknown(l.Domain, fmt.Sprintf("the registry cannot tell about %s: %s", l.Domain, l.Unknown))
	case !l.Filed.Filed:
		a.RegistryAnswer = procedure.RegistryAnswer{Finding: procedure.FoundNothing}
	case slices.Contains(l.Access, v1alpha1.ThisProvider):
		a.Finding = procedure.FoundFiled
	default:
		a.Finding = procedure.FoundNoAccess
	}
	return a
}
