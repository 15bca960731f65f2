// Package account links Audible accounts, keeps their credentials alive and
// hands out clients that call Audible with them.
//
// It is where Amazon's side (package audible), the sealed store and the key
// meet: credentials are opened here and nowhere else, and here the failures
// of Amazon become the kinds of error and the sentences that people read.
// It knows nothing of libraries, HTTP or the terminal.
package account
