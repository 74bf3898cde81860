// Package exposure knows which hosts a route would have served, which domain covers a host, and what a parked
// route looks like. It is pure: values in, values out, no cluster. The admission policies of internal/admission
// say the same in CEL; a test holds the two together.
package exposure
