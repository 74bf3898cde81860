// Package conformance tests a server of the filing provider protocol from outside, as a client of it sees it. It is for
// those who implement one: each case is a sentence of docs/provider-protocol.md that the server keeps or does not, and
// says how to put it right. It makes orders with made-up facts below a domain suffix of its own, each run with others,
// and gives up again what it made.
package conformance
