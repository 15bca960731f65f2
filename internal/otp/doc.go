// Package otp computes the one-time passwords of authenticator apps, for those
// who check them and for those who answer with them.
//
// The package is pure and imports the standard library alone.
package otp
