package account_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/audipy/audipy/audible"
	"github.com/audipy/audipy/internal/account"
	"github.com/audipy/audipy/internal/audipy"
)

// TestEveryFailureOfAudibleGetsAKindAndWords: people must learn whether to
// wait, to sign in again or to try otherwise, and scripts by the kind.
func TestEveryFailureOfAudibleGetsAKindAndWords(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err       error
		kind      audipy.Kind
		msg, hint string
	}{
		"refused":        {audible.ErrRefused, audipy.ActionRequired, "no longer accepts", "audipy login"},
		"no credentials": {audible.ErrNoCredentials, audipy.ActionRequired, "no longer accepts", "audipy login"},
		"spent code":     {audible.ErrCodeSpent, audipy.Invalid, "works once", "audipy login"},
		"other kind":     {audible.ErrWrongKind, audipy.Invalid, "of the other kind", "--user-name"},
		"too fast":       {&audible.OutageError{Endpoint: "library", Status: 429}, audipy.Unavailable, "fewer requests", "later"},
		"outage":         {&audible.OutageError{Endpoint: "library", Status: 503}, audipy.Unavailable, "(status 503)", "later"},
		"no answer":      {&audible.OutageError{Endpoint: "library"}, audipy.Unavailable, "can't be reached", "later"},
		"bad request":    {&audible.APIError{Endpoint: "library", Status: 400, Message: "Bad page"}, audipy.Unavailable, `"Bad page"`, "report it"},
		"nonsense":       {errors.New("odd"), audipy.Unavailable, "makes no sense", "report it"},
		"refused at the token service": {
			fmt.Errorf("%w: %w", audible.ErrRefused, &audible.APIError{Endpoint: "auth/token", Status: 400}), audipy.ActionRequired, "no longer accepts", "audipy login",
		},
	} {
		wrapped := fmt.Errorf("list the library: %w", c.err)
		got, ok := errors.AsType[*audipy.Error](account.Explain(wrapped))
		if !ok || got.Kind != c.kind || !strings.Contains(got.Msg, c.msg) || !strings.Contains(got.Hint, c.hint) {
			t.Errorf("%s: explained as %+v, want kind %v, %q and the hint %q", name, got, c.kind, c.msg, c.hint)
		}
		if !errors.Is(got, c.err) {
			t.Errorf("%s: the cause is lost", name)
		}
	}
}

func TestWhatNeedsNoExplanationPasses(t *testing.T) {
	t.Parallel()
	if err := account.Explain(nil); err != nil {
		t.Errorf("nil = %v", err)
	}
	for _, err := range []error{
		context.Canceled, fmt.Errorf("call: %w", context.Canceled),
		audipy.Fail(audipy.Busy, "used up", audible.ErrRefused), fmt.Errorf("call: %w", audipy.Fail(audipy.Busy, "used up", nil)),
	} {
		if got := account.Explain(err); got != err { //nolint:errorlint // the very same error is wanted
			t.Errorf("%v became %v, want it unchanged", err, got)
		}
	}
}
