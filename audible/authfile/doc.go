// Package authfile reads and writes the credential files of other programs
// for Audible, so that an account that is linked there can be used here, and
// the other way round, with no sign-in.
//
// It reads and writes the three styles of the Python library (which
// audible-cli uses), both styles of audible-rs and both styles of Libation;
// it reads OpenAudible's file. Read tells the format by the content, never by
// the name of the file. Find looks in the folders where those programs keep
// their files.
//
// Every one of these files is a full key to somebody's account. Read gives
// audible.Credentials, which refuse to print themselves, and no error of this
// package holds a value of a secret. Whoever writes a file must create it with
// mode 0600. The encryption of the Python styles is weak and proves nothing
// about who wrote the file (protocol 8.2); it is kept because their readers
// know no other.
//
// Input is taken to be hostile: size, nesting, work for key derivation and
// the number of accounts and cookies are bounded, and nothing is executed,
// fetched or written by reading.
//
// The package imports the standard library, golang.org/x, a TOML reader for
// the configuration of audible-cli and audible-rs, and package audible.
package authfile
