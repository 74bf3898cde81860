// Package controllers is where the rules meet the cluster. Each controller gathers, lets a pure package decide, acts,
// and writes one status. No rule of filing or of hosts stands here.
package controllers
