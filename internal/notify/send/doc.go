// Package send takes messages to people: over HTTP to webhooks, robots and SMS gateways, and by mail. It reaches only
// addresses that the operator's admin allows, whatever a notifier's Secret says, and tells in its errors nothing of what
// that Secret holds.
package send
