package authfile

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/audipy/audipy/audible"
)

// Account is one account of a credential file. Formatting or logging it gives
// its label alone.
type Account struct {
	// Credentials are checked: tokens and key have their proper form, the
	// marketplace is known, the key is PKCS#1 PEM. They can sign, or refresh,
	// or both.
	Credentials audible.Credentials
	// Label is what the other program calls the account, or the customer's
	// name; it may be empty and holds no control characters.
	Label string
	// Login is the mail address, telephone number or user name that signs
	// in. Only Libation's file holds it; elsewhere it is empty.
	Login string
}

// String returns the label.
func (a Account) String() string { return a.Label }

// GoString returns the label.
func (a Account) GoString() string { return a.Label }

// Format writes the label for every verb.
func (a Account) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, a.Label) }

// LogValue returns the label.
func (a Account) LogValue() slog.Value { return slog.StringValue(a.Label) }

// MarshalJSON refuses, as the credentials do: use Write.
func (a Account) MarshalJSON() ([]byte, error) { return a.Credentials.MarshalJSON() }
