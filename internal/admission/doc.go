// Package admission turns an ExposurePolicy into the admission policies that gate exposure inside the API server,
// and knows how the domains that are cleared for a namespace are laid out in its annotations. It is pure.
//
// Every decision at write time is taken by these policies, so that it does not need the operator. They take no
// parameter object: what they need to know of a namespace stands on the Namespace, and what they need to know of the
// ExposurePolicy is written into their expressions.
package admission
