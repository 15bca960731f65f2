// Package auth knows the people who use AudiPy: it makes the first one,
// checks passwords, keeps sessions and says who is asking.
//
// A Service is safe for use by several goroutines, and several processes may
// share one store. It is given its store, key and clock; it reads no
// environment and knows nothing of HTTP. Tokens and passwords are handed out
// or taken once and kept only as hashes.
//
// It imports internal/store, vault, audit, mail and audipy, and golang.org/x.
package auth
