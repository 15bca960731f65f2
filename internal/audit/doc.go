// Package audit turns what happened to a person's data into records that
// can't be changed unseen: each record carries a hash over its own fields and
// the hash of the record before it, so one person's records form a chain.
//
// Chain makes the next record, a Verifier reads a chain from its
// start and names the first record that isn't as it was written, and a
// Checkpoint kept elsewhere shows that a chain was cut short or rewritten as
// a whole, which a bare hash chain can't.
//
// The package is pure: it neither stores records nor knows the time. It
// imports the standard library and package audipy alone. Its functions may be
// called by several goroutines; a Verifier belongs to one.
package audit
