// Package storetest opens a fresh store for a test, on SQLite and on
// PostgreSQL. The contract's own tests, in internal/store, run every case on
// both through Each; other packages' tests usually need no more than Open.
//
// PostgreSQL needs no set-up: its programs (initdb and postgres, in PATH or
// where Debian keeps them) are started once per test binary in a temporary
// folder, on a Unix socket, as another user where the tests run as root. Each
// test gets a copy of a migrated template database. Where the programs are
// missing, the case is skipped with a message, unless CI is "true" in the
// environment: then it fails.
//
// A package that uses PostgreSQL should end its test binary with Sweep, from
// TestMain. A binary that is killed takes its server along all the same, and
// the next one removes what it left in the temporary folder.
package storetest
