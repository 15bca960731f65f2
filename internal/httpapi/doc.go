// Package httpapi is AudiPy over HTTP: the API under /api/v1, the pages of the
// web application, and what an operator asks for (health, readiness).
//
// A handler parses, calls a service and answers; rules live in the services.
// The package can't name a credential: it imports neither vault nor audible.
//
// # Adding routes
//
// A file x_routes.go has one method registerX on the api, which describes its
// operations with register; New calls it. Each operation needs a row in
// policy.go, without which the server refuses to start: nothing is reachable
// because someone forgot to say who may reach it. The handler finds out who is
// asking with actorFrom, and from where with visitorFrom. It returns any error;
// problem.go has the one table that turns it into a status.
//
// Types on the wire have snake_case names. A field that may be absent is
// omitempty or omitzero, a slice is never null, and a struct refuses keys that
// it does not know.
package httpapi
