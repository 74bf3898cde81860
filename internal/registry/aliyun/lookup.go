package aliyun

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aliyun/alibaba-cloud-sdk-go/services/beian"

	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/registry"
)

// errPace says that the pace does not allow a call now.
var errPace = errors.New("the pace allows no call now")

// Lookup implements registry.Registry: one call for the whole batch. A domain that the answer leaves out may be filed by
// another name, its main domain (主域名), which is asked for.
func (r *Registry) Lookup(ctx context.Context, domains []string) ([]registry.Answer, error) {
	items, err := r.many(ctx, domains)
	if errors.Is(err, errPace) {
		items = nil
	} else if err != nil {
		return nil, err
	}
	answers := make([]registry.Answer, len(domains))
	for i, domain := range domains {
		switch found, ok := items[domain]; {
		case items == nil:
			answers[i] = registry.Answer{Domain: domain, NotAsked: true}
		case ok:
			answers[i] = r.answer(domain, found)
		default:
			answers[i] = r.byMainDomain(ctx, domain)
		}
	}
	return answers, nil
}

// many asks about all the domains with one call. Of a domain that the answer names twice nothing is known.
func (r *Registry) many(ctx context.Context, domains []string) (map[string]item, error) {
	k := call{op: fmt.Sprintf("look up what is filed for %d domains", len(domains))}
	if len(domains) == 0 || len(domains) > Batch {
		return nil, k.fail(provider.Rejected, "TooManyDomains", fmt.Sprintf("1 to %d domains can be asked for at once", Batch))
	}
	client, err := r.take(ctx, k)
	if err != nil {
		return nil, err
	}
	request := beian.CreateQueryAccessorDomainsStatusRequest()
	request.Caller, request.Domains = caller, &domains
	response, err := client.QueryAccessorDomainsStatus(request)
	if err == nil {
		err = k.answered(response.Code)
	}
	if err != nil {
		return nil, k.failed(err)
	}
	items, twice := map[string]item{}, map[string]bool{}
	for _, d := range response.Data {
		name := strings.ToLower(d.Domain)
		_, twice[name] = items[name]
		items[name] = item{status: d.Status, reason: d.Reason, reasonCode: d.ReasonCode}
	}
	for name, is := range twice {
		if is {
			items[name] = item{reason: "answered twice"}
		}
	}
	return items, nil
}

// byMainDomain asks under which name a domain is filed, and about that one.
func (r *Registry) byMainDomain(ctx context.Context, domain string) registry.Answer {
	main, err := r.mainDomain(ctx, domain)
	if err == nil && (main == domain || !strings.HasSuffix(domain, "."+main)) {
		return unknown(domain, "the filing API's answer leaves it out")
	}
	var found item
	if err == nil {
		found, err = r.one(ctx, main)
	}
	switch {
	case errors.Is(err, errPace):
		return registry.Answer{Domain: domain, NotAsked: true}
	case err != nil:
		return unknown(domain, err.Error())
	}
	return r.answer(domain, found)
}

// mainDomain asks for the main domain (主域名) of a name.
func (r *Registry) mainDomain(ctx context.Context, domain string) (string, error) {
	k := call{op: "find the main domain", target: domain}
	client, err := r.take(ctx, k)
	if err != nil {
		return "", err
	}
	request := beian.CreateGetMainDomainRequest()
	request.Domain = domain
	response, err := client.GetMainDomain(request)
	if err != nil {
		return "", k.failed(err)
	}
	if response.Code != fmt.Sprint(succeeded) || response.Data == "" {
		return "", k.fail(provider.Transient, provider.ReasonMalformedAnswer, "the filing API names none")
	}
	return strings.ToLower(response.Data), nil
}

// one asks about a single domain.
func (r *Registry) one(ctx context.Context, domain string) (item, error) {
	k := call{op: "look up what is filed", target: domain}
	client, err := r.take(ctx, k)
	if err != nil {
		return item{}, err
	}
	request := beian.CreateQueryAccessorDomainStatusRequest()
	request.Caller, request.Domain = caller, domain
	response, err := client.QueryAccessorDomainStatus(request)
	if err == nil {
		err = k.answered(response.Code)
	}
	if err != nil {
		return item{}, k.failed(err)
	}
	if !strings.EqualFold(response.Data.Domain, domain) {
		return item{}, k.fail(provider.Transient, provider.ReasonMalformedAnswer, "the answer is about another domain")
	}
	return item{status: response.Data.Status, reason: response.Data.Reason, reasonCode: response.Data.ReasonCode}, nil
}

// take makes a client where the pace allows a call.
func (r *Registry) take(ctx context.Context, k call) (*beian.Client, error) {
	if r.options.Pace != nil && !r.options.Pace.Take() {
		return nil, errPace
	}
	return r.client(ctx, k)
}
