package authfile

import (
	"errors"
	"fmt"
)

// ErrPasswordNeeded means that the file is encrypted and no password was
// given.
var ErrPasswordNeeded = errors.New("the file is encrypted and needs a password")

// ErrKeyNeeded means that the file holds fields encrypted by Libation and no
// master key was given.
var ErrKeyNeeded = errors.New(`the file is encrypted: give Libation's key file (in Libation: Settings, Important, "Export encryption key"), or save the accounts there without encryption`)

// ErrWrongPassword means that the file could not be decrypted. It is one
// error for a wrong password, a wrong key, a wrong length, wrong padding and
// text that is not JSON, so that it can't serve as an oracle.
var ErrWrongPassword = errors.New("the password or key is wrong, or the file is damaged")

// ErrNotCredentials means that the data is in none of the known formats.
var ErrNotCredentials = errors.New("not a credential file of audible-cli, audible-rs, Libation or OpenAudible")

// ErrTooLarge means that the data is larger than MaxSize.
var ErrTooLarge = errors.New("too large for a credential file: the limit is 256 KiB")

// ErrReadOnly means that the format can be read and not written.
var ErrReadOnly = errors.New("files of this format can be read, not written")

// FieldError says which member of a file is missing or malformed. It never
// holds the value of a secret.
type FieldError struct {
	// Field is the member's name, in the words of the Python library's file
	// unless the format has another ("adp_token", "kdf.m_cost").
	Field string
	// Problem completes the sentence "the field …" ("is missing").
	Problem string
}

// Error names the field and what is wrong with it.
func (e *FieldError) Error() string { return fmt.Sprintf("the field %q %s", e.Field, e.Problem) }

// faulty saves the readers the names of FieldError's members.
func faulty(field, problem string) error { return &FieldError{Field: field, Problem: problem} }
