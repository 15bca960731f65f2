// Package vault seals what must not be read from the database alone: tokens,
// device registrations, stored sign-ins, pending links.
//
// One key-encryption key (a Key) lives outside the data folder, in the desktop's
// keyring or in a file that only its owner can read. It wraps one Keyset per
// person, and the person's keyset seals each cell, bound to its table, column,
// row, version and person: a sealed cell that is copied anywhere else, or an
// old one that is pasted back over a versioned one, does not open.
//
// The package stores no sealed bytes and reads no environment; paths and the
// keyring come in. It imports Tink, go-keyring, golang.org/x/sys and package
// audipy. A Key may be used by several goroutines and takes up a key that was
// put in its place; a Keyset never changes. Formatting either shows no key
// material.
package vault
