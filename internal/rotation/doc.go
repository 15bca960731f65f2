// Package rotation brings everything that is sealed by an earlier
// key-encryption key over to the current one.
//
// Every step is a transaction of its own that changes one row by compare and
// swap and leaves its record. Whoever is killed in between has lost nothing and
// goes on by starting again; several may work at once, while servers run.
//
// The package imports the standard library and packages audipy, audit, store
// and vault.
package rotation
