package provider

// LookupsAtOnce is the most domains that one call of the protocol looks up.
const LookupsAtOnce = 100

// Lookup is the registry's answer on one of many domains.
type Lookup struct {
	// Filed is what it says; only its Domain is set where it cannot tell.
	Filed
	// Unknown is why it cannot tell, a reason in CamelCase; empty where it can.
	Unknown string
}

// Reasons for which nothing is known of a domain although the call was answered.
const (
	// ReasonNoAnswer: the answer leaves the domain out.
	ReasonNoAnswer = "NoAnswer"
	// ReasonNotSaid: the server does not say why it cannot tell.
	ReasonNotSaid = "NotSaid"
)
