// Package server is the server's side of the filing provider protocol, generated from its OpenAPI document: routes,
// parameters, and an interface with a method for each operation.
package server

//go:generate go tool oapi-codegen -config server.cfg.yaml ../openapi.yaml
