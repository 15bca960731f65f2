// Package audible is a client for Amazon's sign-in, device registration and
// tokens, and for the Audible API: library, wish list, catalogue, series,
// statistics.
//
// Most programs need two calls. NewSignIn starts a sign-in, by the person's
// own browser or page by page, and Register turns its result into
// Credentials. NewClient then talks to the API with credentials kept in a
// CredentialStore, refreshing and saving them by itself.
//
// Amazon publishes none of this. Facts in comments name where they come from:
// "protocol" is the project's collection of what public clients do and what
// was seen on the wire, whose sections docs/protocol.md lists; a vector is a
// file in testdata.
//
// The package imports the standard library, golang.org/x and goquery, and it
// shares no code with the simulator in audiblesim: two programs that share an
// encoder agree on its mistakes.
package audible
