// Package audit says of every host that a cluster's routes would have served whether a filing covers it, whether it is served,
// why, and what to do next. It is pure: what it judges by is read by package read, from a cluster or from the operator's cache.
package audit
