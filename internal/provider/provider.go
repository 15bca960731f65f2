package provider

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/audipy/audipy/internal/audipy"
)

// Provider is a service that says who somebody is.
type Provider interface {
	// About describes it; that never changes.
	About() About
	// Begin returns the address that a browser is sent to. Unavailable with
	// the code provider_unavailable means that the service doesn't answer.
	Begin(ctx context.Context, a Attempt) (string, error)
	// Finish redeems what came back and returns who it was. Unauthorized with
	// the code provider_refused means that the answer isn't good; Unavailable
	// is as for Begin.
	Finish(ctx context.Context, a Attempt, r Answer) (Identity, error)
}

// About describes a provider.
type About struct {
	// Slot is the word for it in addresses of ours, and Name what people read.
	Slot, Name string
	// Issuer is in whose name it speaks. With the subject it makes an identity.
	Issuer string
	// AsksAgain says that it can be made to ask for proof anew.
	AsksAgain bool
}

// The slots: a server has one provider of each at most.
const (
	SlotOIDC   = "oidc"
	SlotAmazon = "amazon"
)

// Attempt is what belongs to one sign-in and no other. None of it may be known
// to anybody but the caller before Begin.
type Attempt struct {
	// State and Nonce come back in the answer and in what it is redeemed for;
	// Verifier is the secret half of PKCE, 43 characters or more (RFC 7636).
	State, Nonce, Verifier string
	// RedirectURI is where the browser is sent back to.
	RedirectURI string
	// Fresh asks the service for proof anew; see About.AsksAgain.
	Fresh bool
	// At is when the attempt was begun.
	At time.Time
}

// Answer is what a browser came back with, as far as Finish looks at it.
type Answer struct {
	Code string
	// Issuer is the parameter iss of RFC 9207; empty when there was none.
	Issuer string
}

// Identity is who somebody is for a provider.
type Identity struct {
	// Issuer and Subject name the person for ever; nothing else does.
	Issuer, Subject string
	// Email and Name are what the provider calls them, without proof and
	// without control characters; either may be empty.
	Email, Name string
	// SecondFactor says that a provider which is trusted to says that more
	// than one factor was given.
	SecondFactor bool
}

// Label is what the identity is called among the person's others.
func (i Identity) Label() string {
	if i.Email != "" {
		return i.Email
	}
	return i.Name
}

const (
	maxSubject = 255  // bytes (OpenID Connect Core, 2)
	maxCode    = 1024 // bytes
	maxText    = 100  // characters
)

// plain reports whether text is printable ASCII of 1 to limit bytes.
func plain(text string, limit int) bool {
	return text != "" && len(text) <= limit && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// tidy is a text that may be shown: in one direction, without control
// characters, 100 characters at most.
func tidy(text string) string {
	if !utf8.ValidString(text) {
		return ""
	}
	text = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, text)
	if runes := []rune(text); len(runes) > maxText {
		text = string(runes[:maxText])
	}
	return strings.TrimSpace(text)
}

func unavailable(about About, cause error) error {
	return audipy.Fail(audipy.Unavailable, about.Name+" doesn't answer as it should.", cause).
		WithCode("provider_unavailable").WithHint("Try again in a while, or sign in another way.")
}

func refused(about About, cause error) error {
	return audipy.Fail(audipy.Unauthorized, "The answer of "+about.Name+" can't be trusted.", cause).
		WithCode("provider_refused").WithHint("Begin again.")
}
