package http

import (
	"context"
	"fmt"
	nethttp "net/http"
	"slices"

	"github.com/beian-dev/icp-operator/internal/provider"
	"github.com/beian-dev/icp-operator/internal/provider/protocol"
)

// LookUpAll asks what is filed for up to provider.LookupsAtOnce domains with one call. The answers are in the order of the
// domains; where the server leaves one out, or says of it what the protocol does not know, that one is Unknown. Errors are
// of type *provider.Error; ask LacksLookups whether the server only takes one domain at a time.
func (c *Client) LookUpAll(ctx context.Context, domains []string) ([]provider.Lookup, error) {
	k := call{op: fmt.Sprintf("look up what is filed for %d domains", len(domains)), want: nethttp.StatusOK}
	if len(domains) == 0 || len(domains) > provider.LookupsAtOnce {
		return nil, k.fail(provider.Rejected, protocol.ReasonMalformed, fmt.Sprintf("1 to %d domains can be asked for at once", provider.LookupsAtOnce))
	}
	request, err := protocol.NewLookUpFilingsRequestWithApplicationVndBeianFilingV1PlusJSONBody(c.server, protocol.LookupQuestion{Domains: domains})
	var answer protocol.LookupList
	if err := exchange(ctx, c, k, request, err, &answer); err != nil {
		return nil, err
	}
	return lookupsIn(domains, answer.Lookups), nil
}

// lackingLookups are the reasons of errors by which a server says that it has no such call.
var lackingLookups = []string{
	protocol.ReasonNotFound,
	fmt.Sprintf("HTTP%d", nethttp.StatusNotFound), fmt.Sprintf("HTTP%d", nethttp.StatusMethodNotAllowed), fmt.Sprintf("HTTP%d", nethttp.StatusNotImplemented),
}

// LacksLookups says that an error of LookUpAll means a server which looks up one domain at a time only.
func LacksLookups(err error) bool { return slices.Contains(lackingLookups, provider.ReasonOf(err)) }

// lookupsIn gives each domain its answer. One that contradicts itself says nothing.
func lookupsIn(domains []string, answers []protocol.Lookup) []provider.Lookup {
	found := map[string]provider.Lookup{}
	for _, a := range answers {
		l := lookupIn(a)
		if before, twice := found[a.Domain]; twice && !equalLookups(before, l) {
			l = unknown(a.Domain, provider.ReasonMalformedAnswer)
		}
		found[a.Domain] = l
	}
	all := make([]provider.Lookup, len(domains))
	for i, domain := range domains {
		l, ok := found[domain]
		if !ok {
			l = unknown(domain, provider.ReasonNoAnswer)
		}
		all[i] = l
	}
	return all
}

func lookupIn(a protocol.Lookup) provider.Lookup {
	if a.Result == protocol.LookupResultUnknown {
		if !reasonPattern.MatchString(a.Reason) {
			return unknown(a.Domain, provider.ReasonNotSaid)
		}
		return unknown(a.Domain, a.Reason)
	}
	filed, err := filedIn(protocol.Filing{
		Domain: a.Domain, Filed: a.Result == protocol.LookupResultFiled,
		SubjectNumber: a.SubjectNumber, WebsiteNumber: a.WebsiteNumber, Access: a.Access,
	})
	if err != nil || !a.Result.Valid() {
		return unknown(a.Domain, provider.ReasonMalformedAnswer)
	}
	return provider.Lookup{Filed: filed}
}

func equalLookups(a, b provider.Lookup) bool {
	return a.Unknown == b.Unknown && a.Filed.Filed == b.Filed.Filed && a.SubjectNumber == b.SubjectNumber && a.WebsiteNumber == b.WebsiteNumber &&
		slices.Equal(a.Access, b.Access)
}

func unknown(domain, reason string) provider.Lookup {
	return provider.Lookup{Filed: provider.Filed{Domain: domain}, Unknown: reason}
}
