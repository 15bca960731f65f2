// Package provider lets other services say who somebody is: any that speaks
// OpenID Connect, and Login with Amazon.
//
// A sign-in has two halves. Begin makes the address at the service that a
// browser is sent to; Finish takes what the browser came back with, redeems it
// and checks it, and returns who it was. Between the two the caller keeps the
// Attempt, binds it to the browser and uses it up: nothing is kept here, and
// tokens are dropped before Finish returns.
//
// Providers are safe for use by several goroutines. They are given their
// transport and clock, and import internal/audipy,
// internal/outbound, go-oidc, go-jose and golang.org/x alone.
package provider
