package audible

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Credentials are everything that a device registration gives for one
// account: whoever holds them can act as the customer's Audible app until the
// device is deregistered. Keep them sealed, and never log them; formatting
// them in any way gives "[credentials]".
type Credentials struct {
	// Marketplace is the country code of the store where the device was
	// registered. Its hosts serve refresh and deregistration; the API takes
	// the credentials in every store.
	Marketplace string
	// UserName is true for an account from before 2008 that signs in with a
	// user name; its token calls go to api.audible, not api.amazon.
	UserName bool
	// AccessToken starts with "Atna|" and lives for 60 minutes;
	// AccessTokenExpires is the zero time when unknown.
	AccessToken        string
	AccessTokenExpires time.Time
	// RefreshToken starts with "Atnr|" and has no known end.
	RefreshToken string
	// ADPToken and DeviceKey sign requests. DeviceKey is an RSA key as
	// PKCS#1 PEM with a final newline, whatever form it arrived in.
	ADPToken  string
	DeviceKey string
	// Device is the registration's own data.
	Device Device
	// Customer is whose account it is.
	Customer Customer
	// Cookies are website cookies by name; nil when dropped or never asked for.
	Cookies map[string]string
	// StoreAuthCookie is the store authentication cookie, or empty.
	StoreAuthCookie string
	// ActivationBytes are eight hex digits, or empty.
	ActivationBytes string
}

// Device is a device registration.
type Device struct {
	Serial string
	Type   string
	Name   string
}

// Customer is the owner of an account, as the registration names them.
type Customer struct {
	ID          string // "amzn1.account.…"
	Name        string
	GivenName   string
	AccountPool string // "Amazon", or "pool-<marketplace id>" for a user name account
	HomeRegion  string // "NA", "EU", …
}

// CanSign reports whether the credentials can sign requests.
func (c Credentials) CanSign() bool { return c.ADPToken != "" && c.DeviceKey != "" }

// CanRefresh reports whether the credentials can get an access token.
func (c Credentials) CanRefresh() bool { return c.RefreshToken != "" }

const redactedCredentials = "[credentials]"

// String returns "[credentials]".
func (c Credentials) String() string { return redactedCredentials }

// GoString returns "[credentials]".
func (c Credentials) GoString() string { return redactedCredentials }

// Format writes "[credentials]" for every verb.
func (c Credentials) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redactedCredentials) }

// LogValue returns "[credentials]".
func (c Credentials) LogValue() slog.Value { return slog.StringValue(redactedCredentials) }

// MarshalJSON refuses: credentials leave the process only sealed or through
// package authfile.
func (c Credentials) MarshalJSON() ([]byte, error) {
	return nil, errors.New("credentials are not serialised by accident: use Encode")
}

// Version counts the saves of an account's credentials, for compare and swap.
type Version int64

// ErrStale is returned by CredentialStore.Save when the credentials were
// changed since the given version was loaded.
var ErrStale = errors.New("credentials were changed by somebody else")

// CredentialStore keeps the credentials of one account. Implementations are
// safe for use by several goroutines and, where the store is shared, by
// several processes.
type CredentialStore interface {
	// Load returns the credentials and their version.
	Load(ctx context.Context) (Credentials, Version, error)
	// Save replaces the credentials if their version is still old, and
	// returns the new version. It returns ErrStale when it is not. When it
	// returns nil the credentials survive a crash of the machine: the client
	// uses a new token only after that.
	Save(ctx context.Context, c Credentials, old Version) (Version, error)
}
