// Package backup writes everything that a database holds into one encrypted
// file, and makes a database of such a file: SQLite or PostgreSQL, whichever
// of the two it was written from.
//
// The file is an age file (age-encryption.org/v1), opened by a passphrase or
// by age's identities. In it is gzip, and in that one JSON value a line:
//
//	{"audipy_backup": 1, "schema": 10, …}         what it is, and which key it needs
//	{"table": "users", "columns": [{…}, …]}       before the rows of a table
//	["0190…", "kim@example.com", null, …]         a row; bytes are base64
//	{"manifest": {…}, "proof": "…"}               at the end
//
// The manifest repeats the first line and has the number of rows of each
// table, a SHA-256 over all of the lines between, and the head of every audit
// chain. The proof is the key's (vault.Key.Vouch) over the manifest: whoever
// can only encrypt, which is anybody with an age recipient, can't make one.
// There are no file names inside, so none can lead anywhere.
//
// The key that opens credentials is not in the file, nor is what store.AllRows
// leaves out. Everything read is bounded. The package imports the standard
// library, age, and packages audipy, audit, store and vault; it has no SQL.
package backup
