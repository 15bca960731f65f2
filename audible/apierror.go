package audible

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// The kinds of failure that callers tell apart with errors.Is. None of the
// errors of this package hold bodies, tokens or addresses with a query.
var (
	// ErrRefused says that Amazon no longer accepts the credentials: the
	// token, its refresh and the signature were refused, as far as there
	// are any. A person has to sign in again, but see protocol 6.1: nobody
	// has seen what a revoked token is answered with, so ask twice.
	ErrRefused = errors.New("amazon refused the credentials")
	// ErrDegraded says that the token service gave an answer nobody knows:
	// neither a token, nor an outage, nor a refusal.
	ErrDegraded = errors.New("amazon gave an unknown answer about the token")
	// ErrNoCredentials says that the call needs credentials and there are
	// none that could prove it.
	ErrNoCredentials = errors.New("no credentials for this call")
	// ErrCodeSpent says that the authorization code of a sign-in is wrong,
	// was used before or is older than about five minutes.
	ErrCodeSpent = errors.New("the authorization code is wrong, used or too old")
	// ErrWrongKind says that a registration went to the wrong host: the
	// account is one with a user name from before 2008 and was taken for
	// an Amazon account, or the reverse.
	ErrWrongKind = errors.New("the account is of the other kind: user name or Amazon account")
	// ErrNotFound says that there is no such thing at Audible.
	ErrNotFound = errors.New("not found at audible")
	// ErrNotJSON says that an answer that should be JSON is HTML or text.
	ErrNotJSON = errors.New("the answer is not JSON")
	// ErrTooLarge says that an answer is larger than any honest one.
	ErrTooLarge = errors.New("the answer is too large")
	// ErrUnexpected says that an answer is JSON but not what was asked for.
	ErrUnexpected = errors.New("the answer is not what was asked for")
)

// APIError is a failure that Audible or Amazon explained in JSON, or a status
// of 4xx without explanation.
type APIError struct {
	// Endpoint is the call, such as "library".
	Endpoint string
	// Status is the HTTP status.
	Status int
	// Code is the server's word for it ("InvalidToken", "000307"), or "".
	Code string
	// Message is what the server said, on one line, cut to 200 characters,
	// without anything that looks like a secret.
	Message string

	json bool
}

// Error names the call, the status and what the server said.
func (e *APIError) Error() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s: status %d", e.Endpoint, e.Status)
	if e.Code != "" {
		fmt.Fprintf(&out, " %s", e.Code)
	}
	if e.Message != "" {
		fmt.Fprintf(&out, ": %q", e.Message)
	}
	return out.String()
}

// Is makes a 404 match ErrNotFound.
func (e *APIError) Is(target error) bool { return target == ErrNotFound && e.Status == 404 }

// isRefusal reports whether the server named the credentials as the reason,
// in one of the words that are known for it (protocol 6.1, 6.5).
func (e *APIError) isRefusal() bool {
	if !e.json || e.Status != 400 && e.Status != 401 && e.Status != 403 {
		return false
	}
	said := strings.ToLower(e.Code + " " + e.Message)
	for _, word := range []string{
		"invalid_grant", "invalid_token", "invalidtoken", "credentialerror", "source_token", "source token",
	} {
		if strings.Contains(said, word) {
			return true
		}
	}
	return false
}

// OutageError is a failure that is nobody's decision: the network, a time-out,
// a busy or broken server, a page in place of an answer. It may work later.
type OutageError struct {
	// Endpoint is the call, such as "library".
	Endpoint string
	// Status is the HTTP status, or 0 when there was no answer.
	Status int
	// RetryAfter is how long the server asked to wait, or 0.
	RetryAfter time.Duration
	// Err is the cause, or nil when the status says it all.
	Err error
}

// Error names the call, the status and the cause.
func (e *OutageError) Error() string {
	var out strings.Builder
	out.WriteString(e.Endpoint)
	if e.Status != 0 {
		fmt.Fprintf(&out, ": status %d", e.Status)
	}
	if e.RetryAfter > 0 {
		fmt.Fprintf(&out, ", retry after %s", e.RetryAfter)
	}
	if e.Err != nil {
		fmt.Fprintf(&out, ": %v", e.Err)
	}
	return out.String()
}

// Unwrap returns the cause.
func (e *OutageError) Unwrap() error { return e.Err }

// maxMessage bounds what is kept of a server's message, in characters.
const maxMessage = 200

// cleanMessage makes a server's words fit for an error: one line, no control
// or invisible characters, bounded, and nothing at all if a secret of ours
// seems to have come back in it.
func cleanMessage(text string) string {
	for _, mark := range []string{"Atna|", "Atnr|", "Atza|", "{enc:", "PRIVATE KEY", "authorization_code"} {
		if strings.Contains(text, mark) {
			return "(not shown: it quotes a secret)"
		}
	}
	if len(text) > 8*maxMessage {
		text = text[:8*maxMessage]
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		if !unicode.IsPrint(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > maxMessage {
		text = string(runes[:maxMessage]) + "…"
	}
	return text
}
