package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/audipy"
	"github.com/audipy/audipy/internal/vault"
)

// unreadable turns a failure to open sealed data into a sentence: the key is
// another one, or the data was damaged.
func unreadable(err error) error {
	if errors.Is(err, vault.ErrWrongKey) {
		return audipy.Fail(audipy.Invalid, "the key does not fit the stored credentials", err).
			WithHint("put the key back that was in use when you linked the account, or unlink and link it again")
	}
	return audipy.Fail(audipy.Invalid, "the stored credentials can't be read: they were damaged or moved", err).
		WithHint("restore the data folder from a backup, or sign in again")
}

// Explain turns a failure of Amazon or Audible into an audipy.Error: the one
// place where package audible's errors become kinds and sentences. Errors that
// have a kind already, and a cancelled context, pass unchanged.
func Explain(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if _, ok := errors.AsType[*audipy.Error](err); ok {
		return err
	}
	if e := explainRefusal(err); e != nil {
		return e
	}
	if errors.Is(err, audible.ErrRefreshing) {
		return audipy.Fail(audipy.Busy, "another process is renewing this account's token just now", err).
			WithHint("try again in a minute")
	}
	if errors.Is(err, audible.ErrDegraded) {
		return audipy.Fail(audipy.Unavailable, "Amazon gave an answer about the token that nobody knows", err).
			WithHint("nothing is lost; it is asked again by itself")
	}
	if outage, ok := errors.AsType[*audible.OutageError](err); ok {
		return audipy.Fail(audipy.Unavailable, outageText(outage), err).
			WithHint("nothing is lost; try again later")
	}
	if api, ok := errors.AsType[*audible.APIError](err); ok {
		return audipy.Fail(audipy.Unavailable, fmt.Sprintf("Audible refused the request: %v", api), err).WithCode("upstream").
			WithHint("nothing was changed; if it stays so, report it")
	}
	return audipy.Fail(audipy.Unavailable, "the answer from Audible makes no sense", err).WithCode("upstream").
		WithHint("nothing was changed; try again later, and report it if it stays so")
}

// explainRegistration is Explain for the one call that can't be repeated:
// Amazon may have done it although its answer was lost on the way.
func explainRegistration(err error) error {
	explained := Explain(err)
	if _, lost := errors.AsType[*audible.OutageError](err); !lost {
		return explained
	}
	return audipy.Fail(audipy.Unavailable, "Amazon's answer to the registration was lost", explained).
		WithHint(`run "audipy login" again later; if Amazon's website lists this program under Devices before that, remove it there`)
}

func explainRefusal(err error) error {
	switch {
	case errors.Is(err, audible.ErrRefused), errors.Is(err, audible.ErrNoCredentials):
		return audipy.Fail(audipy.ActionRequired, "Amazon no longer accepts this account's sign-in", err).
			WithHint(`run "audipy login" to sign in again; the library stays as it is`)
	case errors.Is(err, audible.ErrCodeSpent):
		return audipy.Fail(audipy.Invalid, "Amazon did not take the sign-in's code: it works once and for about five minutes", err).
			WithHint(`run "audipy login" again and finish without a long pause`)
	case errors.Is(err, audible.ErrWrongKind):
		return audipy.Fail(audipy.Invalid, "this account is of the other kind: an e-mail address at Amazon, or an Audible user name from before 2008", err).
			WithHint("try again with or without --user-name")
	}
	return nil
}

func outageText(o *audible.OutageError) string {
	switch {
	case o.Status == 429:
		return "Audible asks for fewer requests just now"
	case o.Status != 0:
		return fmt.Sprintf("Audible or Amazon answered with an outage (status %d)", o.Status)
	}
	return "Audible or Amazon can't be reached"
}
