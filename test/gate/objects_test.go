package gate

import "github.com/beian-dev/icp-operator/test/gate/verdicts"

// The routes of these tests are made as those of the table of verdicts are.
var (
	ingressFor, httpRouteFor, grpcRouteFor = verdicts.Ingress, verdicts.HTTPRoute, verdicts.GRPCRoute
	tlsRouteFor, serviceFor                = verdicts.TLSRoute, verdicts.Service
	tls                                    = verdicts.TLS
	note, repeat                           = verdicts.Note, verdicts.Repeat
)

const serverAlias = verdicts.ServerAlias
