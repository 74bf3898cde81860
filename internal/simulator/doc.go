// Package simulator is an access provider (接入服务商), a bureau (管局) and a registry in one, that speak the filing
// provider protocol, for tests and demonstrations. It is driven over a second, separate handler, the control: decide by
// hand, move the clock, make faults.
//
// What an order went through is stored once, as its history; its stage, its next step and what the registry knows are
// derived from that, from the plan and from the clock. Nothing runs in the background: whatever has fallen due is done
// when somebody asks. Of persons nothing is kept: subjects are told apart by keyed digests that die with the process.
package simulator
