package audible

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
)

// Authorization is what a finished sign-in gives to Register: Amazon's
// single-use code and what it is bound to. It is as secret as the
// credentials that it becomes.
type Authorization struct {
	// Marketplace is where the person signed in, and UserName whether with
	// a user name from before 2008.
	Marketplace Marketplace
	UserName    bool
	// Code lives for about five minutes and works once.
	Code string
	// Verifier is the PKCE code verifier, and Device the serial and type
	// that the sign-in was started with.
	Verifier string
	Device   Device
}

const redactedAuthorization = "[authorization]"

// Format writes "[authorization]" for every verb.
func (a Authorization) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redactedAuthorization) }

// LogValue returns "[authorization]".
func (a Authorization) LogValue() slog.Value { return slog.StringValue(redactedAuthorization) }

// MarshalJSON refuses: an authorization is kept in its sign-in's own state.
func (a Authorization) MarshalJSON() ([]byte, error) {
	return nil, errors.New("an authorization is not serialised by accident: keep the sign-in's state")
}
