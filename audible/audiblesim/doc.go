// Package audiblesim is a simulator of what Amazon and Audible show to an
// Audible app: sign-in pages with their challenges, device registration,
// tokens, the gate in front of the Audible API, and the API itself over an
// invented world of books.
//
// A Sim is used in three ways: Handler serves it under Amazon's host names,
// Transport answers requests in the process without a socket, and a Server
// listens on loopback with TLS, as a CONNECT proxy, and with the host as a
// path prefix for browsers.
//
// It is strict where the real servers are (PKCE, client id, hidden form
// fields, signatures over raw bytes, single-use codes), and only as nasty as
// it is asked to be. Nothing in it is secret and nothing is kept: accounts,
// keys and tokens are made for tests and die with the Sim.
//
// Amazon publishes none of this. "protocol" in comments is the project's
// collection of facts. Where a fact is not established the comment says so
// and calls it a choice. The package imports the standard library and
// golang.org/x, and shares no code with package audible: two programs that
// share an encoder agree on its mistakes.
package audiblesim
